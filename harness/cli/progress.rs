//! What is shown while a run is under way.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console;

/// A bar over so many cases on standard error; nothing where nobody watches.
pub(crate) fn bar(cases: usize) -> ProgressBar {
    let target = if console::is_watched() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(u64::try_from(cases).ok(), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// No bar, where something else is shown.
pub(crate) fn none() -> ProgressBar {
    ProgressBar::hidden()
}

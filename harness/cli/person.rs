//! Consent by the person at the terminal.

use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use atproof_engine::consent::{ConsentError, Decision, Ending, Person};

use crate::console;

/// Whoever sits at the terminal, asked for one thing at a time.
#[derive(Default)]
pub(crate) struct Terminal {
    turn: Mutex<()>,
}

impl Person for Terminal {
    fn ask(
        &self,
        url: &str,
        redirect_uri: &str,
        decision: Decision,
    ) -> Result<Ending, ConsentError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let what = match decision {
            Decision::Approve => "sign in and approve".to_owned(),
            Decision::Narrow(scope) => {
                format!("sign in and approve, but leave only {scope} if you can choose")
            }
            Decision::Deny => "sign in if asked, and refuse".to_owned(),
        };
        console::note(&format!(
            "\nOpen this page, {what}:\n  {url}\nThen copy the address that the browser ends at; \
             it begins with {redirect_uri} and need not load.\n"
        ));
        open(url);
        let answer = console::ask("Address (empty if the page refuses to go on): ");
        match answer {
            Err(error) => Err(ConsentError::Outside(error.to_string())),
            Ok(text) if text.is_empty() => {
                Ok(Ending::Refused { status: 0, why: "the person says so".to_owned() })
            }
            Ok(text) if text.contains("://") => Ok(Ending::Redirect(text)),
            Ok(_) => Err(ConsentError::Outside("what was entered is no address".to_owned())),
        }
    }
}

/// Opens a page where the desktop can; the address is on the screen in any case.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

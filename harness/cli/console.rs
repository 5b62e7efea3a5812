//! The only place that writes to the terminal. Escape sequences are stripped where they are not
//! wanted.

use std::io::{IsTerminal, Write};

/// Writes what was asked for to standard output.
pub(crate) fn print(text: &str) {
    // A reader that went away, such as `head`, is no error.
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes what goes on beside it to standard error.
pub(crate) fn note(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Whether a person reads standard error.
pub(crate) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether a person can answer.
pub(crate) fn can_answer() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks a person for a line.
pub(crate) fn ask(question: &str) -> std::io::Result<String> {
    note(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// The next line of standard input. `None` where it has ended.
pub(crate) fn line() -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let length = std::io::stdin().read_line(&mut line)?;
    Ok((length > 0).then(|| line.trim().to_owned()))
}

//! Consent by something outside: an executable, or a person.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::{ConsentError, Decision, Ending};
use crate::model::Account;

/// How long an executable may take for one consent.
const PATIENCE: Duration = Duration::from_secs(120);

/// A person at a terminal.
pub trait Person: Send + Sync {
    /// Shows the URL and waits for the redirect to `redirect_uri`.
    fn ask(
        &self,
        url: &str,
        redirect_uri: &str,
        decision: Decision,
    ) -> Result<Ending, ConsentError>;
}

/// Runs the executable with the URL as its argument and reads the redirect from its standard
/// output. The account is in `ATPROOF_ACCOUNT` and `ATPROOF_PASSWORD`, the redirect URI in
/// `ATPROOF_REDIRECT_URI`, what to decide in `ATPROOF_DECISION` (`approve` or `deny`), and the scopes
/// to leave, where the others are to be taken out, in `ATPROOF_SCOPE`.
pub(super) async fn command(
    command: &str,
    account: &Account,
    url: &str,
    redirect_uri: &str,
    decision: Decision,
) -> Result<Ending, ConsentError> {
    let outside = |why: String| ConsentError::Outside(format!("{command}: {why}"));
    let scope = match decision {
        Decision::Narrow(scope) => Some(("ATPROOF_SCOPE", scope)),
        Decision::Approve | Decision::Deny => None,
    };
    let child = Command::new(command)
        .arg(url)
        .env("ATPROOF_ACCOUNT", &account.identifier)
        .env("ATPROOF_PASSWORD", &account.password)
        .env("ATPROOF_REDIRECT_URI", redirect_uri)
        .env("ATPROOF_DECISION", if decision == Decision::Deny { "deny" } else { "approve" })
        .envs(scope)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, child)
        .await
        .map_err(|_| outside(format!("no answer within {} s", PATIENCE.as_secs())))?
        .map_err(|error| outside(error.to_string()))?;
    if !output.status.success() {
        return Err(outside(format!("it ended with {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let redirect = text.lines().rev().map(str::trim).find(|line| line.contains("://"));
    redirect
        .map(|url| Ending::Redirect(url.to_owned()))
        .ok_or_else(|| outside("it printed no URL".to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs an executable of `fixtures` for an account and an authorization URL.
    async fn run(name: &str) -> Result<Ending, ConsentError> {
        let program = format!("{}/consent/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let account = Account { identifier: "alice.test".into(), password: "pass".into() };
        let url = "https://as.example/authorize?request_uri=urn:x";
        command(&program, &account, url, "http://127.0.0.1/callback", Decision::Deny).await
    }

    #[tokio::test]
    async fn the_last_line_with_a_url_is_the_redirect() {
        let redirect = "http://127.0.0.1/callback?error=access_denied&by=deny";
        assert_eq!(run("says").await.unwrap(), Ending::Redirect(redirect.to_owned()));
    }

    #[tokio::test]
    async fn silence_failure_and_absence_are_told_apart() {
        let error = async |name: &str| run(name).await.unwrap_err().to_string();
        assert!(error("silent").await.ends_with("it printed no URL"));
        assert!(error("fails").await.ends_with("it ended with exit status: 3"));
        assert!(error("absent").await.contains("No such file"));
    }
}

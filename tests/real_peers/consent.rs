//! Sign-in and consent for clients that only start and finish a login.

use std::sync::Arc;

use atproof_engine::consent::{Consent, Decision, Ending};
use atproof_engine::model::{Account, Target};
use atproof_engine::stage::{
    Clock, Fixtures, Login, Network, NetworkOptions, Place, Recorder, Setting, Stage, Stream,
};

/// The redirect URI of development clients; nobody listens there.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1/callback";

/// Signs the account in at the authorization URL, approves, and gives the redirect.
pub(crate) async fn approve(
    issuer: &str,
    account: Account,
    consent: Consent,
    url: &str,
    redirect_uri: &str,
) -> String {
    let target = Target { issuer: issuer.to_owned(), ..Target::named(issuer) };
    let recorder = Arc::new(Recorder::new(None, None));
    let setting = Setting { target, accounts: vec![account], consent, recorder };
    let place = Place {
        transport: Arc::new(Network::new(NetworkOptions::default()).unwrap()),
        clock: Clock::System,
        random: Stream::System,
        fixtures: Arc::new(Fixtures::default()),
        host: None,
        sentinels: None,
    };
    let mut stage = Stage::new(place, Arc::new(setting), "consent");
    let login = Login { redirect_uri: redirect_uri.to_owned(), ..stage.login() };
    match stage.authorize(&login, url, Decision::Approve).await.unwrap() {
        Ending::Redirect(url) => url,
        Ending::Refused { status, why } => panic!("refused with {status}: {why}"),
    }
}

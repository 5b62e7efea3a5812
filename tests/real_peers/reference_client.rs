//! Our reference client against the reference PDS: where the two do not understand each other, the
//! reference client is wrong.

use std::sync::Arc;

use atproof_engine::consent::Consent;
use atproof_engine::model::Account;
use atproof_engine::stage::{Clock, Network, NetworkOptions, Stream};
use atproof_peers::client::{Client, Config, Reason, Step};

use crate::consent::{REDIRECT_URI, approve};
use crate::pds::Pds;

const SCOPE: &str = "atproto transition:generic";
const SESSION: &str = "/xrpc/com.atproto.server.getSession";

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_client_logs_in_at_the_reference_pds() {
    let Some(pds) = Pds::start("the_reference_client_logs_in_at_the_reference_pds") else { return };
    let [handle, password, did] = &pds.accounts[0];
    let config = Config {
        handle_resolver: Some(pds.issuer.clone()),
        allow_loopback_http: true,
        ..Config::new("http://localhost", REDIRECT_URI, SCOPE, &pds.plc)
    };
    let network = Arc::new(Network::new(NetworkOptions::default()).unwrap());
    for input in [&pds.issuer, did, handle] {
        let (config, clock) = (config.clone(), Clock::System);
        let client = Client::new(config, network.clone(), clock, Stream::System).unwrap();
        let url = client.start(input, SCOPE).await.unwrap();
        let account = Account { identifier: handle.clone(), password: password.clone() };
        let redirect = approve(&pds.issuer, account, Consent::Api, &url, REDIRECT_URI).await;
        let session = client.callback(&redirect).await.unwrap();
        assert_eq!(session.sub.as_str(), did, "{input}");
        assert_eq!((session.iss.as_str(), session.aud.as_str()), (&*pds.issuer, &*pds.issuer));
        assert_eq!(session.scope, SCOPE);
        let response = client.request("GET", SESSION).await.unwrap();
        assert_eq!(response.member("handle").as_ref(), Some(handle));
        for _ in 0..2 {
            assert_eq!(client.refresh().await.unwrap(), session);
            assert_eq!(client.request("GET", SESSION).await.unwrap().status, 200);
        }
        client.logout().await.unwrap();
        let again = client.callback(&redirect).await.unwrap_err();
        assert_eq!((again.step, again.reason), (Step::Callback, Reason::State));
    }
}

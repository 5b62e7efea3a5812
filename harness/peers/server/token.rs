//! The token endpoint (RFC 6749, section 3.2).

use atproof_protocol::http::Response;

use super::dpop::Occasion;
use super::grants::Grant;
use super::incoming::Incoming;
use super::issue::Kind;
use super::refusal::Refusal;
use super::state::Server;
use super::{clients, scope};
use crate::Fault;
use crate::codec::form::Params;

/// Parameters that are known at the token endpoint.
const KNOWN_PARAMETERS: [&str; 11] = [
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_assertion",
    "client_assertion_type",
    "username",
    "password",
];

impl Server {
    /// Turns a code or a refresh token into tokens.
    pub(super) fn token(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let params = match incoming.method {
            "POST" => incoming.form()?,
            "GET" if self.has(Fault::AsTokenGetAccepted) => incoming.query_params()?,
            _ => return Err(Refusal::method_not_allowed()),
        };
        let params = match params.repeated() {
            None => params,
            Some(_) if self.has(Fault::AsTokenDuplicateParams) => params.last_of_each(),
            Some(_) => return Err(Refusal::invalid_request("a parameter is repeated")),
        };
        // Unknown parameters are ignored (RFC 6749, section 3.2).
        if params.unknown(&KNOWN_PARAMETERS).is_some()
            && self.has(Fault::AsTokenUnknownParamRefused)
        {
            return Err(Refusal::invalid_request("a parameter is unknown"));
        }
        match params.value("grant_type") {
            Some("authorization_code") => self.exchange(incoming, &params),
            Some("refresh_token") => self.refresh(incoming, &params),
            Some("password") if self.has(Fault::AsTokenPasswordGrant) => {
                self.password_grant(incoming, &params)
            }
            None if self.has(Fault::AsTokenGrantTypeDefault) => self.exchange(incoming, &params),
            None => Err(Refusal::invalid_request("grant_type is missing")),
            Some(_)
                if params.value("code").is_some() && self.has(Fault::AsTokenGrantTypeUnchecked) =>
            {
                self.exchange(incoming, &params)
            }
            Some(_) => {
                let text = "grant_type must be authorization_code or refresh_token";
                Err(Refusal::new(400, "unsupported_grant_type", text))
            }
        }
    }

    /// Tokens for a password, which must not be offered (RFC 9700, section 2.4).
    fn password_grant(
        &mut self,
        incoming: &Incoming<'_>,
        params: &Params,
    ) -> Result<Response, Refusal> {
        let proof = self.proof(incoming, Occasion::Exchange, None)?;
        let proof = proof.ok_or_else(|| Refusal::invalid_proof("the DPoP proof is missing"))?;
        let client = clients::find(params.value("client_id").unwrap_or_default())?;
        let account = self.account(params.value("username").unwrap_or_default());
        let account = account.filter(|a| Some(a.password.as_str()) == params.value("password"));
        let did = account.map(|account| account.did.clone());
        let did = did.ok_or_else(|| Refusal::invalid_grant("the password is wrong"))?;
        let asked = params.value("scope").unwrap_or("atproto");
        if !scope::is_within(asked, &client.scopes) {
            return Err(Refusal::invalid_scope("the client has not declared the scope"));
        }
        let (scope, started) = (asked.to_owned(), self.now());
        let grant = self.begin(Grant { client, did, scope, jkt: proof.jkt, started });
        self.issue(grant, Kind::Exchange, None)
    }
}

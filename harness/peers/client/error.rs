//! Where and why the client stops.

use std::fmt;

use atproof_engine::stage::NetError;

/// A login, request or logout that the client did not carry on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {reason}")]
pub struct Error {
    /// How far it had come.
    pub step: Step,
    /// What was wrong.
    pub reason: Reason,
}

/// The steps of the protocol, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// From the input of the user to a DID document.
    Identity,
    /// Protected resource metadata of the PDS.
    ResourceMetadata,
    /// Metadata of the authorization server.
    ServerMetadata,
    /// The pushed authorization request.
    Par,
    /// The authorization response.
    Callback,
    /// The exchange of the code.
    Token,
    /// Whether the server may speak for the account that it named.
    Verification,
    /// A request to the PDS.
    Resource,
    /// The refresh.
    Refresh,
    /// The revocation.
    Revocation,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::ResourceMetadata => "resource metadata",
            Self::ServerMetadata => "server metadata",
            Self::Par => "par",
            Self::Callback => "callback",
            Self::Token => "token",
            Self::Verification => "verification",
            Self::Resource => "resource",
            Self::Refresh => "refresh",
            Self::Revocation => "revocation",
        })
    }
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// There is no answer.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A URL that this client does not fetch.
    #[error("{0} is no https URL at a domain name")]
    Url(String),
    /// An answer with another status than the one that is due.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// An error of OAuth.
    #[error("the server answered {error}{}", .description.as_ref().map_or(String::new(), |text| format!(": {text}")))]
    Refused {
        /// `error`.
        error: String,
        /// `error_description`.
        description: Option<String>,
    },
    /// An answer in another format.
    #[error("the answer is not labelled application/json")]
    MediaType,
    /// An answer that is no JSON object of an ordinary size.
    #[error("the answer is no JSON object of less than {limit} bytes", limit = super::response::LONGEST_DOCUMENT)]
    Format,
    /// A successful answer to a DPoP request without a nonce.
    #[error("the answer has no DPoP-Nonce")]
    NonceMissing,
    /// A demand for a nonce after the nonce was given.
    #[error("the server asks for a nonce again")]
    NonceAgain,
    /// The input is of no known kind.
    #[error("`{0}` is no handle, DID or https URL")]
    Input(String),
    /// A handle that cannot be resolved by definition.
    #[error("handles like {0} are not resolved")]
    ReservedHandle(String),
    /// Nobody knows the handle.
    #[error("the handle {0} does not resolve to a DID")]
    UnknownHandle(String),
    /// The account does not claim the handle that led to it.
    #[error("the DID document does not claim the handle {0}")]
    UnclaimedHandle(String),
    /// A DID document about someone else.
    #[error("the DID document is not about {0}")]
    OtherDid(String),
    /// A DID document without a usable PDS.
    #[error("the DID document names no PDS by an https origin")]
    NoPds,
    /// A member of a document or answer that breaks a rule.
    #[error("the member `{0}` is missing or wrong")]
    Member(&'static str),
    /// Another issuer than the one that is due.
    #[error("the issuer is {found}, not {expected}")]
    Issuer {
        /// Who it must be.
        expected: String,
        /// Who it is said to be.
        found: String,
    },
    /// A request beyond what the client has declared, or without atproto.
    #[error("the scope must have atproto and be among the declared ones")]
    Scope,
    /// An authorization response at another place.
    #[error("the URL is not the redirect_uri")]
    RedirectUri,
    /// An authorization response that nobody waits for.
    #[error("the state is not one of a login that was started here")]
    State,
    /// A parameter that is not there exactly once.
    #[error("the parameter `{0}` is missing or repeated")]
    Parameter(&'static str),
    /// Another account than the one that is due.
    #[error("the account is {found}, not {expected}")]
    Account {
        /// Who it must be.
        expected: String,
        /// Who it is said to be.
        found: String,
    },
    /// There is no session.
    #[error("there is no session")]
    NoSession,
    /// There is nothing to refresh with.
    #[error("there is no refresh token")]
    NoRefreshToken,
    /// What was asked for is no path.
    #[error("`{0}` is no absolute path")]
    Path(String),
    /// The end of the process, which only a client with a fault comes to.
    #[error("the client crashed")]
    Crash,
    /// A redirect, which would take the token elsewhere.
    #[error("the answer redirects to {0}")]
    Redirect(String),
}

impl Reason {
    /// The error that this is at a step.
    pub(super) fn at(self, step: Step) -> Error {
        Error { step, reason: self }
    }
}

//! The places that requests go to, and which server they belong to.

use super::state::Server;
use crate::{Fault, Variant};

/// Which of the two servers acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The authorization server.
    Authorization,
    /// The resource server, that is the PDS.
    Resource,
}

impl Side {
    /// The side that has this fault: the first word of its id.
    pub(super) fn of(fault: Fault) -> Self {
        if fault.id().0.starts_with("rs.") { Self::Resource } else { Self::Authorization }
    }
}

/// What a request is addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    ServerMetadata,
    ServerMetadataMoved,
    KeySet,
    Par,
    Authorize,
    SignIn,
    Consent,
    Account,
    EndSession,
    Token,
    Revoke,
    /// Token introspection, which only a broken server has.
    Introspect,
    ResourceMetadata,
    ResourceMetadataMoved,
    Xrpc,
    Directory,
    Handle,
    DidWeb,
}

/// Where the endpoints of the authorization server are.
pub(super) struct Endpoints {
    /// What their paths begin with.
    pub(super) prefix: &'static str,
    /// The query that belongs to the authorization endpoint.
    pub(super) authorization_query: &'static str,
}

impl Server {
    /// The place of an origin and path.
    pub(super) fn place(&self, origin: &str, path: &str) -> Option<Place> {
        let is = |known: &str| known == origin;
        let insecure = self.has(Fault::AsMetadataOverHttp)
            && self.issuer().replacen("https:", "http:", 1) == origin;
        let in_clear = self.has(Fault::RsMetadataPlainHttp)
            && self.config.pds.replacen("https:", "http:", 1) == origin;
        let endpoint = path.strip_prefix(self.endpoints().prefix);
        let place = match path {
            "/.well-known/oauth-authorization-server" if is(self.issuer()) || insecure => {
                Place::ServerMetadata
            }
            "/metadata.json" if is(self.issuer()) => Place::ServerMetadataMoved,
            "/.well-known/oauth-protected-resource" if is(&self.config.pds) || in_clear => {
                Place::ResourceMetadata
            }
            "/resource.json" if is(&self.config.pds) => Place::ResourceMetadataMoved,
            "/.well-known/did.json" if is(&self.config.pds) => Place::DidWeb,
            "/.well-known/atproto-did" if self.handle_of(origin).is_some() => Place::Handle,
            _ if path.starts_with("/xrpc/") && is(&self.config.pds) => Place::Xrpc,
            _ if path.starts_with("/did") && is(&self.config.plc) => Place::Directory,
            _ if is(self.endpoint_origin()) => match endpoint? {
                "/jwks" => Place::KeySet,
                "/par" => Place::Par,
                "/authorize" => Place::Authorize,
                "/authorize/sign-in" => Place::SignIn,
                "/authorize/consent" => Place::Consent,
                "/account" => Place::Account,
                "/account/end" => Place::EndSession,
                "/token" => Place::Token,
                "/revoke" => Place::Revoke,
                "/introspect" if self.has(Fault::AsIntrospectionOpen) => Place::Introspect,
                _ => return None,
            },
            _ => return None,
        };
        Some(place)
    }

    /// The issuer identifier (RFC 8414, section 2).
    pub(super) fn issuer(&self) -> &str {
        if self.varies(Variant::SameOrigin) { &self.config.pds } else { &self.config.issuer }
    }

    /// The URL of an endpoint, without query.
    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}{}{name}", self.endpoint_origin(), self.endpoints().prefix)
    }

    /// Paths of the endpoints.
    pub(super) fn endpoints(&self) -> Endpoints {
        if self.varies(Variant::EndpointsOtherPaths) {
            Endpoints { prefix: "/a/b/c", authorization_query: "?tenant=1" }
        } else {
            Endpoints { prefix: "/oauth", authorization_query: "" }
        }
    }

    fn endpoint_origin(&self) -> &str {
        let elsewhere = self.varies(Variant::EndpointsOtherOrigin);
        if elsewhere { &self.config.endpoints } else { self.issuer() }
    }

    /// The handle whose host this is.
    pub(super) fn handle_of(&self, origin: &str) -> Option<&str> {
        let (_, authority) = origin.split_once("://")?;
        let host = authority.split(':').next()?;
        let mut accounts = self.config.accounts.iter();
        accounts.find(|account| account.handle == host).map(|account| account.handle.as_str())
    }
}

//! What is wrong with a network that is correct otherwise: the edit of a case about clients.

use std::fmt;
use std::time::Duration;

/// What one answer of the network is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// What the client is told of itself at `init`: identifier, keys, document. Not an answer, but
    /// the arguments of the command.
    Client,
    /// A DID document, of either method.
    Did,
    /// The DID of a handle, by XRPC or at the host of the handle.
    Handle,
    /// The DID of a handle in the DNS: its TXT records, one in each line of the body. 404 stands
    /// for a name that does not exist.
    Record,
    /// The TLS handshake with a server, which the request `CONNECT` with its origin stands for.
    Connection,
    /// Protected resource metadata.
    ResourceMetadata,
    /// Authorization server metadata.
    ServerMetadata,
    /// The keys of the authorization server.
    Jwks,
    /// The pushed authorization request.
    Par,
    /// The authorization endpoint, where atproof plays the user.
    Authorize,
    /// A code exchange.
    Token,
    /// A refresh.
    Refresh,
    /// A revocation.
    Revocation,
    /// A protected resource.
    Resource,
    /// The redirect that brings the user back: not an answer to the client, but handed to it.
    Callback,
    /// Anything else.
    Elsewhere,
}

impl Site {
    /// Every site.
    pub const ALL: [Self; 16] = [
        Self::Client,
        Self::Did,
        Self::Handle,
        Self::Record,
        Self::Connection,
        Self::ResourceMetadata,
        Self::ServerMetadata,
        Self::Jwks,
        Self::Par,
        Self::Authorize,
        Self::Token,
        Self::Refresh,
        Self::Revocation,
        Self::Resource,
        Self::Callback,
        Self::Elsewhere,
    ];

    /// Its name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Did => "did",
            Self::Handle => "handle",
            Self::Record => "record",
            Self::Connection => "connection",
            Self::ResourceMetadata => "resource-metadata",
            Self::ServerMetadata => "server-metadata",
            Self::Jwks => "jwks",
            Self::Par => "par",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Revocation => "revocation",
            Self::Resource => "resource",
            Self::Callback => "callback",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Whether this is part of finding the authorization server, before anything is pushed to it.
    pub const fn is_discovery(self) -> bool {
        matches!(
            self,
            Self::Did
                | Self::Handle
                | Self::Record
                | Self::ResourceMetadata
                | Self::ServerMetadata
                | Self::Jwks
        )
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "what the client is told of itself",
            Self::Did => "DID document",
            Self::Handle => "handle resolution",
            Self::Record => "DNS record of the handle",
            Self::Connection => "TLS handshake",
            Self::ResourceMetadata => "protected resource metadata",
            Self::ServerMetadata => "authorization server metadata",
            Self::Jwks => "key set",
            Self::Par => "answer to the pushed request",
            Self::Authorize => "authorization page",
            Self::Token => "answer to the code exchange",
            Self::Refresh => "answer to the refresh",
            Self::Revocation => "answer to the revocation",
            Self::Resource => "answer of the resource",
            Self::Callback => "callback",
            Self::Elsewhere => "other answer",
        })
    }
}

/// A command of the driver contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A fresh client.
    Init,
    /// Begin a login.
    Start,
    /// End a login. Before it, atproof plays the user at the authorization endpoint.
    Callback,
    /// A request to the PDS.
    Request,
    /// Get new tokens.
    Refresh,
    /// End the session.
    Logout,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 6] =
        [Self::Init, Self::Start, Self::Callback, Self::Request, Self::Refresh, Self::Logout];

    /// The command of the contract.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Start => "start",
            Self::Callback => "callback",
            Self::Request => "request",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.command())
    }
}

/// One thing that is wrong with the network.
///
/// Texts are templates. In them `{issuer}`, `{pds}`, `{directory}` and `{other}` are origins, the
/// last one that of a server that has nothing to do with the account; `{did}` and `{handle}` are
/// those of the account, `{other_did}` and `{other_handle}` those of another one at the same PDS,
/// `{foreign_did}` and `{foreign_handle}` those of one at `{other}`. `{value}` is what stands there
/// now, `{k256}` and `{k256_public}` the halves of a key of secp256k1 as JWK, `{path}` the path and
/// query of the request, `{origin}` its origin, `{nonce}` a text that was not used before, `{domain}`
/// what the names of the network end with, and `{inside}` a name in it that leads to a private address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twist {
    /// Which answer.
    pub at: Site,
    /// On which occasions.
    pub when: When,
    /// What about it.
    pub alter: Alter,
}

impl Twist {
    /// A change to every answer of a site.
    pub const fn new(at: Site, alter: Alter) -> Self {
        Self { at, when: When::Always, alter }
    }

    /// The same on these occasions only.
    #[must_use]
    pub const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
}

/// Occasions on which an answer is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// On the time of this number, from 1.
    Nth(usize),
    /// From the time of this number on.
    From(usize),
    /// While the client carries out this step.
    During(Step),
    /// After the client has carried out this step.
    After(Step),
    /// Where the request names this: the path or query of its URL holds the text, a template.
    Of(&'static str),
    /// Where the network accepts the request: a demand for a nonce stays as it is.
    Accepted,
}

/// A change to an answer, or to the callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alter {
    /// It has this status.
    Status(u16),
    /// The header field has this value.
    Header(&'static str, &'static str),
    /// The header field is absent.
    WithoutHeader(&'static str),
    /// The name of the header field is spelled like this.
    Spelled(&'static str),
    /// The header field stands once more, with this value.
    MoreHeader(&'static str, &'static str),
    /// The member of the JSON body at this pointer (RFC 6901) is this JSON text.
    Member(&'static str, &'static str),
    /// The member at this pointer is absent.
    WithoutMember(&'static str),
    /// The body is this, of this media type.
    Body(&'static str, &'static str),
    /// Another answer takes its place, and the network never sees the request.
    Instead(u16, &'static [(&'static str, &'static str)], &'static str),
    /// A redirect of this status to this URL takes its place, and the network never sees the
    /// request. At `{origin}/moved{path}` the same is found as at `{path}`, unchanged.
    Redirect(u16, &'static str),
    /// The JSON body has one more member, so that it is at least so many bytes long.
    Padded(usize),
    /// It comes after so many seconds.
    Delayed(u32),
    /// It ends after half of its body, and the connection with it.
    Cut,
    /// The connection is closed, and the network never sees the request.
    Closed,
    /// The network carries out the request, but the connection is closed instead of an answer.
    Lost,
    /// Nothing is answered.
    Silent,
    /// The parameter of the callback has this value.
    Parameter(&'static str, &'static str),
    /// The parameter of the callback is absent.
    WithoutParameter(&'static str),
    /// The parameter of the callback stands once more, with this value.
    MoreParameter(&'static str, &'static str),
    /// The callback is handed over as it is, and then once more.
    Twice,
    /// The callback is handed over with this parameter at this value, and then as it is.
    Spoiled(&'static str, &'static str),
    /// Before the callback comes another one, with this query.
    Preceded(&'static str),
    /// Before the callback another login is begun.
    Interleaved,
    /// The parameters of the callback stand in the fragment.
    Fragment,
    /// The user refuses: the callback is an error response.
    Denied,
    /// The server shows this certificate.
    Certificate(Flaw),
}

/// What is wrong with the certificate of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// It is for another name.
    OtherName,
    /// An authority signed it that nobody trusts.
    OtherAuthority,
    /// It signed itself.
    SelfSigned,
    /// It has expired.
    Expired,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherName => "a certificate for another name",
            Self::OtherAuthority => "a certificate of an authority that nobody trusts",
            Self::SelfSigned => "a certificate that signed itself",
            Self::Expired => "a certificate that has expired",
        })
    }
}

/// What the user types to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The handle of the account.
    Handle,
    /// Its DID.
    Did,
    /// The URL of its PDS.
    Pds,
    /// The URL of its authorization server.
    Issuer,
    /// This text, a template like those of [`Twist`], in which `{pds_name}` is host and port of the PDS.
    Typed(&'static str),
}

impl Input {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Did => "did",
            Self::Pds | Self::Issuer => "url",
            Self::Typed(text) if text.starts_with("did:") => "did",
            Self::Typed(text) if text.contains("{pds") => "url",
            Self::Typed(_) => "handle",
        }
    }
}

/// How the correct network is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the user types.
    pub input: Input,
    /// Whether the authorization server has the origin of the PDS.
    pub same_origin: bool,
    /// Whether the account has a did:web.
    pub did_web: bool,
    /// Whether the network has host names, and https: then nothing on loopback is part of it, and a
    /// client has no reason to allow http or addresses.
    pub has_names: bool,
    /// Where a handle leads to its DID.
    pub handles: Handles,
    /// Whether token answers say that the access token lives for one second.
    pub expires_soon: bool,
    /// Whether the client is a confidential one, with a key and a document.
    pub confidential: bool,
    /// Scope that is asked for.
    pub scope: &'static str,
    /// What is asked of the PDS: a path, with or without a query.
    pub path: &'static str,
    /// Whether requests to the PDS come in pairs, both at once.
    pub in_pairs: bool,
    /// How long to wait before each login but the first.
    pub pause: Duration,
    /// What is different about every answer, in controls too, and no fault.
    pub standing: &'static [Twist],
    /// Legal variants of the reference network.
    pub variants: &'static [&'static str],
}

impl Settings {
    /// A handle of a did:plc, whose PDS has an authorization server on another origin.
    pub const USUAL: Self = Self {
        input: Input::Handle,
        same_origin: false,
        did_web: false,
        has_names: false,
        handles: Handles::Everywhere,
        expires_soon: false,
        confidential: false,
        scope: "atproto transition:generic",
        path: "/xrpc/com.atproto.server.getSession",
        in_pairs: false,
        pause: Duration::ZERO,
        standing: &[],
        variants: &[],
    };

    /// The same for a confidential client.
    pub const CONFIDENTIAL: Self = Self { confidential: true, ..Self::USUAL };

    /// The same with host names.
    pub const NAMED: Self = Self { has_names: true, ..Self::USUAL };

    /// Whether this takes a network with host names.
    pub fn needs_names(&self) -> bool {
        self.has_names || self.did_web || self.handles != Handles::Everywhere
    }
}

/// Where a handle leads to its DID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handles {
    /// Wherever a client may look.
    Everywhere,
    /// At its own host alone.
    Host,
    /// In the DNS alone.
    Record,
}

impl fmt::Display for Twist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.alter)?;
        match self.when {
            When::Always => Ok(()),
            When::Nth(1) => f.write_str(", the first time"),
            When::Nth(number) => write!(f, ", time {number}"),
            When::From(number) => write!(f, ", from time {number} on"),
            When::During(step) => write!(f, ", during {step}"),
            When::After(step) => write!(f, ", after {step}"),
            When::Of(text) => write!(f, ", where {text} is asked for"),
            When::Accepted => f.write_str(", where the request is accepted"),
        }
    }
}

impl fmt::Display for Alter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Header(name, value) => write!(f, "{name}: {value}"),
            Self::WithoutHeader(name) => write!(f, "without {name}"),
            Self::Spelled(name) => write!(f, "{name} in this spelling"),
            Self::MoreHeader(name, value) => write!(f, "a second {name}: {value}"),
            Self::Member(pointer, json) => write!(f, "`{pointer}` is `{json}`"),
            Self::WithoutMember(pointer) => write!(f, "`{pointer}` removed"),
            Self::Body(media_type, text) => {
                write!(f, "the body is `{}`, {media_type}", text.escape_debug())
            }
            Self::Instead(status, _, body) => {
                write!(f, "{status} `{}` in its place", body.escape_debug())
            }
            Self::Redirect(status, to) => write!(f, "a redirect {status} to {to}"),
            Self::Padded(bytes) => write!(f, "{bytes} bytes long"),
            Self::Delayed(seconds) => write!(f, "after {seconds} s"),
            Self::Cut => f.write_str("only half of the body"),
            Self::Closed => f.write_str("the connection is closed"),
            Self::Lost => f.write_str("carried out, but the answer is lost"),
            Self::Silent => f.write_str("never"),
            Self::Parameter(name, value) => write!(f, "`{name}` is `{value}`"),
            Self::WithoutParameter(name) => write!(f, "`{name}` removed"),
            Self::MoreParameter(name, value) => write!(f, "a second `{name}`, `{value}`"),
            Self::Twice => f.write_str("handed over twice"),
            Self::Spoiled(name, value) => {
                write!(f, "handed over with `{name}` as `{value}`, and then as it is")
            }
            Self::Preceded(query) => write!(f, "after a callback with `{query}`"),
            Self::Interleaved => f.write_str("after another login was begun"),
            Self::Fragment => f.write_str("parameters in the fragment"),
            Self::Denied => f.write_str("the user refuses"),
            Self::Certificate(flaw) => flaw.fmt(f),
        }
    }
}

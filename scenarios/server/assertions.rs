//! What can be wrong with a client assertion, for the endpoints that take one.
//!
//! The whole table of mutations is played at the endpoint for pushed requests. The rows here are
//! those at which a server is taken in; they are played at every endpoint, each with the fault at
//! that endpoint alone, since a server may use another routine there.

use atproof_engine::judge::describe;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Outcome, Playing, Text, Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::{CLIENT_AUTH, GRANT, INVALID_CLIENT};
use crate::server::seen;

/// An assertion that is wrong wherever it is sent.
pub(crate) struct Row {
    edit: Edit,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    par: &'static [&'static str],
    token: &'static [&'static str],
    refresh: &'static [&'static str],
    revocation: &'static [&'static str],
    /// Whether the answer has to say that it is about the client.
    is_named: bool,
}

impl Row {
    /// The case at the endpoint for pushed requests.
    pub(crate) const fn at_par(&self, id: &'static str) -> Case {
        Case { killers: self.par, ..self.case(id) }
    }

    /// The case at the exchange of a code.
    pub(crate) const fn at_token(&self, id: &'static str) -> Case {
        Case { killers: self.token, ..self.case(id) }
    }

    /// The case at a refresh.
    pub(crate) const fn at_refresh(&self, id: &'static str) -> Case {
        Case { killers: self.refresh, ..self.case(id) }
    }

    /// The case at a revocation.
    pub(crate) const fn at_revocation(&self, id: &'static str) -> Case {
        Case { killers: self.revocation, ..self.case(id) }
    }

    const fn case(&self, id: &'static str) -> Case {
        let Self { edit, title, clause, covers, .. } = *self;
        let expect = match self.is_named {
            true => Expectation::Refused(&[INVALID_CLIENT]),
            false => Expectation::Refused(&[CLIENT_AUTH, GRANT]),
        };
        Case { id, title, clause, covers, killers: &[], edit, expect }
    }
}

/// Makes the constants from rows: what is sent, the clauses, and the fault.
macro_rules! rows {
    ($($name:ident = $edit:expr, $title:literal, $clause:literal also [$($also:literal),*]
        broken by $fault:literal $(named $is_named:literal)?;)+) => {
        $(pub(crate) const $name: Row = Row {
            edit: $edit,
            title: $title,
            clause: $clause,
            covers: &[$($also),*],
            par: &[concat!($fault, "@par")],
            token: &[concat!($fault, "@token")],
            refresh: &[concat!($fault, "@refresh")],
            revocation: &[concat!($fault, "@revoke")],
            is_named: false $(|| $is_named)?,
        };)+
    };
}

/// An assertion type of another kind (RFC 7522).
const SAML: &str = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";

rows! {
    MISSING = Edit::Assertion("absent"), "A confidential client sends no assertion",
        "CIMD-6.2-01" also ["ATP-CAUTH-019", "CIMD-6.2-02"] broken by "as.assertion.optional";
    TYPE_UNKNOWN = Edit::Parameter(Change::Set("client_assertion_type", Text::Is(SAML))),
        "client_assertion_type is that of SAML assertions",
        "RFC7521-4.2-03" also [] broken by "as.assertion.type-unchecked";
    SIGNATURE_BROKEN = Edit::Assertion("signature-flipped"),
        "The signature of the assertion does not verify",
        "RFC7523-3-08" also ["ATP-CAUTH-020"] broken by "as.assertion.signature-unchecked";
    UNSIGNED = Edit::Assertion("alg-none"), "The assertion is not signed",
        "RFC7523-3-08" also ["RFC7518-3.6-01", "ATP-CAUTH-020"] broken by "as.assertion.alg-none";
    KID_UNKNOWN = Edit::Assertion("kid-unknown"), "The kid of the assertion names no published key",
        "RFC7515-4.1.4-01" also [] broken by "as.jose.first-key-only";
    ISS_OTHER = Edit::Assertion("iss-other-client"), "The iss of the assertion is another client",
        "RFC7523-3-01" also [] broken by "as.assertion.iss-unchecked";
    SUB_OTHER = Edit::Assertion("sub-other-client"), "The sub of the assertion is another client",
        "RFC7523-3-02" also [] broken by "as.assertion.sub-unchecked";
    AUD_OTHER = Edit::Assertion("aud-other-issuer"), "The assertion is for another server",
        "RFC7523-3-03" also ["ATP-CAUTH-012", "RFC7519-4.1.3-01"]
        broken by "as.assertion.aud-unchecked";
    EXPIRED = Edit::Assertion("expired-10-minutes"), "The assertion expired ten minutes ago",
        "RFC7519-4.1.4-01" also ["RFC7523-3-04"] broken by "as.assertion.exp-unchecked";
    ERROR_CODE = Edit::Assertion("signature-flipped"),
        "A bad assertion is refused under another error code than invalid_client",
        "RFC7521-4.2.1-01" also ["RFC7523-3.2-01"] broken by "as.assertion.error-generic" named true;
}

/// An assertion that is wrong in this way.
pub(crate) const fn wrong(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Refused(&[CLIENT_AUTH]);
    Case { id, title, clause, covers, killers, edit: Edit::Assertion(mutation), expect }
}

/// An assertion that is right, although it is spelled in another way.
pub(crate) const fn legal(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Assertion(mutation);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Accepted }
}

/// An assertion of which the texts do not say whether it is right.
pub(crate) const fn open(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    mutation: &'static str,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Assertion(mutation);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Open(TAKEN_OR_NOT) }
}

/// Where the text leaves it open whether a request is accepted.
pub(crate) const TAKEN_OR_NOT: &[Alternative] = &[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
];

/// A new confidential client pushes a request.
pub(crate) fn push<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(ClientKind::Confidential, edit).await?;
        Ok(())
    })
}

/// Accepted or refused, but not with a server error.
pub(crate) fn is_answered(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let exchange = seen::faulted(transcript)?;
        match exchange.status() {
            Some(429 | 502..=504) | None => {
                Err(Outcome::unclear(describe(exchange), "run it again"))
            }
            Some(500..) => {
                Ok(Outcome::violated("accepted or refused", describe(exchange), exchange))
            }
            Some(_) => Ok(Outcome::kept(describe(exchange))),
        }
    })())
}

//! The claims of an assertion (RFC 7523, section 3; the confidential clients of the profile).

use serde_json::Value;

use super::text::crash;
use crate::codec::json::Object;
use crate::server::clients::Client;
use crate::server::lifetimes::CLOCK_SKEW;
use crate::server::refusal::Refusal;
use crate::server::state::Server;
use crate::{Fault, Occasion, Variant};

/// Longest time between `iat` and now, in seconds.
const OLDEST: i64 = 300;

/// How long after `exp` a lenient server takes an assertion, in seconds.
const LENIENT: i64 = 90;

/// Longest `jti` that a careless table holds.
const CARELESS: usize = 1024;

/// How long a forgetful server remembers a `jti`, in seconds.
const FORGETFUL: i64 = 30;

/// An assertion that was used.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Used {
    at: i64,
    exp: i64,
    on: Occasion,
}

impl Server {
    /// Checks the claims, the one that makes it unique last.
    pub(super) fn check_claims(
        &mut self,
        on: Occasion,
        client: &Client,
        claims: &Object,
    ) -> Result<(), Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        for name in ["iss", "sub"] {
            if !self.names_client(on, client, claims, name) {
                return invalid("iss and sub have to be the client_id");
            }
        }
        if !self.is_audience(on, claims.value("aud")) {
            return invalid("aud is not the issuer of this server");
        }
        self.check_times(on, claims)?;
        let known = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "cnf"];
        if claims.names().any(|name| !known.contains(&name))
            && self.has(Fault::AsAssertionExtraClaimsRefused)
        {
            return invalid("a claim is not known");
        }
        if claims.has("cnf") && self.has(Fault::AsAssertionCnfRefused) {
            return invalid("cnf is not the key of the proof");
        }
        match self.has(Fault::AsAssertionJtiNotedUnverified) {
            true => Ok(()),
            false => self.use_up(on, client, claims),
        }
    }

    /// `iss` and `sub` are the client, as strings (RFC 7523, section 3).
    fn names_client(&self, on: Occasion, client: &Client, claims: &Object, name: &str) -> bool {
        let value = claims.text(name);
        let is = value.as_deref() == Some(client.id.as_str());
        let (optional, unchecked) = match name {
            "iss" => (Fault::AsAssertionIssOptional, Fault::AsAssertionIssUnchecked),
            _ => (Fault::AsAssertionSubOptional, Fault::AsAssertionSubUnchecked),
        };
        let like = |value: &str| {
            value.strip_suffix('/') == Some(client.id.as_str())
                && self.has(Fault::AsAssertionClientSlash)
                || value.eq_ignore_ascii_case(&client.id)
                    && self.has(Fault::AsAssertionClientCasefold)
        };
        let alike =
            self.has(Fault::AsAssertionIssIsSub) && claims.value("iss") == claims.value("sub");
        is || alike
            || !claims.has(name) && self.has(optional)
            || claims.has(name) && self.broken_on(on, &[unchecked])
            || value.is_some_and(|value| like(&value))
    }

    fn check_times(&self, on: Occasion, claims: &Object) -> Result<(), Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        let now = self.now();
        let lenient = self.varies(Variant::AssertionTimesLenient);
        let skew = if lenient { LENIENT } else { CLOCK_SKEW };
        match number(claims, "exp") {
            None if !claims.has("exp") && self.has(Fault::AsAssertionExpOptional) => {}
            None if claims.has("exp") && self.has(Fault::AsAssertionExpTypeUnchecked) => {}
            None => return invalid("exp is missing or no number"),
            Some(exp) if now > exp.saturating_add(skew) => {
                let lax = exp <= 0 && self.has(Fault::AsAssertionExpZeroIsNone)
                    || now <= exp.saturating_add(300) && self.has(Fault::AsAssertionExpLeeway)
                    || exp > 0 && self.broken_on(on, &[Fault::AsAssertionExpUnchecked]);
                if !lax {
                    return invalid("the assertion has expired");
                }
            }
            Some(exp) if exp > now + 86_400 && self.has(Fault::AsAssertionLongLifeRefused) => {
                return invalid("the assertion is good for too long");
            }
            Some(_) => {}
        }
        let iat = claims.value("iat");
        if iat.as_ref().is_some_and(Value::is_f64) && self.has(Fault::AsAssertionIatIntegerOnly) {
            return invalid("iat is no integer");
        }
        match number(claims, "iat") {
            None if iat.is_none() && self.has(Fault::AsAssertionIatOptional) => {}
            None if iat.is_some() && self.has(Fault::AsAssertionIatTypeUnchecked) => {}
            None => return invalid("iat is missing or no number"),
            Some(iat) if iat > now && self.has(Fault::AsAssertionIatAheadRefused) => {
                return invalid("the assertion comes from the future");
            }
            Some(iat)
                if iat > now + CLOCK_SKEW && !self.has(Fault::AsAssertionIatFutureUnchecked) =>
            {
                return invalid("the assertion comes from the future");
            }
            Some(iat)
                if iat < now - OLDEST && !lenient && !self.has(Fault::AsAssertionIatUnchecked) =>
            {
                return invalid("the assertion was not made recently");
            }
            Some(iat) if iat < now - 20 && self.has(Fault::AsAssertionTooYoung) => {
                return invalid("the assertion is older than 20 seconds");
            }
            Some(_) => {}
        }
        if claims.has("nbf") && self.has(Fault::AsAssertionNbfRefused) {
            return invalid("nbf is not known");
        }
        if number(claims, "nbf").is_some_and(|from| from > now + CLOCK_SKEW)
            && !self.has(Fault::AsAssertionNbfIgnored)
        {
            return invalid("the assertion is not good yet");
        }
        Ok(())
    }

    /// Each assertion is good once, at the server as a whole, for as long as it lives (the profile,
    /// on confidential clients).
    pub(super) fn use_up(
        &mut self,
        on: Occasion,
        client: &Client,
        claims: &Object,
    ) -> Result<(), Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        let jti = match claims.value("jti") {
            None if self.has(Fault::AsAssertionJtiOptional) => return Ok(()),
            Some(Value::String(jti)) if jti.is_empty() && self.has(Fault::AsAssertionJtiEmpty) => {
                return Ok(());
            }
            Some(Value::String(jti)) if !jti.is_empty() => jti,
            Some(other) if !other.is_string() && self.has(Fault::AsAssertionJtiTypeUnchecked) => {
                return Ok(());
            }
            _ => return invalid("jti is missing or no string"),
        };
        if jti.len() > CARELESS && self.has(Fault::AsAssertionLongJtiCrash) {
            return Err(crash());
        }
        let whose = match self.has(Fault::AsAssertionJtiOfAnyClient) {
            true => String::new(),
            false => client.id.clone(),
        };
        let now = self.now();
        let name = (whose, jti);
        let at_once = self.moment.used.contains(&name.1) && self.has(Fault::AsAssertionReplayRace);
        let remembered = self.assertions.get(&name).is_some_and(|used| {
            !(used.on != on && self.has(Fault::AsAssertionJtiPerEndpoint)
                || now - used.at >= FORGETFUL && self.has(Fault::AsAssertionJtiForgotten)
                || now >= used.exp && self.has(Fault::AsAssertionJtiForgottenAtExpiry)
                || at_once)
        });
        if remembered && !self.broken_on(on, &[Fault::AsAssertionReplay]) {
            return invalid("the assertion was used before");
        }
        self.moment.used.insert(name.1.clone());
        let exp = number(claims, "exp").unwrap_or(i64::MAX);
        self.assertions.insert(name, Used { at: now, exp, on });
        Ok(())
    }

    /// The issuer, and nothing else, is the audience (the update of RFC 7523, section 4).
    fn is_audience(&self, on: Occasion, audience: Option<Value>) -> bool {
        let Some(audience) = audience else { return self.has(Fault::AsAssertionAudOptional) };
        let issuer = self.issuer();
        let here = match on {
            Occasion::Push => self.endpoint("/par"),
            Occasion::Revoke => self.endpoint("/revoke"),
            _ => self.endpoint("/token"),
        };
        let unchecked = self.broken_on(on, &[Fault::AsAssertionAudUnchecked]);
        let fits = |value: &str| {
            value == issuer
                || value == here && self.has(Fault::AsAssertionAudOwnEndpoint)
                || value == self.endpoint("/token") && self.has(Fault::AsAssertionAudTokenEndpoint)
                || value.is_empty() && self.has(Fault::AsAssertionAudEmpty)
                || value.trim_end_matches('/') == issuer && self.has(Fault::AsAssertionAudSlash)
                || value.eq_ignore_ascii_case(issuer) && self.has(Fault::AsAssertionAudCasefold)
                || value.starts_with(issuer)
                    && value.get(issuer.len()..).is_some_and(|rest| !rest.starts_with('/'))
                    && self.has(Fault::AsAssertionAudPrefix)
                || !value.is_empty() && unchecked
        };
        match &audience {
            Value::String(value) => fits(value),
            Value::Array(values) if values.is_empty() => self.has(Fault::AsAssertionAudEmptyList),
            Value::Array(_) if self.has(Fault::AsAssertionAudArraySkip) => true,
            Value::Array(_) if self.has(Fault::AsAssertionAudListRefused) => false,
            Value::Array(values) => {
                let mut values = values.iter().map(|value| value.as_str().is_some_and(fits));
                match values.len() {
                    1 => values.all(|good| good),
                    _ if self.has(Fault::AsAssertionAudAnyInList) => values.any(|good| good),
                    _ => values.next() == Some(true) && self.has(Fault::AsAssertionAudFirstInList),
                }
            }
            _ => self.has(Fault::AsAssertionAudTypeUnchecked),
        }
    }
}

/// A time, in whole seconds. Fractions are allowed (RFC 7519, section 2).
fn number(claims: &Object, name: &str) -> Option<i64> {
    let value = claims.value(name)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it saturates, and whole seconds are meant"
    )]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
}

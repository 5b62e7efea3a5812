//! Request objects that a client has signed (RFC 9101). Only a broken server takes any.

use serde_json::Value;

use super::read_key;
use crate::codec::form::Params;
use crate::server::state::Server;
use crate::{Fault, Occasion};

impl Server {
    /// The parameters with those of an object that a key of the client verifies.
    pub(in crate::server) fn of_signed_object(&mut self, params: &Params) -> Option<Params> {
        let object = self.read_assertion(params.value("request")?).ok()?;
        let kid = object.header.text("kid");
        let taken = match &kid {
            Some(_) => Fault::AsParRequestObjectTaken,
            None => Fault::AsJoseKidOptional,
        };
        if !self.has(taken) {
            return None;
        }
        let client = self.client(params.value("client_id")?).ok()?;
        let keys = self.client_keys(&client.keys?, false).ok()?;
        let keys = keys.as_array().into_iter().flatten().filter_map(read_key);
        let mut named = keys.filter(|key| kid.as_ref().is_none_or(|kid| *kid == key.name.kid));
        named.find(|key| self.is_signed(Occasion::Push, &object, "ES256", key))?;
        let mut params = params.with("request", "");
        for name in object.claims.names() {
            if let Some(Value::String(value)) = object.claims.value(name) {
                params = params.with(name, &value);
            }
        }
        Some(params)
    }
}

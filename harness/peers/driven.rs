//! The reference client behind the commands of the driver contract, in this process.

use std::sync::Arc;

use atproof_engine::model::Step;
use atproof_engine::stage::{Clock, Stream};
use atproof_engine::world::{Asking, AskingAll, Driver, InProcess, Reply, World};
use atproof_protocol::http::Request;
use serde_json::{Value, json};

use crate::ClientSwitches;
use crate::client::{Client, Config, Error, Reason, Session};

/// The reference client, made anew with every `init`.
#[derive(Clone, Debug, Default)]
pub struct Driven {
    /// What the client does wrong, or differently.
    pub switches: ClientSwitches,
}

impl InProcess for Driven {
    fn driver(&self, world: Arc<World>, clock: Clock, random: Stream) -> Box<dyn Driver> {
        let switches = self.switches.clone();
        Box::new(Here { world, clock, random, switches, client: None })
    }
}

struct Here {
    world: Arc<World>,
    clock: Clock,
    random: Stream,
    switches: ClientSwitches,
    client: Option<Client>,
}

impl Driver for Here {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            if step == Step::Init {
                return Reply::Said(self.begin(&arguments));
            }
            let Some(client) = &self.client else {
                return Reply::Said(json!({"ok": false, "error": ["there was no init"]}));
            };
            carried_out(client, step, &arguments).await
        })
    }

    fn ask_at_once<'a>(&'a mut self, step: Step, arguments: Vec<Value>) -> AskingAll<'a> {
        Box::pin(async move {
            let (Some(client), [one, other]) = (&self.client, arguments.as_slice()) else {
                return vec![Reply::Said(json!({"ok": false})); arguments.len()];
            };
            let (one, other) =
                tokio::join!(carried_out(client, step, one), carried_out(client, step, other));
            vec![one, other]
        })
    }
}

impl Here {
    /// A fresh client.
    fn begin(&mut self, arguments: &Value) -> Value {
        let made = Config::from_init(arguments, self.switches.clone()).and_then(|config| {
            let transport = self.world.clone();
            Client::new(config, transport, self.clock.clone(), self.random.clone())
        });
        match made {
            Ok(client) => {
                let mut told = json!({
                    "ok": true,
                    "name": "reference client of atproof",
                    "version": env!("CARGO_PKG_VERSION"),
                });
                // A development client publishes nothing.
                if arguments.get("client_metadata").is_some() {
                    told["client_metadata"] = client.client_metadata();
                    told["jwks"] = client.key_set();
                }
                self.client = Some(client);
                told
            }
            Err(error) => json!({"ok": false, "error": [error.to_string()]}),
        }
    }
}

async fn carried_out(client: &Client, step: Step, arguments: &Value) -> Reply {
    match carry_out(client, step, arguments).await {
        Ok(answer) => Reply::Said(answer),
        Err(Error { reason: reason @ Reason::Crash, .. }) => {
            Reply::Failed { kind: "crash", detail: reason.to_string() }
        }
        Err(Error { step, reason }) => {
            Reply::Said(json!({"ok": false, "error": [step.to_string(), reason.to_string()]}))
        }
    }
}

async fn carry_out(client: &Client, step: Step, arguments: &Value) -> Result<Value, Error> {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    Ok(match step {
        Step::Init => json!({"ok": true}),
        Step::Start => {
            json!({"ok": true, "url": client.start(text("input"), text("scope")).await?})
        }
        Step::Callback => told(&client.callback(text("url")).await?),
        Step::Request => {
            let response = client.call(Request::new(text("method"), text("path"))).await?;
            let body = String::from_utf8_lossy(&response.body);
            json!({"ok": true, "status": response.status, "body": body})
        }
        Step::Refresh => told(&client.refresh().await?),
        Step::Logout => {
            client.logout().await?;
            json!({"ok": true})
        }
    })
}

fn told(session: &Session) -> Value {
    json!({
        "ok": true,
        "sub": session.sub.as_str(),
        "iss": session.iss.as_str(),
        "aud": session.aud.as_str(),
        "scope": session.scope,
    })
}

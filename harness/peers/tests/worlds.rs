//! The reference client in correct and in twisted worlds, and what is recorded of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::time::Duration;

use atproof_engine::judge::{Wire, is_twisted, said, site, trap};
use atproof_engine::model::{
    Alter, Case, Edit, Expectation, Family, Input, Outcome, Role, Script, Settings, Site, Step,
    Target, Tier, Transcript, Twist, When,
};
use atproof_engine::run::{Offer, Plan, Played, play_client};
use atproof_engine::stage::Recorder;
use atproof_engine::world::{Client, Stand};
use atproof_peers::{ClientSwitches, Correct, Driven};
use atproof_protocol::record::{Action, Part};

const LOGIN: &[Step] = &[Step::Start, Step::Callback, Step::Request];

const fn case(id: &'static str, edit: Edit, expect: Expectation) -> Case {
    Case { id, title: "", clause: "", covers: &[], killers: &[], edit, expect }
}

const fn family(id: &'static str, steps: &'static [Step], cases: &'static [Case]) -> Family {
    Family {
        id,
        role: Role::Client,
        area: "",
        tier: Tier::Safe,
        needs: &[],
        source: "",
        script: Script::Walk { steps, settings: Settings::USUAL },
        judge: trap,
        cases,
    }
}

async fn play(family: &'static Family, switches: &[&str]) -> Vec<Played> {
    let stand = Stand {
        networks: Arc::new(Correct { seed: Some(1) }),
        client: Client::Here(Arc::new(Driven {
            switches: ClientSwitches::parse(switches).unwrap(),
        })),
        seed: 1,
    };
    let offer = Offer { patience: Duration::MAX, ..Offer::CLIENT };
    let plan = Plan::new(&[family], &offer, |_| true);
    let recorder = Arc::new(Recorder::new(None, None));
    play_client(&plan, &recorder, &stand, 2, |played| played).await
}

fn outcome(played: &Played) -> Outcome {
    let target = Target::client("test");
    let transcript =
        Transcript { target: &target, exchanges: &played.exchanges, play: &played.play };
    trap(played.case, &transcript)
}

static LAYOUTS: Family = family(
    "client.layouts",
    &[Step::Start, Step::Callback, Step::Request, Step::Refresh, Step::Request, Step::Logout],
    &[
        layout("did", Settings { input: Input::Did, ..Settings::USUAL }),
        layout("pds", Settings { input: Input::Pds, ..Settings::USUAL }),
        layout("issuer", Settings { input: Input::Issuer, ..Settings::USUAL }),
        layout("same", Settings { same_origin: true, ..Settings::USUAL }),
        layout("web", Settings { did_web: true, ..Settings::USUAL }),
        layout("confidential", Settings::CONFIDENTIAL),
        layout("soon", Settings { expires_soon: true, ..Settings::USUAL }),
        layout("nonces", Settings { variants: &["nonce.every-answer"], ..Settings::USUAL }),
    ],
);

const fn layout(id: &'static str, settings: Settings) -> Case {
    case(id, Edit::Layout(id, settings), Expectation::Completes)
}

#[tokio::test]
async fn every_layout_is_a_correct_network() {
    for played in play(&LAYOUTS, &[]).await {
        let outcome = outcome(&played);
        assert!(matches!(outcome, Outcome::Kept { .. }), "{}: {outcome:?}", played.case.id);
    }
}

static OCCASIONS: Family = family(
    "client.occasions",
    LOGIN,
    &[
        twisted("always", Twist::new(Site::Did, Alter::Header("X-Twist", "1"))),
        twisted("first", Twist::new(Site::Did, HEADER).when(When::Nth(1))),
        twisted("later", Twist::new(Site::Did, HEADER).when(When::From(2))),
        twisted("start", Twist::new(Site::Did, HEADER).when(When::During(Step::Start))),
        twisted("after", Twist::new(Site::Did, HEADER).when(When::After(Step::Start))),
        twisted("of", Twist::new(Site::Did, HEADER).when(When::Of("{did}"))),
        twisted("other", Twist::new(Site::Did, HEADER).when(When::Of("{other_did}"))),
    ],
);

const HEADER: Alter = Alter::Header("X-Twist", "1");

const fn twisted(id: &'static str, twist: Twist) -> Case {
    case(id, Edit::Twist(twist), Expectation::Completes)
}

#[tokio::test]
async fn a_twist_has_its_occasions() {
    // The client asks twice: when it starts, and when it verifies who logged in.
    for (played, expected) in play(&OCCASIONS, &[]).await.iter().zip([
        [true, true],
        [true, false],
        [false, true],
        [true, false],
        [false, true],
        [true, true],
        [false, false],
    ]) {
        let asked: Vec<bool> = played
            .exchanges
            .iter()
            .filter(|e| e.part == Part::Faulted && site(e) == Some(Site::Did))
            .map(|exchange| {
                let changed = exchange.response().unwrap().header("x-twist").is_some();
                assert_eq!(changed, is_twisted(exchange));
                changed
            })
            .collect();
        assert_eq!(asked, expected, "{}", played.case.id);
    }
}

static TRAPS: Family = family(
    "client.traps",
    LOGIN,
    &[
        stops("refused", Step::Callback, Site::Token, Alter::WithoutMember("/sub")),
        stops("early", Step::Callback, Site::Did, Alter::Member("/id", "1")),
        stops("late", Step::Start, Site::Token, Alter::WithoutMember("/sub")),
        stops("unheard", Step::Callback, Site::Revocation, Alter::Closed),
        stops("twice", Step::Callback, Site::Callback, Alter::Twice),
        stops("closed", Step::Start, Site::Par, Alter::Closed),
        stops("silent", Step::Start, Site::Par, Alter::Silent),
        stops("cut", Step::Start, Site::Par, Alter::Cut),
        stops("lost", Step::Callback, Site::Token, Alter::Lost),
        stops("denied", Step::Callback, Site::Callback, Alter::Denied),
        stops(
            "moved",
            Step::Start,
            Site::ServerMetadata,
            Alter::Redirect(302, "{other}/moved{path}"),
        ),
        stops("long", Step::Start, Site::ServerMetadata, Alter::Padded(300 * 1024)),
    ],
);

const fn stops(id: &'static str, step: Step, at: Site, alter: Alter) -> Case {
    case(id, Edit::Twist(Twist::new(at, alter)), Expectation::RefusedAt(step))
}

#[tokio::test]
async fn a_refusal_counts_at_its_step_only() {
    let played = play(&TRAPS, &[]).await;
    for (played, expected) in played.iter().zip([
        "kept",
        "unclear",
        "broken",
        "not offered",
        "kept",
        "kept",
        "kept",
        "kept",
        "kept",
        "kept",
        "kept",
        "kept",
    ]) {
        let outcome = outcome(played);
        let name = match &outcome {
            Outcome::Kept { .. } => "kept",
            Outcome::Broken { .. } => "broken",
            Outcome::Unclear { .. } => "unclear",
            Outcome::NotOffered { .. } => "not offered",
            Outcome::Observed { .. } => "else",
        };
        assert_eq!(name, expected, "{}: {outcome:?}", played.case.id);
    }
    // After a refused callback the client is asked for a request all the same.
    let refused = played.first().unwrap();
    let last = refused.exchanges.iter().rfind(|e| e.part == Part::Faulted).unwrap();
    assert_eq!(last.facts["note"], "afterwards");
}

#[tokio::test]
async fn what_is_used_after_all_was_not_refused() {
    let mut played = play(&TRAPS, &[]).await.remove(0);
    // The same record, in which the token of the wrong answer goes to the PDS afterwards.
    let token = played
        .exchanges
        .iter()
        .find(|e| e.part == Part::Faulted && site(e) == Some(Site::Token) && is_twisted(e))
        .and_then(|e| e.response()?.member("access_token"))
        .unwrap();
    let mut used = played
        .exchanges
        .iter()
        .find(|e| e.part == Part::Control && site(e) == Some(Site::Resource))
        .unwrap()
        .clone();
    used.part = Part::Faulted;
    let authorization = format!("DPoP {}", token.as_str().unwrap());
    used.request.headers = vec![("Authorization".to_owned(), authorization)];
    let end = played.exchanges.iter().rposition(|e| e.part == Part::Faulted).unwrap();
    played.exchanges.insert(end, used);
    let outcome = outcome(&played);
    assert!(matches!(outcome, Outcome::Broken { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_body_of_json_hides_nothing_else() {
    let switches = ["client.par.json-body", "client.token.json-body"];
    let played = play(&TRAPS, &switches).await;
    let first = played.first().unwrap();
    let target = Target::client("test");
    let transcript = Transcript { target: &target, exchanges: &first.exchanges, play: &first.play };
    let wire = Wire::new(&transcript);
    assert!(wire.unusable().is_none(), "{:?}", wire.unusable());
    let pushed = wire.at(&Part::Control, Site::Par).last().unwrap();
    assert!(pushed.request.body.text().starts_with('{'), "recorded as it came");
}

#[tokio::test]
async fn the_record_holds_what_the_driver_said_and_no_secret() {
    let played = play(&TRAPS, &[]).await;
    let first = played.first().unwrap();
    let commands: Vec<_> = first
        .exchanges
        .iter()
        .filter(|e| e.action == Action::Driver)
        .map(|e| (&*e.request.url, said(e)))
        .collect();
    assert_eq!(commands.len(), 4 + 4 + 4, "{commands:?}");
    let text = serde_json::to_string(&first.exchanges).unwrap();
    for name in ["<code#1>", "<access_token#1>", "<code_verifier#1>"] {
        assert!(text.contains(name), "{name}");
    }
    let verifier = text.split("\"code_verifier\",\"").nth(1);
    assert!(verifier.is_none_or(|rest| rest.starts_with('<')));
}

#[tokio::test]
async fn one_seed_gives_the_same_exchanges() {
    let (once, again) = (play(&TRAPS, &[]).await, play(&TRAPS, &[]).await);
    for (once, again) in once.iter().zip(&again) {
        assert_eq!(once.exchanges, again.exchanges, "{}", once.case.id);
    }
}

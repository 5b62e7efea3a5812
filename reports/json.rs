//! The judged run as JSON. The format is `schema/judged-run-1.json`.

use atproof_engine::model::JudgedRun;

/// JSON Schema of the judged run.
pub const SCHEMA: &str = include_str!("schema/judged-run-1.json");

/// JSON Schema of one line of a record.
pub const RECORD_SCHEMA: &str = include_str!("schema/record-1.json");

/// The judged run, indented, with a line feed at its end. The same run gives the same bytes.
pub fn render(run: &JudgedRun) -> String {
    // These types hold no map with other than string keys and no failing `Serialize`.
    let mut text = serde_json::to_string_pretty(run).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use atproof_engine::model::Verdict;
    use atproof_protocol::record::{
        self, Action, Answer, Body, Case, End, Event, Exchange, Part, Play, Request, Response,
    };
    use serde_json::{Value, json};

    fn validator(schema: &str) -> jsonschema::Validator {
        jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
    }

    #[test]
    fn one_case_of_every_verdict() {
        insta::assert_snapshot!(render(&sample::every_verdict()));
    }

    #[test]
    fn judged_runs_have_the_published_form() {
        let validator = validator(SCHEMA);
        for run in [
            sample::every_verdict(),
            sample::failures(2),
            sample::nothing_exercised(),
            sample::with_baseline(),
        ] {
            let value: Value = serde_json::from_str(&render(&run)).unwrap();
            let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
        let all = sample::every_verdict();
        assert!(Verdict::ALL.iter().all(|v| all.cases.iter().any(|case| case.verdict == *v)));
    }

    #[test]
    fn the_schema_refuses_what_is_no_judged_run() {
        let validator = validator(SCHEMA);
        let good: Value = serde_json::from_str(&render(&sample::every_verdict())).unwrap();
        let changes: [(&str, Value); 6] = [
            ("/schema", json!(2)),
            ("/cases/0/verdict", json!("ok")),
            ("/cases/0/level", json!("must")),
            ("/cases/0/clauses", json!([])),
            ("/totals/verdicts", json!({"fail": 1})),
            ("/target/endpoints", json!({})),
        ];
        for (pointer, value) in changes {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(!validator.is_valid(&bad), "{pointer}");
        }
    }

    #[test]
    fn a_judged_run_is_read_back() {
        let run = sample::every_verdict();
        let read: atproof_engine::model::JudgedRun = serde_json::from_str(&render(&run)).unwrap();
        assert_eq!(read, run);
    }

    #[test]
    fn record_lines_have_the_published_form() {
        let validator = validator(RECORD_SCHEMA);
        for event in events() {
            let value: Value = serde_json::from_str(&record::write(&event)).unwrap();
            let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{event:?}: {errors:?}");
        }
        for bad in [json!({"event": "other"}), json!({"event": "run", "seed": 1}), json!([])] {
            assert!(!validator.is_valid(&bad), "{bad}");
        }
    }

    fn events() -> Vec<Event> {
        let run = sample::every_verdict();
        let exchange = |part, answer, superseded, body| {
            let headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
            Event::Exchange(Exchange {
                id: "server.par.request/1#1".into(),
                part,
                action: Action::Par,
                superseded,
                request: Request {
                    method: "POST".into(),
                    url: "https://auth.example/oauth/par".into(),
                    headers,
                    body,
                },
                answer,
                facts: [("refused".to_owned(), json!({"status": 400}))].into(),
            })
        };
        let response = |body| {
            let headers = vec![("DPoP-Nonce".to_owned(), "n".to_owned())];
            Answer::Response(Response { status: 400, headers, body })
        };
        let failure = Answer::Failure { kind: "timeout".into(), detail: "20 s".into() };
        let case = |play| {
            let exchanges = vec!["server.par.request/1#1".to_owned()];
            Event::Case(Case { id: "server.par.state-missing".into(), exchanges, play })
        };
        let cut = Body::Cut { start: "<html>".into(), length: 70_000 };
        vec![
            atproof_engine::run::head(&run.target, run.seed),
            exchange(Part::Setup, response(Body::default()), true, Body::Text("a=b".into())),
            exchange(Part::Control, failure.clone(), false, Body::Base64("AP8".into())),
            exchange(Part::Faulted, response(cut), false, Body::default()),
            exchange(Part::ControlAgain, failure.clone(), false, Body::default()),
            exchange(Part::Step("replay".into()), failure, false, Body::default()),
            case(Play::Done),
            case(Play::Skipped { need: "an account".into(), unblock: "set it".into() }),
            case(Play::Halted { reason: "sign-in was refused".into() }),
            case(Play::Failed { detail: "task panicked".into() }),
            Event::End(End { cases: 3, exchanges: 5 }),
        ]
    }
}

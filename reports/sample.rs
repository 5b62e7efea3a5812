//! Judged runs for snapshots.

use atproof_engine::model::{
    Client, Endpoints, Finding, JudgedRun, Level, Target, Totals, Verdict,
};

use crate::terminal::{KNOWN, KNOWN_EXPIRED, KNOWN_PASSES};

/// A run with these findings.
fn run(cases: Vec<Finding>) -> JudgedRun {
    JudgedRun {
        schema: JudgedRun::SCHEMA,
        tool: "atproof 0.1.0".into(),
        target: target(),
        seed: 7,
        complete: true,
        totals: Totals::of(&cases),
        cases,
    }
}

fn target() -> Target {
    let endpoint = |name: &str| format!("https://auth.example/oauth/{name}");
    Target {
        input: "alice.example".into(),
        resource: "https://pds.example".into(),
        issuer: "https://auth.example".into(),
        did: Some("did:web:alice.example".into()),
        endpoints: Endpoints {
            par: endpoint("par"),
            authorization: endpoint("authorize"),
            token: endpoint("token"),
            revocation: Some(endpoint("revoke")),
        },
        scopes_supported: vec!["atproto".into()],
        client: Client::localhost(),
        resource_path: "/xrpc/com.atproto.server.getSession".into(),
        role: None,
    }
}

fn finding(verdict: Verdict, id: &str, title: &str) -> Finding {
    Finding {
        id: id.into(),
        title: title.into(),
        verdict,
        reason: String::new(),
        level: Level::Must,
        clauses: vec![format!("RFC0-{}", id.len()), "RFC0-2-01".into()],
        source: "RFC 0, section 1".into(),
        edit: "`state` removed".into(),
        expected: String::new(),
        observed: String::new(),
        unblock: String::new(),
        exchanges: vec!["server.par.request/1#1".into(), "server.par.request/1#2".into()],
        at: None,
        marks: Vec::new(),
    }
}

fn broken(verdict: Verdict, id: &str, title: &str) -> Finding {
    Finding {
        reason: "expected refused with 400 invalid_request; observed accepted with 201".into(),
        expected: "refused with 400 invalid_request".into(),
        observed: "accepted with 201".into(),
        at: Some("server.par.request/1#2".into()),
        ..finding(verdict, id, title)
    }
}

/// One case of every verdict, and a second one where they are grouped.
pub(crate) fn every_verdict() -> JudgedRun {
    let skipped = |id| Finding {
        reason: "needs an account".into(),
        unblock: "set ATPROOF_ACCOUNT and ATPROOF_PASSWORD, or run in a terminal".into(),
        exchanges: Vec::new(),
        ..finding(Verdict::Skipped, id, "A code is exchanged twice")
    };
    let inconclusive = |id| Finding {
        reason: "the control was not accepted: refused with 400 invalid_client".into(),
        unblock: "the correct request has to be accepted first".into(),
        ..finding(Verdict::Inconclusive, id, "A verifier is missing")
    };
    let observed = Finding {
        reason: "refused with 415".into(),
        observed: "refused with 415".into(),
        level: Level::May,
        ..finding(Verdict::Observed, "server.par.json-body", "A request is pushed as JSON")
    };
    let pass = Finding {
        reason: "refused with 400 invalid_dpop_proof".into(),
        observed: "refused with 400 invalid_dpop_proof".into(),
        ..finding(Verdict::Pass, "server.par.dpop-missing", "A proof is missing")
    };
    let warn = Finding {
        level: Level::Should,
        ..broken(Verdict::Warn, "server.token.cacheable", "A token answer may be cached")
    };
    run(vec![
        pass,
        skipped("server.token.code-reusable"),
        warn,
        skipped("server.token.code-unbound"),
        broken(Verdict::Fail, "server.par.state-missing", "A request without state is pushed"),
        observed,
        inconclusive("server.pkce.verifier-a"),
        inconclusive("server.pkce.verifier-b"),
        inconclusive("server.pkce.verifier-c"),
        inconclusive("server.pkce.verifier-d"),
    ])
}

/// So many failures, and one case that passes.
pub(crate) fn failures(number: usize) -> JudgedRun {
    let fails = (0..number).map(|number| {
        broken(Verdict::Fail, &format!("server.par.rule-{number:02}"), "A rule is broken")
    });
    let pass = finding(Verdict::Pass, "server.par.rule-kept", "A rule is kept");
    run(fails.chain([pass]).collect())
}

/// All cases skipped.
pub(crate) fn nothing_exercised() -> JudgedRun {
    let mut run = every_verdict();
    run.cases.retain(|case| case.verdict == Verdict::Skipped);
    run.totals = Totals::of(&run.cases);
    run.complete = false;
    run
}

/// Failures that the baseline knows, knew, or need not know any more.
pub(crate) fn with_baseline() -> JudgedRun {
    let mark = |mark: &str, finding: Finding| Finding { marks: vec![mark.into()], ..finding };
    let fail = |id| broken(Verdict::Fail, id, "A rule is broken");
    run(vec![
        mark(KNOWN, fail("server.par.known")),
        mark(KNOWN_EXPIRED, fail("server.par.expired")),
        mark(KNOWN_PASSES, finding(Verdict::Pass, "server.par.mended", "A rule is kept")),
    ])
}

//! The reference client with each of its faults and variants alone, before a server that keeps every
//! rule.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod world;

use atproof_peers::{CLIENT_FAULTS, CLIENT_VARIANTS};
use world::{HANDLE, World};

const SESSION: &str = "/xrpc/com.atproto.server.getSession";

/// Where a run through the whole protocol ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Start,
    Consent,
    Callback,
    Request,
    Refresh,
    Logout,
    Never,
}

/// Two logins, the second with what the first has left, each with requests, a refresh and a logout.
async fn run(world: &World) -> End {
    for _ in 0..2 {
        let Ok(url) = world.client.start(HANDLE, "atproto").await else { return End::Start };
        let Some(back) = world.approve(&url).await else { return End::Consent };
        if world.client.callback(&back).await.is_err() {
            return End::Callback;
        }
        for _ in 0..2 {
            let response = world.client.request("GET", SESSION).await;
            if response.map(|response| response.status) != Ok(200) {
                return End::Request;
            }
        }
        if world.client.refresh().await.is_err() {
            return End::Refresh;
        }
        world.wait(30);
        if world.client.logout().await.is_err() {
            return End::Logout;
        }
    }
    End::Never
}

#[tokio::test]
async fn a_client_with_one_fault_gets_through_unless_the_server_minds() {
    let mut found = Vec::new();
    for row in CLIENT_FAULTS {
        let public = run(&World::public(&[row.id.0])).await;
        let confidential = run(&World::confidential(&[row.id.0])).await;
        if (public, confidential) != (End::Never, End::Never) {
            found.push(format!("{} {public:?} {confidential:?}", row.id.0));
        }
    }
    // Everything here is a fault that a strict server refuses, or that refuses what is right.
    insta::assert_snapshot!(found.join("\n"));
}

#[tokio::test]
async fn a_client_with_one_variant_gets_through() {
    for row in CLIENT_VARIANTS {
        for world in [World::public(&[row.id.0]), World::confidential(&[row.id.0])] {
            assert_eq!(run(&world).await, End::Never, "{}", row.id.0);
        }
    }
}

#[tokio::test]
async fn each_switch_changes_the_same_bytes_each_time() {
    let ids = CLIENT_FAULTS.iter().map(|row| row.id.0);
    for id in ids.chain(CLIENT_VARIANTS.iter().map(|row| row.id.0)) {
        let mut runs = Vec::new();
        for _ in 0..2 {
            let world = World::confidential(&[id]);
            run(&world).await;
            runs.push(std::mem::take(&mut *world.wire.seen.lock().unwrap()));
        }
        assert!(!runs[0].is_empty() && runs[0] == runs[1], "{id}");
    }
}

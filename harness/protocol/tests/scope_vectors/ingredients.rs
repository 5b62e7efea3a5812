//! What the cases are made of.

use atproof_protocol::scope::{Access, AccountAttribute, Management, Operation, RepoAction};

pub(crate) const COLLECTIONS: &[&str] = &[
    "app.example.post",
    "app.example.like",
    "app.example.feed.post",
    "app.example.feedback.post",
    "org.other.record",
    "org.unnamed.record",
];

pub(crate) const METHODS: &[&str] = &[
    "app.example.getFeed",
    "app.example.feed.getThread",
    "org.other.call",
    "org.unnamed.call",
    "chat.bsky.convo.getMessages",
    "com.atproto.server.createAccount",
    "com.atproto.identity.updateHandle",
    "com.atproto.repo.getRecord",
];

pub(crate) const AUDIENCES: &[&str] = &[
    "did:web:api.example#svc",
    "did:web:api.example#other",
    "did:web:api.example",
    "did:plc:z72i7hdynmk6r22z27h6tvur#labeler",
    "did:web:unnamed.example#svc",
];

pub(crate) const MEDIA_TYPES: &[&str] = &[
    "image/png",
    "image/svg+xml",
    "IMAGE/PNG",
    "imagex/png",
    "text/html",
    "text/html; charset=utf-8",
    "video/mp4",
    "application/octet-stream",
    "image",
    "image/*",
];

/// The operations that the vectors speak of.
pub(crate) fn universe() -> Vec<Operation> {
    let mut operations = vec![Operation::SignIn, Operation::Handle, Operation::DidDocument];
    for collection in COLLECTIONS {
        operations.extend(
            RepoAction::ALL
                .map(|action| Operation::Repo { action, collection: (*collection).to_owned() }),
        );
    }
    for aud in AUDIENCES {
        let methods = METHODS.iter().map(|lxm| Some((*lxm).to_owned()));
        operations.extend(
            methods.chain([None]).map(|lxm| Operation::Rpc { lxm, aud: (*aud).to_owned() }),
        );
    }
    operations.extend(MEDIA_TYPES.iter().map(|mime| Operation::Blob { mime: (*mime).to_owned() }));
    for attr in AccountAttribute::ALL {
        operations.extend(Access::ALL.map(|action| Operation::Account { attr, action }));
    }
    operations.extend(Access::ALL.map(|action| Operation::Preferences { action }));
    operations.extend(Management::ALL.map(|task| Operation::Management { task }));
    operations
}

/// Spelled NSIDs, those that are none, and wildcards.
pub(crate) const NAMES: &[&str] = &[
    "app.example.post",
    "com.example.fooBar",
    "a-0.b-1.c3",
    "cn.8.lex",
    "*",
    "",
    "post",
    "app.example",
    "app..post",
    ".app.example.post",
    "app.example.",
    "app.example.3d",
    "app.example.foo-bar",
    "app.ex_ample.post",
    "app.-example.post",
    "1app.example.post",
    "app.example.*",
    "app.*",
    "*.example.post",
    "app.*.post",
    "**",
    "app.example.post*",
    "app.example.post%23main",
    "app.example.post#main",
    "app.example.post/",
    "app.example.p%6Fst",
    "%2A",
    "app%2Eexample%2Epost",
    "app.example.post,app.example.like",
    "app.example.post%20app.example.like",
];

pub(crate) const SERVICES: &[&str] = &[
    "did:web:api.example%23svc",
    "did:web:api.example#svc",
    "did%3Aweb%3Aapi.example%23svc",
    "did:plc:z72i7hdynmk6r22z27h6tvur%23labeler",
    "did:web:localhost%253A3000%23svc",
    "*",
    "%2A",
    "",
    "did:web:api.example",
    "did:web:api.example%23",
    "did:web:api.example%2523svc",
    "did:web:api.example%23svc%23more",
    "did:web:api.example%23a%20b",
    "did:web:localhost%3A3000%23svc",
    "did:web:api.example:user%23svc",
    "did:web:API.example%23svc",
    "did:web:*%23svc",
    "did:web:api.example%23*",
    "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK%23svc",
    "did:plc:short%23svc",
    "DID:web:api.example%23svc",
    "https://api.example",
    "api.example%23svc",
    "%23svc",
];

pub(crate) const ACCEPTS: &[&str] = &[
    "*/*",
    "image/*",
    "image/png",
    "image/svg+xml",
    "image/svg%2Bxml",
    "image%2Fpng",
    "%2A/%2A",
    "IMAGE/Png",
    "application/vnd.example.v1%2Bjson",
    "a/b",
    "x-y/z_1",
    "*",
    "",
    "image",
    "image/",
    "/png",
    "/",
    "*/png",
    "*/",
    "/*",
    "*/**",
    "**/*",
    "image/p*",
    "image/*%2Bxml",
    "im*/png",
    "image/png/x",
    "image//png",
    "image/png;q=1",
    "image/png%3Bq=1",
    "image/%20png",
    "image/png,text/html",
    "image/p(n)g",
    "image/%C3%A9",
];

pub(crate) const REPO_ACTIONS: &[&str] = &[
    "create",
    "update",
    "delete",
    "create&action=update",
    "delete&action=create",
    "create&action=update&action=delete",
    "delete&action=update&action=create",
    "cre%61te",
    "create&action=create",
    "",
    "read",
    "*",
    "manage",
    "Create",
    "DELETE",
    "create,update",
    "create%20update",
    "create&action=read",
    "create&action=",
    "put",
];

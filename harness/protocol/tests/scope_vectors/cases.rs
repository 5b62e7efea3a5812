//! The cases, by group. What each comes to is the model's business.

use std::collections::BTreeSet;

use atproof_protocol::scope::Operation;
use serde_json::{Value, json};

use crate::ingredients::{ACCEPTS, NAMES, REPO_ACTIONS, SERVICES, universe};

/// Cases about one thing.
pub(crate) struct Group<C> {
    pub(crate) description: &'static str,
    pub(crate) clause: &'static str,
    pub(crate) cases: Vec<(C, BTreeSet<&'static str>)>,
}

/// What each file holds.
pub(crate) const DESCRIPTIONS: &[(&str, &str)] = &[
    (
        "grammar",
        "Whether a scope string follows the grammar and the rules of its resource types. values: what \
         each value is (known, unknown, invalid). valid: nothing is wrong. invalid: a rule is broken, \
         at defect.at (a byte offset). acceptable: the text leaves open what it means; open names the \
         clauses.",
    ),
    (
        "canonical",
        "The canonical form of a scope string. The text defines none; this one sorts, leaves out what \
         is said otherwise and encodes what has to be. valid: the string is in that form.",
    ),
    (
        "covers",
        "Whether a scope string allows an operation. valid: it does. invalid: it does not. \
         acceptable: it depends on a question that the text leaves open (open); allowed is the answer \
         under the readings taken here.",
    ),
    (
        "subset",
        "Whether what a scope string allows is allowed by another. valid: each value stands in the \
         other as well. acceptable: it is covered, but not value by value (ATP-SCOPE-006). invalid: \
         it allows more.",
    ),
    (
        "permission-set",
        "What an include comes to with the lexicon that was fetched for it. expanded: the permissions, \
         none where the document is no such set. ignored: what is wrong, and where (a JSON pointer). \
         valid: every entry counts. acceptable: the text leaves it open. invalid: a rule is broken.",
    ),
];

/// What the flags stand for: name, description, clause.
pub(crate) const FLAGS: &[(&str, &str, &str)] = &[
    ("Account", "about account data", "ATP-SGRAN-070"),
    ("Action", "about the actions that a permission names", "ATP-SGRAN-024"),
    ("Atproto", "about the value that everything depends on", "ATP-SCOPE-003"),
    ("Audience", "about the service that a permission names", "ATP-SGRAN-043"),
    ("Blob", "about uploads", "ATP-SGRAN-060"),
    ("Characters", "about the characters of scopes", "RFC6749-3.3-04"),
    ("Default", "about parameters that say what is the default", "ATP-SGRAN-025"),
    ("Document", "about the lexicon as a whole", "ATP-SGRAN-116"),
    ("Fixed", "about values that are no permissions", "ATP-SCOPE-015"),
    ("Form", "about the general form of a value", "ATP-SGRAN-001"),
    ("Identity", "about handle and DID document", "ATP-SGRAN-080"),
    ("Include", "about naming permission sets", "ATP-SGRAN-090"),
    ("InheritAud", "about audiences from the include", "ATP-SGRAN-095"),
    ("List", "about more than one value", "RFC6749-3.3-01"),
    ("Namespace", "about what a set may speak of", "ATP-SGRAN-092"),
    ("PercentEncoding", "with percent-encoding", "ATP-SGRAN-007"),
    ("Positional", "about positional against named parameters", "ATP-SGRAN-004"),
    ("Repetition", "with a parameter more than once", "ATP-SGRAN-005"),
    ("Repo", "about writes to the repository", "ATP-SGRAN-020"),
    ("Rpc", "about calls to services", "ATP-SGRAN-046"),
    ("Transitional", "about the transitional scopes", "ATP-STRANS-001"),
    ("Wildcard", "with a wildcard", "ATP-SGRAN-023"),
];

fn group<C>(
    description: &'static str,
    clause: &'static str,
    cases: impl IntoIterator<Item = C>,
    flags: impl Fn(&C) -> BTreeSet<&'static str>,
) -> Group<C> {
    let cases = cases.into_iter().map(|case| {
        let flags = flags(&case);
        (case, flags)
    });
    Group { description, clause, cases: cases.collect() }
}

/// Cases that were there before go.
fn distinct<C>(mut groups: Vec<Group<C>>, key: impl Fn(&C) -> String) -> Vec<Group<C>> {
    let mut seen = BTreeSet::new();
    for group in &mut groups {
        group.cases.retain(|(case, _)| seen.insert(key(case)));
    }
    groups
}

fn texts(group: &[&str]) -> Vec<String> {
    group.iter().map(|text| (*text).to_owned()).collect()
}

fn string_flags(flag: &'static str, text: &str) -> BTreeSet<&'static str> {
    let mut flags = BTreeSet::from([flag]);
    flags.extend(text.contains('%').then_some("PercentEncoding"));
    flags.extend(text.contains('*').then_some("Wildcard"));
    flags
}

fn scopes(
    description: &'static str,
    clause: &'static str,
    flag: &'static str,
    cases: Vec<String>,
) -> Group<String> {
    group(description, clause, cases, |text| string_flags(flag, text))
}

pub(crate) fn grammar() -> Vec<Group<String>> {
    let groups = vec![
        scopes("values and what separates them", "RFC6749-3.3-04", "List", lists()),
        scopes("characters of scopes", "RFC6749-3.3-04", "Characters", characters()),
        scopes("the general form", "ATP-SGRAN-001", "Form", texts(FORMS)),
        scopes("fixed values", "ATP-SCOPE-015", "Fixed", texts(FIXED)),
        scopes("positional against named", "ATP-SGRAN-006", "Positional", texts(POSITIONS)),
        scopes("repeated parameters", "ATP-SGRAN-011", "Repetition", texts(REPETITIONS)),
        scopes("collections", "ATP-SGRAN-022", "Repo", both("repo", "collection", NAMES, "")),
        scopes("actions on records", "ATP-SGRAN-026", "Action", repo_actions()),
        scopes("methods", "ATP-SGRAN-045", "Rpc", both("rpc", "lxm", NAMES, AUD)),
        scopes("services", "ATP-SGRAN-043", "Audience", audiences()),
        scopes("MIME types", "ATP-SGRAN-062", "Blob", both("blob", "accept", ACCEPTS, "")),
        scopes("account data", "ATP-SGRAN-070", "Account", accounts()),
        scopes("identity", "ATP-SGRAN-080", "Identity", identities()),
        scopes("permission sets", "ATP-SGRAN-090", "Include", includes()),
    ];
    distinct(groups, String::clone)
}

const AUD: &str = "aud=did:web:api.example%23svc";

/// Each value behind the colon and as a parameter.
fn both(resource: &str, name: &str, values: &[&str], rest: &str) -> Vec<String> {
    let (with, behind) = match rest {
        "" => (String::new(), String::new()),
        _ => (format!("?{rest}"), format!("&{rest}")),
    };
    let spelled = |value: &&str| {
        [format!("{resource}:{value}{with}"), format!("{resource}?{name}={value}{behind}")]
    };
    values.iter().flat_map(spelled).collect()
}

fn lists() -> Vec<String> {
    let mut lists = texts(&[
        "",
        " ",
        "atproto",
        "atproto repo:*",
        "repo:* atproto",
        "atproto transition:generic transition:email transition:chat.bsky",
        "atproto repo:app.example.post blob:*/*",
        "atproto atproto",
        "atproto repo:* repo?collection=*",
        "atproto repo:app.example.post repo:app.example.*",
        "atproto x:y repo:*",
        "atproto identity:* openid",
        "atproto transition:chat.bsky",
    ]);
    for (before, between, after) in [
        ("", "  ", ""),
        ("", "   ", ""),
        (" ", " ", ""),
        ("", " ", " "),
        ("", "\t", ""),
        ("", "\n", ""),
        ("", "\r\n", ""),
        ("", "\u{a0}", ""),
        ("", "\u{3000}", ""),
        ("", ",", ""),
        ("", ";", ""),
        ("", "+", ""),
        ("", "%20", ""),
    ] {
        lists.push(format!("{before}atproto{between}repo:*{after}"));
        lists.push(format!("{before}account:email{between}identity:handle{after}"));
    }
    lists
}

fn characters() -> Vec<String> {
    let foreign = ["\"", "\\", "\u{7f}", "\0", "é", "☺", "\u{200b}", "\u{feff}"];
    let good = "!#$'()*+,-./:;<=>@[]^_`{|}~".chars();
    let mut scopes: Vec<String> = foreign
        .iter()
        .flat_map(|c| {
            [
                format!("resource{c}"),
                format!("resource:a{c}b"),
                format!("resource?key=a{c}"),
                format!("blob:image/p{c}g"),
            ]
        })
        .collect();
    scopes.extend(good.map(|c| format!("resource:a{c}b?key={c}")));
    scopes
        .extend(["blob:a!#$'^_`|~/b-c.d", "account:email", "identity:%68andle"].map(str::to_owned));
    scopes
}

const FORMS: &[&str] = &[
    "resource",
    "resource:",
    "resource?",
    "resource:?",
    "resource:&",
    "resource:=",
    "resource:::",
    "resource:positional",
    "resource:positional?key=val",
    "resource:positional&thing?key=val",
    "service:did:web:com.example#type?key=val",
    "resource?key=val&key=val2",
    "resource?key=a=b",
    "resource?key=a?b",
    "resource?key=",
    "re/source:x",
    "repo2:app.example.post",
    "Repo:app.example.post",
    "REPO:*",
    "rep%6F:*",
    "space:app.example.space",
    "profile",
    ":positional",
    "?key=val",
    ":",
    "?",
    "resource?key",
    "resource?=val",
    "resource?=",
    "resource?&",
    "resource?key=val&",
    "resource?&key=val",
    "resource?key=val&&other=val",
    "resource?key&other=val",
    "resource:%",
    "resource:%4",
    "resource:%zz",
    "resource:%ff",
    "resource:%C3",
    "resource:%C3%A9",
    "resource?key=%",
    "resource?key=%g1",
    "resource?key=%E2%82",
    "resource?%zz=val",
    "resource?k%65y=val",
    "identity:*",
    "identity:*?",
    "repo:app.example.post?",
    "repo:app.example.post?&",
    "repo:app.example.post?action",
    "repo:app.example.post?action=create&",
    "repo:app.example.post?actio%6E=create",
    "repo:app.example.post?Action=create",
    "repo:app.example.post?key=val",
    "repo:app.example.post?aud=*",
    "rpc:app.example.getFeed?aud=*&collection=app.example.post",
    "rpc:app.example.getFeed?aud=*&inheritAud=true",
    "blob:*/*?maxSize=1",
    "account:email?attr2=x",
    "identity:*?action=manage",
    "include:app.example.authFull?lang=en",
    "repo&collection=app.example.post",
    "repo/app.example.post",
    "repo#app.example.post",
    "repo:app.example.post#x?action=create",
    "rpc?lxm=*&aud=did:web:api.example.com%23svc_appview",
    "blob?accept=video/*&accept=text/html",
    "repo:app.example.profile?action=create&action=update&action=delete",
    "include:app.example.authFull?aud=did:web:api.example.com%23svc_chat",
];

const FIXED: &[&str] = &[
    "transition:generic",
    "transition:email",
    "transition:generic transition:chat.bsky",
    "ATPROTO",
    "Atproto",
    "atproto:",
    "atproto?",
    "atproto:x",
    "atproto%20",
    "%61tproto",
    "atproto2",
    "transition",
    "transition:",
    "transition:*",
    "transition:Generic",
    "Transition:generic",
    "transition:generic?",
    "transition:generic?x=y",
    "transition:%67eneric",
    "transition%3Ageneric",
    "transition:chat",
    "transition:chat.bsky.convo",
    "transition:emails",
    "transition:generic:email",
    "transition?name=generic",
    "transition:generic%",
    "transition?",
    "openid",
    "offline_access",
    "com.atproto.access",
];

const POSITIONS: &[&str] = &[
    "repo:app.example.post?action=create&collection=app.example.post",
    "repo:app.example.post?collection=app.example.like",
    "repo:?collection=app.example.like",
    "repo?collection=app.example.like&action=delete",
    "repo?action=delete&collection=app.example.like",
    "repo?action=delete",
    "repo",
    "repo?",
    "rpc:app.example.getFeed?lxm=app.example.getFeed&aud=*",
    "rpc:app.example.getFeed?lxm=app.example.getThread&aud=*",
    "rpc:?lxm=app.example.getFeed&aud=*",
    "rpc?aud=*&lxm=app.example.getFeed",
    "rpc?aud=*",
    "rpc:app.example.getFeed",
    "rpc?lxm=app.example.getFeed",
    "rpc",
    "rpc?",
    "blob:image/*?accept=video/*",
    "blob:?accept=video/*",
    "blob",
    "blob?",
    "account:email?attr=email",
    "account:email?attr=repo&action=manage",
    "account:?attr=email",
    "account?action=manage&attr=repo",
    "account?attr=repo&action=manage",
    "account?action=manage",
    "account",
    "account?",
    "identity:handle?attr=handle",
    "identity:handle?attr=*",
    "identity:?attr=*",
    "identity?attr=handle",
    "identity",
    "identity?",
    "include:app.example.authFull?nsid=app.example.authFull",
    "include:app.example.authFull?nsid=app.example.authPost",
    "include?nsid=app.example.authFull&aud=did:web:api.example%23svc",
    "include?aud=did:web:api.example%23svc",
    "include",
    "include?",
];

const REPETITIONS: &[&str] = &[
    "repo?collection=app.example.post&collection=app.example.like",
    "repo?collection=app.example.post&collection=app.example.post",
    "repo?collection=app.example.post&action=create&collection=app.example.like",
    "repo?collection=*&collection=app.example.post",
    "repo?collection=*&collection=*",
    "repo?collection=app.example.post&collection=notansid",
    "repo?collection=app.example.post&collection=",
    "rpc?lxm=app.example.getFeed&lxm=app.example.getThread&aud=*",
    "rpc?lxm=app.example.getFeed&aud=*&lxm=app.example.getFeed",
    "rpc?lxm=*&lxm=app.example.getFeed&aud=did:web:api.example%23svc",
    "rpc?lxm=*&lxm=app.example.getFeed&aud=*",
    "rpc?lxm=app.example.getFeed&lxm=app.example.*&aud=*",
    "rpc:app.example.getFeed?aud=*&aud=*",
    "rpc:app.example.getFeed?aud=*&aud=did:web:api.example%23svc",
    "rpc:app.example.getFeed?aud=did:web:a.example%23svc&aud=did:web:b.example%23svc",
    "rpc:app.example.getFeed?aud=did:web:api.example%23svc&aud=did:web:api.example",
    "blob?accept=image/*&accept=video/mp4",
    "blob?accept=image/png&accept=image/png",
    "blob?accept=image/*&accept=image/png",
    "blob?accept=*/*&accept=image/png",
    "blob?accept=image/*&accept=*/png",
    "account:email?action=read&action=read",
    "account:email?action=read&action=manage",
    "account:email?action=manage&action=read",
    "account:email?action=read&action=write",
    "account?attr=email&attr=repo",
    "account?attr=email&attr=email",
    "identity?attr=handle&attr=*",
    "identity?attr=handle&attr=handle",
    "include?nsid=app.example.authFull&nsid=app.example.authPost",
    "include:app.example.authFull?aud=did:web:a.example%23s&aud=did:web:b.example%23s",
];

fn repo_actions() -> Vec<String> {
    let mut scopes = Vec::new();
    for action in REPO_ACTIONS {
        scopes.push(format!("repo:app.example.post?action={action}"));
        scopes.push(format!("repo?collection=*&action={action}"));
    }
    scopes
}

fn audiences() -> Vec<String> {
    let mut scopes = Vec::new();
    for aud in SERVICES {
        scopes.push(format!("rpc:app.example.getFeed?aud={aud}"));
        scopes.push(format!("rpc:*?aud={aud}"));
        scopes.push(format!("rpc?aud={aud}&lxm=*&lxm=app.example.getFeed"));
    }
    scopes
}

fn accounts() -> Vec<String> {
    let mut scopes = Vec::new();
    for attr in ["email", "repo", "e%6Dail", "status", "*", "", "Email", "handle"] {
        scopes.push(format!("account:{attr}"));
        scopes.push(format!("account?attr={attr}"));
        for action in ["read", "manage", "m%61nage", "write", "*", "", "Manage", "read,manage"] {
            scopes.push(format!("account:{attr}?action={action}"));
        }
    }
    scopes
}

fn identities() -> Vec<String> {
    let attributes =
        &["handle", "*", "%2A", "h%61ndle", "", "Handle", "did", "plc", "handle*", "**", "all"];
    both("identity", "attr", attributes, "")
}

fn includes() -> Vec<String> {
    let mut scopes = both("include", "nsid", NAMES, "");
    scopes.extend(SERVICES.iter().map(|aud| format!("include:app.example.authFull?aud={aud}")));
    scopes
}

pub(crate) fn canonical() -> Vec<Group<String>> {
    let all = |resource: &str, name: &str, values: &[&str], rest: &str| {
        let scopes = both(resource, name, values, rest);
        scopes.into_iter().filter(|text| is_sound(text)).collect::<Vec<_>>()
    };
    let sound = |scopes: Vec<String>| scopes.into_iter().filter(|text| is_sound(text)).collect();
    let groups = vec![
        scopes("whole strings", "ATP-SCOPE-012", "List", canonical_lists()),
        scopes("collections", "ATP-SGRAN-004", "Repo", all("repo", "collection", NAMES, "")),
        scopes("several collections", "ATP-SGRAN-029", "Repetition", sets_of_names()),
        scopes("actions", "ATP-SGRAN-025", "Default", canonical_actions()),
        scopes("methods", "ATP-SGRAN-004", "Rpc", all("rpc", "lxm", NAMES, AUD)),
        scopes("services", "ATP-SGRAN-007", "Audience", sound(audiences())),
        scopes("MIME types", "ATP-SGRAN-065", "Blob", canonical_accepts()),
        scopes("account data", "ATP-SGRAN-071", "Account", canonical_accounts()),
        scopes("identity", "ATP-SGRAN-004", "Identity", sound(identities())),
        scopes("permission sets", "ATP-SGRAN-090", "Include", sound(includes())),
    ];
    distinct(groups, String::clone)
}

fn is_sound(text: &str) -> bool {
    let reading = atproof_protocol::scope::read(text);
    reading.document.is_some_and(|set| set.scopes().count() == 1)
}

fn canonical_lists() -> Vec<String> {
    let mut lists = texts(&[
        "atproto",
        "transition:generic atproto",
        "atproto transition:chat.bsky transition:email transition:generic",
        "atproto atproto",
        "atproto x:y",
        "x:y atproto",
        "x:%41 x:A",
        "repo:notansid atproto",
        "blob:*/* atproto account:email",
        "account:email atproto blob:*/*",
        "account:email?action=read account:email",
        "repo:app.example.post repo:app.example.like",
        "repo:app.example.like repo:app.example.post",
        "repo?collection=app.example.post repo:app.example.post",
        "rpc:app.example.getFeed?aud=* identity:* identity:handle",
    ]);
    lists.extend(["identity:*", "blob:*/*"].map(|text| format!("{text} atproto {text}")));
    lists
}

fn sets_of_names() -> Vec<String> {
    let names = ["app.example.post", "app.example.like", "org.other.record", "*"];
    let mut scopes = Vec::new();
    for (resource, name, rest) in
        [("repo", "collection", String::new()), ("rpc", "lxm", format!("&{AUD}"))]
    {
        for one in names {
            for other in names {
                scopes.push(format!("{resource}?{name}={one}&{name}={other}{rest}"));
            }
        }
    }
    scopes
}

fn canonical_actions() -> Vec<String> {
    let mut scopes = texts(&["repo:app.example.post", "repo:*", "repo?collection=%2A"]);
    for action in REPO_ACTIONS {
        scopes.push(format!("repo:app.example.post?action={action}"));
        scopes.push(format!("repo?action={action}&collection=app.example.like"));
    }
    scopes.retain(|text| is_sound(text));
    scopes
}

fn canonical_accepts() -> Vec<String> {
    let mut scopes = both("blob", "accept", ACCEPTS, "");
    let some = ["image/*", "image/png", "text/html", "*/*", "IMAGE/PNG", "image/svg%2Bxml"];
    for one in some {
        for other in some {
            scopes.push(format!("blob?accept={one}&accept={other}"));
        }
    }
    scopes.retain(|text| is_sound(text));
    scopes
}

fn canonical_accounts() -> Vec<String> {
    let mut scopes = accounts();
    for attr in ["email", "repo"] {
        for action in ["read", "manage"] {
            scopes.push(format!("account?action={action}&attr={attr}"));
            scopes.push(format!("account?attr={attr}&action={action}"));
        }
    }
    scopes.retain(|text| is_sound(text));
    scopes
}

pub(crate) fn covers() -> Vec<Group<(String, Operation)>> {
    let about = |grants: &'static [&'static str], kinds: &'static [&'static str]| {
        let pairs = grants.iter().flat_map(move |grant| {
            let operations = universe().into_iter().filter(move |operation| {
                kinds.contains(&kind(operation)) && (kinds.len() < 3 || is_telling(operation))
            });
            operations.map(move |operation| ((*grant).to_owned(), operation))
        });
        pairs.collect::<Vec<_>>()
    };
    let make = |description, clause, flag, pairs: Vec<(String, Operation)>| {
        group(description, clause, pairs, move |(text, operation)| {
            let mut flags = string_flags(flag, text);
            flags.remove("PercentEncoding");
            flags.extend(kind_flag(operation));
            flags
        })
    };
    let groups = vec![
        make("with and without atproto", "ATP-SCOPE-003", "Atproto", about(WITHOUT, EVERY)),
        make("transitional scopes", "ATP-STRANS-001", "Transitional", about(TRANSITIONAL, EVERY)),
        make("repository", "ATP-SGRAN-020", "Repo", about(REPO, &["repo"])),
        make("services", "ATP-SGRAN-046", "Rpc", about(RPC, &["rpc"])),
        make("uploads", "ATP-SGRAN-060", "Blob", about(BLOB, &["blob"])),
        make("account data", "ATP-SGRAN-070", "Account", about(ACCOUNT, &["account", "handle"])),
        make("identity", "ATP-SGRAN-080", "Identity", about(IDENTITY, &["handle", "account"])),
        make("one resource does not open another", "ATP-SGRAN-013", "Form", about(MIXED, EVERY)),
    ];
    distinct(groups, |(text, operation)| format!("{text} {operation:?}"))
}

const EVERY: &[&str] = &["sign-in", "repo", "rpc", "blob", "account", "handle", "other"];

fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::SignIn => "sign-in",
        Operation::Repo { .. } => "repo",
        Operation::Rpc { .. } => "rpc",
        Operation::Blob { .. } => "blob",
        Operation::Account { .. } => "account",
        Operation::Handle | Operation::DidDocument => "handle",
        Operation::Preferences { .. } | Operation::Management { .. } => "other",
    }
}

fn kind_flag(operation: &Operation) -> Option<&'static str> {
    Some(match kind(operation) {
        "repo" => "Repo",
        "rpc" => "Rpc",
        "blob" => "Blob",
        "account" => "Account",
        "handle" => "Identity",
        _ => return None,
    })
}

/// Where a grant meets every kind of operation, a few of each kind do.
fn is_telling(operation: &Operation) -> bool {
    match operation {
        Operation::Repo { collection, .. } => collection == "app.example.post",
        Operation::Rpc { aud, .. } => aud == "did:web:api.example#svc",
        Operation::Blob { mime } => ["image/png", "text/html"].contains(&mime.as_str()),
        _ => true,
    }
}

const WITHOUT: &[&str] = &[
    "transition:generic transition:chat.bsky transition:email",
    "atproto transition:generic transition:chat.bsky transition:email",
    "repo:*",
];

const TRANSITIONAL: &[&str] = &[
    "atproto",
    "atproto transition:generic",
    "atproto transition:chat.bsky",
    "atproto transition:email",
    "atproto transition:generic transition:chat.bsky",
    "atproto transition:generic transition:email",
    "atproto transition:chat.bsky transition:email",
    "atproto transition:generic repo:app.example.like?action=create",
    "atproto transition:generic rpc:chat.bsky.convo.getMessages?aud=*",
    "atproto transition:generic account:email?action=manage",
    "atproto transition:foo",
    "atproto transition:generic?",
];

const REPO: &[&str] = &[
    "atproto repo:*",
    "atproto repo:app.example.post",
    "atproto repo:app.example.post?action=create",
    "atproto repo:app.example.post?action=update&action=delete",
    "atproto repo:*?action=delete",
    "atproto repo?collection=app.example.post&collection=app.example.like",
    "atproto repo?collection=*&collection=app.example.post&action=create",
    "atproto repo:app.example.post?action=create repo:app.example.like?action=delete",
    "atproto repo:app.example.*",
    "atproto repo:app.example.post?action=create&action=create",
    "atproto repo:app.example.post?action=create&action=read",
    "atproto repo:app.example.post?foo=bar",
    "atproto repo:app%2Eexample.post",
];

const RPC: &[&str] = &[
    "atproto rpc:app.example.getFeed?aud=*",
    "atproto rpc:app.example.getFeed?aud=did:web:api.example%23svc",
    "atproto rpc:*?aud=did:web:api.example%23svc",
    "atproto rpc:*?aud=*",
    "atproto rpc:app.example.getFeed?aud=did:web:api.example",
    "atproto rpc?lxm=app.example.getFeed&lxm=org.other.call&aud=did:plc:z72i7hdynmk6r22z27h6tvur%23labeler",
    "atproto rpc:app.example.getFeed?aud=did:web:api.example%23svc&aud=*",
    "atproto rpc:app.example.*?aud=*",
];

const BLOB: &[&str] = &[
    "atproto blob:*/*",
    "atproto blob:image/*",
    "atproto blob:image/png",
    "atproto blob?accept=text/html&accept=video/*",
    "atproto blob:image/svg+xml",
    "atproto blob?accept=image/svg+xml",
    "atproto blob?accept=image/svg%2Bxml",
    "atproto blob:*/png",
    "atproto blob",
];

const ACCOUNT: &[&str] = &[
    "atproto account:email",
    "atproto account:email?action=read",
    "atproto account:email?action=manage",
    "atproto account:repo",
    "atproto account:repo?action=manage",
    "atproto account:*",
    "atproto account:email?action=read&action=manage",
    "atproto account:email account:repo?action=manage",
];

const IDENTITY: &[&str] = &[
    "atproto identity:handle",
    "atproto identity:*",
    "atproto identity:Handle",
    "atproto identity?attr=%2A",
    "atproto identity:*?action=manage",
];

const MIXED: &[&str] = &[
    "atproto repo:* blob:*/*",
    "atproto rpc:*?aud=did:web:api.example%23svc account:email",
    "atproto identity:* account:repo?action=manage",
    "atproto x:y include:app.example.authFull",
];

pub(crate) fn subset() -> Vec<Group<(String, String)>> {
    let pairs = |family: &[&str]| {
        let mut pairs = Vec::new();
        for one in family {
            for other in family {
                pairs.push(((*one).to_owned(), (*other).to_owned()));
            }
        }
        pairs
    };
    let make = |description, clause, flag: &'static str, family: &[&str]| {
        group(description, clause, pairs(family), move |(one, other)| {
            let mut flags = string_flags(flag, &format!("{one} {other}"));
            flags.remove("PercentEncoding");
            flags
        })
    };
    let groups = vec![
        make(
            "repository",
            "ATP-SCOPE-006",
            "Repo",
            &[
                "repo:*",
                "repo:app.example.post",
                "repo?collection=app%2Eexample.post",
                "repo:app.example.post?action=create",
                "repo:app.example.post?action=create repo:app.example.post?action=delete",
                "repo:*?action=delete",
                "repo?collection=app.example.post&collection=app.example.like",
                "repo:app.example.post repo:app.example.like",
                "repo:*?action=create repo:*?action=update repo:*?action=delete",
                "transition:generic",
            ],
        ),
        make(
            "services",
            "ATP-SCOPE-006",
            "Rpc",
            &[
                "rpc:app.example.getFeed?aud=*",
                "rpc:app.example.getFeed?aud=did:web:api.example%23svc",
                "rpc:app.example.getFeed?aud=did:web:api.example#svc",
                "rpc:app.example.getFeed?aud=did:web:api.example%23other",
                "rpc:*?aud=did:web:api.example%23svc",
                "rpc?lxm=app.example.getFeed&lxm=org.other.call&aud=did:web:api.example%23svc",
                "rpc:org.other.call?aud=* rpc:app.example.getFeed?aud=*",
                "rpc:chat.bsky.convo.getMessages?aud=*",
                "rpc:com.atproto.server.createAccount?aud=did:web:api.example%23svc",
                "transition:generic",
                "transition:generic transition:chat.bsky",
                "transition:chat.bsky",
            ],
        ),
        make(
            "uploads",
            "ATP-SCOPE-006",
            "Blob",
            &[
                "blob:*/*",
                "blob:image/*",
                "blob:image/png",
                "blob:IMAGE/PNG",
                "blob?accept=image/*&accept=text/html",
                "blob:image/* blob:text/html",
                "blob:image/svg+xml",
                "transition:generic",
            ],
        ),
        make(
            "account and identity",
            "ATP-SCOPE-006",
            "Account",
            &[
                "account:email",
                "account:email?action=manage",
                "account?attr=email&action=read",
                "account:repo",
                "account:repo?action=manage",
                "identity:handle",
                "identity:*",
                "transition:email",
                "account:email identity:handle",
            ],
        ),
        make(
            "what confers nothing counts by name",
            "ATP-SCOPE-010",
            "Form",
            &[
                "atproto",
                "atproto repo:*",
                "atproto x:y",
                "x:y",
                "x:%79",
                "repo:notansid",
                "atproto transition:chat.bsky",
                "atproto transition:generic",
                "atproto transition:generic transition:chat.bsky",
                "transition:foo",
            ],
        ),
        make(
            "permission sets that are not resolved",
            "ATP-TOK-020",
            "Include",
            &[
                "include:app.example.authFull",
                "include?nsid=app.example.authFull",
                "include:app.example.authFull?aud=did:web:api.example%23svc",
                "include:app.example.authFull?aud=did:web:api.example%23other",
                "include:app.example.authPost",
                "repo:*",
            ],
        ),
    ];
    distinct(groups, |(one, other)| format!("{one} < {other}"))
}

pub(crate) fn permission_set() -> Vec<Group<(String, Value)>> {
    let include = "include:app.example.authFull?aud=did:web:api.example%23svc";
    let bare = "include:app.example.authFull";
    let set = |entries: Value| lexicon("app.example.authFull", entries);
    let make = |description, clause, flag: &'static str, cases: Vec<(String, Value)>| {
        group(description, clause, cases, move |_| BTreeSet::from([flag]))
    };
    let alone = |entries: Vec<Value>, include: &str| {
        let case = |entry| (include.to_owned(), set(json!([entry])));
        entries.into_iter().map(case).collect::<Vec<_>>()
    };
    let mut inherit = alone(inheriting(), include);
    inherit.extend(alone(inheriting(), bare));
    let groups = vec![
        make("documents", "ATP-SGRAN-116", "Document", documents()),
        make("repository", "ATP-SGRAN-101", "Repo", alone(repo_entries(), include)),
        make("services", "ATP-SGRAN-098", "Rpc", alone(rpc_entries(), include)),
        make("audiences from the include", "ATP-SGRAN-095", "InheritAud", inherit),
        make("what a set may speak of", "ATP-SGRAN-092", "Namespace", namespaces()),
        make("entries that are passed over alone", "ATP-SGRAN-101", "Form", mixtures()),
    ];
    distinct(groups, |(include, lexicon)| format!("{include} {lexicon}"))
}

fn lexicon(id: &str, permissions: Value) -> Value {
    json!({
        "lexicon": 1,
        "id": id,
        "defs": {"main": {"type": "permission-set", "permissions": permissions}},
    })
}

fn documents() -> Vec<(String, Value)> {
    let include = "include:app.example.authFull".to_owned();
    let good =
        json!([{"type": "permission", "resource": "repo", "collection": ["app.example.post"]}]);
    let base = lexicon("app.example.authFull", good);
    let changes = [
        ("/lexicon", json!(2)),
        ("/lexicon", json!("1")),
        ("/lexicon", json!(null)),
        ("/id", json!("app.example.authOther")),
        ("/id", json!("app.example.AuthFull")),
        ("/id", json!(1)),
        ("/defs", json!({})),
        ("/defs/main", json!([])),
        ("/defs/main/type", json!("record")),
        ("/defs/main/type", json!("permission")),
        ("/defs/main/type", json!("Permission-Set")),
        ("/defs/main/permissions", json!(null)),
        ("/defs/main/permissions", json!({})),
        ("/defs/main/permissions", json!([])),
        ("/defs/main/permissions", json!([null])),
        ("/defs/main/permissions", json!(["repo:app.example.post"])),
        ("/defs/main/permissions", json!([[]])),
        ("/defs/main/permissions/0/type", json!("Permission")),
        ("/defs/main/permissions/0/type", json!(1)),
        ("/defs/main/permissions/0/resource", json!("REPO")),
        ("/defs/main/permissions/0/resource", json!(["repo"])),
        ("/defs/main/permissions/0/resource", json!("space")),
    ];
    let mut documents = vec![(include.clone(), base.clone())];
    documents.extend(changes.into_iter().map(|(pointer, value)| {
        let mut changed = base.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        (include.clone(), changed)
    }));
    let shown = [
        ("title", json!("Basic")),
        ("title", json!(1)),
        ("detail", json!("Posts")),
        ("detail", json!(["Posts"])),
        ("title:lang", json!({"ja": "x", "pt-BR": "y"})),
        ("title:lang", json!({"": "x"})),
        ("title:lang", json!("ja")),
        ("detail:lang", json!({"ja": 1})),
        ("title:langs", json!({"ja": "x"})),
        ("title", json!("word ".repeat(20))),
        ("description", json!("for developers")),
        ("unknown", json!(true)),
    ];
    documents.extend(shown.into_iter().map(|(name, value)| {
        let mut changed = base.clone();
        changed["defs"]["main"][name] = value;
        (include.clone(), changed)
    }));
    documents
}

fn entry(resource: &str, members: &Value) -> Value {
    let mut entry = json!({"type": "permission", "resource": resource});
    entry.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    entry
}

fn repo_entries() -> Vec<Value> {
    let collections = [
        json!(["app.example.post"]),
        json!(["app.example.post", "app.example.like"]),
        json!(["app.example.feed.post"]),
        json!([]),
        json!(null),
        json!("app.example.post"),
        json!(["*"]),
        json!(["app.example.post", "*"]),
        json!(["app.example.*"]),
        json!(["post"]),
        json!([""]),
        json!([1]),
        json!(["app.example.post", null]),
        json!(["app.example.post", "app.example.post"]),
        json!(["app.example.post", "notansid"]),
        json!({"0": "app.example.post"}),
    ];
    let actions = [
        json!(["create"]),
        json!(["update", "delete"]),
        json!(["create", "update", "delete"]),
        json!([]),
        json!(null),
        json!("create"),
        json!(["create", "create"]),
        json!(["read"]),
        json!(["create", "read"]),
        json!(["Create"]),
        json!(["*"]),
        json!([true]),
    ];
    let mut entries: Vec<Value> = collections
        .into_iter()
        .map(|collection| entry("repo", &json!({"collection": collection})))
        .collect();
    entries.extend(actions.into_iter().map(|action| {
        entry("repo", &json!({"collection": ["app.example.post"], "action": action}))
    }));
    entries.extend(
        [
            json!({}),
            json!({"action": ["create"]}),
            json!({"collection": ["app.example.post"], "aud": "*"}),
            json!({"collection": ["app.example.post"], "inheritAud": true}),
            json!({"collection": ["app.example.post"], "maxSize": 1}),
            json!({"collection": ["app.example.post"], "Action": ["create"]}),
            json!({"collection": ["app.example.post"], "description": "posts"}),
            json!({"collections": ["app.example.post"]}),
        ]
        .map(|members| entry("repo", &members)),
    );
    for resource in ["blob", "account", "identity", "include", "space", "", "rpc ", "atproto"] {
        entries.push(entry(resource, &json!({"collection": ["app.example.post"]})));
    }
    entries.push(entry("blob", &json!({"accept": ["*/*"]})));
    entries.push(entry("account", &json!({"attr": "email"})));
    entries.push(entry("identity", &json!({"attr": "handle"})));
    entries.push(entry("include", &json!({"nsid": "app.example.authOther"})));
    entries
}

fn rpc_entries() -> Vec<Value> {
    let methods = [
        json!(["app.example.getFeed"]),
        json!(["app.example.getFeed", "app.example.feed.getThread"]),
        json!(["app.example.getFeed", "app.example.getFeed"]),
        json!([]),
        json!(null),
        json!("app.example.getFeed"),
        json!(["*"]),
        json!(["app.example.getFeed", "*"]),
        json!(["app.example.*"]),
        json!(["getFeed"]),
        json!([{}]),
    ];
    let audiences = [
        json!("did:web:api.example#svc"),
        json!("did:web:api.example"),
        json!(""),
        json!(null),
        json!(["*"]),
        json!(true),
        json!("**"),
        json!("%2A"),
    ];
    let mut entries: Vec<Value> =
        methods.into_iter().map(|lxm| entry("rpc", &json!({"lxm": lxm, "aud": "*"}))).collect();
    entries.extend(
        audiences
            .into_iter()
            .map(|aud| entry("rpc", &json!({"lxm": ["app.example.getFeed"], "aud": aud}))),
    );
    entries.extend(
        [
            json!({"aud": "*"}),
            json!({"lxm": ["app.example.getFeed"], "aud": "*", "action": ["create"]}),
            json!({"lxm": ["app.example.getFeed"], "aud": "*", "description": "feeds"}),
            json!({"lxm": ["app.example.getFeed"], "aud": "*", "$type": "x"}),
        ]
        .map(|members| entry("rpc", &members)),
    );
    entries
}

fn inheriting() -> Vec<Value> {
    let lxm = json!(["app.example.getFeed"]);
    [
        json!({"lxm": lxm, "inheritAud": true}),
        json!({"lxm": ["app.example.getFeed", "app.example.feed.getThread"], "inheritAud": true}),
        json!({"lxm": lxm, "inheritAud": false}),
        json!({"lxm": lxm}),
        json!({"lxm": lxm, "inheritAud": false, "aud": "*"}),
        json!({"lxm": lxm, "inheritAud": true, "aud": "*"}),
        json!({"lxm": lxm, "inheritAud": true, "aud": "did:web:api.example#svc"}),
        json!({"lxm": lxm, "inheritAud": true, "aud": null}),
        json!({"lxm": lxm, "inheritAud": "true"}),
        json!({"lxm": lxm, "inheritAud": 1}),
        json!({"lxm": lxm, "inheritAud": null, "aud": "*"}),
        json!({"lxm": ["*"], "inheritAud": true}),
        json!({"lxm": lxm, "aud": "*"}),
        json!({"lxm": lxm, "inheritaud": true}),
    ]
    .iter()
    .map(|members| entry("rpc", members))
    .collect()
}

fn namespaces() -> Vec<(String, Value)> {
    let names = [
        "app.example.post",
        "app.example.feed.post",
        "app.example.feed.sub.post",
        "app.example.feedback.post",
        "app.exampled.post",
        "org.other.record",
    ];
    let mut cases = Vec::new();
    for set in ["app.example.authFull", "app.example.feed.authFull", "app.example.feed.sub.auth"] {
        let include = format!("include:{set}?aud=did:web:api.example%23svc");
        for name in names {
            let repo = entry("repo", &json!({"collection": [name]}));
            let rpc = entry("rpc", &json!({"lxm": [name], "aud": "*"}));
            cases.push((include.clone(), lexicon(set, json!([repo]))));
            cases.push((include.clone(), lexicon(set, json!([rpc]))));
        }
    }
    for pair in [["app.example.post", "org.other.record"], ["org.other.record", "app.example.post"]]
    {
        let set = "app.example.authFull";
        let repo = entry("repo", &json!({"collection": pair}));
        let rpc = entry("rpc", &json!({"lxm": pair, "inheritAud": true}));
        for entry in [repo, rpc] {
            let include = format!("include:{set}?aud=did:web:api.example%23svc");
            cases.push((include, lexicon(set, json!([entry]))));
        }
    }
    cases
}

/// Each kind of entry that is passed over, between two that count.
fn mixtures() -> Vec<(String, Value)> {
    let include = "include:app.example.authFull?aud=did:web:api.example%23svc";
    let first = entry("repo", &json!({"collection": ["app.example.like"], "action": ["delete"]}));
    let last = entry("rpc", &json!({"lxm": ["app.example.getFeed"], "inheritAud": true}));
    let between = [
        entry("repo", &json!({"collection": ["app.example.post"]})),
        entry("repo", &json!({"collection": ["app.example.like"]})),
        entry("rpc", &json!({"lxm": ["app.example.getFeed"], "aud": "*"})),
        entry("repo", &json!({"collection": ["*"]})),
        entry("repo", &json!({"collection": ["org.other.record"]})),
        entry("repo", &json!({"collection": ["app.example.post"], "limit": 1})),
        entry("rpc", &json!({"lxm": ["*"], "aud": "did:web:api.example#svc"})),
        entry("blob", &json!({"accept": ["image/*"]})),
        entry("space", &json!({"name": "x"})),
        json!({"resource": "repo", "collection": ["app.example.post"]}),
        json!({"type": "permission"}),
        json!(null),
    ];
    let case = |entry: Value| {
        let set = lexicon("app.example.authFull", json!([first, entry, last]));
        (include.to_owned(), set)
    };
    between.into_iter().map(case).collect()
}

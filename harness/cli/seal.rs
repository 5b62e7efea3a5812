//! The namespaces of a sealed world: only loopback, our name server, our authority.
//!
//! atproof starts itself once more by `unshare` of util-linux, in the same process, so that signals
//! and the exit code need no go-between. The second time it finds [`FOLDER`] in its environment and
//! furnishes the place.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::net::Ipv4Addr;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use atproof_engine::stage::authority;
use atproof_engine::world::Sealed;
use rustix::io::Errno;
use rustix::mount::mount_bind;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, recv, sendto, socket};
use rustix::process::geteuid;

use crate::ca;
use crate::exit::{Exit, Stop};

/// Names the folder with what a sealed world is furnished with.
const FOLDER: &str = "ATPROOF_SEALED";

/// What clients read to find the authorities that they trust.
const AUTHORITY_VARIABLES: &[&str] = &[
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "DENO_CERT",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "NIX_SSL_CERT_FILE",
];

/// Proxies that nobody reaches from here.
const PROXY_VARIABLES: &[&str] = &["http_proxy", "https_proxy", "all_proxy"];

/// What takes the place of files of the machine, where they are there.
const OVERLAYS: &[(&str, &str)] = &[
    (RESOLVER, "/etc/resolv.conf"),
    (HOSTS, "/etc/hosts"),
    (SWITCH, "/etc/nsswitch.conf"),
    (ca::CERTIFICATE, "/etc/ssl/certs/ca-certificates.crt"),
    (ca::CERTIFICATE, "/etc/pki/tls/certs/ca-bundle.crt"),
    (ca::CERTIFICATE, "/etc/ssl/cert.pem"),
    // Whoever answers there would ask outside.
    (EMPTY, "/run/nscd"),
    (EMPTY, "/run/systemd/resolve"),
];

const RESOLVER: &str = "resolv.conf";
const HOSTS: &str = "hosts";
const SWITCH: &str = "nsswitch.conf";
const EMPTY: &str = "empty";

/// The texts among them.
const TEXTS: &[(&str, &str)] = &[
    (RESOLVER, "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n"),
    (HOSTS, "127.0.0.1 localhost\n::1 localhost\n"),
    (SWITCH, "passwd: files\ngroup: files\nhosts: files dns\n"),
];

/// Namespaces to try: root needs no user namespace, and may not be allowed the others.
const WITHOUT_USER: &[&str] = &["--net", "--mount"];
const WITH_USER: &[&str] = &["--user", "--map-root-user", "--net", "--mount"];

/// A place that is sealed and furnished. Its folder goes when it is dropped.
pub(crate) struct Furnished {
    folder: PathBuf,
    /// The private key of the authority, in PEM.
    pub(crate) ca_key: String,
}

impl Furnished {
    /// The file with the certificate of the authority.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.join(ca::CERTIFICATE)
    }
}

impl Drop for Furnished {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// Goes on in a sealed place. The first time, this process becomes `unshare`, and then atproof
/// again; no thread may have been started before.
pub(crate) fn enter() -> Result<Furnished, Stop> {
    match std::env::var_os(FOLDER) {
        Some(folder) => furnish(PathBuf::from(folder)),
        None => Err(leave_for_a_sealed_place()),
    }
}

/// Comes back only where that fails.
fn leave_for_a_sealed_place() -> Stop {
    let flags = match allowed() {
        Ok(flags) => flags,
        Err(stop) => return stop,
    };
    let folder = std::env::temp_dir().join(format!("atproof-sealed-{}", std::process::id()));
    let prepared = prepare(&folder).and_then(|()| std::env::current_exe());
    let error = match prepared {
        Ok(program) => again(flags, &program, &folder).exec(),
        Err(error) => error,
    };
    let _removed = fs::remove_dir_all(&folder);
    unmade(&error.to_string())
}

fn again(flags: &[&str], program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(flags).arg("--").arg(program).args(std::env::args_os().skip(1));
    command.env(FOLDER, folder).env("SSL_CERT_DIR", folder);
    for name in AUTHORITY_VARIABLES {
        command.env(name, folder.join(ca::CERTIFICATE));
    }
    for name in PROXY_VARIABLES {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command
}

/// The namespaces that this machine allows.
fn allowed() -> Result<&'static [&'static str], Stop> {
    let tries = if geteuid().is_root() { [WITHOUT_USER, WITH_USER] } else { [WITH_USER; 2] };
    let mut why = String::new();
    for flags in tries {
        match Command::new("unshare").args(flags).args(["--", "true"]).output() {
            Ok(output) if output.status.success() => return Ok(flags),
            Ok(output) => why = String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => why = format!("unshare: {error}"),
        }
    }
    Err(unmade(&why).advice(advice()))
}

/// The setting that stands in the way, as far as it can be told.
fn advice() -> &'static str {
    let is =
        |file: &str, value: &str| fs::read_to_string(file).is_ok_and(|text| text.trim() == value);
    if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        "set kernel.unprivileged_userns_clone to 1 with sysctl, or run as root"
    } else if is("/proc/sys/user/max_user_namespaces", "0") {
        "set user.max_user_namespaces to a positive number with sysctl, or run as root"
    } else if is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") {
        "set kernel.apparmor_restrict_unprivileged_userns to 0 with sysctl, or run as root"
    } else {
        "it needs Linux, unshare of util-linux, and root or unprivileged user namespaces; a \
         container has to allow them (docker run --privileged, or another seccomp profile)"
    }
}

fn unmade(why: &str) -> Stop {
    Stop::new(Exit::Unreachable, format!("skipped: a sealed world cannot be made here: {why}"))
}

fn prepare(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)?;
    let (certificate, key) = authority().map_err(std::io::Error::other)?;
    fs::write(folder.join(ca::CERTIFICATE), certificate)?;
    ca::write_private(&folder.join(ca::KEY), &key)?;
    fs::create_dir(folder.join(EMPTY))?;
    TEXTS.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

fn furnish(folder: PathBuf) -> Result<Furnished, Stop> {
    let failed = |what: &str, error: &dyn std::fmt::Display| unmade(&format!("{what}: {error}"));
    let key = folder.join(ca::KEY);
    let ca_key = fs::read_to_string(&key).map_err(|error| failed(FOLDER, &error))?;
    let furnished = Furnished { folder, ca_key };
    fs::remove_file(key).map_err(|error| failed(ca::KEY, &error))?;
    open_loopback().map_err(|error| failed("loopback", &error))?;
    for (name, place) in OVERLAYS {
        if fs::exists(place).unwrap_or_default() {
            mount_bind(furnished.folder.join(name), OsStr::new(place))
                .map_err(|error| failed(place, &error))?;
        }
    }
    Ok(furnished)
}

/// Loopback of a new namespace, which is always the first interface.
const LOOPBACK: u32 = 1;

/// Starts loopback, and gives it the addresses of the sealed world (rtnetlink(7)).
fn open_loopback() -> Result<(), Errno> {
    const NEW_LINK: u16 = 16;
    const NEW_ADDRESS: u16 = 20;
    const UP: u32 = 1;
    let mut link = vec![0; 4];
    for number in [LOOPBACK, UP, UP] {
        link.extend(number.to_ne_bytes());
    }
    ask_kernel(NEW_LINK, &link)?;
    Sealed::ADDRESSES.iter().try_for_each(|address| ask_kernel(NEW_ADDRESS, &local(*address)))
}

/// The body of a message that adds an address.
fn local(address: Ipv4Addr) -> Vec<u8> {
    const IPV4: u8 = 2;
    const WHOLE: u8 = 32;
    const LENGTH: u16 = 8;
    const LOCAL: u16 = 2;
    let mut body = vec![IPV4, WHOLE, 0, 0];
    body.extend(LOOPBACK.to_ne_bytes());
    body.extend(LENGTH.to_ne_bytes());
    body.extend(LOCAL.to_ne_bytes());
    body.extend(address.octets());
    body
}

/// Sends a request to the kernel and reads whether it was carried out.
fn ask_kernel(kind: u16, body: &[u8]) -> Result<(), Errno> {
    /// A request that is acknowledged and makes something new.
    const FLAGS: u16 = 0x1 | 0x4 | 0x400;
    const HEADER: usize = 16;
    let length = u32::try_from(HEADER + body.len()).map_err(|_| Errno::MSGSIZE)?;
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend(FLAGS.to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    let kernel = SocketAddrNetlink::new(0, 0);
    let socket = socket(AddressFamily::NETLINK, SocketType::RAW, None)?;
    sendto(&socket, &message, SendFlags::empty(), &kernel)?;
    let mut answer = [0; 256];
    recv(&socket, &mut answer, RecvFlags::empty())?;
    let error = answer.get(HEADER..HEADER + 4).and_then(|bytes| bytes.try_into().ok());
    match i32::from_ne_bytes(error.unwrap_or_default()) {
        0 => Ok(()),
        error => Err(Errno::from_raw_os_error(-error)),
    }
}

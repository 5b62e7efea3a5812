//! A headless Chromium, driven with the DevTools protocol over a pair of pipes: no port is open, and
//! it ends when this process does.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

use crate::stage::Stream;
use crate::world::{keep_end, kill};

/// Names under which it is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Longest message of the protocol, in bytes.
const LONGEST_MESSAGE: u64 = 16 << 20;

/// Where it may connect to: only this machine.
const HOSTS: &str = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, \
                     EXCLUDE 127.0.0.1, EXCLUDE [::1]";

const FLAGS: [&str; 14] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-sandbox",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,HttpsUpgrades",
    "--log-level=3",
    HOSTS,
];

/// It reads commands from file 3 and writes answers to file 4; a shell puts its pipes there.
const WITH_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

/// Why there is no Chromium, or no answer of it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChromiumError {
    /// It is not installed.
    #[error("Chromium is not there: install it, or name its executable in CHROMIUM")]
    Missing,
    /// It does not start.
    #[error("Chromium does not start: {0}")]
    Start(String),
    /// It has ended.
    #[error("Chromium has ended{0}")]
    Ended(String),
    /// It cannot do what was asked.
    #[error("{0}")]
    Answer(String),
}

/// A running Chromium. It ends when this is dropped, and its files with it.
#[derive(Debug)]
pub(super) struct Chromium {
    commands: mpsc::UnboundedSender<Vec<u8>>,
    desk: Arc<Desk>,
    last: AtomicU64,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    group: Mutex<Option<i32>>,
    folder: PathBuf,
    _child: Child,
}

/// Whoever waits for something.
#[derive(Debug, Default)]
struct Desk {
    answers: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    /// By session.
    events: Mutex<HashMap<String, mpsc::UnboundedSender<Value>>>,
}

/// Finds the executable.
pub(super) fn find() -> Result<PathBuf, ChromiumError> {
    if let Some(path) = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return if path.exists() { Ok(path) } else { Err(ChromiumError::Missing) };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut places =
        std::env::split_paths(&folders).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    places.find(|path| path.is_file()).ok_or(ChromiumError::Missing)
}

impl Chromium {
    /// Starts one with a profile of its own.
    pub(super) async fn start(executable: &Path) -> Result<Self, ChromiumError> {
        let failed = |error: std::io::Error| ChromiumError::Start(error.to_string());
        let folder =
            std::env::temp_dir().join(format!("atproof-chromium-{}", Stream::System.token()));
        std::fs::create_dir(&folder).map_err(failed)?;
        let mut child = tokio::process::Command::new("sh")
            .args(["-c", WITH_PIPES])
            .arg(executable)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .env("HOME", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(ChromiumError::Start("a pipe is missing".to_owned()));
        };
        let (commands, queue) = mpsc::unbounded_channel();
        let (desk, stderr) = (Arc::<Desk>::default(), Arc::default());
        tokio::spawn(write(input, queue));
        tokio::spawn(read(output, desk.clone()));
        tokio::spawn(keep_end(errors, Arc::clone(&stderr)));
        let group = Mutex::new(child.id().and_then(|id| i32::try_from(id).ok()));
        let last = AtomicU64::new(0);
        let chromium = Self { commands, desk, last, stderr, group, folder, _child: child };
        chromium.send("Browser.getVersion", json!({}), None).await.map_err(
            |error| match error {
                ChromiumError::Ended(why) => ChromiumError::Start(format!("it ended{why}")),
                error => error,
            },
        )?;
        Ok(chromium)
    }

    /// Sends a command and waits for its result.
    pub(super) async fn send(
        &self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Result<Value, ChromiumError> {
        let (id, bytes) = self.command(method, params, session);
        let (sender, answer) = oneshot::channel();
        lock(&self.desk.answers).insert(id, sender);
        if self.commands.send(bytes).is_err() {
            return Err(self.ended());
        }
        let mut answer = answer.await.map_err(|_| self.ended())?;
        match answer.pointer("/error/message").and_then(Value::as_str) {
            Some(text) => Err(ChromiumError::Answer(text.to_owned())),
            None => Ok(answer["result"].take()),
        }
    }

    /// Sends a command whose result nobody waits for.
    pub(super) fn tell(&self, method: &str, params: Value, session: Option<&str>) {
        let (_, bytes) = self.command(method, params, session);
        let _told = self.commands.send(bytes);
    }

    /// What happens in a session from now on, as long as somebody listens.
    pub(super) fn events(&self, session: &str) -> mpsc::UnboundedReceiver<Value> {
        let (sender, events) = mpsc::unbounded_channel();
        lock(&self.desk.events).insert(session.to_owned(), sender);
        events
    }

    /// Nobody listens to a session any more.
    pub(super) fn forget(&self, session: &str) {
        lock(&self.desk.events).remove(session);
    }

    /// A command and its number.
    fn command(&self, method: &str, params: Value, session: Option<&str>) -> (u64, Vec<u8>) {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        (id, bytes)
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.commands.is_closed()
    }

    /// Ends it with all its processes, and takes its files away.
    pub(super) fn end(&self) {
        if let Some(group) = lock(&self.group).take() {
            kill(group);
            // Its processes are gone in a moment, and write until then.
            for _ in 0..MOST_TRIES {
                if std::fs::remove_dir_all(&self.folder).is_ok() {
                    return;
                }
                std::thread::sleep(BETWEEN_TRIES);
            }
        }
    }

    fn ended(&self) -> ChromiumError {
        let bytes: Vec<u8> = lock(&self.stderr).iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        ChromiumError::Ended(if text.is_empty() { text } else { format!(": {text}") })
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.end();
    }
}

/// How often it is tried to take its folder away.
const MOST_TRIES: usize = 50;

const BETWEEN_TRIES: Duration = Duration::from_millis(10);

impl Desk {
    /// Hands an event to whoever listens to its session.
    fn hear(&self, event: Value) {
        let session = event.get("sessionId").and_then(Value::as_str).unwrap_or_default();
        if let Some(listener) = lock(&self.events).get(session) {
            // Whoever listened may be gone.
            let _heard = listener.send(event);
        }
    }
}

async fn write(mut input: ChildStdin, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(bytes) = queue.recv().await {
        if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
}

async fn read(output: ChildStdout, desk: Arc<Desk>) {
    let mut output = BufReader::new(output);
    loop {
        let mut message = Vec::new();
        let mut bounded = (&mut output).take(LONGEST_MESSAGE);
        let read = bounded.read_until(0, &mut message).await;
        if !matches!(read, Ok(1..)) || message.pop() != Some(0) {
            break;
        }
        let Ok(message) = serde_json::from_slice::<Value>(&message) else { break };
        let id = message.get("id").and_then(Value::as_u64);
        if let Some(waiting) = id.and_then(|id| lock(&desk.answers).remove(&id)) {
            // Whoever asked may have given up.
            let _given = waiting.send(message);
        } else if id.is_none() {
            desk.hear(message);
        }
    }
    // Everyone who still waits learns that there is no answer.
    lock(&desk.answers).clear();
    lock(&desk.events).clear();
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

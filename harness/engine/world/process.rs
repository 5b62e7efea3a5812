//! Drivers that are processes: JSON lines in, JSON lines out.

use std::collections::{BTreeSet, VecDeque};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::driver::{Asking, AskingAll, Driver, Drivers, Lending, Reply};
use crate::model::Step;

/// Longest line of a driver, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Lines that are read ahead: a driver that prints without being asked has to wait.
const LINES_AHEAD: usize = 8;

/// How much of the end of standard error is kept, in bytes.
const KEPT_OF_STDERR: usize = 4096;

/// How long a process may take to end after its standard input was closed.
const TO_END: Duration = Duration::from_millis(500);

/// How a driver is started.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Limit for every command but `init`, which has twice the time.
    pub limit: Duration,
}

/// Processes that are used again. All of them end with the pool.
#[derive(Debug)]
pub struct Pool {
    command: Command,
    idle: Mutex<Vec<Process>>,
    groups: Arc<Mutex<BTreeSet<i32>>>,
}

#[derive(Debug)]
struct Process {
    command: Command,
    running: Option<Running>,
    id: u64,
    groups: Arc<Mutex<BTreeSet<i32>>>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    lines: mpsc::Receiver<Line>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    /// Reads standard error to its end.
    errors: JoinHandle<()>,
    group: Option<i32>,
}

#[derive(Debug)]
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

impl Pool {
    /// A pool without processes.
    pub fn new(command: Command) -> Self {
        Self { command, idle: Mutex::default(), groups: Arc::default() }
    }

    /// Ends every process that was started, with everything that it has started in its group.
    pub fn end(&self) {
        for group in std::mem::take(&mut *lock(&self.groups)) {
            kill(group);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.end();
    }
}

impl Drivers for Arc<Pool> {
    fn lend(&self) -> Lending<'_> {
        let idle = lock(&self.idle).pop();
        let process = idle.unwrap_or_else(|| Process {
            command: self.command.clone(),
            running: None,
            id: 0,
            groups: self.groups.clone(),
        });
        let lent = Lent { process: Some(process), pool: self.clone() };
        Box::pin(async move { Box::new(lent) as Box<dyn Driver> })
    }

    fn take_back(&self, driver: Box<dyn Driver>) {
        drop(driver);
    }
}

/// A process that goes back to its pool.
struct Lent {
    process: Option<Process>,
    pool: Arc<Pool>,
}

impl Driver for Lent {
    fn ask<'a>(&'a mut self, step: Step, arguments: Value) -> Asking<'a> {
        Box::pin(async move {
            match &mut self.process {
                Some(process) => {
                    let gone = || failed("start", "the driver is gone");
                    process.ask(step, vec![arguments]).await.pop().unwrap_or_else(gone)
                }
                None => failed("start", "the driver is gone"),
            }
        })
    }

    fn ask_at_once<'a>(&'a mut self, step: Step, arguments: Vec<Value>) -> AskingAll<'a> {
        Box::pin(async move {
            match &mut self.process {
                Some(process) => process.ask(step, arguments).await,
                None => vec![failed("start", "the driver is gone"); arguments.len()],
            }
        })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            lock(&self.pool.idle).push(process);
        }
    }
}

impl Process {
    /// Writes the commands, and reads an answer to each.
    async fn ask(&mut self, step: Step, arguments: Vec<Value>) -> Vec<Reply> {
        let running = match self.running.take() {
            Some(running) => running,
            None => match self.start() {
                Ok(running) => running,
                Err(error) => {
                    let why = format!("{} cannot be started: {error}", self.command.program);
                    return vec![failed("start", why); arguments.len()];
                }
            },
        };
        let first = self.id + 1;
        let mut requests = arguments;
        for request in &mut requests {
            self.id += 1;
            if let Some(members) = request.as_object_mut() {
                members.insert("id".to_owned(), json!(self.id));
                members.insert("cmd".to_owned(), json!(step.command()));
            }
        }
        let running = self.running.insert(running);
        let limit = if step == Step::Init { self.command.limit * 2 } else { self.command.limit };
        let mut replies = match timeout(limit, running.exchange(&requests, first)).await {
            Ok(replies) => replies,
            Err(_) => {
                let why = format!("no answer to {step} within {} s", limit.as_secs());
                vec![failed("hang", why); requests.len()]
            }
        };
        if replies.iter().any(|reply| matches!(reply, Reply::Failed { .. })) {
            let told = self.stop().await;
            let told = told.map(|told| format!("; on standard error: {told}")).unwrap_or_default();
            for reply in &mut replies {
                if let Reply::Failed { detail, .. } = reply {
                    detail.push_str(&told);
                }
            }
        }
        replies
    }

    fn start(&self) -> std::io::Result<Running> {
        let mut child = tokio::process::Command::new(&self.command.program)
            .args(&self.command.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let missing = || std::io::Error::other("a pipe is missing");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let errors = child.stderr.take().ok_or_else(missing)?;
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        lock(&self.groups).extend(group);
        let (sender, lines) = mpsc::channel(LINES_AHEAD);
        tokio::spawn(read_lines(output, sender));
        let stderr: Arc<Mutex<VecDeque<u8>>> = Arc::default();
        let errors = tokio::spawn(keep_end(errors, stderr.clone()));
        Ok(Running { child, input, lines, stderr, errors, group })
    }

    /// Ends the process, and gives back the end of what it wrote to standard error.
    async fn stop(&mut self) -> Option<String> {
        let Running { mut child, input, stderr, errors, group, .. } = self.running.take()?;
        drop(input);
        // One that has just crashed still has its last words under way.
        let _ended = timeout(TO_END, child.wait()).await;
        if let Some(group) = group
            && lock(&self.groups).remove(&group)
        {
            kill(group);
        }
        // Nobody writes any more, but what was written may not have been read yet.
        let _read = timeout(TO_END, errors).await;
        let bytes: Vec<u8> = lock(&stderr).iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

impl Running {
    /// Writes requests with ids from `first` on, and reads an answer to each, in any order.
    async fn exchange(&mut self, requests: &[Value], first: u64) -> Vec<Reply> {
        let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
        // One that reads no more may still have answered; what it says counts.
        let sent = self.input.write_all(lines.as_bytes()).await;
        let _flushed = self.input.flush().await;
        let mut replies = vec![None; requests.len()];
        while let Some(due) = replies.iter().position(Option::is_none) {
            let (place, reply) = match self.lines.recv().await {
                Some(Line::Whole(line)) => {
                    let open = |place: &usize| replies.get(*place).is_some_and(Option::is_none);
                    let place = place(&line, first).filter(open).unwrap_or(due);
                    (place, read(&line, first + place as u64))
                }
                Some(Line::TooLong) => {
                    (due, failed("flood", format!("a line of more than {LONGEST_LINE} bytes")))
                }
                None => (due, self.ended(sent.as_ref().err()).await),
            };
            let is_over = matches!(reply, Reply::Failed { .. });
            if let Some(slot) = replies.get_mut(place) {
                *slot = Some(reply.clone());
            }
            if is_over {
                return replies.into_iter().map(|r| r.unwrap_or_else(|| reply.clone())).collect();
            }
        }
        replies.into_iter().flatten().collect()
    }

    async fn ended(&mut self, error: Option<&std::io::Error>) -> Reply {
        let status = timeout(TO_END, self.child.wait()).await.ok().and_then(Result::ok);
        let how = status.map_or_else(|| "closed its output".to_owned(), |s| s.to_string());
        let why = error.map(|error| format!(" ({error})")).unwrap_or_default();
        failed("crash", format!("the driver ended: {how}{why}"))
    }
}

/// Which of the requests with ids from `first` on a line answers.
fn place(line: &[u8], first: u64) -> Option<usize> {
    let answer: Value = serde_json::from_slice(line).ok()?;
    usize::try_from(answer.get("id")?.as_u64()?.checked_sub(first)?).ok()
}

/// Reads an answer; whatever is no answer to this request is garbage.
fn read(line: &[u8], id: u64) -> Reply {
    let shown = || {
        let start = line.get(..LONGEST_SHOWN).unwrap_or(line);
        String::from_utf8_lossy(start).trim().to_owned()
    };
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(line) else {
        return failed("garbage", format!("no JSON object: {}", shown()));
    };
    if answer.get("id").and_then(Value::as_u64) != Some(id) {
        return failed("garbage", format!("no answer to request {id}: {}", shown()));
    }
    if !answer.get("ok").is_some_and(Value::is_boolean) {
        return failed("garbage", format!("an answer without ok: {}", shown()));
    }
    answer.shift_remove("id");
    Reply::Said(Value::Object(answer))
}

/// How much of a wrong line is shown, in bytes.
const LONGEST_SHOWN: usize = 200;

fn failed(kind: &'static str, detail: impl Into<String>) -> Reply {
    Reply::Failed { kind, detail: detail.into() }
}

async fn read_lines(output: ChildStdout, sender: mpsc::Sender<Line>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let mut bounded = (&mut output).take(LONGEST_LINE);
        match bounded.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) if line.trim_ascii().is_empty() && line.ends_with(b"\n") => {}
            Ok(_) if line.ends_with(b"\n") => {
                if sender.send(Line::Whole(line)).await.is_err() {
                    return;
                }
            }
            Ok(_) => {
                let is_long = u64::try_from(line.len()).is_ok_and(|length| length >= LONGEST_LINE);
                let last = if is_long { Line::TooLong } else { Line::Whole(line) };
                let _received = sender.send(last).await;
                return;
            }
        }
    }
}

/// Reads to the end, and keeps the last of it.
pub(crate) async fn keep_end(mut errors: impl AsyncRead + Unpin, kept: Arc<Mutex<VecDeque<u8>>>) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = errors.read(&mut buffer).await {
        let mut kept = lock(&kept);
        kept.extend(buffer.iter().take(length));
        let excess = kept.len().saturating_sub(KEPT_OF_STDERR);
        kept.drain(..excess);
    }
}

/// Ends a group of processes.
pub(crate) fn kill(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // Whoever is gone already needs no ending.
        let _killed = kill_process_group(group, Signal::KILL);
    }
}

/// A poisoned lock only says that another thread panicked; the data are still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The driver that this shell script is.
    fn pool(script: &str, limit: Duration) -> Arc<Pool> {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        Arc::new(Pool::new(Command { program: "sh".to_owned(), arguments, limit }))
    }

    async fn first_reply(script: &str) -> Reply {
        let pool = pool(script, Duration::from_secs(5));
        pool.lend().await.ask(Step::Start, json!({})).await
    }

    #[tokio::test]
    async fn an_answer_is_handed_back_without_its_id() {
        let reply = first_reply(r#"read l; echo '{"id":1,"ok":true,"url":"u"}'"#).await;
        assert_eq!(reply, Reply::Said(json!({"ok": true, "url": "u"})));
    }

    #[tokio::test]
    async fn what_is_no_answer_has_a_name() {
        for (script, expected, words) in [
            ("read l; echo hello", "garbage", "no JSON object: hello"),
            (r#"read l; echo '{"id":7,"ok":true}'"#, "garbage", "no answer to request 1"),
            (r#"read l; echo '{"id":1,"ok":"yes"}'"#, "garbage", "without ok"),
            ("read l; echo why >&2; exit 3", "crash", "on standard error: why"),
            ("exit 0", "crash", "the driver ended"),
            ("read l; tr '\\0' x < /dev/zero", "flood", "a line of more than"),
            ("yes", "garbage", "no JSON object: y"),
        ] {
            match first_reply(script).await {
                Reply::Failed { kind, detail } => {
                    assert_eq!(kind, expected, "{script}: {detail}");
                    assert!(detail.contains(words), "{script}: {detail}");
                }
                reply => panic!("{script}: {reply:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_hang_ends_and_the_next_command_finds_a_new_process() {
        let script = r#"read l; case "$l" in *start*) sleep 60;; esac; echo '{"id":2,"ok":true}'"#;
        let pool = pool(script, Duration::from_millis(300));
        let mut driver = pool.lend().await;
        let reply = driver.ask(Step::Start, json!({})).await;
        assert!(matches!(reply, Reply::Failed { kind: "hang", .. }), "{reply:?}");
        assert!(driver.ask(Step::Init, json!({})).await.is_ok());
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let command = Command {
            program: "/nonexistent/driver".to_owned(),
            arguments: Vec::new(),
            limit: Duration::from_secs(1),
        };
        let reply = Arc::new(Pool::new(command)).lend().await.ask(Step::Init, json!({})).await;
        assert!(matches!(reply, Reply::Failed { kind: "start", .. }), "{reply:?}");
    }

    #[tokio::test]
    async fn children_of_the_driver_end_with_the_pool() {
        let script = r#"sleep 600 & read l; echo "{\"id\":1,\"ok\":true,\"pid\":$!}"; read l"#;
        let pool = pool(script, Duration::from_secs(5));
        let reply = pool.lend().await.ask(Step::Init, json!({})).await;
        let Reply::Said(answer) = reply else { panic!("{reply:?}") };
        let pid = Pid::from_raw(answer["pid"].as_i64().unwrap().try_into().unwrap()).unwrap();
        assert!(rustix::process::test_kill_process(pid).is_ok());
        pool.end();
        // Killed at once; gone when init has seen it.
        let gone = async {
            while alive(pid) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(5), gone).await.unwrap();
    }

    /// Whether a process runs, and is not only remembered by one who does not reap.
    fn alive(pid: Pid) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        state.is_ok_and(|state| !state.contains(") Z "))
    }
}

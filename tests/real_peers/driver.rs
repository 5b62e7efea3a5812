//! The driver of a client as a process of its own: one request per line, one answer per line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use atproof_engine::front::Page;
use atproof_engine::model::Step;
use atproof_engine::world::{Drivers, Reply};
use serde_json::{Value, json};

/// A running driver.
pub(crate) struct Driver {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    id: u64,
}

/// A client that carries out commands.
pub(crate) enum Client {
    /// By a driver.
    Driven(Driver),
    /// As a page in a browser.
    Shown(Arc<Page>, Box<dyn atproof_engine::world::Driver>),
}

impl Client {
    /// The client that is a page in a file.
    pub(crate) async fn show(file: &Path) -> Self {
        let page = Page::open(file.to_str().unwrap(), Duration::from_secs(60)).await.unwrap();
        let page = Arc::new(page);
        let driver = page.lend().await;
        Self::Shown(page, driver)
    }

    /// Carries out one command.
    pub(crate) async fn ask(&mut self, command: &str, request: Value) -> Value {
        match self {
            Self::Driven(driver) => driver.ask(command, request),
            Self::Shown(_, driver) => {
                let step = Step::ALL.into_iter().find(|step| step.command() == command).unwrap();
                match driver.ask(step, request).await {
                    Reply::Said(answer) => answer,
                    failed @ Reply::Failed { .. } => panic!("{command}: {failed:?}"),
                }
            }
        }
    }

    /// As [`Client::ask`]; the answer has to be a good one.
    pub(crate) async fn done(&mut self, command: &str, request: Value) -> Value {
        let answer = self.ask(command, request).await;
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        answer
    }

    pub(crate) fn end(self) {
        match self {
            Self::Driven(driver) => driver.end(),
            Self::Shown(page, _) => page.end(),
        }
    }
}

impl Driver {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output, id: 0 }
    }

    /// Sends one request and reads its answer.
    pub(crate) fn ask(&mut self, command: &str, mut request: Value) -> Value {
        self.id += 1;
        request["id"] = json!(self.id);
        request["cmd"] = json!(command);
        writeln!(self.input.as_mut().unwrap(), "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("{command}: not JSON: {line:?}"));
        assert_eq!(answer["id"], self.id, "{command}: {answer}");
        answer
    }

    /// As [`Driver::ask`]; the answer has to be a good one.
    pub(crate) fn done(&mut self, command: &str, request: Value) -> Value {
        let answer = self.ask(command, request);
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        answer
    }

    /// Closes its input, which has to end it.
    pub(crate) fn end(mut self) {
        drop(self.input.take());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! The driver of a client as a process of its own: one request per line, one answer per line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running driver.
pub(crate) struct Driver {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    id: u64,
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

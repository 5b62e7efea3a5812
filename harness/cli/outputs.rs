//! The files of a run. The record is searched for the secrets of the run when it is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atproof_engine::stage::{Recorder, Vault};

use crate::exit::Stop;

/// Where a run is written to.
pub(crate) struct Outputs {
    record: Option<PathBuf>,
    json: Option<PathBuf>,
}

impl Outputs {
    /// Creates the record and its timings, and the recorder that writes them.
    pub(crate) fn create(
        record: Option<&Path>,
        json: Option<&Path>,
    ) -> Result<(Self, Recorder), Stop> {
        let (mut lines, mut timings): (Option<Box<dyn Write + Send>>, _) = (None, None);
        if let Some(path) = record {
            lines = Some(Box::new(HeadFirst { file: create(path)?, held: Some(Vec::new()) }));
            timings = Some(Box::new(create(&timings_of(path))?) as Box<dyn Write + Send>);
        }
        if let Some(path) = json {
            // Found now rather than after the run; what an earlier run left there must not stay.
            create(path)?;
            fs::remove_file(path).map_err(|error| unwritable(path, &error))?;
        }
        let outputs = Self { record: record.map(Path::to_owned), json: json.map(Path::to_owned) };
        Ok((outputs, Recorder::new(lines, timings)))
    }

    /// The record, if one is written.
    pub(crate) fn record(&self) -> Option<&Path> {
        self.record.as_deref()
    }

    /// Writes the judged run.
    pub(crate) fn write_json(&self, text: &str) -> Result<(), Stop> {
        let Some(path) = &self.json else { return Ok(()) };
        fs::write(path, text).map_err(|error| unwritable(path, &error))
    }

    /// Searches record and timings for secrets and removes what holds one.
    pub(crate) fn search(&self, vault: &Vault) -> Result<(), Stop> {
        let timings = self.record.as_deref().map(timings_of);
        let mut leaks = Vec::new();
        for path in [&self.record, &timings].into_iter().flatten() {
            // What was never written holds nothing.
            let Ok(bytes) = fs::read(path) else { continue };
            if let Some(secret) = vault.leak_in(&String::from_utf8_lossy(&bytes)) {
                let removed = match fs::remove_file(path) {
                    Ok(()) => "it was removed".to_owned(),
                    Err(error) => format!("remove it, since that failed here: {error}"),
                };
                leaks.push(format!("{} held {secret}; {removed}", path.display()));
            }
        }
        if leaks.is_empty() {
            return Ok(());
        }
        Err(Stop::fault(leaks.join("; ")).advice("this is a bug of atproof, please report it"))
    }
}

/// Creates a file for writing.
fn create(path: &Path) -> Result<File, Stop> {
    File::create(path).map_err(|error| {
        Stop::usage(format!("{} cannot be written: {error}", path.display()))
            .advice("name a file in a directory that exists")
    })
}

/// A file that could be opened but not written.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::fault(format!("{} cannot be written: {error}", path.display()))
        .advice("check the disk and the permissions")
}

fn timings_of(record: &Path) -> PathBuf {
    let mut name = record.as_os_str().to_owned();
    name.push(".timings");
    name.into()
}

/// Holds lines back until the head of the record comes, which has to stand first: the target in it
/// is only known after discovery, whose exchanges belong into the record too.
struct HeadFirst {
    file: File,
    held: Option<Vec<u8>>,
}

impl Write for HeadFirst {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.held.take() {
            None => self.file.write_all(line)?,
            Some(held) if line.starts_with(br#"{"event":"run""#) => {
                self.file.write_all(line)?;
                self.file.write_all(&held)?;
            }
            Some(mut held) => {
                held.extend_from_slice(line);
                self.held = Some(held);
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atproof_protocol::record::{self, Case, End, Event, Play, Run};

    fn scratch(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("atproof-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory.join(name)
    }

    #[test]
    fn the_head_stands_first() {
        let path = scratch("head-first");
        let (_, recorder) = Outputs::create(Some(&path), None).unwrap();
        let case = Case { id: "a".into(), exchanges: Vec::new(), play: Play::Done };
        recorder.event(&Event::Case(case.clone()));
        let target = serde_json::Value::Null;
        let head = Run { schema: record::SCHEMA, tool: "t".into(), seed: 0, target };
        recorder.event(&Event::Run(head.clone()));
        recorder.event(&Event::End(End { cases: 1, exchanges: 0 }));
        let record = record::read(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(record.run, head);
        assert_eq!(record.events.first(), Some(&Event::Case(case)));
        assert!(record.complete);
    }

    #[test]
    fn a_record_with_a_secret_is_removed() {
        let path = scratch("leak");
        let (outputs, recorder) = Outputs::create(Some(&path), None).unwrap();
        recorder.vault.keep("password", "correct horse");
        fs::write(&path, "nothing here").unwrap();
        assert!(outputs.search(&recorder.vault).is_ok());
        fs::write(&path, "a correct horse").unwrap();
        let stop = outputs.search(&recorder.vault).unwrap_err();
        assert_eq!(stop.exit, crate::exit::Exit::Fault);
        assert!(!stop.to_string().contains("horse"));
        assert!(!path.exists());
    }
}

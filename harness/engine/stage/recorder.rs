//! Writes the record as the run happens, and wall-clock timings to a stream of their own.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use atproof_protocol::record::{self, Event};

use super::redact::Vault;

/// Where events go. Shared by all units of a run.
pub struct Recorder {
    /// Secrets of the run.
    pub vault: Vault,
    lines: Mutex<Lines>,
    started: Instant,
    waits: Mutex<Vec<(Duration, Duration)>>,
    exchanges: AtomicUsize,
    sign_ins: AtomicUsize,
}

struct Lines {
    record: Option<Box<dyn Write + Send>>,
    timings: Option<Box<dyn Write + Send>>,
    failure: Option<io::Error>,
}

/// What a run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Requests sent.
    pub requests: usize,
    /// Password sign-ins.
    pub sign_ins: usize,
    /// Time during which at least one request was waiting for its answer.
    pub peer_time: Duration,
    /// Time from the first request to the end.
    pub wall_time: Duration,
}

impl Recorder {
    /// A recorder that writes its lines to these, where given.
    pub fn new(
        record: Option<Box<dyn Write + Send>>,
        timings: Option<Box<dyn Write + Send>>,
    ) -> Self {
        Self {
            vault: Vault::default(),
            lines: Mutex::new(Lines { record, timings, failure: None }),
            started: Instant::now(),
            waits: Mutex::new(Vec::new()),
            exchanges: AtomicUsize::new(0),
            sign_ins: AtomicUsize::new(0),
        }
    }

    /// Writes one event; a failure is kept for [`Recorder::finish`].
    pub fn event(&self, event: &Event) {
        if matches!(event, Event::Exchange(_)) {
            self.exchanges.fetch_add(1, Ordering::Relaxed);
        }
        let mut lines = lock(&self.lines);
        let Lines { record, failure, .. } = &mut *lines;
        if let (Some(out), None) = (record, &failure) {
            let written = out.write_all(record::write(event).as_bytes()).and_then(|()| out.flush());
            *failure = written.err();
        }
    }

    /// Notes how long an exchange was under way.
    pub fn waited(&self, id: &str, since: Instant) {
        let (from, to) = (since.duration_since(self.started), self.started.elapsed());
        lock(&self.waits).push((from, to));
        let mut lines = lock(&self.lines);
        if let Some(out) = &mut lines.timings {
            let line = serde_json::json!({
                "exchange": id, "sent_us": micros(from), "answered_us": micros(to),
            });
            // Timings are a service beside the record; losing them costs no finding.
            let _ = writeln!(out, "{line}");
        }
    }

    /// Notes a password sign-in.
    pub fn signed_in(&self) {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
    }

    /// How many exchanges were recorded.
    pub fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// What the run has cost so far.
    pub fn cost(&self) -> Cost {
        let mut waits = lock(&self.waits).clone();
        waits.sort_unstable();
        let mut peer_time = Duration::ZERO;
        let mut covered = Duration::ZERO;
        let first = waits.first().map_or(Duration::ZERO, |(from, _)| *from);
        for (from, to) in &waits {
            let from = (*from).max(covered);
            peer_time += to.saturating_sub(from);
            covered = covered.max(*to);
        }
        Cost {
            requests: waits.len(),
            sign_ins: self.sign_ins.load(Ordering::Relaxed),
            peer_time,
            wall_time: self.started.elapsed().saturating_sub(first),
        }
    }

    /// The first failure to write, if there was one.
    pub fn finish(&self) -> io::Result<()> {
        lock(&self.lines).failure.take().map_or(Ok(()), Err)
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A poisoned lock only says that another thread panicked; the data are still whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peer_time_is_the_union_of_waits() {
        let recorder = Recorder::new(None, None);
        let ms = Duration::from_millis;
        *lock(&recorder.waits) =
            vec![(ms(10), ms(20)), (ms(15), ms(30)), (ms(16), ms(18)), (ms(50), ms(60))];
        assert_eq!(recorder.cost().peer_time, ms(30));
        assert_eq!(recorder.cost().requests, 4);
    }
}

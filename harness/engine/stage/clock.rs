//! Time, as something that is handed in.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A source of time and of waiting.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The clock of the machine.
    System,
    /// Milliseconds since the Unix epoch that move only when someone waits.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A virtual clock that shows this many seconds since the Unix epoch.
    pub fn at(seconds: i64) -> Self {
        Self::Virtual(Arc::new(AtomicI64::new(seconds.saturating_mul(1000))))
    }

    /// Milliseconds since the Unix epoch.
    pub fn now_millis(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)),
            Self::Virtual(millis) => millis.load(Ordering::SeqCst),
        }
    }

    /// Seconds since the Unix epoch, as in `iat` and `exp`.
    pub fn now(&self) -> i64 {
        self.now_millis().div_euclid(1000)
    }

    /// Waits, or moves the virtual clock.
    pub async fn wait(&self, duration: Duration) {
        match self {
            Self::System => tokio::time::sleep(duration).await,
            Self::Virtual(millis) => {
                let step = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
                millis.fetch_add(step, Ordering::SeqCst);
            }
        }
    }
}

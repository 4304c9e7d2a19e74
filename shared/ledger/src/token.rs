//! Tokens that name one claim or one write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes tokens: a random run id and a counter.
#[derive(Debug, Clone)]
pub struct Tokens {
    run: Arc<str>,
    count: Arc<AtomicU64>,
}

impl Tokens {
    /// `run` must be random for each process; 12 hex digits of a v4 UUID are enough.
    pub fn new(run: &str) -> Self {
        Self {
            run: run.into(),
            count: Arc::default(),
        }
    }

    pub(crate) fn next(&self) -> String {
        format!("{}-{}", self.run, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

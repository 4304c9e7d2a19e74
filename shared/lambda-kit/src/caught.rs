//! A panic that ends one piece of work and no other.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// The work on something panicked. Where it had begun an effect, nobody knows what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work on it panicked; its step will be probed")]
pub struct Panicked;

/// Does this work; a panic in it is its own failure. The panic's own words are on standard error.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    // What a panic leaves half done is in the ledger, or dropped: nothing here is shared but counters behind locks.
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_before_or_after_a_wait_is_a_failure_of_that_work_alone() {
        assert_eq!(caught(async { 1 }).await, Ok(1));
        let at_once = caught(async { panic!("as our own code might") });
        assert_eq!(at_once.await, Err::<(), _>(Panicked));
        let later = caught(async {
            tokio::task::yield_now().await;
            panic!("as our own code might")
        });
        assert_eq!(later.await, Err::<(), _>(Panicked));
    }
}

//! Work in the background that ends when its owner lets go of it.

use std::future::Future;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running mapping or schedule. Dropping it ends it at once, together with the invocations it has begun (their
/// processes are killed); [`Task::finish`] lets those come to their end.
#[derive(Debug)]
pub struct Task {
    stop: watch::Sender<bool>,
    handle: JoinHandle<()>,
}

/// The work's end of it.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Task {
    pub(crate) fn start<F: Future<Output = ()> + Send + 'static>(work: impl FnOnce(Stop) -> F) -> Self {
        let (stop, asked) = watch::channel(false);
        Self {
            stop,
            handle: tokio::spawn(work(Stop(asked))),
        }
    }

    /// Begins nothing new and waits for what has begun.
    pub async fn finish(mut self) {
        let _ = self.stop.send(true);
        let _ = (&mut self.handle).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

impl Stop {
    /// Returns once the owner wants an end.
    pub(crate) async fn asked(&self) {
        let mut asked = self.0.clone();
        let _ = asked.wait_for(|stop| *stop).await;
    }
}

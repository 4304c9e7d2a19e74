//! PUTs that take longer than anybody expects.

use tokio::sync::oneshot;

use super::SparkLayer;
use super::state::Put;
use crate::plain::Plain;

/// How a PUT is slow. It goes on at [`SparkLayer::release_slow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slow {
    /// It is taken; its effect and its answer come when it is released.
    Effect,
    /// The connection closes at once; the effect comes when it is released: a PUT that is stuck in a proxy.
    EffectUnheard,
    /// It takes effect at once; the answer comes when it is released.
    Answer,
}

/// A PUT that waits for its release.
pub(super) struct Held {
    work: Work,
    done: oneshot::Sender<Plain>,
    /// It runs as long as it is held.
    _busy: Option<Busy>,
}

enum Work {
    Commit(Put),
    Answer(Plain),
}

/// Counts a PUT for as long as it may still take effect.
pub(super) struct Busy {
    sparklayer: SparkLayer,
    identifier: String,
}

impl Busy {
    pub(super) fn begin(sparklayer: &SparkLayer, identifier: &str) -> Self {
        sparklayer.state().enter(identifier);
        Self {
            sparklayer: sparklayer.clone(),
            identifier: identifier.to_owned(),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.sparklayer.state().leave(&self.identifier);
    }
}

impl SparkLayer {
    /// Does a PUT, or holds it.
    pub(super) async fn take(&self, put: Put, busy: Option<Busy>) -> Option<Plain> {
        let slow = self.state().switches.slow.pop_front();
        let (done, answer) = oneshot::channel();
        let work = match slow {
            None => {
                let plain = self.commit(&put);
                drop(busy);
                return Some(plain);
            }
            Some(Slow::Answer) => Work::Answer(self.commit(&put)),
            Some(Slow::Effect | Slow::EffectUnheard) => Work::Commit(put),
        };
        {
            let mut state = self.state();
            state.held.push(Held {
                work,
                done,
                _busy: busy,
            });
            // Under the lock, so that a release at the same moment counts the same PUTs.
            self.0.slow.send_replace(state.held.len());
        }
        match slow {
            Some(Slow::EffectUnheard) => None,
            _ => answer.await.ok(),
        }
    }

    /// Lets every held PUT go on, in the order in which they came; returns how many. Their effects have taken place when
    /// it returns.
    pub fn release_slow(&self) -> usize {
        let held = {
            let mut state = self.state();
            self.0.slow.send_replace(0);
            std::mem::take(&mut state.held)
        };
        let count = held.len();
        for Held { work, done, _busy } in held {
            let plain = match work {
                Work::Commit(put) => self.commit(&put),
                Work::Answer(plain) => plain,
            };
            // Nobody listens where the connection was closed.
            let _ = done.send(plain);
        }
        count
    }

    /// Returns when at least so many PUTs are held.
    pub async fn wait_for_slow(&self, at_least: usize) {
        let _ = self.0.slow.subscribe().wait_for(|held| *held >= at_least).await;
    }
}

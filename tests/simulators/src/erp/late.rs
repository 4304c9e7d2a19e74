//! Requests that the ERP takes, and does later than anybody expects.

use std::time::Duration;

use tokio::sync::oneshot;

use super::Erp;
use super::contract::Sheet;
use crate::plain::Plain;

/// When a late request is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// After this much real time.
    After(Duration),
    /// When [`Erp::release_late`] is called.
    Released,
}

/// What the client of a late request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateReply {
    /// The connection closes at once, before anything was done.
    Lost,
    /// The answer, when it was done.
    AfterCommit,
}

/// A request that waits for its release.
#[derive(Debug)]
pub(super) struct Held {
    sheet: Sheet,
    done: oneshot::Sender<Plain>,
}

impl Erp {
    pub(super) async fn commit_late(&self, sheet: Sheet, when: Late, reply: LateReply) -> Option<Plain> {
        let (done, answer) = oneshot::channel();
        match when {
            Late::Released => {
                let mut state = self.state();
                state.held.push(Held { sheet, done });
                // Under the lock, so that a release at the same moment counts the same requests.
                self.0.late.send_replace(state.held.len());
            }
            Late::After(delay) => {
                let this = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    // Nobody listens where the connection was closed; the order is made all the same.
                    let _ = done.send(this.commit(&sheet));
                });
            }
        }
        match reply {
            LateReply::Lost => None,
            LateReply::AfterCommit => answer.await.ok(),
        }
    }

    /// Does every request that was held, in the order in which they came; returns how many.
    pub fn release_late(&self) -> usize {
        let held = {
            let mut state = self.state();
            self.0.late.send_replace(0);
            std::mem::take(&mut state.held)
        };
        let count = held.len();
        for Held { sheet, done } in held {
            let _ = done.send(self.commit(&sheet));
        }
        count
    }

    /// Returns when at least so many requests wait for [`Erp::release_late`].
    pub async fn wait_for_late(&self, at_least: usize) {
        let _ = self.0.late.subscribe().wait_for(|held| *held >= at_least).await;
    }
}

//! Posts that take longer than anybody expects.

use tokio::sync::oneshot;

use super::Spectrum;
use super::answer::failed;
use super::form::Work;
use crate::plain::Plain;

/// How a post is slow. It goes on at [`Spectrum::release_slow`], but for the last kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpectrumSlow {
    /// It is taken; its effect and its answer come when it is released.
    Effect,
    /// The connection closes at once; the effect comes when it is released.
    EffectUnheard,
    /// It is answered with a 500 at once; the effect comes when it is released: a failure that commits late.
    EffectBehind500,
    /// It takes effect at once; the answer comes when it is released.
    Answer,
    /// It takes effect, and is answered with a 500, both at once.
    EffectThen500,
}

/// A post that waits for its release.
pub(super) struct Held {
    does: Does,
    done: oneshot::Sender<Plain>,
}

enum Does {
    Commit(Box<Work>),
    Answer(Plain),
}

impl Spectrum {
    /// Does a post, or holds it.
    pub(super) async fn take(&self, work: Work) -> Option<Plain> {
        let slow = self.state().switches.slow.pop_front();
        let body = work
            .orders
            .first()
            .map(|form| (*form.body).clone())
            .unwrap_or_default();
        let five_hundred = || Some(failed(&body, self.0.clock.now_ms()));
        let does = match slow {
            None => return Some(self.commit(&work)),
            Some(SpectrumSlow::EffectThen500) => {
                self.commit(&work);
                return five_hundred();
            }
            Some(SpectrumSlow::Answer) => Does::Answer(self.commit(&work)),
            Some(_) => Does::Commit(Box::new(work)),
        };
        let (done, answer) = oneshot::channel();
        {
            let mut state = self.state();
            state.held.push(Held { does, done });
            // Under the lock, so that a release at the same moment counts the same posts.
            self.0.slow.send_replace(state.held.len());
        }
        match slow {
            Some(SpectrumSlow::EffectUnheard) => None,
            Some(SpectrumSlow::EffectBehind500) => five_hundred(),
            _ => answer.await.ok(),
        }
    }

    /// Lets every held post go on, in the order in which they came; returns how many. Their effects have taken place when it
    /// returns.
    pub fn release_slow(&self) -> usize {
        let held = {
            let mut state = self.state();
            self.0.slow.send_replace(0);
            std::mem::take(&mut state.held)
        };
        let count = held.len();
        for Held { does, done } in held {
            let plain = match does {
                Does::Commit(work) => self.commit(&work),
                Does::Answer(plain) => plain,
            };
            // Nobody listens where the connection was closed.
            let _ = done.send(plain);
        }
        count
    }

    /// Returns when at least so many posts are held.
    pub async fn wait_for_slow(&self, at_least: usize) {
        let _ = self.0.slow.subscribe().wait_for(|held| *held >= at_least).await;
    }
}

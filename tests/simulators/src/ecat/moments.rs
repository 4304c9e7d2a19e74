//! What tests do in the middle of a call. A list with such a moment is never cut.

use super::{Ecat, Pause};

impl Ecat {
    /// The body of the next list pauses after so many orders, until [`Ecat::release_body`].
    pub fn pause_body_after(&self, orders: usize) {
        self.0.pause.send_replace(Pause::None);
        self.state().switches.pause_next_list = Some(orders);
    }

    /// Returns when a body pauses.
    pub async fn wait_for_pause(&self) {
        let mut pause = self.0.pause.subscribe();
        let _ = pause.wait_for(|pause| *pause != Pause::None).await;
    }

    /// A body that pauses goes on.
    pub fn release_body(&self) {
        self.0.pause.send_replace(Pause::Released);
    }

    /// This is done in the next list, when so many of its orders were handed over and before the next one is made; also
    /// if there are no more. Typically it moves the clock, so that an invocation runs out of time without anybody
    /// sleeping.
    ///
    /// Handed over is not yet read: some megabytes fit between the two ends of a connection. Where it matters how far
    /// the function is, see [`Ecat::on_marks`].
    pub fn on_order(&self, orders: usize, act: impl FnOnce() + Send + 'static) {
        self.state().switches.act_in_next_list = Some((orders, Box::new(act)));
    }

    /// This is done once, when so many submissions of all are marked as received: after the call that marked the last of
    /// them took effect, and before it is answered.
    pub fn on_marks(&self, marked: usize, act: impl FnOnce() + Send + 'static) {
        self.state().switches.act_at_marks = Some((marked, Box::new(act)));
    }
}

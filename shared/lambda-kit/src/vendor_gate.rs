//! The gate before a vendor: a paused vendor is left alone, but for one probe an interval.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger::{Ledger, LedgerError, Pause};
use order_model::Millis;

/// One vendor's gate, for one invocation: the pause is read once.
#[derive(Debug)]
pub struct VendorGate {
    ledger: Ledger,
    vendor: &'static str,
    function: &'static str,
    probe_every: Duration,
    pause: Option<Pause>,
    /// Set when the vendor refused us in this invocation: the rest of the batch does not try.
    shut: AtomicBool,
    /// Set when the turn of the probe was asked for: one call of this invocation may go through.
    asked: AtomicBool,
    /// Set when that turn is ours.
    probing: AtomicBool,
}

impl VendorGate {
    /// Reads the pause of a vendor.
    pub async fn read(
        ledger: &Ledger,
        vendor: &'static str,
        function: &'static str,
        probe_every: Duration,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            ledger: ledger.clone(),
            vendor,
            function,
            probe_every,
            pause: ledger.pause(vendor).await?,
            shut: AtomicBool::new(false),
            asked: AtomicBool::new(false),
            probing: AtomicBool::new(false),
        })
    }

    /// Whether the vendor may be called now. To be asked right before the call: while the vendor is paused, a yes is
    /// the probe of this interval, of all functions together.
    pub async fn pass(&self, now: Millis) -> Result<bool, LedgerError> {
        if self.shut.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let Some(pause) = &self.pause else { return Ok(true) };
        if pause.next_probe > now || self.asked.swap(true, Ordering::SeqCst) {
            return Ok(false);
        }
        let ours = self.ledger.take_probe(pause, now, now + self.probe_every).await?;
        self.probing.store(ours, Ordering::SeqCst);
        Ok(ours)
    }

    /// Whether the vendor refused us in this invocation.
    pub fn is_shut(&self) -> bool {
        self.shut.load(Ordering::SeqCst)
    }

    /// The vendor refused us (credentials, or an address that takes nothing): pause it. Only the first of a batch says
    /// so. A pause that can't be written down still holds for this invocation.
    pub async fn refused(&self, reason: &str, now: Millis) {
        if self.shut.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::error!(
            vendor = self.vendor,
            reason,
            "vendor paused: it refused us. Its steps stay due; mend its secret or its address, and the next probe lifts the pause"
        );
        let set = self
            .ledger
            .set_pause(self.vendor, reason, self.function, now, now + self.probe_every)
            .await;
        if let Err(error) = set {
            tracing::error!(
                vendor = self.vendor,
                "the pause could not be written down: {error}"
            );
        }
    }

    /// The vendor answered in its own terms: a pause that was probed is lifted. A time-out or a gateway's error page
    /// proves nothing, and must not come here.
    pub async fn answered(&self) {
        if self.shut.load(Ordering::SeqCst) || !self.probing.swap(false, Ordering::SeqCst) {
            return;
        }
        match self.ledger.lift_pause(self.vendor).await {
            Ok(()) => tracing::info!(vendor = self.vendor, "pause lifted: the probe went well"),
            Err(error) => tracing::error!(vendor = self.vendor, "the pause could not be lifted: {error}"),
        }
    }
}

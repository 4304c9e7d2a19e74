//! The gate before a vendor: a paused vendor is left alone, but for one probe an interval.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger::{Ledger, LedgerError};
use order_model::Millis;

/// Whether a vendor may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Go on.
    Open,
    /// Paused, and the turn of the probe is ours: one call may go through.
    Probe,
    /// Paused: the step stays due.
    Shut,
}

/// One vendor's gate, for one invocation: the pause is read once.
#[derive(Debug)]
pub struct VendorGate {
    vendor: &'static str,
    function: &'static str,
    probe_every: Duration,
    way: Way,
    /// Set in this invocation when the vendor refused us: the rest of the batch does not try.
    shut: AtomicBool,
    probed: AtomicBool,
}

impl VendorGate {
    /// Reads the pause of a vendor, and takes the turn of the probe if there is one to take.
    pub async fn read(
        ledger: &Ledger,
        vendor: &'static str,
        function: &'static str,
        now: Millis,
        probe_every: Duration,
    ) -> Result<Self, LedgerError> {
        let way = match ledger.pause(vendor).await? {
            None => Way::Open,
            Some(pause) if ledger.take_probe(&pause, now, now + probe_every).await? => Way::Probe,
            Some(_) => Way::Shut,
        };
        Ok(Self {
            vendor,
            function,
            probe_every,
            way,
            shut: AtomicBool::new(false),
            probed: AtomicBool::new(false),
        })
    }

    /// Whether the vendor may be called now. A probe's turn is given to one caller only.
    pub fn pass(&self) -> bool {
        match self.way {
            _ if self.shut.load(Ordering::SeqCst) => false,
            Way::Open => true,
            Way::Probe => !self.probed.swap(true, Ordering::SeqCst),
            Way::Shut => false,
        }
    }

    /// The vendor refused us (credentials, or an address that does not take orders): pause it.
    pub async fn refused(&self, ledger: &Ledger, reason: &str, now: Millis) -> Result<(), LedgerError> {
        self.shut.store(true, Ordering::SeqCst);
        tracing::error!(
            vendor = self.vendor,
            reason,
            "vendor paused: it refused us. Its steps stay due; mend its secret or its address, and the next probe lifts the pause"
        );
        ledger
            .set_pause(self.vendor, reason, self.function, now, now + self.probe_every)
            .await
    }

    /// The vendor answered in its own terms: a pause that was probed is lifted.
    pub async fn answered(&self, ledger: &Ledger) -> Result<(), LedgerError> {
        if self.way != Way::Probe || self.shut.load(Ordering::SeqCst) {
            return Ok(());
        }
        tracing::info!(vendor = self.vendor, "pause lifted: the probe went well");
        ledger.lift_pause(self.vendor).await
    }
}

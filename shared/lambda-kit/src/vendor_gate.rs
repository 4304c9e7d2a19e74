//! The gate before a vendor: a paused vendor is left alone, but for one probe an interval; one that a person paused gets
//! none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ledger::{Ledger, LedgerError, Pause};
use order_model::{Millis, Vendor};
use tokio::sync::Mutex;

/// One vendor's gate, for one invocation: its pause, and which of our credentials it takes, are read once.
#[derive(Debug)]
pub struct VendorGate {
    ledger: Ledger,
    service: Vendor,
    function: &'static str,
    probe_every: Duration,
    pause: Option<Pause>,
    /// The version of the credentials that the vendor is known to take. Locked while one call finds that out.
    proven: Mutex<Option<String>>,
    /// Set when the vendor refused us in this invocation: the rest of the batch does not try.
    shut: AtomicBool,
    /// Set when the turn of the probe was asked for: one call of this invocation may go through.
    asked: AtomicBool,
    /// Set when that turn is ours.
    probing: AtomicBool,
}

impl VendorGate {
    /// Reads the pause and the login of a vendor.
    pub async fn read(
        ledger: &Ledger,
        service: Vendor,
        function: &'static str,
        probe_every: Duration,
    ) -> Result<Self, LedgerError> {
        let pause = ledger.pause(service.as_str()).await?;
        let login = ledger.login(service.as_str()).await?;
        Ok(Self {
            ledger: ledger.clone(),
            service,
            function,
            probe_every,
            pause,
            proven: Mutex::new(login.proven),
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
        if !pause.may_be_probed(self.function, now) || self.asked.swap(true, Ordering::SeqCst) {
            return Ok(false);
        }
        let ours = self
            .ledger
            .take_probe(pause, self.function, now, now + self.probe_every)
            .await?;
        self.probing.store(ours, Ordering::SeqCst);
        Ok(ours)
    }

    /// The same for a call whose credentials are not proven, once it has the turn to try them: the pause is read again,
    /// because whoever had the turn before may have been refused. Shuts the gate if the vendor is paused, unless this is
    /// the probe of that very pause.
    pub(crate) async fn still_passes(&self) -> Result<bool, LedgerError> {
        let Some(stands) = self.ledger.pause(self.vendor()).await? else {
            return Ok(true);
        };
        let ours = self.probing.load(Ordering::SeqCst)
            && self.pause.as_ref().is_some_and(|pause| pause.is_same(&stands));
        if !ours {
            self.shut.store(true, Ordering::SeqCst);
        }
        Ok(ours)
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn service(&self) -> Vendor {
        self.service
    }

    pub(crate) fn vendor(&self) -> &'static str {
        self.service.as_str()
    }

    pub(crate) fn probe_every(&self) -> Duration {
        self.probe_every
    }

    pub(crate) fn proven(&self) -> &Mutex<Option<String>> {
        &self.proven
    }

    /// Whether the vendor refused us in this invocation, or was paused meanwhile.
    pub fn is_shut(&self) -> bool {
        self.shut.load(Ordering::SeqCst)
    }

    /// The vendor refused us (credentials, or an address that takes nothing): pause it. Only the first of a batch says
    /// so. A pause that can't be written down still holds for this invocation.
    pub async fn refused(&self, reason: &str, now: Millis) {
        self.pause(reason, now).await;
    }

    /// The same; whether this call has written the pause down.
    pub(crate) async fn pause(&self, reason: &str, now: Millis) -> bool {
        if self.shut.swap(true, Ordering::SeqCst) {
            return false;
        }
        tracing::error!(
            vendor = self.vendor(),
            reason,
            "vendor paused: it refused us. Its steps stay due; mend its secret or its address, and the next probe lifts the pause"
        );
        let set = self
            .ledger
            .set_pause(self.vendor(), reason, self.function, now, now + self.probe_every)
            .await;
        if let Err(error) = set {
            tracing::error!(
                vendor = self.vendor(),
                "the pause could not be written down: {error}"
            );
            return false;
        }
        true
    }

    /// The vendor answered in its own terms: a pause that was probed is lifted. A time-out or a gateway's error page
    /// proves nothing, and must not come here.
    pub async fn answered(&self) {
        if self.shut.load(Ordering::SeqCst) || !self.probing.swap(false, Ordering::SeqCst) {
            return;
        }
        let Some(pause) = &self.pause else { return };
        match self.ledger.lift_pause(pause).await {
            Ok(true) => tracing::info!(vendor = self.vendor(), "pause lifted: the probe went well"),
            Ok(false) => tracing::warn!(
                vendor = self.vendor(),
                "the probe went well, but the vendor was paused again meanwhile: it stays paused"
            ),
            Err(error) => tracing::error!(vendor = self.vendor(), "the pause could not be lifted: {error}"),
        }
    }
}

//! The settings of this function.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::{Backoff, Brand};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `REPSPARK_BASE_URL`, `REPSPARK_SECRET`, `REPSPARK_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub repspark: VendorSettings,
    /// `REPSPARK_SETTLE_SECONDS`: how long after the start of a try "not Valid" proves nothing.
    pub settle: Duration,
    /// `BACKOFF_SECONDS`
    pub backoff: Backoff,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let (repspark, settle) = (
            settings.vendor("REPSPARK", "REPSPARK_CALL_SECONDS")?,
            settings.seconds("REPSPARK_SETTLE_SECONDS")?,
        );
        // A try that may still be running must not count as settled.
        settings.longer("REPSPARK_SETTLE_SECONDS", settle, repspark.call)?;
        Ok(Self {
            brand: settings.brand()?,
            repspark,
            settle,
            backoff: settings.backoff("BACKOFF_SECONDS")?,
        })
    }
}

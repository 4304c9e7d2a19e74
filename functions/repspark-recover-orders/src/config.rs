//! The settings of this function.

use std::time::Duration;

use jiff::tz::TimeZone;
use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::Brand;

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`: of dates without one, in payloads that are compared.
    pub time_zone: TimeZone,
    /// `REPSPARK_BASE_URL`, `REPSPARK_SECRET`, `REPSPARK_LIST_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub repspark: VendorSettings,
    /// `REPSPARK_CALL_SECONDS`: how long a look at one order may take.
    pub one_order: Duration,
    /// `REPSPARK_UNCONFIRMED_SECONDS`: how long after its confirmation an order may still stand as Sent.
    pub unconfirmed_after: Duration,
    /// `RAW_RETENTION_DAYS`
    pub retention: Duration,
    /// `RECOVER_EVERY_SECONDS`: how often the comparison is made when nothing went wrong.
    pub every: Duration,
    /// `REPSPARK_SETTLE_SECONDS`: how long after a pull that broke off RepSpark may still be flipping its orders.
    pub settle: Duration,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            one_order: settings.seconds("REPSPARK_CALL_SECONDS")?,
            unconfirmed_after: settings.seconds("REPSPARK_UNCONFIRMED_SECONDS")?,
            repspark: settings.vendor("REPSPARK", "REPSPARK_LIST_SECONDS")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
            every: settings.seconds("RECOVER_EVERY_SECONDS")?,
            settle: settings.seconds("REPSPARK_SETTLE_SECONDS")?,
        })
    }
}

//! The settings of this function.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::Brand;

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: jiff::tz::TimeZone,
    /// `REPSPARK_BASE_URL`, `REPSPARK_SECRET`, `REPSPARK_LIST_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub repspark: VendorSettings,
    /// `RAW_RETENTION_DAYS`
    pub retention: Duration,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            repspark: settings.vendor("REPSPARK", "REPSPARK_LIST_SECONDS")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
        })
    }
}

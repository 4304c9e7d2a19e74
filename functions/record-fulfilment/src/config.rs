//! The settings of this function.

use std::time::Duration;

use jiff::tz::TimeZone;
use lambda_kit::{Settings, SettingsError};
use order_model::Brand;

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`: of times without a zone.
    pub time_zone: TimeZone,
    /// `ANNOUNCE_MOVES`: whether moves forward are put on the default EventBridge bus.
    pub announce: bool,
    /// `RAW_RETENTION_DAYS`: how long a row waits for its order, and a broken message is kept.
    pub retention: Duration,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            announce: settings.parsed("ANNOUNCE_MOVES", "true or false")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
        })
    }
}

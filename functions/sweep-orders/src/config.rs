//! The settings of this function.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError};

/// Settings, each named after its variable.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// `STUCK_SECONDS`: an order that is open for longer is stuck.
    pub stuck: Duration,
    /// `RAW_RETENTION_DAYS`: the payload of an order that is open for half as long is kept anew.
    pub retention: Duration,
    /// `CENSUS_SECONDS`: how often all open orders are counted.
    pub census_every: Duration,
    /// `OLD_ORDER_DAYS`: an order that is open for longer is named before RepSpark's lists lose it.
    pub old: Duration,
    /// `WAITING_SECONDS`: how often it is looked whether what waits for others need not wait any more.
    pub waiting_every: Duration,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            stuck: settings.seconds("STUCK_SECONDS")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
            census_every: settings.seconds("CENSUS_SECONDS")?,
            old: settings.days("OLD_ORDER_DAYS")?,
            waiting_every: settings.seconds("WAITING_SECONDS")?,
        })
    }
}

/// How movements that wait are taken once their order is known: `ANNOUNCE_MOVES` (whether moves forward are put on the
/// default EventBridge bus), `RAW_RETENTION_DAYS`, `TIME_ZONE`.
pub(crate) fn taking(settings: Settings) -> Result<order_fulfilment::Settings, SettingsError> {
    Ok(order_fulfilment::Settings {
        announce: settings.parsed("ANNOUNCE_MOVES", "true or false")?,
        retention: settings.days("RAW_RETENTION_DAYS")?,
        zone: settings.time_zone()?,
    })
}

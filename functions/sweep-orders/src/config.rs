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
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            stuck: settings.seconds("STUCK_SECONDS")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
        })
    }
}

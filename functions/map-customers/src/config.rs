//! The settings of this function.

use lambda_kit::{Settings, SettingsError};
use order_model::Brand;

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
        })
    }
}

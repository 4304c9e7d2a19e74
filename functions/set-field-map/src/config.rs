//! The settings of this function.

use lambda_kit::{Settings, SettingsError};
use order_model::{Brand, EcatOrg};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: jiff::tz::TimeZone,
    /// `ECAT_ORG`; none where the brand does not use eCat.
    pub ecat_org: Option<EcatOrg>,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            ecat_org: settings.maybe_ecat_org()?,
        })
    }
}

//! The settings of this function.

use jiff::tz::TimeZone;
use lambda_kit::{Settings, SettingsError};
use order_model::{Brand, EcatOrg};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `ECAT_ORG`; none where eCat is off. Without it no eCat order is found by its number or by its uuid alone.
    pub ecat: Option<EcatOrg>,
    /// `TIME_ZONE`: that of dates without one, where submissions of an eCat order are compared.
    pub time_zone: TimeZone,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            brand: settings.brand()?,
            ecat: settings.maybe_ecat_org()?,
            time_zone: settings.time_zone()?,
        })
    }
}

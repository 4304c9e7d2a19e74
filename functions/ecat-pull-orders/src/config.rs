//! The settings of this function.

use std::time::Duration;

use jiff::tz::TimeZone;
use lambda_kit::{Error, Settings, VendorSettings};
use order_model::{Brand, EcatOrg};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `ECAT_ORG`
    pub org: EcatOrg,
    /// `TIME_ZONE`
    pub time_zone: TimeZone,
    /// `ECAT_BASE_URL`, `ECAT_SECRET`, `ECAT_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub ecat: VendorSettings,
    /// `ECAT_LIST_SECONDS`: how long eCat may be silent within a list.
    pub between: Duration,
    /// `RAW_RETENTION_DAYS`
    pub retention: Duration,
}

/// A setting without which years of orders could be imported that the integration before us had imported.
#[derive(Debug, thiserror::Error)]
#[error(
    "IMPORT_FROM is empty: eCat gives every order that was never marked received, however old, and shows nobody what the \
     integration before this one did with it. Set ImportFrom to the day of the cut-over; earlier orders are taken in and \
     held for a person"
)]
pub struct NoImportFrom;

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, Error> {
        // Only the import goes by it, which holds what is older.
        if settings.maybe_date("IMPORT_FROM")?.is_none() {
            return Err(NoImportFrom.into());
        }
        Ok(Self {
            brand: settings.brand()?,
            org: settings.ecat_org()?,
            time_zone: settings.time_zone()?,
            ecat: settings.vendor("ECAT", "ECAT_CALL_SECONDS")?,
            between: settings.seconds("ECAT_LIST_SECONDS")?,
            retention: settings.days("RAW_RETENTION_DAYS")?,
        })
    }
}

//! The settings of this function.

use std::time::Duration;

use jiff::civil::Date;
use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::{Backoff, Brand};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: jiff::tz::TimeZone,
    /// `ERP_BASE_URL`, `ERP_SECRET`, `ERP_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub erp: VendorSettings,
    /// `ERP_SETTLE_SECONDS`: how long after the start of a try "not there" proves nothing.
    pub settle: Duration,
    /// `BACKOFF_SECONDS`
    pub backoff: Backoff,
    /// `IMPORT_FROM`: orders of earlier days wait for a person. Empty: none do.
    pub import_from: Option<Date>,
    /// `REPORT_REFUSALS`: whether RepSpark is told when the ERP refuses an order.
    pub report_refusals: bool,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let (erp, settle) = (
            settings.vendor("ERP", "ERP_CALL_SECONDS")?,
            settings.seconds("ERP_SETTLE_SECONDS")?,
        );
        // A try that may still be running must not count as settled.
        settings.longer("ERP_SETTLE_SECONDS", settle, erp.call)?;
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            erp,
            settle,
            backoff: settings.backoff("BACKOFF_SECONDS")?,
            import_from: settings.maybe_date("IMPORT_FROM")?,
            report_refusals: settings.parsed("REPORT_REFUSALS", "true or false")?,
        })
    }
}

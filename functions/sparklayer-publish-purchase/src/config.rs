//! The settings of this function.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::{Backoff, Brand};
use sparklayer::{Options, SiteId};

use sparklayer::{Platform, Visible};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: jiff::tz::TimeZone,
    /// `SPARKLAYER_BASE_URL`, `SPARKLAYER_SECRET`, `SPARKLAYER_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub sparklayer: VendorSettings,
    /// `SPARKLAYER_SITE_ID`
    pub site: SiteId,
    /// `SPARKLAYER_SETTLE_SECONDS`: how long after the last moment at which a PUT may have begun it may still land.
    pub settle: Duration,
    /// `BACKOFF_SECONDS`
    pub backoff: Backoff,
    /// `SPARKLAYER_VISIBLE`: the number that the customer sees.
    pub visible: Visible,
    /// `SPARKLAYER_PLATFORM`: the number of the place where the order was born.
    pub platform: Platform,
    /// `SPARKLAYER_OPTIONS`: how is written what the vendor's documents leave open.
    pub options: Options,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let (sparklayer, settle) = (
            settings.vendor("SPARKLAYER", "SPARKLAYER_CALL_SECONDS")?,
            settings.seconds("SPARKLAYER_SETTLE_SECONDS")?,
        );
        // A PUT that may still be running must not count as settled; a token may have come before it.
        settings.longer("SPARKLAYER_SETTLE_SECONDS", settle, sparklayer.call * 2)?;
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            sparklayer,
            site: SiteId::new(&settings.text("SPARKLAYER_SITE_ID")?).map_err(|error| SettingsError {
                name: "SPARKLAYER_SITE_ID".to_owned(),
                what: error.to_string(),
            })?,
            settle,
            backoff: settings.backoff("BACKOFF_SECONDS")?,
            visible: settings.parsed("SPARKLAYER_VISIBLE", Visible::WORDS)?,
            platform: settings.parsed("SPARKLAYER_PLATFORM", Platform::WORDS)?,
            options: settings.parsed("SPARKLAYER_OPTIONS", Options::FORM)?,
        })
    }
}

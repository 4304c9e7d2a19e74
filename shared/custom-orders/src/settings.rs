//! The settings that the functions share that call Spectrum.

use std::time::Duration;

use jiff::tz::TimeZone;
use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_model::{Backoff, Brand};
use spectrum::{Format, Options, Priority, ProofStatus};

use crate::name::NumberOf;
use crate::rate::{Endpoint, Turns};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: TimeZone,
    /// `SPECTRUM_BASE_URL`, `SPECTRUM_SECRET`, `SPECTRUM_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub spectrum: VendorSettings,
    /// `SPECTRUM_SETTLE_SECONDS`: how long after the start of a call "not there" proves nothing.
    pub settle: Duration,
    /// `BACKOFF_SECONDS`
    pub backoff: Backoff,
    /// `SPECTRUM_ORDER_NUMBER`: whose number the name of an order is.
    pub number_of: NumberOf,
    /// `SPECTRUM_FORMAT`, `SPECTRUM_PRIORITY`, `SPECTRUM_PROOF_STATUS`, `SPECTRUM_TEXT_MAX`
    pub options: Options,
    /// `SPECTRUM_CONCURRENCY`: so many invocations of each function at once.
    concurrency: u32,
    /// `SPECTRUM_CALLS_A_MINUTE`: so many calls of an endpoint are aimed at.
    calls_a_minute: u32,
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let (spectrum, settle) = (
            settings.vendor("SPECTRUM", "SPECTRUM_CALL_SECONDS")?,
            settings.seconds("SPECTRUM_SETTLE_SECONDS")?,
        );
        // A call that may still be running must not count as settled.
        settings.longer("SPECTRUM_SETTLE_SECONDS", settle, spectrum.call)?;
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            spectrum,
            settle,
            backoff: settings.backoff("BACKOFF_SECONDS")?,
            number_of: settings.parsed("SPECTRUM_ORDER_NUMBER", NumberOf::WORDS)?,
            options: options(settings)?,
            concurrency: settings.parsed("SPECTRUM_CONCURRENCY", "a number of invocations")?,
            calls_a_minute: settings.parsed("SPECTRUM_CALLS_A_MINUTE", "a number of calls")?,
        })
    }

    /// The turns of an invocation that begins now.
    pub fn turns(&self) -> Turns {
        Turns::begin(self.concurrency, self.calls_a_minute)
    }

    /// The longest that a call may take whose turn has to be waited for.
    pub fn longest(&self, turns: &Turns, endpoint: Endpoint) -> Duration {
        turns.longest(endpoint) + self.spectrum.call
    }
}

/// How a brand wants its orders acknowledged.
pub(crate) fn options(settings: Settings) -> Result<Options, SettingsError> {
    Ok(Options {
        format: word(settings, "SPECTRUM_FORMAT", Format::parse)?.unwrap_or_default(),
        priority: word(settings, "SPECTRUM_PRIORITY", Priority::parse)?,
        proof_status: word(settings, "SPECTRUM_PROOF_STATUS", ProofStatus::parse)?,
        text_max: settings.parsed("SPECTRUM_TEXT_MAX", "a number of characters")?,
    })
}

/// A word of Spectrum's, if one is set.
fn word<T>(settings: Settings, name: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>, SettingsError> {
    let Some(text) = settings.maybe(name) else {
        return Ok(None);
    };
    let parsed = parse(&text);
    let wrong = || SettingsError {
        name: name.to_owned(),
        what: format!("{text:?} is no word that Spectrum has"),
    };
    parsed.map(Some).ok_or_else(wrong)
}

//! Settings: environment variables, read once at start.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use order_model::{Backoff, Brand, Pace};
use reqwest::Url;

/// A setting that is missing or does not fit. The function does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {name}: {what}")]
pub struct SettingsError {
    /// The variable.
    pub name: &'static str,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// Reads settings. Each function reads only the variables that its README names.
#[derive(Debug, Clone, Copy)]
pub struct Settings;

impl Settings {
    /// The text of a variable; blanks around it are dropped.
    pub fn text(self, name: &'static str) -> Result<String, SettingsError> {
        self.maybe(name).ok_or_else(|| wrong(name, "is missing or empty"))
    }

    /// The text of a variable, if it is set and not empty.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn maybe(self, name: &'static str) -> Option<String> {
        std::env::var(name)
            .ok()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// A number or another value that can be read from text.
    pub fn parsed<T: FromStr>(self, name: &'static str, form: &str) -> Result<T, SettingsError> {
        let text = self.text(name)?;
        text.parse()
            .map_err(|_| wrong(name, format!("{text:?} is not {form}")))
    }

    /// A duration, in seconds; fractions are allowed (the local run uses them).
    pub fn seconds(self, name: &'static str) -> Result<Duration, SettingsError> {
        let seconds: f64 = self.parsed(name, "a number of seconds")?;
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| wrong(name, "is not a duration that can be waited for"))
    }

    /// The waits between tries, in seconds, separated by commas.
    pub fn backoff(self, name: &'static str) -> Result<Backoff, SettingsError> {
        let text = self.text(name)?;
        let waits = text.split(',').map(|wait| {
            wait.trim()
                .parse::<f64>()
                .ok()
                .and_then(|s| Duration::try_from_secs_f64(s).ok())
        });
        let waits: Option<Vec<Duration>> = waits.collect();
        waits.map(Backoff::new).ok_or_else(|| {
            wrong(
                name,
                format!("{text:?} is not a list of seconds like 60,300,900,3600"),
            )
        })
    }

    /// The brand.
    pub fn brand(self) -> Result<Brand, SettingsError> {
        Brand::new(&self.text("BRAND")?).map_err(|error| wrong("BRAND", error.to_string()))
    }

    /// How the retry clock runs.
    pub fn pace(self) -> Result<Pace, SettingsError> {
        Ok(Pace {
            grace: self.seconds("HINT_GRACE_SECONDS")?,
            skew: self.seconds("CLOCK_SKEW_SECONDS")?,
        })
    }

    /// A vendor's address: `https`, or plain `http` for this machine alone. Without a final slash.
    pub fn base_url(self, name: &'static str) -> Result<String, SettingsError> {
        let text = self.text(name)?;
        let url = Url::parse(&text).map_err(|_| wrong(name, "is not a URL"))?;
        let local = url.host_str().is_some_and(|host| {
            host == "localhost"
                || host
                    .trim_matches(['[', ']'])
                    .parse::<IpAddr>()
                    .is_ok_and(|ip| ip.is_loopback())
        });
        match url.scheme() {
            "https" => Ok(text.trim_end_matches('/').to_owned()),
            "http" if local => Ok(text.trim_end_matches('/').to_owned()),
            _ => Err(wrong(
                name,
                "must begin with https:// (plain http:// is taken for loopback addresses alone)",
            )),
        }
    }
}

fn wrong(name: &'static str, what: impl Into<String>) -> SettingsError {
    SettingsError {
        name,
        what: what.into(),
    }
}

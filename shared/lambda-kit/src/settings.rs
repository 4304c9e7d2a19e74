//! Settings: environment variables, read once at start.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use order_model::{Backoff, Brand, EcatOrg, Pace};
use reqwest::Url;

/// A setting that is missing or does not fit. The function does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {name}: {what}")]
pub struct SettingsError {
    /// The variable.
    pub name: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// How to reach a vendor.
#[derive(Debug, Clone)]
pub struct VendorSettings {
    /// Its API root, without a final slash.
    pub base_url: String,
    /// The name of its secret.
    pub secret: String,
    /// How long one call may take.
    pub call: Duration,
    /// How often a paused vendor is probed.
    pub probe_every: Duration,
}

/// What a variable says, if it is set.
pub type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Reads settings. Each function reads only the variables that its README names.
#[derive(Clone, Copy)]
pub struct Settings {
    variables: &'static Variables,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings")
    }
}

impl Settings {
    /// The variables of this process.
    pub fn of_environment() -> Self {
        Self::of(&environment)
    }

    /// Other variables: what a test sets.
    pub fn of(variables: &'static Variables) -> Self {
        Self { variables }
    }

    /// The text of a variable; blanks around it are dropped.
    pub fn text(self, name: &str) -> Result<String, SettingsError> {
        self.maybe(name).ok_or_else(|| wrong(name, "is missing or empty"))
    }

    /// The text of a variable, if it is set and not empty.
    pub fn maybe(self, name: &str) -> Option<String> {
        (self.variables)(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// A number or another value that can be read from text.
    pub fn parsed<T: FromStr>(self, name: &str, form: &str) -> Result<T, SettingsError> {
        let text = self.text(name)?;
        text.parse()
            .map_err(|_| wrong(name, format!("{text:?} is not {form}")))
    }

    /// A duration, in seconds; fractions are allowed (the local run uses them).
    pub fn seconds(self, name: &str) -> Result<Duration, SettingsError> {
        let seconds: f64 = self.parsed(name, "a number of seconds")?;
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| wrong(name, "is not a duration that can be waited for"))
    }

    /// Refuses a duration that is not longer than a call may take.
    pub fn longer(self, name: &str, duration: Duration, call: Duration) -> Result<(), SettingsError> {
        if duration > call {
            return Ok(());
        }
        let (seconds, call) = (duration.as_secs_f64(), call.as_secs_f64());
        Err(wrong(
            name,
            format!("{seconds} s must be longer than the {call} s that a call may take"),
        ))
    }

    /// A number of days.
    pub fn days(self, name: &str) -> Result<Duration, SettingsError> {
        let days: u32 = self.parsed(name, "a number of days")?;
        Ok(Duration::from_secs(u64::from(days) * 86_400))
    }

    /// A day such as `2026-11-01`, if one is set.
    pub fn maybe_date(self, name: &str) -> Result<Option<jiff::civil::Date>, SettingsError> {
        let Some(text) = self.maybe(name) else {
            return Ok(None);
        };
        let day = text.parse();
        day.map(Some)
            .map_err(|_| wrong(name, format!("{text:?} is not a day like 2026-11-01")))
    }

    /// The brand's time zone, by its IANA name.
    pub fn time_zone(self) -> Result<jiff::tz::TimeZone, SettingsError> {
        let name = self.text("TIME_ZONE")?;
        // The copy in the binary: the same everywhere, and no folder of the machine is searched for it.
        jiff::tz::TimeZoneDatabase::bundled()
            .get(&name)
            .map_err(|_| wrong("TIME_ZONE", format!("{name:?} is no IANA time zone")))
    }

    /// How to reach a vendor: `<VENDOR>_BASE_URL`, `<VENDOR>_SECRET`, `PAUSE_PROBE_SECONDS`, and `call`, the variable
    /// that says how long the calls of this function may take.
    pub fn vendor(self, prefix: &str, call: &str) -> Result<VendorSettings, SettingsError> {
        Ok(VendorSettings {
            base_url: self.base_url(&format!("{prefix}_BASE_URL"))?,
            secret: self.text(&format!("{prefix}_SECRET"))?,
            call: self.seconds(call)?,
            probe_every: self.seconds("PAUSE_PROBE_SECONDS")?,
        })
    }

    /// The waits between tries, in seconds, separated by commas.
    pub fn backoff(self, name: &str) -> Result<Backoff, SettingsError> {
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

    /// The brand's organisation at eCat.
    pub fn ecat_org(self) -> Result<EcatOrg, SettingsError> {
        let org = self.maybe_ecat_org()?;
        org.ok_or_else(|| wrong("ECAT_ORG", "is missing or empty"))
    }

    /// The brand's organisation at eCat, if it uses eCat.
    pub fn maybe_ecat_org(self) -> Result<Option<EcatOrg>, SettingsError> {
        let Some(text) = self.maybe("ECAT_ORG") else {
            return Ok(None);
        };
        let org = EcatOrg::new(&text);
        org.map(Some)
            .map_err(|error| wrong("ECAT_ORG", error.to_string()))
    }

    /// How the retry clock runs.
    pub fn pace(self) -> Result<Pace, SettingsError> {
        Ok(Pace {
            grace: self.seconds("HINT_GRACE_SECONDS")?,
            skew: self.seconds("CLOCK_SKEW_SECONDS")?,
        })
    }

    /// A vendor's address: `https`, or plain `http` for this machine alone. Without a final slash.
    pub fn base_url(self, name: &str) -> Result<String, SettingsError> {
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

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn wrong(name: &str, what: impl Into<String>) -> SettingsError {
    SettingsError {
        name: name.to_owned(),
        what: what.into(),
    }
}

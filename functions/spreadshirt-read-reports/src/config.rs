//! The settings of this function.

use std::str::FromStr;

use lambda_kit::{Settings, SettingsError, VendorSettings};
use order_fulfilment::Correlation;
use order_model::{Brand, EcatOrg};
use spreadshirt::{Detail, PartnerId};

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `ECAT_ORG`
    pub org: Option<EcatOrg>,
    /// `SPREADSHIRT_BASE_URL`, `SPREADSHIRT_SECRET`, `SPREADSHIRT_CALL_SECONDS`, `PAUSE_PROBE_SECONDS`
    pub spreadshirt: VendorSettings,
    /// `SPREADSHIRT_PARTNER_ID`
    pub partner: PartnerId,
    /// `SPREADSHIRT_CONTACT`, as it goes into the `User-Agent`.
    pub user_agent: String,
    /// `SPREADSHIRT_CORRELATION`
    pub correlation: Correlation,
    /// `SPREADSHIRT_OTHERS`
    pub others: Others,
    /// `SPREADSHIRT_FULL_DATA`
    pub detail: Detail,
    /// `SPREADSHIRT_LITERAL_PLUS`
    pub literal_plus: bool,
    /// `ANNOUNCE_MOVES`, `RAW_RETENTION_DAYS`, `TIME_ZONE`
    pub taking: order_fulfilment::Settings,
}

/// What becomes of a report that holds items of somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// It stays for them: what is deleted is out of everybody's sight.
    Leave,
    /// It is deleted once ours is durable: nobody else reads the reports of this partner.
    Take,
}

/// A word that says neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherWord;

impl FromStr for Others {
    type Err = OtherWord;

    fn from_str(text: &str) -> Result<Self, OtherWord> {
        match text {
            "leave" => Ok(Self::Leave),
            "take" => Ok(Self::Take),
            _ => Err(OtherWord),
        }
    }
}

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let partner = settings.text("SPREADSHIRT_PARTNER_ID")?;
        let form = settings.text("SPREADSHIRT_CORRELATION")?;
        let wrong = |name: &str, what: String| SettingsError {
            name: name.to_owned(),
            what,
        };
        let contact = settings.text("SPREADSHIRT_CONTACT")?;
        let yes = |name| settings.parsed::<bool>(name, "true or false");
        Ok(Self {
            brand: settings.brand()?,
            org: settings.maybe_ecat_org()?,
            spreadshirt: settings.vendor("SPREADSHIRT", "SPREADSHIRT_CALL_SECONDS")?,
            partner: PartnerId::new(&partner).ok_or_else(|| {
                let what = format!("{partner:?} is no id of a partner, such as 1102730");
                wrong("SPREADSHIRT_PARTNER_ID", what)
            })?,
            // Spreadshirt refuses requests that don't say who asks, and whom to write to.
            user_agent: format!("OrderRelay/{} ({contact})", env!("CARGO_PKG_VERSION")),
            correlation: Correlation::parse(&form)
                .map_err(|error| wrong("SPREADSHIRT_CORRELATION", format!("{form:?}: {error}")))?,
            others: settings.parsed("SPREADSHIRT_OTHERS", "leave or take")?,
            detail: match yes("SPREADSHIRT_FULL_DATA")? {
                true => Detail::FullData,
                false => Detail::References,
            },
            literal_plus: yes("SPREADSHIRT_LITERAL_PLUS")?,
            taking: order_fulfilment::Settings {
                announce: yes("ANNOUNCE_MOVES")?,
                retention: settings.days("RAW_RETENTION_DAYS")?,
                zone: settings.time_zone()?,
            },
        })
    }
}

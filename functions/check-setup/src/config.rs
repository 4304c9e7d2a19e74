//! The settings of this function.

use std::str::FromStr;
use std::time::Duration;

use lambda_kit::{Settings, SettingsError};
use order_model::{Brand, EcatOrg};
use sparklayer::Options;

use sparklayer::{Platform, Visible};

use crate::SpectrumReach;

/// Settings, each named after its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `BRAND`
    pub brand: Brand,
    /// `TIME_ZONE`
    pub time_zone: jiff::tz::TimeZone,
    /// `IMPORT_FROM`: orders of earlier days wait for a person. Empty: none do.
    pub import_from: Option<jiff::civil::Date>,
    /// `ERP_BASE_URL`, `ERP_SECRET`, `ERP_CALL_SECONDS`
    pub erp: Reach,
    /// `REPSPARK_BASE_URL`, `REPSPARK_SECRET`, `REPSPARK_CALL_SECONDS`; none where the brand does not use RepSpark.
    pub repspark: Option<Reach>,
    /// `ECAT_BASE_URL`, `ECAT_SECRET`, `ECAT_CALL_SECONDS`, `ECAT_ORG`, `ECAT_LIST_SECONDS`; none where the brand does not
    /// use eCat.
    pub ecat: Option<EcatReach>,
    /// `SPARKLAYER_…`; none where the brand does not use SparkLayer.
    pub sparklayer: Option<SparkLayerReach>,
    /// `SPREADSHIRT_…`; none where the brand does not use Spreadshirt.
    pub spreadshirt: Option<SpreadshirtReach>,
    /// `SPECTRUM_…`; none where the brand does not use Spectrum.
    pub spectrum: Option<SpectrumReach>,
    /// `<QUEUE>_QUEUE_URL` and `<QUEUE>_DEAD_LETTERS_URL` of the import, the confirmation, the publication, the three steps of
    /// Spectrum and what became of lines, those that are set.
    pub queues: Vec<Queue>,
}

/// How to reach a vendor.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Its API root, without a final slash.
    pub base_url: String,
    /// The name of its secret.
    pub secret: String,
    /// How long one call may take.
    pub call: Duration,
}

/// How to reach eCat.
#[derive(Debug, Clone)]
pub struct EcatReach {
    /// As any vendor.
    pub reach: Reach,
    /// Whose orders.
    pub org: EcatOrg,
    /// How long eCat may be silent within its list; here as much of it as is read takes no longer.
    pub list: Duration,
}

/// How to reach SparkLayer, and how the bundle names things there. What a check has to find wrong is text here.
#[derive(Debug, Clone)]
pub struct SparkLayerReach {
    /// `SPARKLAYER_BASE_URL`, `SPARKLAYER_SECRET`, `SPARKLAYER_CALL_SECONDS`
    pub reach: Reach,
    /// `SPARKLAYER_SITE_ID`, as it was given.
    pub site: String,
    /// `SPARKLAYER_VISIBLE`: the number that customers see.
    pub visible: Visible,
    /// `SPARKLAYER_PLATFORM`: the number at the platform where the order was born.
    pub platform: Platform,
    /// `SPARKLAYER_OPTIONS`: how is written what the vendor's documents leave open.
    pub options: Options,
}

/// How to reach Spreadshirt. What a check has to find wrong is text here.
#[derive(Debug, Clone)]
pub struct SpreadshirtReach {
    /// `SPREADSHIRT_BASE_URL`, `SPREADSHIRT_SECRET`, `SPREADSHIRT_CALL_SECONDS`
    pub reach: Reach,
    /// `SPREADSHIRT_PARTNER_ID`, as it was given.
    pub partner: String,
    /// `SPREADSHIRT_CONTACT`, as it was given.
    pub contact: String,
    /// `SPREADSHIRT_CORRELATION`, as it was given.
    pub correlation: String,
    /// `SPREADSHIRT_FULL_DATA`: whether the list is asked for with its reports in it.
    pub full_data: bool,
    /// `SPREADSHIRT_LITERAL_PLUS`
    pub literal_plus: bool,
    /// `ECAT_ORG`: eCat's orders have it in their keys.
    pub org: Option<EcatOrg>,
}

/// A queue to look at.
#[derive(Debug, Clone)]
pub struct Queue {
    /// What the check of it is called.
    pub check: &'static str,
    /// Its address.
    pub url: String,
    /// Whether nothing should be in it.
    pub dead_letters: bool,
}

/// The queues: the check, the variable, whether it is one of dead letters.
const QUEUES: [(&str, &str, bool); 14] = [
    ("import_queue", "IMPORT_QUEUE_URL", false),
    ("import_dead_letters", "IMPORT_DEAD_LETTERS_URL", true),
    ("confirm_queue", "CONFIRM_QUEUE_URL", false),
    ("confirm_dead_letters", "CONFIRM_DEAD_LETTERS_URL", true),
    ("publish_queue", "PUBLISH_QUEUE_URL", false),
    ("publish_dead_letters", "PUBLISH_DEAD_LETTERS_URL", true),
    ("acknowledge_queue", "ACKNOWLEDGE_QUEUE_URL", false),
    ("acknowledge_dead_letters", "ACKNOWLEDGE_DEAD_LETTERS_URL", true),
    ("details_queue", "DETAILS_QUEUE_URL", false),
    ("details_dead_letters", "DETAILS_DEAD_LETTERS_URL", true),
    ("notify_queue", "NOTIFY_QUEUE_URL", false),
    ("notify_dead_letters", "NOTIFY_DEAD_LETTERS_URL", true),
    ("fulfilment_queue", "FULFILMENT_QUEUE_URL", false),
    ("fulfilment_dead_letters", "FULFILMENT_DEAD_LETTERS_URL", true),
];

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let uses_repspark = settings.maybe("REPSPARK_BASE_URL").is_some();
        let uses_ecat = settings.maybe("ECAT_BASE_URL").is_some();
        let uses_sparklayer = settings.maybe("SPARKLAYER_BASE_URL").is_some();
        let uses_spectrum = settings.maybe("SPECTRUM_BASE_URL").is_some();
        let uses_spreadshirt = settings.maybe("SPREADSHIRT_BASE_URL").is_some();
        let queues = QUEUES.into_iter().filter_map(|(check, name, dead_letters)| {
            settings.maybe(name).map(|url| Queue {
                check,
                url,
                dead_letters,
            })
        });
        Ok(Self {
            brand: settings.brand()?,
            time_zone: settings.time_zone()?,
            import_from: settings.maybe_date("IMPORT_FROM")?,
            erp: Reach::read(settings, "ERP")?,
            repspark: uses_repspark
                .then(|| Reach::read(settings, "REPSPARK"))
                .transpose()?,
            ecat: uses_ecat.then(|| EcatReach::read(settings)).transpose()?,
            sparklayer: uses_sparklayer
                .then(|| SparkLayerReach::read(settings))
                .transpose()?,
            spreadshirt: uses_spreadshirt
                .then(|| SpreadshirtReach::read(settings))
                .transpose()?,
            spectrum: uses_spectrum.then(|| SpectrumReach::read(settings)).transpose()?,
            queues: queues.collect(),
        })
    }

    /// The longest call of the check.
    pub fn longest_call(&self) -> Duration {
        let repspark = self.repspark.iter().map(|repspark| repspark.call);
        let ecat = self.ecat.iter().map(|ecat| ecat.list.max(ecat.reach.call));
        let sparklayer = self.sparklayer.iter().map(|sparklayer| sparklayer.reach.call);
        let spreadshirt = self.spreadshirt.iter().map(|spreadshirt| spreadshirt.reach.call);
        let spectrum = self.spectrum.iter().map(|spectrum| spectrum.reach.call);
        let all = repspark.chain(ecat).chain(sparklayer).chain(spreadshirt);
        let all = all.chain(spectrum);
        all.fold(self.erp.call, Duration::max)
    }
}

impl Reach {
    pub(crate) fn read(settings: Settings, prefix: &str) -> Result<Self, SettingsError> {
        Ok(Self {
            base_url: settings.base_url(&format!("{prefix}_BASE_URL"))?,
            secret: settings.text(&format!("{prefix}_SECRET"))?,
            call: settings.seconds(&format!("{prefix}_CALL_SECONDS"))?,
        })
    }
}

impl EcatReach {
    fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            reach: Reach::read(settings, "ECAT")?,
            org: settings.ecat_org()?,
            list: settings.seconds("ECAT_LIST_SECONDS")?,
        })
    }
}

impl SparkLayerReach {
    fn read(settings: Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            reach: Reach::read(settings, "SPARKLAYER")?,
            site: settings.maybe("SPARKLAYER_SITE_ID").unwrap_or_default(),
            visible: or(settings, "SPARKLAYER_VISIBLE", Visible::WORDS, Visible::ErpNumber)?,
            platform: or(settings, "SPARKLAYER_PLATFORM", Platform::WORDS, Platform::Source)?,
            options: or(settings, "SPARKLAYER_OPTIONS", Options::FORM, Options::default())?,
        })
    }
}

impl SpreadshirtReach {
    fn read(settings: Settings) -> Result<Self, SettingsError> {
        let text = |name: &str| settings.maybe(name).unwrap_or_default();
        Ok(Self {
            reach: Reach::read(settings, "SPREADSHIRT")?,
            partner: text("SPREADSHIRT_PARTNER_ID"),
            contact: text("SPREADSHIRT_CONTACT"),
            correlation: settings
                .maybe("SPREADSHIRT_CORRELATION")
                .unwrap_or_else(|| "{order}-{line}".to_owned()),
            full_data: or(settings, "SPREADSHIRT_FULL_DATA", "true or false", false)?,
            literal_plus: or(settings, "SPREADSHIRT_LITERAL_PLUS", "true or false", false)?,
            org: settings.maybe_ecat_org()?,
        })
    }
}

/// What a variable says, or the default if it is not set.
pub(crate) fn or<T: FromStr>(
    settings: Settings,
    name: &str,
    form: &str,
    default: T,
) -> Result<T, SettingsError> {
    match settings.maybe(name) {
        Some(_) => settings.parsed(name, form),
        None => Ok(default),
    }
}

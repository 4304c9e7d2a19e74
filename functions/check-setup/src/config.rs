//! The settings of this function.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError};
use order_model::{Brand, EcatOrg};

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
    /// `IMPORT_QUEUE_URL`, `IMPORT_DEAD_LETTERS_URL`, `CONFIRM_QUEUE_URL`, `CONFIRM_DEAD_LETTERS_URL`, those that are set.
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
const QUEUES: [(&str, &str, bool); 4] = [
    ("import_queue", "IMPORT_QUEUE_URL", false),
    ("import_dead_letters", "IMPORT_DEAD_LETTERS_URL", true),
    ("confirm_queue", "CONFIRM_QUEUE_URL", false),
    ("confirm_dead_letters", "CONFIRM_DEAD_LETTERS_URL", true),
];

impl Config {
    /// Reads the settings.
    pub fn read(settings: Settings) -> Result<Self, SettingsError> {
        let uses_repspark = settings.maybe("REPSPARK_BASE_URL").is_some();
        let uses_ecat = settings.maybe("ECAT_BASE_URL").is_some();
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
            queues: queues.collect(),
        })
    }

    /// The longest call of the check.
    pub fn longest_call(&self) -> Duration {
        let repspark = self.repspark.iter().map(|repspark| repspark.call);
        let ecat = self.ecat.iter().map(|ecat| ecat.list.max(ecat.reach.call));
        repspark.chain(ecat).fold(self.erp.call, Duration::max)
    }
}

impl Reach {
    fn read(settings: Settings, prefix: &str) -> Result<Self, SettingsError> {
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

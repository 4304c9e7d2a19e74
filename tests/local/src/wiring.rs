//! The template, evaluated for this machine.

use std::collections::BTreeMap;

use sam_template::{Deployment, Place};

use crate::binaries::root;
use crate::settings::{Durations, ECAT_ORG, SPARKLAYER_SITE, SPREADSHIRT_PARTNER, Settings, StackError};

/// Orders that are older are held. Every sample is younger.
const IMPORT_FROM: &str = "2020-01-01";

/// Where the stand-ins listen.
pub(crate) struct Vendors {
    pub(crate) repspark: String,
    pub(crate) erp: String,
    pub(crate) ecat: String,
    pub(crate) sparklayer: String,
    pub(crate) spreadshirt: String,
}

pub(crate) fn deployment(
    settings: &Settings,
    aws: &str,
    vendors: &Vendors,
) -> Result<Deployment, StackError> {
    let path = root().join("template.yaml");
    let text = std::fs::read_to_string(&path).map_err(|source| StackError::Io {
        what: "template.yaml".into(),
        source,
    })?;
    let repspark = match settings.repspark() {
        true => vendors.repspark.as_str(),
        false => "",
    };
    let own = [
        ("Stage", "local"),
        ("Brand", "ACME"),
        ("TimeZone", "America/New_York"),
        ("Schedules", "ENABLED"),
        ("RepSparkBaseUrl", repspark),
        ("ErpBaseUrl", &vendors.erp),
    ];
    let ecat: &[(&str, &str)] = match settings.ecat() {
        true => &[
            ("EcatBaseUrl", &vendors.ecat),
            ("EcatOrg", ECAT_ORG),
            ("ImportFrom", IMPORT_FROM),
        ],
        false => &[],
    };
    let sparklayer: &[(&str, &str)] = match settings.sparklayer() {
        true => &[
            ("SparkLayerBaseUrl", &vendors.sparklayer),
            ("SparkLayerSiteId", SPARKLAYER_SITE),
        ],
        false => &[],
    };
    let spreadshirt: &[(&str, &str)] = match settings.spreadshirt() {
        true => &[
            ("SpreadshirtBaseUrl", &vendors.spreadshirt),
            ("SpreadshirtPartnerId", SPREADSHIRT_PARTNER),
            ("SpreadshirtContact", "https://acme.example; ops@acme.example"),
        ],
        false => &[],
    };
    let short: &[(&str, &str)] = match settings.durations {
        Durations::Real => &[],
        Durations::Short => SHORT,
    };
    let mut parameters: BTreeMap<String, String> = own
        .iter()
        .chain(ecat)
        .chain(sparklayer)
        .chain(spreadshirt)
        .chain(short)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    parameters.extend(settings.parameters.clone());
    Ok(sam_template::read(&text, &parameters, &Place::local(aws))?)
}

/// Seconds instead of minutes; the relations between them stay: settle > call, timeout > call + half the skew.
const SHORT: &[(&str, &str)] = &[
    ("RecoverEverySeconds", "2"),
    ("ErpCallSeconds", "2"),
    ("ErpSettleSeconds", "3"),
    ("RepSparkCallSeconds", "2"),
    ("RepSparkListSeconds", "3"),
    ("RepSparkSettleSeconds", "3"),
    ("RepSparkUnconfirmedSeconds", "4"),
    ("HintGraceSeconds", "3"),
    ("ClockSkewSeconds", "1"),
    ("PauseProbeSeconds", "2"),
    ("BackoffSeconds", "1,2"),
    ("ErpImportTimeoutSeconds", "5"),
    ("RepSparkConfirmTimeoutSeconds", "5"),
    ("ErpImportVisibilitySeconds", "6"),
    ("RepSparkConfirmVisibilitySeconds", "6"),
    ("RepSparkPullTimeoutSeconds", "20"),
    ("SweepTimeoutSeconds", "20"),
    ("EcatCallSeconds", "2"),
    ("EcatListSeconds", "3"),
    ("EcatPullTimeoutSeconds", "20"),
    ("SparkLayerCallSeconds", "2"),
    ("SparkLayerSettleSeconds", "5"),
    ("SparkLayerPublishTimeoutSeconds", "8"),
    ("SparkLayerPublishVisibilitySeconds", "9"),
    ("SpreadshirtCallSeconds", "2"),
    ("SpreadshirtReadTimeoutSeconds", "16"),
    ("RecordFulfilmentTimeoutSeconds", "5"),
    ("RecordFulfilmentVisibilitySeconds", "6"),
    ("WaitingSeconds", "2"),
];

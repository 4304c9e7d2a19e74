//! The template, evaluated for this machine.

use std::collections::BTreeMap;

use sam_template::{Deployment, Place};

use crate::binaries::root;
use crate::settings::{Durations, ECAT_ORG, SPARKLAYER_SITE, SPREADSHIRT_PARTNER, Settings, StackError};

/// Orders that are older are held. Every sample is younger.
const IMPORT_FROM: &str = "2020-01-01";

/// So many calls of an endpoint of Spectrum's in a minute, the most that the template takes: turns of a tenth of a second.
/// Whoever tests the rate sets it.
const SPECTRUM_CALLS_A_MINUTE: &str = "1000";
/// So many does the stand-in then take in any 60 s: a few more, as Spectrum takes 90 where 85 are aimed at.
pub(crate) const SPECTRUM_LIMIT: usize = 1_058;

/// Where the stand-ins listen.
pub(crate) struct Vendors {
    pub(crate) repspark: String,
    pub(crate) erp: String,
    pub(crate) ecat: String,
    pub(crate) sparklayer: String,
    pub(crate) spreadshirt: String,
    pub(crate) spectrum: String,
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
    let short: &[(&str, &str)] = match settings.durations {
        Durations::Real => &[],
        Durations::Short => SHORT,
    };
    let short_at_spectrum: &[(&str, &str)] = match (settings.durations, settings.spectrum()) {
        (Durations::Short, true) => SHORT_AT_SPECTRUM,
        _ => &[],
    };
    let mut parameters: BTreeMap<String, String> = own
        .iter()
        .chain(&of_vendors(settings, vendors))
        .chain(short)
        .chain(short_at_spectrum)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    parameters.extend(settings.parameters.clone());
    Ok(sam_template::read(&text, &parameters, &Place::local(aws))?)
}

/// What each vendor that is on needs.
fn of_vendors<'a>(settings: &Settings, vendors: &'a Vendors) -> Vec<(&'static str, &'a str)> {
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
    let spectrum: &[(&str, &str)] = match settings.spectrum() {
        true => &[
            ("SpectrumBaseUrl", &vendors.spectrum),
            ("SpectrumCallsPerMinute", SPECTRUM_CALLS_A_MINUTE),
        ],
        false => &[],
    };
    [ecat, sparklayer, spreadshirt, spectrum].concat()
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

/// The same for Spectrum.
const SHORT_AT_SPECTRUM: &[(&str, &str)] = &[
    ("SpectrumCallSeconds", "2"),
    ("SpectrumSettleSeconds", "5"),
    ("SpectrumConcurrency", "4"),
    ("SpectrumAcknowledgeTimeoutSeconds", "12"),
    ("SpectrumSendTimeoutSeconds", "12"),
    ("SpectrumNotifyTimeoutSeconds", "12"),
    ("SpectrumAcknowledgeVisibilitySeconds", "13"),
    ("SpectrumSendVisibilitySeconds", "13"),
    ("SpectrumNotifyVisibilitySeconds", "13"),
];

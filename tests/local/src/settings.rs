//! How a stack is set up, and why it does not start.

use std::collections::BTreeMap;
use std::io;

use sam_template::TemplateError;

use crate::Binaries;

/// The organisation of the local brand at eCat.
pub const ECAT_ORG: &str = "ACMECAT";

/// The site of the local brand at SparkLayer.
pub const SPARKLAYER_SITE: &str = "acme-links";
/// The local brand as a partner of Spreadshirt.
pub const SPREADSHIRT_PARTNER: &str = "1102730";

/// Which durations the template's parameters get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durations {
    /// The template's own: minutes and hours. For tests that move the clock.
    Real,
    /// A few seconds each. For a run that a person waits for.
    Short,
}

/// How a stack is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The functions.
    pub binaries: Binaries,
    /// Which durations.
    pub durations: Durations,
    /// Whether the functions' clocks can be moved (Linux only).
    pub movable_clock: bool,
    /// Fixed ports for AWS, RepSpark, the ERP, eCat, SparkLayer, Spreadshirt and Spectrum, in this order; free ones otherwise.
    pub ports: Option<[u16; 7]>,
    /// Parameters of the template that this stack sets differently.
    pub parameters: BTreeMap<String, String>,
}

impl Settings {
    /// With eCat. Its orders need an `ImportFrom`: the first day of 2020, if no other is set.
    #[must_use]
    pub fn with_ecat(mut self) -> Self {
        self.parameters.insert("EcatEnabled".into(), "true".into());
        self
    }

    /// With SparkLayer.
    #[must_use]
    pub fn with_sparklayer(mut self) -> Self {
        self.parameters.insert("SparkLayerEnabled".into(), "true".into());
        self
    }

    /// With Spreadshirt.
    #[must_use]
    pub fn with_spreadshirt(mut self) -> Self {
        self.parameters.insert("SpreadshirtEnabled".into(), "true".into());
        self
    }

    /// With Spectrum, which gets custom orders, their details, and the tracking of what shipped.
    #[must_use]
    pub fn with_spectrum(mut self) -> Self {
        self.parameters.insert("SpectrumEnabled".into(), "true".into());
        // Unless they are set otherwise.
        for switch in ["SpectrumSendOrders", "SpectrumNotifyShipments"] {
            self.parameters
                .entry(switch.into())
                .or_insert_with(|| "true".into());
        }
        self
    }

    /// With all that follows behind the ERP: customers see their orders in SparkLayer, Spreadshirt makes what they ordered, and
    /// moves of lines are put on the default event bus.
    #[must_use]
    pub fn with_fulfilment(mut self) -> Self {
        self.parameters.insert("AnnounceMoves".into(), "true".into());
        self.with_sparklayer().with_spreadshirt()
    }

    /// Whether SparkLayer is on.
    pub fn sparklayer(&self) -> bool {
        self.is_on("SparkLayerEnabled")
    }

    /// Whether Spreadshirt is on.
    pub fn spreadshirt(&self) -> bool {
        self.is_on("SpreadshirtEnabled")
    }

    /// Whether Spectrum is on.
    pub fn spectrum(&self) -> bool {
        self.is_on("SpectrumEnabled")
    }

    /// Whether the plan at Spectrum is one for tests. One that a test sets itself is as real as the number is.
    pub(crate) fn hurries_spectrum(&self) -> bool {
        !self.parameters.contains_key("SpectrumCallsPerMinute")
    }

    fn is_on(&self, parameter: &str) -> bool {
        self.parameters.get(parameter).is_some_and(|on| on == "true")
    }

    /// Without RepSpark.
    #[must_use]
    pub fn without_repspark(mut self) -> Self {
        self.parameters.insert("RepSparkEnabled".into(), "false".into());
        self
    }

    /// Whether eCat is on.
    pub fn ecat(&self) -> bool {
        self.is_on("EcatEnabled")
    }

    /// Whether RepSpark is on.
    pub fn repspark(&self) -> bool {
        self.parameters
            .get("RepSparkEnabled")
            .is_none_or(|on| on == "true")
    }
}

/// Why a stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A port is taken, or a file can't be made.
    #[error("{what} can't be had: {source}")]
    Io {
        /// What was wanted.
        what: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The template can't be read.
    #[error("template.yaml: {0}")]
    Template(#[from] TemplateError),
    /// The embedded table refuses the template's.
    #[error("the table of template.yaml can't be made: {0}")]
    Table(String),
}

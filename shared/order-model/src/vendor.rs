//! The vendors, which are the outside services that functions call, and how a call of one can fail.

/// An outside service that functions call: what can be paused, and what errors are counted of. Adding one is a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// The ERP.
    Erp,
    /// RepSpark.
    RepSpark,
    /// SuperCat eCat.
    Ecat,
    /// SparkLayer.
    SparkLayer,
    /// Spreadshirt.
    Spreadshirt,
    /// Spectrum.
    Spectrum,
}

impl Vendor {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Erp,
        Self::RepSpark,
        Self::Ecat,
        Self::SparkLayer,
        Self::Spreadshirt,
        Self::Spectrum,
    ];

    /// The name, as it stands in keys, logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Erp => "erp",
            Self::RepSpark => "repspark",
            Self::Ecat => "ecat",
            Self::SparkLayer => "sparklayer",
            Self::Spreadshirt => "spreadshirt",
            Self::Spectrum => "spectrum",
        }
    }
}

/// How a call of an outside service failed, by whom it concerns. A closed list: it is a dimension of a metric.
///
/// It says as well what the answer proves of our credentials, so each service's crate judges an answer once: a service
/// that took them is one that understood the call, and answered it or refused it for its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultClass {
    /// It refused our credentials.
    Credentials,
    /// It is asked too much.
    Throttled,
    /// It, or what stands before it, failed: a 5xx, a gateway's page.
    Unavailable,
    /// No whole answer: no connection, a time-out, a connection that broke.
    NoAnswer,
    /// It understood the call and refused its content.
    Refused,
    /// An answer that is not in its terms, or an address where nobody takes the call.
    Unclear,
}

impl FaultClass {
    /// All classes.
    pub const ALL: [Self; 6] = [
        Self::Credentials,
        Self::Throttled,
        Self::Unavailable,
        Self::NoAnswer,
        Self::Refused,
        Self::Unclear,
    ];

    /// The name, as it stands in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
            Self::Unclear => "unclear",
        }
    }
}

/// Whether a service answered in its own terms, and so took our credentials: a call without a fault, or one that it
/// refused for its content.
pub fn understood(fault: Option<FaultClass>) -> bool {
    matches!(fault, None | Some(FaultClass::Refused))
}

//! Why a call came to nothing, by what the caller does next.

use std::time::Duration;

use order_model::FaultClass;
use vendor_http::Silence;

use crate::answer::{Head, Tracking};
use crate::codes::{Class, meaning};

/// Why a call came to nothing, or may have. The texts hold the operation and RepSpark's code, never a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Understood and not applied; the same payload will be refused again. A person has to look.
    #[error("repspark refused {operation}: {code}")]
    Refused {
        /// What was asked.
        operation: &'static str,
        /// RepSpark's code.
        code: String,
        /// To quote to RepSpark's support.
        tracking: Tracking,
    },
    /// Not applied; try later, for as long as the caller's cap allows. Unknown codes are here.
    #[error("repspark did not do {operation} now: {code}")]
    Busy {
        /// What was asked.
        operation: &'static str,
        /// RepSpark's code, or `http_<status>` if it gave none.
        code: String,
        /// How it failed.
        fault: FaultClass,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
        /// To quote to RepSpark's support.
        tracking: Tracking,
    },
    /// No connection came about, so the request never left. Try later.
    #[error("{operation} never left for repspark: no connection")]
    NotSent {
        /// What was asked.
        operation: &'static str,
    },
    /// The credentials are refused: read the secret again once, then pause the vendor. Never try in a loop.
    #[error("repspark refused our credentials for {operation}: {code}")]
    Unauthorized {
        /// What was asked.
        operation: &'static str,
        /// RepSpark's code, or `http_<status>`.
        code: String,
        /// To quote to RepSpark's support.
        tracking: Tracking,
    },
    /// It may have been applied. Probe before anything is repeated.
    #[error("it is unknown whether repspark did {operation}: {doubt}")]
    Unknown {
        /// What was asked.
        operation: &'static str,
        /// Why nobody knows.
        doubt: Doubt,
        /// To quote to RepSpark's support.
        tracking: Tracking,
    },
    /// The address or the set-up is wrong, whatever the order: pause the vendor.
    #[error("repspark's address or set-up does not fit {operation}: {code}")]
    Misconfigured {
        /// What was asked.
        operation: &'static str,
        /// RepSpark's code, `http_<status>`, or `unusable_request` if none could be made of the settings.
        code: String,
        /// To quote to RepSpark's support.
        tracking: Tracking,
    },
}

impl CallError {
    /// RepSpark's numbers of the call, to quote to its support; none where it gave no answer.
    pub fn tracking(&self) -> Option<&Tracking> {
        match self {
            Self::Refused { tracking, .. }
            | Self::Busy { tracking, .. }
            | Self::Unauthorized { tracking, .. }
            | Self::Unknown { tracking, .. }
            | Self::Misconfigured { tracking, .. } => Some(tracking).filter(|tracking| !tracking.is_empty()),
            Self::NotSent { .. } => None,
        }
    }

    /// RepSpark's code, or `http_<status>`; none where it gave no answer that could be read.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. }
            | Self::Busy { code, .. }
            | Self::Unauthorized { code, .. }
            | Self::Misconfigured { code, .. }
            | Self::Unknown {
                doubt: Doubt::Said { code, .. },
                ..
            } => Some(code),
            Self::Unknown { .. } | Self::NotSent { .. } => None,
        }
    }
}

/// Why nobody knows whether a call took effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time, or no further part of it.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    BrokeOff,
    /// There was an answer, and it was not RepSpark's or made no sense.
    #[error("{0}")]
    Unreadable(&'static str),
    /// The answer is a web page: a proxy or a maintenance page spoke, not RepSpark.
    #[error("the answer is a web page")]
    WebPage,
    /// RepSpark, or something before it, failed.
    #[error("{code}")]
    Said {
        /// How it failed.
        fault: FaultClass,
        /// RepSpark's code, or `http_<status>`.
        code: String,
    },
}

impl From<vendor_http::Doubt> for Doubt {
    fn from(doubt: vendor_http::Doubt) -> Self {
        match doubt {
            vendor_http::Doubt::TimedOut => Self::TimedOut,
            vendor_http::Doubt::BrokeOff => Self::BrokeOff,
        }
    }
}

impl Doubt {
    pub(crate) fn about(self, operation: &'static str, tracking: Tracking) -> CallError {
        CallError::Unknown {
            operation,
            doubt: self,
            tracking,
        }
    }
}

/// What an answer that is not a success means.
pub(crate) fn failure(operation: &'static str, head: Head) -> CallError {
    let (class, fault) = meaning(head.status, head.code.as_deref());
    let code = head.code.unwrap_or_else(|| format!("http_{}", head.status));
    let tracking = head.tracking;
    match class {
        Class::Refused => CallError::Refused {
            operation,
            code,
            tracking,
        },
        Class::Busy => CallError::Busy {
            operation,
            code,
            fault,
            retry_after: head.retry_after,
            tracking,
        },
        Class::Unauthorized => CallError::Unauthorized {
            operation,
            code,
            tracking,
        },
        Class::Unknown => Doubt::Said { fault, code }.about(operation, tracking),
        Class::Misconfigured => CallError::Misconfigured {
            operation,
            code,
            tracking,
        },
    }
}

/// What it means that there was no answer at all.
pub(crate) fn no_answer(operation: &'static str, error: &reqwest::Error) -> CallError {
    let tracking = Tracking::default();
    match Silence::of(error) {
        Silence::Unusable => CallError::Misconfigured {
            operation,
            code: "unusable_request".to_owned(),
            tracking,
        },
        Silence::NotSent => CallError::NotSent { operation },
        Silence::Unknown(doubt) => Doubt::from(doubt).about(operation, tracking),
    }
}

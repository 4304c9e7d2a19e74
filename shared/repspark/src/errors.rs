//! Why a call came to nothing, by what the caller does next; and the one table of RepSpark's error codes.

use std::time::Duration;

use order_model::FaultClass;

use crate::answer::{Head, Tracking};
use crate::fault::of_failure;

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

impl Doubt {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::BrokeOff
        }
    }

    pub(crate) fn about(self, operation: &'static str, tracking: Tracking) -> CallError {
        CallError::Unknown {
            operation,
            doubt: self,
            tracking,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Refused,
    Busy,
    Unauthorized,
    Unknown,
    Misconfigured,
}

/// Every code that RepSpark documents, with the status it documents for it. The rows for 301 and 400 are confirmed by
/// its current page, the others by its own pages of 2016 (vendor notes, section 7); the current table was seen only up
/// to `DuplicateEntities`, so there are codes that are not here.
const CODES: &[(u16, &str, Class)] = &[
    // The docs: use HTTPS. The redirect is not followed, because credentials would travel with it.
    (301, "PermanentlyMoved", Class::Misconfigured),
    // What is wrong is in what we sent; section 7 classes all of these as permanent.
    (400, "UnsupportedQueryParameter", Class::Refused),
    (400, "InvalidQueryParameter", Class::Refused),
    (400, "InvalidInput", Class::Refused),
    (400, "DuplicateEntities", Class::Refused),
    // Headers, content type and verb are fixed, and schemas and processors are the account's set-up: no order is at fault.
    (400, "MissingRequiredHeader", Class::Misconfigured),
    (400, "UnsupportedHeader", Class::Misconfigured),
    (400, "InvalidHeaderValue", Class::Misconfigured),
    (400, "UnsupportedContentType", Class::Misconfigured),
    (404, "SchemaNotFound", Class::Misconfigured),
    (404, "ProcessorNotFound", Class::Misconfigured),
    (400, "InvalidHttpVerb", Class::Misconfigured),
    // The docs: try later. Transient although it is a 400.
    (400, "DatabaseConnectionError", Class::Busy),
    (401, "MissingAuthenticationInfo", Class::Unauthorized),
    (401, "InvalidAuthenticationInfo", Class::Unauthorized),
    (401, "AuthenticationFailed", Class::Unauthorized),
    (404, "ResourceNotFound", Class::Refused),
    (404, "TransactionNotFound", Class::Refused),
    (405, "UnsupportedHttpVerb", Class::Misconfigured),
    // Section 3: a hint that an earlier try under this token was registered, not that it was applied.
    (409, "TransactionAlreadyExists", Class::Unknown),
    // The docs say retry, but not whether anything was applied.
    (500, "InternalError", Class::Unknown),
    (500, "OperationTimedOut", Class::Unknown),
    (500, "UnexpectedErrorOnPreProcessing", Class::Unknown),
    (500, "UnexpectedErrorOnProcessing", Class::Unknown),
    (500, "UnexpectedErrorOnPostProcessing", Class::Unknown),
    // The docs say retry; the only sign of back-pressure there is.
    (503, "ServerBusy", Class::Busy),
];

/// The class of an answer that is not a success.
fn class(status: u16, code: Option<&str>) -> Class {
    // A code of failure in a success contradicts itself: it may have been applied.
    if status < 300 {
        return Class::Unknown;
    }
    let row = code.and_then(|code| CODES.iter().find(|row| row.1.eq_ignore_ascii_case(code)));
    match row {
        // So does a verdict on the request when the server itself failed.
        Some((documented, _, _)) if status >= 500 && *documented < 500 => Class::Unknown,
        Some((_, _, class)) => *class,
        None => class_of_status(status),
    }
}

/// For a code that nobody documented, or none: never permanent.
fn class_of_status(status: u16) -> Class {
    match status {
        401 | 403 => Class::Unauthorized,
        300..=399 | 405 => Class::Misconfigured,
        // 408: a proxy gave up on something that may have gone on. 409 is documented for one code only.
        408 | 409 => Class::Unknown,
        400..=499 => Class::Busy,
        _ => Class::Unknown,
    }
}

/// What an answer that is not a success means.
pub(crate) fn failure(operation: &'static str, head: Head) -> CallError {
    let class = class(head.status, head.code.as_deref());
    let fault = of_failure(head.status, head.code.as_deref());
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
    if error.is_builder() {
        CallError::Misconfigured {
            operation,
            code: "unusable_request".to_owned(),
            tracking: Tracking::default(),
        }
    } else if error.is_connect() {
        CallError::NotSent { operation }
    } else {
        Doubt::of(error).about(operation, Tracking::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_beats_the_status() {
        assert_eq!(class(400, Some("DatabaseConnectionError")), Class::Busy);
        assert_eq!(class(400, Some("InvalidInput")), Class::Refused);
        assert_eq!(class(400, Some("InternalError")), Class::Unknown);
        assert_eq!(class(503, Some("ServerBusy")), Class::Busy);
        assert_eq!(class(409, Some("TransactionAlreadyExists")), Class::Unknown);
        assert_eq!(class(400, Some("AuthenticationFailed")), Class::Unauthorized);
    }

    #[test]
    fn an_unknown_code_is_never_permanent() {
        for status in 100..600 {
            for code in [None, Some("SomethingNew")] {
                assert_ne!(class(status, code), Class::Refused, "{status} {code:?}");
            }
        }
        assert_eq!(class(400, Some("SomethingNew")), Class::Busy);
        assert_eq!(class(404, None), Class::Busy);
        assert_eq!(class(429, None), Class::Busy);
        assert_eq!(class(403, None), Class::Unauthorized);
        assert_eq!(class(502, Some("SomethingNew")), Class::Unknown);
        assert_eq!(class(503, None), Class::Unknown);
    }

    #[test]
    fn a_contradiction_is_unknown() {
        assert_eq!(class(200, Some("InvalidInput")), Class::Unknown);
        assert_eq!(class(500, Some("InvalidInput")), Class::Unknown);
        assert_eq!(class(500, Some("DatabaseConnectionError")), Class::Unknown);
        assert_eq!(class(202, None), Class::Unknown);
    }

    #[test]
    fn each_documented_code_has_one_row() {
        for (at, row) in CODES.iter().enumerate() {
            assert!(CODES[at + 1..].iter().all(|other| other.1 != row.1), "{}", row.1);
            assert_eq!(class(row.0, Some(row.1)), row.2, "{}", row.1);
        }
    }
}

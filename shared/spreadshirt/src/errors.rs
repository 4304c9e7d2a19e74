//! Why a call came to nothing, by what the caller does next.

use std::time::Duration;

use order_model::FaultClass;

use crate::unreadable::Unreadable;

/// Why a call came to nothing, or may have. The texts hold the operation, the HTTP status and the vendor's words about the
/// call, made fit for a log; never a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection came about, so the request never left. Try later.
    #[error("{operation} never left for spreadshirt: no connection")]
    NotSent {
        /// What was asked.
        operation: &'static str,
    },
    /// Status 401. To a login: the user is refused, so pause the vendor after one new look at the secret. To anything else: the
    /// session expired, or our clock was off, which its answer has just mended; log in again once, then pause.
    #[error("spreadshirt does not know us for {operation}: {said}")]
    Unauthorized {
        /// What was asked.
        operation: &'static str,
        /// `http_401`, and the vendor's words if it has any.
        said: String,
    },
    /// Status 403: we are known and may not. Another login would not help: pause the vendor.
    #[error("spreadshirt forbids us {operation}: {said}")]
    Forbidden {
        /// What was asked.
        operation: &'static str,
        /// `http_403`, and the vendor's words if it has any.
        said: String,
    },
    /// It is asked too much, and did nothing. Try later. A login that comes too soon is not told like this: its answer is
    /// a 500, and so `Unavailable`.
    #[error("spreadshirt is asked too much to do {operation}: {said}")]
    Throttled {
        /// What was asked.
        operation: &'static str,
        /// `http_429`, and the vendor's words if it has any.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// Status 400: it does not take the request. The same one will be refused again; a person has to look.
    #[error("spreadshirt does not take {operation}: {said}")]
    Refused {
        /// What was asked.
        operation: &'static str,
        /// `http_400`, and the vendor's words if it has any.
        said: String,
    },
    /// It, or what stands before it, failed: a 5xx, a web page. Try later; a login not before [`crate::LOGIN_GAP`].
    #[error("spreadshirt was not there for {operation}: {said}")]
    Unavailable {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the vendor's words if it has any; or `web_page`.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// There was no whole answer. What was asked may have been done.
    #[error("spreadshirt gave no whole answer to {operation}: {doubt}")]
    NoAnswer {
        /// What was asked.
        operation: &'static str,
        /// What became of the answer.
        doubt: Doubt,
    },
    /// There was an answer, and it is not what Spreadshirt promises. What was asked may have been done.
    #[error("spreadshirt's answer to {operation} is unclear: http_{status}, {what}")]
    Unclear {
        /// What was asked.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There was a whole answer, and it can't be read; nor will it be the next time. The report is kept and told to a
    /// person. For a list with full data: ask for references, then the others can be read.
    #[error("spreadshirt's answer to {operation} can't be read: {what}")]
    Unreadable {
        /// What was asked.
        operation: &'static str,
        /// Why.
        what: Unreadable,
    },
    /// It shows no such report.
    #[error("spreadshirt shows no report for {operation}")]
    NotFound {
        /// What was asked.
        operation: &'static str,
    },
    /// The address or the set-up is wrong, whatever the report: pause the vendor.
    #[error("spreadshirt's address or set-up does not fit {operation}: {said}")]
    Misconfigured {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the vendor's words if it has any; or `unusable_request`.
        said: String,
    },
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No whole answer in time.
    #[error("no whole answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    BrokeOff,
    /// The transport took it for whole, and its document was not closed.
    #[error("the answer ended before its end")]
    Incomplete,
}

impl From<vendor_http::Doubt> for Doubt {
    fn from(doubt: vendor_http::Doubt) -> Self {
        match doubt {
            vendor_http::Doubt::TimedOut => Self::TimedOut,
            vendor_http::Doubt::BrokeOff => Self::BrokeOff,
        }
    }
}

impl CallError {
    /// Whether what was asked was certainly not done.
    pub fn surely_not_done(&self) -> bool {
        match self {
            Self::NotSent { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::Throttled { .. }
            | Self::Refused { .. }
            | Self::NotFound { .. }
            | Self::Misconfigured { .. } => true,
            Self::Unavailable { .. }
            | Self::NoAnswer { .. }
            | Self::Unclear { .. }
            | Self::Unreadable { .. } => false,
        }
    }

    /// How the call failed, for the count of errors, and for what it proves of our login.
    pub fn fault(&self) -> FaultClass {
        match self {
            Self::Unauthorized { .. } | Self::Forbidden { .. } => FaultClass::Credentials,
            Self::Throttled { .. } => FaultClass::Throttled,
            Self::Unavailable { .. } => FaultClass::Unavailable,
            Self::NotSent { .. } | Self::NoAnswer { .. } => FaultClass::NoAnswer,
            // Not `FaultClass::Refused`, which would prove that our login was taken: whether it is looked at before the
            // request is nowhere said.
            Self::Refused { .. }
            | Self::Unclear { .. }
            | Self::Unreadable { .. }
            | Self::NotFound { .. }
            | Self::Misconfigured { .. } => FaultClass::Unclear,
        }
    }

    /// Not before this long, if Spreadshirt, or what stands before it, said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// How a call failed; none if it did not.
pub fn fault<T>(answer: &Result<T, CallError>) -> Option<FaultClass> {
    answer.as_ref().err().map(CallError::fault)
}

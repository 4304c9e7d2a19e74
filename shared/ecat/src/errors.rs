//! Why a call came to nothing, by what the caller does next.

use std::time::Duration;

use order_model::FaultClass;

/// Why a call came to nothing, or may have. The texts hold the operation, and the HTTP status and what the envelope says
/// of the call, made fit for a log; never a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection came about, so the request never left. Try later.
    #[error("{operation} never left for ecat: no connection")]
    NotSent {
        /// What was asked.
        operation: &'static str,
    },
    /// The credentials are refused: read the secret again once, then pause the vendor. Never try in a loop.
    #[error("ecat refused our credentials for {operation}: {said}")]
    Unauthorized {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the envelope's words if it has any.
        said: String,
    },
    /// It is asked too much, and did nothing. Try later.
    #[error("ecat is asked too much to do {operation}: {said}")]
    Throttled {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the envelope's words if it has any.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// Its envelope says that the call failed, for a reason that is not known to us.
    #[error("ecat says that {operation} failed: {said}")]
    Failed {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the envelope's words if it has any.
        said: String,
    },
    /// It, or what stands before it, failed: a 5xx, a web page. Try later.
    #[error("ecat was not there for {operation}: {said}")]
    Unavailable {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the envelope's words if it has any; or `web_page`.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// There was no whole answer. What was asked may have been done.
    #[error("ecat gave no whole answer to {operation}: {doubt}")]
    NoAnswer {
        /// What was asked.
        operation: &'static str,
        /// What became of the answer.
        doubt: Doubt,
    },
    /// There was an answer, and it is not what eCat promises. What was asked may have been done.
    #[error("ecat's answer to {operation} is unclear: http_{status}, {what}")]
    Unclear {
        /// What was asked.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It shows no such order.
    #[error("ecat shows no order for {operation}")]
    NotFound {
        /// What was asked.
        operation: &'static str,
    },
    /// The address or the set-up is wrong, whatever the order: pause the vendor.
    #[error("ecat's address or set-up does not fit {operation}: {said}")]
    Misconfigured {
        /// What was asked.
        operation: &'static str,
        /// `http_<status>`, and the envelope's words if it has any; or `unusable_request`.
        said: String,
    },
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time, or no further part of it.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    BrokeOff,
    /// The transport took it for whole, and its envelope was not closed.
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
            | Self::Throttled { .. }
            | Self::NotFound { .. }
            | Self::Misconfigured { .. } => true,
            // That a failed envelope means that nothing at all was done is not documented.
            Self::Failed { .. } | Self::Unavailable { .. } | Self::NoAnswer { .. } | Self::Unclear { .. } => {
                false
            }
        }
    }

    /// How the call failed, for the count of errors, and for what it proves of our login.
    pub fn fault(&self) -> FaultClass {
        match self {
            Self::Unauthorized { .. } => FaultClass::Credentials,
            Self::Throttled { .. } => FaultClass::Throttled,
            // Not `Refused`, which would prove that our login was taken: the words that speak of it are only guessed.
            Self::Failed { .. } | Self::Unavailable { .. } => FaultClass::Unavailable,
            Self::NotSent { .. } | Self::NoAnswer { .. } => FaultClass::NoAnswer,
            // A 404 may come from an address where nobody looks at logins.
            Self::Unclear { .. } | Self::NotFound { .. } | Self::Misconfigured { .. } => FaultClass::Unclear,
        }
    }

    /// Not before this long, if eCat, or what stands before it, said so.
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

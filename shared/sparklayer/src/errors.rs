//! Why a call came to nothing, by what the caller does next.

use std::fmt;
use std::time::Duration;

use order_model::FaultClass;
use vendor_http::Doubt;

use crate::problem::Problem;

/// What was asked of SparkLayer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A token.
    Token,
    /// To store a purchase.
    Put,
    /// To show a purchase.
    Get,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "POST token",
            Self::Put => "PUT purchase",
            Self::Get => "GET purchase",
        })
    }
}

/// Why a call came to nothing, or may have. The texts hold the operation, the HTTP status, and the codes and properties
/// that a problem names; never a payload, and never the vendor's prose, which may repeat one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection came about, so the request never left. Try later.
    #[error("{operation} never left for sparklayer: no connection")]
    NotSent {
        /// What was asked.
        operation: Operation,
    },
    /// The client is refused a token: read the secret again once, then pause the vendor. Never try in a loop.
    #[error("sparklayer gave our client no token: {problem}")]
    Unauthorized {
        /// What it says.
        problem: Problem,
    },
    /// The token is refused (401), and forgotten here: call once more, which gets a new one. A second refusal in a row
    /// is to be taken as [`CallError::Unauthorized`].
    #[error("sparklayer refused our token for {operation}: {problem}")]
    TokenRefused {
        /// What was asked.
        operation: Operation,
        /// What it says.
        problem: Problem,
    },
    /// It is asked too much, and did nothing. Try later.
    #[error("sparklayer is asked too much to do {operation}: {problem}")]
    Throttled {
        /// What was asked.
        operation: Operation,
        /// What it says.
        problem: Problem,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// It, or what stands before it, failed: a 5xx, a web page. Try later.
    #[error("sparklayer was not there for {operation}: {problem}")]
    Unavailable {
        /// What was asked.
        operation: Operation,
        /// What it says.
        problem: Problem,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// There was no whole answer. What was asked may have been done, now or later.
    #[error("sparklayer gave no whole answer to {operation}: {doubt}")]
    NoAnswer {
        /// What was asked.
        operation: Operation,
        /// What became of the answer.
        doubt: Doubt,
    },
    /// There was an answer, and it is not what SparkLayer promises. What was asked may have been done.
    #[error("sparklayer's answer to {operation} is unclear: http_{status}, {what}")]
    Unclear {
        /// What was asked.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// 400, or a 4xx that nothing else names: this purchase can't be stored until something is changed. Hold it, and
    /// name [`Problem::property`].
    #[error("sparklayer does not take what {operation} sent: {problem}")]
    Invalid {
        /// What was asked.
        operation: Operation,
        /// What it names.
        problem: Problem,
    },
    /// 403: the stored purchase has another SparkLayer id, or our client may not do this. Hold it; never take the id
    /// away silently.
    #[error("sparklayer forbids {operation}: {problem}")]
    Forbidden {
        /// What was asked.
        operation: Operation,
        /// What it names.
        problem: Problem,
    },
    /// 404 to a PUT, which makes what is not there: something that the purchase names is missing. Hold it; the mapping
    /// of the customer is the first suspect (a guess of the vendor notes).
    #[error("sparklayer does not know what {operation} names: {problem}")]
    NotFound {
        /// What was asked.
        operation: Operation,
        /// What it names.
        problem: Problem,
    },
    /// 409: it conflicts with what is stored.
    #[error("{operation} conflicts with what sparklayer stores: {kind}, {problem}")]
    Conflict {
        /// What was asked.
        operation: Operation,
        /// With what, as far as it can be told.
        kind: Conflict,
        /// What it names.
        problem: Problem,
    },
    /// The address or the set-up is wrong, whatever the purchase: pause the vendor.
    #[error("sparklayer's address or set-up does not fit {operation}: {said}")]
    Misconfigured {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, or `unusable_request`.
        said: String,
    },
}

/// What a 409 is about. Which of them it is, is guessed from the problem's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another write at the same moment: read back and decide.
    #[error("a concurrent write")]
    Concurrent,
    /// Another purchase has one of the names: hold it.
    #[error("a name that another purchase has")]
    Identifiers,
    /// It does not say, or not in words that we know: read back and decide, and hold it when that does not help.
    #[error("it does not say with what")]
    Unknown,
}

impl CallError {
    /// Whether the purchase was certainly not stored by this call. Where it was a token that failed, it was not.
    pub fn surely_not_done(&self) -> bool {
        match self {
            Self::Unavailable { operation, .. }
            | Self::NoAnswer { operation, .. }
            | Self::Unclear { operation, .. } => *operation != Operation::Put,
            _ => true,
        }
    }

    /// How the call failed, for the count of errors, and for what it proves of our client.
    pub fn fault(&self) -> FaultClass {
        match self {
            Self::Unauthorized { .. } | Self::TokenRefused { .. } => FaultClass::Credentials,
            Self::Throttled { .. } => FaultClass::Throttled,
            Self::Unavailable { .. } => FaultClass::Unavailable,
            Self::NotSent { .. } | Self::NoAnswer { .. } => FaultClass::NoAnswer,
            Self::Invalid { problem, .. }
            | Self::Forbidden { problem, .. }
            | Self::NotFound { problem, .. } => {
                // Without a problem it may come from an address where nobody looks at tokens.
                if problem.told {
                    FaultClass::Refused
                } else {
                    FaultClass::Unclear
                }
            }
            // Nothing is wrong with the purchase, so it passes.
            Self::Conflict { kind, .. } => match kind {
                Conflict::Identifiers => FaultClass::Refused,
                Conflict::Concurrent | Conflict::Unknown => FaultClass::Unavailable,
            },
            Self::Unclear { .. } | Self::Misconfigured { .. } => FaultClass::Unclear,
        }
    }

    /// Not before this long, if SparkLayer, or what stands before it, said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What SparkLayer says of the call, where it says something.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Unauthorized { problem }
            | Self::TokenRefused { problem, .. }
            | Self::Throttled { problem, .. }
            | Self::Unavailable { problem, .. }
            | Self::Invalid { problem, .. }
            | Self::Forbidden { problem, .. }
            | Self::NotFound { problem, .. }
            | Self::Conflict { problem, .. } => Some(problem),
            Self::NotSent { .. }
            | Self::NoAnswer { .. }
            | Self::Unclear { .. }
            | Self::Misconfigured { .. } => None,
        }
    }
}

/// How a call failed; none if it did not.
pub fn fault<T>(answer: &Result<T, CallError>) -> Option<FaultClass> {
    answer.as_ref().err().map(CallError::fault)
}

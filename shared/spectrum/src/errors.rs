//! Why a call came to nothing, by what the caller does next.

use std::fmt;
use std::time::Duration;

use order_model::FaultClass;
use vendor_http::Doubt;

/// What was asked of Spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// To acknowledge an order.
    Acknowledge,
    /// To acknowledge several.
    AcknowledgeSeveral,
    /// To take the details of an order.
    SendOrder,
    /// To take the tracking of an order.
    NotifyShipment,
    /// To show an order.
    Find,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acknowledge => "POST acknowledgement",
            Self::AcknowledgeSeveral => "POST acknowledgements",
            Self::SendOrder => "POST order",
            Self::NotifyShipment => "POST ship-notification",
            Self::Find => "GET order-number",
        })
    }
}

/// Why a call came to nothing, or may have. The texts hold the operation, the HTTP status and a trace log id; never a
/// payload, and never the vendor's prose, which may repeat one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection came about, so the request never left. Try later.
    #[error("{operation} never left for spectrum: no connection")]
    NotSent {
        /// What was asked.
        operation: Operation,
    },
    /// 401: the token is refused. Read the secret again once, then pause the vendor. Never try in a loop.
    #[error("spectrum refused our token for {operation}: {said}")]
    Unauthorized {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, and a trace log id if one is told.
        said: String,
    },
    /// 403 that does not say why: the rate limit, which the vendor shows like this, or the token. Try later; only one that
    /// persists is to be taken as [`CallError::Unauthorized`].
    #[error("spectrum forbids {operation}, for its rate or our token: {said}")]
    Forbidden {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, and a trace log id if one is told.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// It is asked too much, and did nothing: a 429, or a 403 that speaks of the rate. Try later.
    #[error("spectrum is asked too much to do {operation}: {said}")]
    Throttled {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, and a trace log id if one is told.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// It, or what stands before it, failed: a 5xx, a web page. What was asked may have been done, or be done later.
    #[error("spectrum was not there for {operation}: {said}")]
    Unavailable {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, and a trace log id if one is told.
        said: String,
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// There was no whole answer. What was asked may have been done, or be done later.
    #[error("spectrum gave no whole answer to {operation}: {doubt}")]
    NoAnswer {
        /// What was asked.
        operation: Operation,
        /// What became of the answer.
        doubt: Doubt,
    },
    /// There was an answer, and it is not what Spectrum promises. What was asked may have been done.
    #[error("spectrum's answer to {operation} is unclear: http_{status}, {what}")]
    Unclear {
        /// What was asked.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// 400, or a 4xx that nothing else names: it can't be taken as it is. Hold it. That such an answer is without effect is
    /// a guess, since none is documented; of several acknowledgements it is not believed.
    #[error("spectrum does not take what {operation} sent: {said}")]
    Invalid {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, and a trace log id if one is told.
        said: String,
        /// Whether it said so in its own terms.
        told: bool,
    },
    /// The address or the set-up is wrong, whatever the order: pause the vendor.
    #[error("spectrum's address or set-up does not fit {operation}: {said}")]
    Misconfigured {
        /// What was asked.
        operation: Operation,
        /// `http_<status>`, `unusable_token` or `unusable_request`.
        said: String,
    },
}

impl CallError {
    /// Whether what was asked was certainly not done, and will not be. Where it is not, nothing may be sent again before a
    /// probe, after the settle time.
    pub fn surely_not_done(&self) -> bool {
        match self {
            Self::NotSent { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::Throttled { .. }
            | Self::Misconfigured { .. } => true,
            Self::Invalid { operation, .. } => *operation != Operation::AcknowledgeSeveral,
            Self::Unavailable { operation, .. }
            | Self::NoAnswer { operation, .. }
            | Self::Unclear { operation, .. } => *operation == Operation::Find,
        }
    }

    /// How the call failed, for the count of errors, and for what it proves of our token. A 403 is taken for the rate
    /// limit; where it persists, it is [`FaultClass::Credentials`].
    pub fn fault(&self) -> FaultClass {
        match self {
            Self::Unauthorized { .. } => FaultClass::Credentials,
            Self::Forbidden { .. } | Self::Throttled { .. } => FaultClass::Throttled,
            Self::Unavailable { .. } => FaultClass::Unavailable,
            Self::NotSent { .. } | Self::NoAnswer { .. } => FaultClass::NoAnswer,
            Self::Invalid { told: true, .. } => FaultClass::Refused,
            // Without its own terms it may come from an address where nobody looks at tokens.
            Self::Invalid { .. } | Self::Unclear { .. } | Self::Misconfigured { .. } => FaultClass::Unclear,
        }
    }

    /// Whether it would be a refused token if it persisted.
    pub fn may_be_our_token(&self) -> bool {
        matches!(self, Self::Unauthorized { .. } | Self::Forbidden { .. })
    }

    /// Not before this long, if Spectrum, or what stands before it, said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Forbidden { retry_after, .. }
            | Self::Throttled { retry_after, .. }
            | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// How a call failed; none if it did not. An answer that starts nothing, or not all, is an answer.
pub fn fault<T>(answer: &Result<T, CallError>) -> Option<FaultClass> {
    answer.as_ref().err().map(CallError::fault)
}

//! What the ERP's answer comes to, by what the caller does next.

use std::time::Duration;

use order_model::{ErpReference, FaultClass};

/// What came of a PUT or a GET of one sales order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The order is in the ERP and has its number.
    Accepted {
        /// The ERP's number.
        reference: ErpReference,
        /// Whether this call made it (`false` for a repeat).
        created: bool,
        /// The ERP's own texts, for a person; ten at most, of 200 characters at most. **Not to be logged.**
        warnings: Vec<String>,
    },
    /// The order is in the ERP, and was cancelled there. It must not be made again; a person decides.
    Cancelled {
        /// The ERP's number, if it told it.
        reference: Option<ErpReference>,
    },
    /// The ERP has taken the order and gives its number later: GET later.
    Pending {
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
    },
    /// PUT only: the ERP has this key with other content. If `their_hash` is one that we have sent before, that try
    /// was applied; else a person decides.
    Changed {
        /// The ERP's number of what it has.
        reference: Option<ErpReference>,
        /// The content hash of what it has, as 64 hex digits in lower case.
        their_hash: Option<String>,
    },
    /// Understood and not imported: this order can't be, until a person has changed something.
    Refused {
        /// Why: `unknown_customer`, `unknown_sku`, `invalid_value`, `credit_hold` or `closed_period`; any other code as
        /// the ERP writes it if it is a plain name, else `unrecognised`. 64 characters at most; may be logged.
        code: String,
        /// The field it is about, such as `lines[1].sku`.
        field: Option<String>,
        /// The ERP's own text, for a person; 200 characters at most. It may repeat an address. **Not to be logged.**
        message: String,
    },
    /// GET only: surely not imported at the time of the answer, though an earlier PUT may still be running.
    NotFound,
    /// The token is refused: read the secret again once, then pause the ERP. Never try in a loop.
    Unauthorized {
        /// HTTP status.
        status: u16,
        /// The ERP's code, or `http_<status>`.
        code: String,
    },
    /// The address or the set-up is wrong, whatever the order: pause the ERP. Nothing was imported.
    Misconfigured {
        /// HTTP status; none if no request could be made of the settings.
        status: Option<u16>,
        /// The ERP's code, `http_<status>`, or `unusable_request`.
        code: String,
    },
    /// No connection came about, so the request never left. Try later.
    NotSent,
    /// A PUT may have been applied, and a GET proves nothing. Settle, GET, and PUT again only after a settled
    /// [`Answer::NotFound`].
    Unknown {
        /// Not before this long, if it said so.
        retry_after: Option<Duration>,
        /// Why nobody knows. May be logged.
        why: Doubt,
    },
}

/// Why nobody knows whether a call took effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No whole answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    BrokeOff,
    /// There was an answer, and it is not the contract's.
    #[error("http {status}: {what}")]
    Unreadable {
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The ERP, or something before it, failed.
    #[error("{text}")]
    Said {
        /// How it failed.
        fault: FaultClass,
        /// `http_<status>`, and the ERP's code if it gave one.
        text: String,
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

//! What can go wrong with the ledger itself.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A ledger call that did not come to an end. In every case the caller does the same: nothing more for this order
/// now; its message comes again.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The table did not answer, or refused: the write may or may not have been applied.
    #[error("the ledger did not {doing}: {code}")]
    Unavailable {
        /// What was tried.
        doing: &'static str,
        /// The service's error code, never its message, which echoes the request's content.
        code: String,
    },
    /// An item is not in the form that this release writes.
    #[error("ledger item {key} is unreadable: {what}")]
    Unreadable {
        /// The item's key.
        key: String,
        /// The attribute at fault.
        what: &'static str,
    },
    /// A later release wrote the item.
    #[error(
        "ledger item {key} has schema {schema}, and this release reads {known}: deploy the newer release again"
    )]
    Newer {
        /// The item's key.
        key: String,
        /// Its schema.
        schema: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// Others wrote the same item each time.
    #[error("ledger item {key} was changed by others {times} times in a row while it was written")]
    Contended {
        /// The item's key.
        key: String,
        /// How often.
        times: u32,
    },
    /// DynamoDB kept leaving items of a batch undone.
    #[error("the ledger left {left} items of a batch undone after {rounds} rounds")]
    Unprocessed {
        /// How many were left.
        left: usize,
        /// How many rounds were tried.
        rounds: u32,
    },
}

impl LedgerError {
    /// The error of an SDK call. Only its code is kept: an SDK error's message repeats what was sent.
    pub(crate) fn call<E, R>(doing: &'static str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        let code = match error {
            SdkError::ServiceError(service) => {
                service.err().code().unwrap_or("unnamed service error").to_owned()
            }
            SdkError::TimeoutError(_) => "time-out".to_owned(),
            SdkError::DispatchFailure(_) => "no connection".to_owned(),
            SdkError::ResponseError(_) => "unreadable answer".to_owned(),
            _ => "call not made".to_owned(),
        };
        Self::Unavailable { doing, code }
    }
}

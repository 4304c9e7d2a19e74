//! What an answer means that is no success (vendor notes, sections 1 and 4). Pure.

use serde_json::Value;
use vendor_http::Silence;

use crate::errors::{CallError, Operation};
use crate::heard::Heard;
use crate::read::field;

/// What an answer without success comes to, where the call has no meaning of its own for its status. The status decides; a
/// body that is empty or broken changes nothing.
pub(crate) fn failed(heard: &Heard) -> CallError {
    let (operation, said, retry_after) = (heard.operation, heard.said(), heard.retry_after);
    match heard.status {
        401 => CallError::Unauthorized { operation, said },
        403 if !heard.tells_the_rate() => CallError::Forbidden {
            operation,
            said,
            retry_after,
        },
        403 | 429 => CallError::Throttled {
            operation,
            said,
            retry_after,
        },
        408 | 425 | 500.. => heard.unavailable(),
        // In its own terms: newer pages say 404 of a line that is not there, where older ones said 409.
        404 if is_own(heard.bytes()) => CallError::Invalid {
            operation,
            said,
            told: true,
        },
        300..=399 | 404 | 405 | 406 | 410 | 415 => CallError::Misconfigured { operation, said },
        // Whose order it is about is not said, and whether the others were taken.
        409 => heard.unclear("a conflict, and it does not say of what"),
        400.. => CallError::Invalid {
            operation,
            said,
            told: is_own(heard.bytes()),
        },
        _ => heard.unclear("no status that is promised"),
    }
}

/// Whether a failure is in Spectrum's own terms: the seed's failures have these keys.
fn is_own(body: &[u8]) -> bool {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let fields = body.as_ref().and_then(Value::as_object);
    fields.is_some_and(|fields| {
        ["error", "apiVersion"]
            .iter()
            .any(|name| field(fields, name).is_some())
    })
}

/// What it means that there was no answer at all.
pub(crate) fn no_answer(operation: Operation, error: &reqwest::Error) -> CallError {
    match Silence::of(error) {
        Silence::Unusable => CallError::Misconfigured {
            operation,
            said: "unusable_request".to_owned(),
        },
        Silence::NotSent => CallError::NotSent { operation },
        Silence::Unknown(doubt) => CallError::NoAnswer { operation, doubt },
    }
}

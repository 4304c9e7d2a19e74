//! One submission, as eCat shows it when asked by its id.

use bytes::Bytes;
use order_model::{EcatId, Submission};
use serde_json::value::RawValue;

use crate::errors::CallError;
use crate::header::{is_order, submission};
use crate::heard::Head;

/// A submission that was read by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenOrder {
    /// Which one it is: its id is the one that was asked for.
    pub submission: Submission,
    /// The record's own bytes, as they came. Holds personal data.
    pub raw: Bytes,
}

/// Reads the answer to `GET orders/<id>.json`. Whether an envelope is around the order is not documented, so three forms
/// are taken: the order itself, an envelope with it, an envelope with an array of it alone. That an envelope with nothing
/// means that there is no such order is a guess too.
pub(crate) fn seen(head: &Head, body: &Bytes, asked: EcatId) -> Result<SeenOrder, CallError> {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    let raw = if head.is_success() && is_order(text) {
        body.slice_ref(text)
    } else {
        let data = head.open(body)?;
        match only(&data) {
            Ok(Some(record)) => data.slice_ref(record),
            Ok(None) => {
                let operation = head.operation;
                return Err(CallError::NotFound { operation });
            }
            Err(what) => return Err(head.unclear(what)),
        }
    };
    let submission = submission(&raw).map_err(|fault| head.unclear(fault.0))?;
    if submission.id != asked {
        return Err(head.unclear("the answer is another order"));
    }
    Ok(SeenOrder { submission, raw })
}

/// The record in `data`, if there is one.
fn only(data: &Bytes) -> Result<Option<&[u8]>, &'static str> {
    match data.trim_ascii() {
        b"" | b"null" => Ok(None),
        array @ [b'[', ..] => {
            let records: Vec<&RawValue> =
                serde_json::from_slice(array).map_err(|_| "the data is not JSON")?;
            match records.as_slice() {
                [] => Ok(None),
                [one] => Ok(Some(one.get().as_bytes())),
                _ => Err("the answer holds more than one order"),
            }
        }
        record => Ok(Some(record)),
    }
}

//! What the batch operations have in common: each entry succeeds or fails for itself.

use serde_json::{Value, json};

use crate::error::SqsError;

/// Does each entry and says which succeeded. Where only a part is to be done, the last half, and at least one entry,
/// fails untouched for a reason of the service's own.
pub(crate) fn each(
    entries: &[Value],
    in_part: bool,
    mut act: impl FnMut(&Value) -> Result<Value, SqsError>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    let done = if in_part { entries.len() / 2 } else { entries.len() };
    for (at, entry) in entries.iter().enumerate() {
        let id = entry["Id"].clone();
        if at >= done {
            failed.push(failure(
                &id,
                "InternalError",
                "We encountered an internal error. Please try again.",
                false,
            ));
            continue;
        }
        match act(entry) {
            Ok(mut result) => {
                result["Id"] = id;
                successful.push(result);
            }
            Err(error) => failed.push(failure(&id, error.code, &error.message, error.is_senders())),
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}

fn failure(id: &Value, code: &str, message: &str, senders: bool) -> Value {
    json!({ "Id": id, "Code": code, "Message": message, "SenderFault": senders })
}

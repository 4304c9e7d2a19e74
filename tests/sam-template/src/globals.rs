//! SAM's globals: what all functions share.

use serde_json::Value;

use crate::intrinsics;

/// A function's properties with the globals under them, merged as SAM does: maps entry by entry, lists one after the
/// other with the global one first, and otherwise the function's own value (SAM guide, "Globals section").
pub(crate) fn merge(global: &Value, own: &Value) -> Value {
    match (global, own) {
        _ if intrinsics::call(global).is_some() || intrinsics::call(own).is_some() => own.clone(),
        (Value::Object(global), Value::Object(own)) => {
            let mut merged = global.clone();
            for (key, value) in own {
                let value = match global.get(key) {
                    Some(shared) => merge(shared, value),
                    None => value.clone(),
                };
                merged.insert(key.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(global), Value::Array(own)) => global.iter().chain(own).cloned().collect(),
        _ => own.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_merge_lists_add_up_and_the_functions_own_value_wins() {
        let global = json!({ "Memory": 1, "Only": 2, "Tags": ["a"], "Env": { "A": "1", "B": "1" } });
        let own = json!({ "Memory": 3, "Tags": ["b"], "Env": { "B": "2" } });
        let merged = json!({ "Memory": 3, "Only": 2, "Tags": ["a", "b"], "Env": { "A": "1", "B": "2" } });
        assert_eq!(merge(&global, &own), merged);
    }

    #[test]
    fn a_function_of_cloudformation_is_one_value_and_not_a_map() {
        assert_eq!(
            merge(&json!({ "Ref": "A" }), &json!({ "Ref": "B" })),
            json!({ "Ref": "B" })
        );
    }
}

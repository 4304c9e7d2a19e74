//! The fingerprint of what a PUT says, without the moments at which it is said.

use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The stamps of a purchase that say nothing of it (vendor notes, sections 4 and 5): the hash leaves them out. The dates
/// of its packages are in it: they are what happened, and the shown state is made of them.
const STAMPS: [&[&str]; 4] = [
    &["revision_date"],
    &["dates", "created_at"],
    &["dates", "updated_at"],
    &["dates", "placed_at"],
];

/// SHA-256 over a body without its stamps: two bodies with one hash need no second PUT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AcceptedHash([u8; 32]);

impl AcceptedHash {
    /// From the 32 bytes as they are stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 bytes in hex: enough to tell two states of one purchase apart.
    pub fn short(&self) -> String {
        self.0[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for AcceptedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The hash of a body that [`crate::wire`] made.
pub fn accepted_hash(body: &Value) -> AcceptedHash {
    let mut bytes = Vec::new();
    canonical(&without_stamps(body), &mut bytes);
    AcceptedHash(Sha256::digest(bytes).into())
}

/// A body without its stamps.
pub(crate) fn without_stamps(body: &Value) -> Value {
    let mut body = body.clone();
    for path in STAMPS {
        if let Some((last, above)) = path.split_last() {
            let place = above
                .iter()
                .try_fold(&mut body, |place, name| place.get_mut(*name));
            if let Some(fields) = place.and_then(Value::as_object_mut) {
                fields.remove(*last);
            }
        }
    }
    body
}

/// JSON with its keys in order: whether a map keeps the order of its keys depends on features of other crates.
fn canonical(value: &Value, into: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => object(fields, into),
        Value::Array(all) => {
            into.push(b'[');
            for (at, one) in all.iter().enumerate() {
                comma(at, into);
                canonical(one, into);
            }
            into.push(b']');
        }
        other => into.extend(other.to_string().into_bytes()),
    }
}

fn object(fields: &Map<String, Value>, into: &mut Vec<u8>) {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    into.push(b'{');
    for (at, (name, value)) in fields.into_iter().enumerate() {
        comma(at, into);
        into.extend(Value::from(name.as_str()).to_string().into_bytes());
        into.push(b':');
        canonical(value, into);
    }
    into.push(b'}');
}

fn comma(at: usize, into: &mut Vec<u8>) {
    if at > 0 {
        into.push(b',');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Value {
        json!({
            "type": "order",
            "revision_date": "2026-10-12T18:30:00+00:00",
            "dates": {
                "created_at": "2026-09-25T15:02:05+00:00",
                "updated_at": "2026-10-12T18:30:00+00:00",
                "placed_at": "2026-09-25T15:02:05+00:00",
            },
            "packages": [{"type": "shipment", "dates": {"shipped_at": "2026-10-12T18:25:00+00:00"}}],
        })
    }

    #[test]
    fn stamps_change_nothing_and_everything_else_does() {
        let hash = accepted_hash(&body());
        for stamp in [
            "/revision_date",
            "/dates/created_at",
            "/dates/updated_at",
            "/dates/placed_at",
        ] {
            let mut other = body();
            *other.pointer_mut(stamp).unwrap() = json!("2027-01-01T00:00:00+00:00");
            assert_eq!(accepted_hash(&other), hash, "{stamp}");
        }
        for field in ["/type", "/packages/0/type", "/packages/0/dates/shipped_at"] {
            let mut other = body();
            *other.pointer_mut(field).unwrap() = json!("2027-01-01T00:00:00+00:00");
            assert_ne!(accepted_hash(&other), hash, "{field}");
        }
        let mut without = body();
        without.as_object_mut().unwrap().remove("revision_date");
        assert_eq!(accepted_hash(&without), hash);
    }

    #[test]
    fn it_is_the_sha256_of_the_json_with_its_keys_in_order() {
        // `printf '{"a":[1,"x\\n"],"b":null}' | sha256sum`
        let hash = accepted_hash(&json!({"b": null, "a": [1, "x\n"], "revision_date": "x"}));
        assert_eq!(
            hash.to_string(),
            "adeb751be87f75e5c22305f2042d20cc44d98b6876e99b77be14d76ba0a00b8b"
        );
        assert_eq!(AcceptedHash::from_bytes(*hash.as_bytes()), hash);
        assert_eq!(hash.short(), "adeb751be87f75e5c22305f2042d20cc");
    }
}

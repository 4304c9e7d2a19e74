//! The fingerprint of what an order says.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Order;

/// SHA-256 over the mapped fields of an order, and nothing else: not over the raw payload, whose `StatusId` and time
/// stamps change while the order stays the same. What products are called is left out: an order of a product that was
/// renamed is no other order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The fingerprint of an order.
    pub fn of(order: &Order) -> Self {
        // Field order is the declaration order and money is text, so equal orders give equal bytes.
        let json = serde_json::to_vec(&Normal(order)).unwrap_or_default();
        Self(Sha256::digest(json).into())
    }

    /// From the 32 bytes as they are stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 bytes in hex: enough to tell two contents of one order apart.
    pub fn short(&self) -> String {
        hex(&self.0[..16])
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `4`, `4.0` and `4.00` are one quantity, and names are for people.
struct Normal<'a>(&'a Order);

impl serde::Serialize for Normal<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut order = self.0.clone();
        for line in &mut order.lines {
            (line.name, line.variant) = (None, None);
            line.quantity = line.quantity.normalize();
            line.unit_price = line.unit_price.normalize();
            line.discount_percent = line.discount_percent.map(|percent| percent.normalize());
        }
        order.serialize(serializer)
    }
}

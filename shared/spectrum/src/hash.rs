//! The fingerprint of what an acknowledgement says.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::acknowledgement::Acknowledgement;

/// SHA-256 over the body of an acknowledgement, in the format in which it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AcknowledgementHash([u8; 32]);

impl AcknowledgementHash {
    /// Fields are written in the order in which they are declared, so equal acknowledgements give equal bytes.
    pub(crate) fn of(acknowledgement: &Acknowledgement) -> Self {
        let json = serde_json::to_vec(acknowledgement).unwrap_or_default();
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

impl fmt::Display for AcknowledgementHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

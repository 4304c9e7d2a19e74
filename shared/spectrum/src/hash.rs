//! The fingerprints of what is sent.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::acknowledgement::Acknowledgement;

/// SHA-256 over the body of an acknowledgement, in the format in which it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AcknowledgementHash([u8; 32]);

impl AcknowledgementHash {
    /// Fields are written in the order in which they are declared, so equal acknowledgements give equal bytes.
    pub(crate) fn of(acknowledgement: &Acknowledgement) -> Self {
        Self(digest(acknowledgement))
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
        short(&self.0)
    }
}

impl fmt::Display for AcknowledgementHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// The short fingerprint of any body, as [`AcknowledgementHash::short`] has it.
pub(crate) fn short_of(body: &impl Serialize) -> String {
    short(&digest(body))
}

fn digest(body: &impl Serialize) -> [u8; 32] {
    Sha256::digest(serde_json::to_vec(body).unwrap_or_default()).into()
}

fn short(digest: &[u8; 32]) -> String {
    hex(&digest[..16])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

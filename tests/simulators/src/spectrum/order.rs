//! What a test sees of what Spectrum remembers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// A call that took effect.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenSpectrumCall {
    /// The endpoint: `POST acknowledgement`, `POST acknowledgements`, `POST order`, `POST ship-notification`.
    pub operation: String,
    /// The function that called.
    pub caller: String,
    /// When it took effect, by the clock of the test.
    pub at_ms: i64,
    /// The body; of several acknowledgements, the order's own part.
    pub body: Arc<Value>,
}

/// An order as a test sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeenSpectrumOrder {
    /// Whether it was acknowledged: whether the factory knows of it.
    pub acknowledged: bool,
    /// Whether its details are there. An order may be made of them alone, and then nothing of it is made in the factory.
    pub details: bool,
    /// Its recipe sets: SKUs with their quantities.
    pub recipe_sets: BTreeMap<String, Vec<(String, u64)>>,
    /// Recipe sets that were sent and not taken.
    pub failed: Vec<String>,
    /// The tracking of recipe sets.
    pub tracking: BTreeMap<String, String>,
    /// The calls that made it so, the last one last.
    pub history: Vec<SeenSpectrumCall>,
    pub(super) modified_ms: i64,
}

/// A recipe set that the factory was told to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The order's purchase order number.
    pub number: String,
    /// The function that called.
    pub caller: String,
    /// When, by the clock of the test.
    pub at_ms: i64,
}

//! What somebody says of a line, before anybody has looked whose line it is.

use ledger::{Awaited, LedgerError};
use order_model::{Applied, Movement, OrderKey};

/// What somebody says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Whose line it is, in the words of whoever says it.
    pub of: Awaited,
    /// What became of it. Of a maker's item that names no line, the line is 0.
    pub movement: Movement,
}

/// What a saying came to. Whichever it is, it is durable, unless it is ambiguous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It was brought to its order.
    Applied {
        /// The order.
        order: OrderKey,
        /// What it did there.
        applied: Applied,
    },
    /// Nobody knows the order, or the item, yet; or the order is not in the ERP yet. It is kept, and tried again.
    Waits,
    /// Several orders have this number at the ERP. Nothing is kept: whoever said it has to say which one.
    Ambiguous(Vec<OrderKey>),
}

/// Why sayings could not be taken. All of them may be given again: what was taken is known then.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The ledger did not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It is recorded, and EventBridge does not know it yet.
    #[error("what became of order {0} is recorded and not announced yet")]
    NotAnnounced(OrderKey),
}

#![doc = include_str!("../README.md")]

mod content;
mod hint;
mod ids;
mod order;

pub use content::ContentHash;
pub use hint::{Hint, HintError};
pub use ids::{Brand, CorrelationId, ErpKey, ErpReference, IdError, RepSparkOrderId};
pub use order::{Address, Customer, Line, Order, Source, Vendor};

#![doc = include_str!("../README.md")]

mod announce;
mod correlation;
mod find;
mod identity;
mod ordered;
mod record;
mod saying;
mod taker;
mod wait;

pub use correlation::{Correlation, CorrelationError, Named};
pub use find::{Found, find};
pub use identity::identity;
pub use saying::{Came, Saying, TakeError};
pub use taker::{Settings, Taker};
pub use wait::Again;

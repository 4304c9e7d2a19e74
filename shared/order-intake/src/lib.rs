#![doc = include_str!("../README.md")]

mod known;
mod piece;
mod resume;
mod splitter;
mod stream;
mod taker;
mod tally;

pub use known::{Comparison, Return};
pub use piece::{Ending, Piece};
pub use splitter::Splitter;
pub use stream::{Ended, take_in};
pub use taker::{Rules, Taker};
pub use tally::{Kept, Tally};

#![doc = include_str!("../README.md")]

mod known;
mod piece;
mod resume;
mod splitter;
mod stream;
mod taker;

pub use known::{Comparison, Return};
pub use piece::{Ending, Piece};
pub use splitter::Splitter;
pub use stream::{Ended, take_in};
pub use taker::{Kept, Rules, Taker, Tally};

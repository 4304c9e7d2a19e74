#![doc = include_str!("../README.md")]

mod known;
mod splitter;
mod stream;
mod taker;

pub use known::{Comparison, Return};
pub use splitter::{Ending, Piece, Splitter};
pub use stream::{Ended, take_in};
pub use taker::{Kept, Rules, Taker, Tally};

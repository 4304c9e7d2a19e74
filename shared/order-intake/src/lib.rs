#![doc = include_str!("../README.md")]

mod balance;
mod known;
mod list;
mod meet;
mod piece;
mod resume;
mod rules;
mod splitter;
mod stream;
mod submissions;
mod taker;
mod tally;

pub use balance::{Balance, Differences, Standing};
pub use known::Return;
pub use piece::{Ending, Piece};
pub use rules::{Desk, Read, Rules};
pub use splitter::Splitter;
pub use stream::{Ended, Intake, take_in};
pub use submissions::{Arrival, Arrived, SubmissionRules, SubmissionTaker, SubmissionTally};
pub use taker::Taker;
pub use tally::{Kept, Tally};

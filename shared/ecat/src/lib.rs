#![doc = include_str!("../README.md")]

mod broken;
mod client;
mod credentials;
mod envelope;
mod errors;
mod fault;
mod first_key;
mod guesses;
mod header;
mod heard;
mod marks;
mod records;
mod said;
mod seen;
mod stream;
mod syntax;
mod tail;
#[cfg(test)]
mod tests;

pub use client::Ecat;
pub use credentials::Credentials;
pub use errors::{CallError, Doubt, fault};
pub use guesses::MARKS_MAX;
pub use header::submission;
pub use marks::{Batch, Marks};
pub use records::RECORDS;
pub use seen::SeenOrder;
pub use stream::OrderStream;

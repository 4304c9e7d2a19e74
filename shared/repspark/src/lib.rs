#![doc = include_str!("../README.md")]

mod answer;
mod broken;
mod client;
mod codes;
mod credentials;
mod errors;
mod fault;
mod record;
mod records;
mod seen;
mod stream;
#[cfg(test)]
mod tests;
mod wire;

pub use answer::Tracking;
pub use client::RepSpark;
pub use credentials::Credentials;
pub use errors::{CallError, Doubt};
pub use fault::fault;
pub use record::{order_id, status};
pub use records::{RECORDS, key_of};
pub use seen::{OrderStatus, SeenOrder};
pub use stream::OrderStream;
pub use wire::{CONFIRMATION_PATH, Confirmation, ListedStatus, Refusal};

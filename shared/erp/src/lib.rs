#![doc = include_str!("../README.md")]

mod answer;
mod client;
mod credentials;
mod fault;
mod heard;
mod judge;
mod plain;
mod request;
mod root;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Doubt};
pub use client::{Erp, would_put};
pub use credentials::Credentials;
pub use fault::fault;
pub use root::{Contract, RootError};

/// The contract's name (erp.md section 4).
pub const CONTRACT: &str = "erp-orders/1";

#![doc = include_str!("../README.md")]

mod name;
mod once;
mod rate;
mod read;
mod said;
mod settings;

pub use name::{Named, NumberOf, chosen, named};
pub use once::{Begun, Called, Made, Once, Prepared, Proof, Ready, Sending, Visit};
pub use rate::{Endpoint, Turns};
pub use read::{Custom, Held, Read, read};
pub use settings::Config;

#![doc = include_str!("../README.md")]

mod body;
mod retry_after;
mod silence;
mod words;

pub use body::{NoBody, body};
pub use retry_after::{retry_after, retry_after_seconds};
pub use silence::{Doubt, Silence};
pub use words::{is_plain_name, plain_words};

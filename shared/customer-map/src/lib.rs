#![doc = include_str!("../README.md")]

mod release;
mod standing;

pub use release::{Looked, Waiters};
pub use standing::{NOT_MAPPED, Standing};

#![doc = include_str!("../README.md")]

mod age;
mod compare;
mod imported;
mod maps;
mod reading;
mod stored;

pub use age::age_hold;
pub use compare::{Compared, Comparison, Steady, says_the_same};
pub use imported::read_imported;
pub use maps::{AllMaps, Maps, MapsError, context};
pub use reading::{Finding, Reading};
pub use stored::{Unmapped, read_order, read_payload, read_version};

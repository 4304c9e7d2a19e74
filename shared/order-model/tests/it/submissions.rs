//! The submissions of an eCat order, from the first to the last decision about them.

mod any_sequence;
mod deciding;
mod entering;
mod leaving;
mod uuid;

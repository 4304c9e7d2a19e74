//! What becomes of an order's lines: forward, once, and in whatever order it is told.

mod any_sequence;
mod disputes;
mod forward;
mod said;

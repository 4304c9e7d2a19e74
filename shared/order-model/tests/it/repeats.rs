//! A step that is told again whenever there is something newer: from the first telling to the last.

mod any_sequence;
mod raising;
mod telling;
mod world;

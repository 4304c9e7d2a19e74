//! What the server does, one behaviour a test. Expectations are AWS's documents and recordings, or stand under
//! `guesses` in the crate.

mod bench;
mod dead_letters;
mod faults;
mod fifo;
mod limits;
mod mapping;
mod standard;
mod waiting;

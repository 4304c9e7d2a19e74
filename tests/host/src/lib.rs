//! What every stand-in of the test house is built on: a loopback HTTP server that can drop a reply, the gate at
//! which faults are decided, and a wall clock that tests move.

mod clock;
mod gate;
mod recorder;
mod server;

pub use clock::Clock;
pub use gate::{Break, Call, Fault, Form, Gate, Odds};
pub use recorder::{Recorder, parts};
pub use server::{Body, Reply, Server, body, json, serve, text};

//! What an order is and what may happen to its steps, cell by cell.

mod claims;
mod content;
mod custom;
mod decisions;
mod dice;
mod fulfilment;
mod hints;
mod ids;
mod index;
mod moves;
mod repeats;
mod settling;
mod submissions;
mod support;

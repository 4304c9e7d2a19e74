//! The intake on a ledger on an embedded DynamoDB, whose calls can be made to fail.

mod house;
mod intake;
mod submissions;
mod submissions_broken;
mod submitted;

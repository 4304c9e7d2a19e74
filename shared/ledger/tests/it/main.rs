//! The ledger against an embedded DynamoDB, with a proxy between that loses replies and leaves parts of batches undone.

mod birth;
mod budget;
mod fencing;
mod golden;
mod house;
mod index;
mod journal;
mod lost_replies;
mod orders;
mod pause;
mod raw;
mod size;

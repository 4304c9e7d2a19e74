//! The ledger against an embedded DynamoDB, with a proxy between that loses replies and leaves parts of batches undone.

mod birth;
mod budget;
mod decisions;
mod erase;
mod fencing;
mod fulfilment;
mod golden;
mod golden_decisions;
mod golden_ecat;
mod golden_fulfilment;
mod house;
mod index;
mod journal;
mod login;
mod lost_decisions;
mod lost_replies;
mod maps;
mod orders;
mod pause;
mod publishing;
mod quarantine;
mod raw;
mod reserved;
mod size;
mod turn;

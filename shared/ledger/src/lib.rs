#![doc = include_str!("../README.md")]

mod birth;
mod call;
mod codec;
mod error;
mod hold;
mod item;
mod journal;
mod open;
mod orders;
mod pause;
mod quarantine;
mod raw;
mod token;

use aws_sdk_dynamodb::Client;
use order_model::Pace;

pub use birth::{Birth, BirthError};
pub use error::LedgerError;
pub use hold::HoldNote;
pub use journal::{Journal, Opening};
pub use open::OpenPage;
pub use orders::{Admitted, Changed, Claimed, SettleError};
pub use pause::Pause;
pub use quarantine::{Quarantine, Quarantined};
pub use raw::Raw;
pub use token::Tokens;

/// The ledger: one DynamoDB table.
#[derive(Debug, Clone)]
pub struct Ledger {
    client: Client,
    table: String,
    tokens: Tokens,
    pace: Pace,
}

impl Ledger {
    /// A ledger on a table. `tokens` must come from a fresh random run id in each process.
    pub fn new(client: Client, table: impl Into<String>, tokens: Tokens, pace: Pace) -> Self {
        Self {
            client,
            table: table.into(),
            tokens,
            pace,
        }
    }

    /// A token that no other claim or write ever has.
    pub fn token(&self) -> String {
        self.tokens.next()
    }

    /// How its retry clock runs.
    pub fn pace(&self) -> Pace {
        self.pace
    }
}

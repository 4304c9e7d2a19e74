#![doc = include_str!("../README.md")]

mod birth;
mod call;
mod codec;
mod decided;
mod decision;
mod erase;
mod error;
mod hold;
mod item;
mod journal;
mod login;
mod maps;
mod note;
mod open;
mod orders;
mod pause;
mod quarantine;
mod query;
mod raw;
mod reserved;
mod token;
mod turn;

use aws_sdk_dynamodb::Client;
use order_model::Pace;

pub use birth::{Birth, BirthError};
pub use decision::DecisionRecord;
pub use error::LedgerError;
pub use hold::HoldNote;
pub use journal::{Journal, Opening};
pub use login::{Login, Tried, Trying, TurnTaken};
pub use maps::{MapPointer, StoredMap};
pub use note::CallNote;
pub use open::OpenPage;
pub use orders::{Admitted, Changed, Claimed, SettleError};
pub use pause::Pause;
pub use quarantine::{Quarantine, Quarantined};
pub use query::Next;
pub use raw::Raw;
pub use reserved::Holder;
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

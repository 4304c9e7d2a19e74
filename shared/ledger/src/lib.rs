#![doc = include_str!("../README.md")]

mod attempts;
mod birth;
mod call;
mod codec;
mod customers;
mod decided;
mod decision;
mod erase;
mod error;
mod fulfilment;
mod hold;
mod item;
mod items;
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
mod short;
mod token;
mod turn;
mod waiting;

use aws_sdk_dynamodb::Client;
use order_model::{Pace, StepName};

pub use attempts::{Attempt, Attempts};
pub use birth::{Birth, BirthError};
pub use customers::{CustomerCode, CustomerPlace, MappedCustomer};
pub use decision::DecisionRecord;
pub use error::LedgerError;
pub use fulfilment::Kept;
pub use hold::HoldNote;
pub use items::MadeItem;
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
pub use waiting::{Awaited, Waiting, WaitingPage};

/// The ledger: one DynamoDB table.
#[derive(Debug, Clone)]
pub struct Ledger {
    client: Client,
    table: String,
    tokens: Tokens,
    pace: Pace,
    takes: Vec<StepName>,
}

impl Ledger {
    /// A ledger on a table. `tokens` must come from a fresh random run id in each process.
    pub fn new(client: Client, table: impl Into<String>, tokens: Tokens, pace: Pace) -> Self {
        Self {
            client,
            table: table.into(),
            tokens,
            pace,
            takes: Vec::new(),
        }
    }

    /// The same ledger in a stack that takes these optional steps: whoever finishes the step before one makes it due in
    /// the same write. Every function that may finish one has to say this.
    #[must_use]
    pub fn taking(mut self, takes: &[StepName]) -> Self {
        self.takes = takes.to_vec();
        self
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

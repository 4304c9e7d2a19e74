#![doc = include_str!("../README.md")]

mod answer;
mod broken;
mod config;
mod event;
mod row;

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use lambda_kit::{Answer as BatchAnswer, Chain, Error, Kit, Metric, caught, clock};
use order_fulfilment::{Saying, Settings, TakeError, Taker};
use order_model::Millis;
use serde::Serialize;
use serde_json::Value;

pub use answer::{Answer, RowAnswer};
pub use config::Config;
pub use event::{Event, NoRows, ROWS, Record};
pub use row::RowFault;

/// As many messages are worked at once.
const AT_ONCE: usize = 5;

/// What the function answers: to the queue, or to a person.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answered {
    /// The messages that SQS shall bring again.
    Queue(BatchAnswer),
    /// What each row came to.
    Person(Answer),
}

/// The function.
#[derive(Debug)]
pub struct RecordFulfilment {
    kit: Kit,
    config: Config,
    taker: Taker,
}

/// A row that was not taken, and why.
struct Bad {
    place: usize,
    why: String,
}

impl RecordFulfilment {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let settings = Settings {
            announce: config.announce,
            retention: config.retention,
            zone: config.time_zone.clone(),
        };
        let taker = Taker::new(&kit, settings)?;
        Ok(Self { kit, config, taker })
    }

    /// One batch of messages, or the rows of a person.
    pub async fn run(self: Arc<Self>, event: Event) -> Result<Answered, Error> {
        self.kit.check_brand(&self.config.brand).await?;
        match event {
            Event::Queue { records } => Ok(Answered::Queue(self.batch(records).await)),
            Event::Direct(value) => {
                let (answer, _) = self.rows(event::rows(value)?, clock::now()).await?;
                Ok(Answered::Person(answer))
            }
        }
    }

    /// Each message by itself. One goes back to the queue only if what it says could not be made durable.
    async fn batch(&self, records: Vec<Record>) -> BatchAnswer {
        let work = records.into_iter().map(async |record| {
            let taken = caught(self.message(&record)).await;
            let why = match taken {
                Ok(Ok(())) => return None,
                Ok(Err(error)) => Chain(&error).to_string(),
                Err(panicked) => panicked.to_string(),
            };
            tracing::error!(
                message.id = record.id,
                "a message is not recorded, and comes again: {why}"
            );
            Some(record.id)
        });
        let failed: Vec<Option<String>> = stream::iter(work).buffer_unordered(AT_ONCE).collect().await;
        let mut answer = BatchAnswer::default();
        failed.into_iter().flatten().for_each(|id| answer.fail(id));
        answer
    }

    /// One message. Rows that can't be taken are quarantined: nobody reads an answer here.
    async fn message(&self, record: &Record) -> Result<(), TakeError> {
        let now = clock::now();
        let read = serde_json::from_str(&record.body).map_err(|_| NoRows::None);
        let rows = match read.and_then(event::rows) {
            Ok(rows) => rows,
            Err(fault) => {
                return self
                    .quarantine(record.body.as_bytes(), 1, &fault.to_string(), now)
                    .await;
            }
        };
        let kept = rows.clone();
        let (answer, bad) = self.rows(rows, now).await?;
        for Bad { place, why } in bad {
            let raw = kept[place].to_string();
            self.quarantine(raw.as_bytes(), place as u64 + 1, &why, now)
                .await?;
        }
        tracing::info!(
            message.id = record.id,
            applied = answer.applied,
            known = answer.known,
            waiting = answer.waiting,
            disputed = answer.disputed,
            bad = answer.bad,
            "fulfilment recorded"
        );
        Ok(())
    }

    /// Takes rows, each for itself, and says what each came to.
    async fn rows(&self, rows: Vec<Value>, now: Millis) -> Result<(Answer, Vec<Bad>), TakeError> {
        let (mut answer, mut bad) = (Answer::default(), Vec::new());
        let (mut places, mut sayings): (Vec<usize>, Vec<Saying>) = (Vec::new(), Vec::new());
        for (place, row) in rows.iter().enumerate() {
            match row::read(row, &self.config.time_zone) {
                Ok(saying) => {
                    places.push(place);
                    sayings.push(saying);
                }
                Err(fault) => {
                    let why = fault.to_string();
                    answer.bad(place + 1, &why);
                    bad.push(Bad { place, why });
                }
            }
        }
        for (place, came) in places.into_iter().zip(self.taker.take(&sayings, now).await?) {
            answer.took(place + 1, &came);
            if let Some(why) = answer::ambiguous(&came) {
                bad.push(Bad { place, why });
            }
        }
        answer.rows.sort_by_key(|row| row.row);
        self.kit
            .metrics
            .count(Metric::MovementsApplied, answer.applied + answer.disputed);
        Ok((answer, bad))
    }
}

#![doc = include_str!("../README.md")]

mod answer;
mod config;
mod csv;
mod event;
mod list;
mod rows;
mod waiters;
mod write;

use std::sync::Arc;
use std::time::Duration;

use lambda_kit::{Context, Deadline, Error, Hints, Kit, clock};
use ledger::LedgerError;
use order_model::{Origin, Person, StepName};

pub use answer::{Answer, AwaitedCustomer, Change, Listed, Mapped, Past, Report};
pub use config::Config;
pub use event::{Event, EventError, Place};
pub use rows::BadRow;

use answer::NAMED;
use event::Wanted;
use rows::Judged;

/// A page of rows or of orders takes no longer than this: nothing begins that might not end in time.
const STEP: Duration = Duration::from_secs(5);

/// The ledger broke off in the middle.
#[derive(Debug, thiserror::Error)]
#[error(
    "the ledger broke off: {written} rows are known to be written and {released} orders let go. Send the same again: what is done stays done, and it goes on"
)]
struct BrokeOff {
    written: u64,
    released: u64,
    source: LedgerError,
}

/// The function.
#[derive(Debug)]
pub struct MapCustomers {
    kit: Kit,
    config: Config,
    hints: Hints,
}

impl MapCustomers {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &[StepName::Publish])?;
        Ok(Self { kit, config, hints })
    }

    /// One invocation: rows are written and the orders that waited for them let go, or rows are listed.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Answer, Error> {
        let wanted = event.wanted()?;
        self.kit.check_brand(&self.config.brand).await?;
        let deadline = Deadline::of(context, self.kit.ledger.pace());
        deadline.must_cover(clock::now(), STEP)?;
        match wanted {
            Wanted::List { source, from, limit } => {
                let listed = self.list(source, from, limit, deadline).await?;
                Ok(Answer::Listed(Box::new(listed)))
            }
            Wanted::Write {
                rows,
                dry_run,
                person,
            } => {
                let report = self.map(rows, &person, dry_run, deadline).await?;
                Ok(Answer::Written(Box::new(report)))
            }
        }
    }

    /// Rows first, then the orders that wait for them: see `customer-map` for who finds whom.
    async fn map(
        &self,
        rows: Judged,
        person: &Person,
        dry_run: bool,
        deadline: Deadline,
    ) -> Result<Report, BrokeOff> {
        let mut report = Report {
            dry_run,
            repeated: rows.repeated,
            bad: rows.bad.len() as u64,
            bad_rows: rows.bad.into_iter().take(NAMED).collect(),
            ..Report::default()
        };
        let stand = self
            .write(&rows.good, person, dry_run, deadline, &mut report)
            .await;
        let done = match stand {
            Ok(stand) => self.release(stand, dry_run, deadline, &mut report).await,
            Err(error) => Err(error),
        };
        done.map_err(|source| BrokeOff {
            written: report.written,
            released: report.released,
            source,
        })?;
        report.says = report.in_words();
        tracing::info!(
            dry_run,
            written = report.written,
            changed = report.changed,
            unchanged = report.unchanged,
            bad = report.bad,
            rows_left = report.rows_left,
            released = report.released,
            orders_left = report.orders_left,
            by = person.by(),
            "customers mapped"
        );
        Ok(report)
    }
}

/// Under which name decisions about the customers of a source are kept.
fn about(source: Origin) -> String {
    format!("customers#{}", source.as_str())
}

//! A decision, or a note, about one order, several, or all that match.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use lambda_kit::{Deadline, Error, clock};
use ledger::{Ledger, Quarantine};
use order_model::{Decision, Millis, OrderState, Person, StepName};
use serde_json::{Value, json};

use crate::DecideOrder;
use crate::filter::Filter;
use crate::find::{Found, find};
use crate::judge::is_under_way;
use crate::one::{BrokeOff, record};
use crate::request::{On, Wish};
use crate::row::{Came, Rest, Row, answer};
use crate::submission::By;
use crate::walk::walk;

/// How long one order may take.
const ORDER: Duration = Duration::from_secs(5);
/// So many at a time.
const AT_ONCE: usize = 8;
/// More quarantined records than this are not listed.
pub(crate) const RECORDS: usize = 10_000;

/// One thing to decide about.
enum About {
    Name(String),
    Order(Box<OrderState>, StepName),
    Record(Box<Quarantine>),
}

impl DecideOrder {
    /// Decides.
    pub(crate) async fn decide(
        &self,
        on: On,
        wish: &Wish,
        deadline: Deadline,
        now: Millis,
    ) -> Result<Value, Error> {
        match on {
            On::One(name) => {
                let row = match find(&self.kit.ledger, &self.config, &name).await? {
                    Found::Order(order, id) => self.order(*order, By::Name(id), wish, now).await?,
                    Found::Record(record) => self.quarantined(*record, wish, now).await?,
                };
                Ok(answer(wish, &[row], &Rest::default(), now))
            }
            On::These(names) => {
                let all = names.into_iter().map(About::Name).collect();
                let rows = self.each(all, None, wish, deadline, now).await;
                Ok(answer(wish, &rows, &Rest::default(), now))
            }
            On::Where(filter, limit) => {
                let (mut all, mut rest) = self.matching(&filter, wish, deadline, now).await?;
                rest.beyond = all.len().saturating_sub(limit);
                all.truncate(limit);
                let rows = self.each(all, Some(&filter), wish, deadline, now).await;
                Ok(answer(wish, &rows, &rest, now))
            }
        }
    }

    /// All that a filter names, oldest first, and what could not be seen.
    async fn matching(
        &self,
        filter: &Filter,
        wish: &Wish,
        deadline: Deadline,
        now: Millis,
    ) -> Result<(Vec<About>, Rest), Error> {
        if filter.is_quarantine() {
            let records = self.kit.ledger.quarantined_records(RECORDS).await?;
            let rest = Rest {
                broke_off: records.len() >= RECORDS,
                ..Rest::default()
            };
            let old_enough = records
                .into_iter()
                .filter(|record| filter.is_old_enough(record.at, now));
            return Ok((
                old_enough.map(|record| About::Record(Box::new(record))).collect(),
                rest,
            ));
        }
        let found = walk(&self.kit.ledger, filter, now, deadline).await?;
        let rest = found.rest();
        let mut all = found.oldest_first();
        if wish.decision == Decision::Retry {
            all.retain(|(order, step)| !is_under_way(order.step(*step), now));
        }
        let all = all
            .into_iter()
            .map(|(order, step)| About::Order(Box::new(order), step));
        Ok((all.collect(), rest))
    }

    /// Decides about each while there is time. What is wrong with one stops no other.
    async fn each(
        &self,
        all: Vec<About>,
        filter: Option<&Filter>,
        wish: &Wish,
        deadline: Deadline,
        now: Millis,
    ) -> Vec<Row> {
        let each = all
            .into_iter()
            .map(|about| self.about(about, filter, wish, deadline, now));
        let rows: Vec<Vec<Row>> = stream::iter(each).buffered(AT_ONCE).collect().await;
        rows.into_iter().flatten().collect()
    }

    /// Decides about one thing; about each of an order's submissions that a filter means.
    async fn about(
        &self,
        about: About,
        filter: Option<&Filter>,
        wish: &Wish,
        deadline: Deadline,
        now: Millis,
    ) -> Vec<Row> {
        let (name, matched) = match &about {
            About::Name(name) => (name.clone(), None),
            About::Order(order, step) => (order.key.to_string(), Some(*step)),
            About::Record(record) => (crate::find::record_name(record), None),
        };
        if !deadline.covers(clock::now(), ORDER) {
            let left = Came::Left("there was no time for it: invoke again".to_owned());
            return vec![Row::new(name, None, left)];
        }
        let came = match about {
            About::Order(order, step) => {
                return self.matched(*order, step, filter, wish, now).await;
            }
            About::Record(record) => self.quarantined(*record, wish, now).await,
            About::Name(name) => match find(&self.kit.ledger, &self.config, &name).await {
                Ok(Found::Order(order, id)) => self.order(*order, By::Name(id), wish, now).await,
                Ok(Found::Record(record)) => self.quarantined(*record, wish, now).await,
                Err(error @ crate::find::FindError::Ledger { .. }) => {
                    return vec![Row::new(name, None, Came::Left(error.to_string()))];
                }
                Err(error) => return vec![Row::new(name, None, Came::Refused(error.to_string()))],
            },
        };
        vec![came.unwrap_or_else(|error| Row::new(name, matched, Came::Left(error.to_string())))]
    }

    /// Keeps what a person has to say about an order, and changes nothing.
    pub(crate) async fn note(
        &self,
        on: On,
        step: Option<StepName>,
        who: &Person,
        now: Millis,
    ) -> Result<Value, Error> {
        let names = match on {
            On::One(name) => vec![name],
            On::These(names) => names,
            On::Where(..) => Vec::new(),
        };
        let mut about = Vec::with_capacity(names.len());
        // All are found before the first note is written: a note about several is not left half written for a wrong name.
        for name in names {
            about.push(find(&self.kit.ledger, &self.config, &name).await?);
        }
        let mut orders = Vec::with_capacity(about.len());
        for found in about {
            let (pk, detail) = match &found {
                Found::Order(order, id) => (order.key.to_string(), id.map(|id| format!("submission {id}"))),
                Found::Record(record) => (Ledger::quarantine_name(&record.source, &record.id), None),
            };
            let noted = record(who, "note", step, detail.unwrap_or_default(), now);
            let name = found.name();
            self.kit
                .ledger
                .keep_decision(&pk, &noted)
                .await
                .map_err(BrokeOff::of(&name))?;
            tracing::info!(
                order.id = name,
                decision = "note",
                by = who.by(),
                "a person noted something about {name}"
            );
            orders.push(name);
        }
        Ok(json!({"did": "note", "at": now.to_string(), "done": orders.len(), "orders": orders}))
    }
}

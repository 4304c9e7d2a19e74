//! The list of open orders, of foreign ones, or of quarantined records.

use futures::stream::{self, StreamExt};
use lambda_kit::{Deadline, Error};
use ledger::{LedgerError, Quarantine};
use order_model::{Kind, Millis, OrderState, StepName, StepState};
use serde::Serialize;
use serde_json::{Value, json};

use crate::filter::{FOREIGN, Filter, QUARANTINE};
use crate::find::record_name;
use crate::many::RECORDS;
use crate::row::{Rest, UNREADABLE};
use crate::submission::{told, waiting};
use crate::submissions::note_beside;
use crate::walk::walk;
use crate::{DecideOrder, words};

/// So many characters of a hold are shown in a list.
const WORDS: usize = 120;

/// One line of a list.
#[derive(Debug, Serialize)]
struct Line {
    order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Since when the step is as it is, where that is known; else since when the order is.
    since: String,
    age_s: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// Of an eCat order, the submissions that wait for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    submissions: Vec<String>,
}

impl DecideOrder {
    /// Lists what matches, oldest first.
    pub(crate) async fn list(
        &self,
        filter: &Filter,
        limit: usize,
        deadline: Deadline,
        now: Millis,
    ) -> Result<Value, Error> {
        if filter.is_quarantine() {
            return self.list_quarantined(filter, limit, now).await;
        }
        let found = walk(&self.kit.ledger, filter, now, deadline).await?;
        let rest = found.rest();
        let orders = found.oldest_first();
        let total = orders.len();
        let lines = orders.into_iter().take(limit);
        let lines = lines.map(|(order, step)| self.line(order, step, filter, now));
        let lines: Vec<Result<Line, LedgerError>> = stream::iter(lines).buffered(16).collect().await;
        let lines = lines.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(listed(&lines, total, &rest, now))
    }

    async fn line(
        &self,
        order: OrderState,
        step: StepName,
        filter: &Filter,
        now: Millis,
    ) -> Result<Line, LedgerError> {
        let state = order.step(step);
        let words = match state.kind() {
            Kind::Held => self.kit.ledger.hold(&order.key, step).await?,
            _ => None,
        };
        let words = match filter.code.as_deref() {
            Some(code) if step == StepName::Review && order.has_beside() => {
                note_beside(&self.kit.ledger, &order, code).await?.or(words)
            }
            _ => words,
        };
        let (code, since) = match state {
            // It may have matched by a submission that waits under another code than the review.
            StepState::Held { at, .. } if step == StepName::Review && filter.code.is_some() => {
                (filter.code.clone(), *at)
            }
            StepState::Held { code, at } => (Some(code.clone()), *at),
            StepState::Claimed { begun_at, .. } | StepState::Unknown { begun_at, .. } => (None, *begun_at),
            _ => (filter.is_foreign().then(|| FOREIGN.to_owned()), order.first_seen),
        };
        Ok(Line {
            order: order.key.to_string(),
            step: (!filter.is_foreign()).then_some(step.as_str()),
            state: state.kind().as_str(),
            code,
            since: since.to_string(),
            age_s: now.since(order.first_seen).as_secs(),
            words: words.map(|note| words::first(&note.text, WORDS)),
            submissions: waiting(&order).into_iter().map(told).collect(),
        })
    }

    async fn list_quarantined(&self, filter: &Filter, limit: usize, now: Millis) -> Result<Value, Error> {
        let records = self.kit.ledger.quarantined_records(RECORDS).await?;
        let rest = Rest {
            broke_off: records.len() >= RECORDS,
            ..Rest::default()
        };
        let records = records
            .iter()
            .filter(|record| filter.is_old_enough(record.at, now));
        let mut lines: Vec<Line> = records.map(|record| record_line(record, now)).collect();
        let total = lines.len();
        lines.truncate(limit);
        Ok(listed(&lines, total, &rest, now))
    }
}

fn record_line(record: &Quarantine, now: Millis) -> Line {
    Line {
        order: record_name(record),
        step: None,
        state: "quarantined",
        code: Some(QUARANTINE.to_owned()),
        since: record.at.to_string(),
        age_s: now.since(record.at).as_secs(),
        words: Some(words::first(&record.fault, WORDS)),
        submissions: Vec::new(),
    }
}

fn listed(lines: &[Line], total: usize, rest: &Rest, now: Millis) -> Value {
    let mut answer = json!({
        "at": now.to_string(),
        "total": total,
        "shown": lines.len(),
        "rows": lines,
    });
    rest.tell(&mut answer);
    if rest.broke_off {
        answer["next"] = "not all could be looked at this time: total is a lower bound".into();
    } else if !rest.unreadable.is_empty() {
        answer["next"] = UNREADABLE.into();
    }
    answer
}

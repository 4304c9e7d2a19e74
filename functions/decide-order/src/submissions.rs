//! The submissions of an eCat order that a filter means, and the codes and words under which they wait.

use std::collections::BTreeMap;

use ledger::{HoldNote, Ledger, LedgerError};
use order_model::{EcatId, Millis, OrderState, StepName};

use crate::DecideOrder;
use crate::filter::Filter;
use crate::request::Wish;
use crate::row::{Came, Row};
use crate::submission::{By, beside, current, is_of_a_submission, known_code};

/// The codes under which each submission waits beside the current one. One that is leaving has that under which it waited
/// too, so that the event that let it go finds it again.
pub(crate) async fn codes_beside(
    ledger: &Ledger,
    order: &OrderState,
) -> Result<BTreeMap<EcatId, Vec<String>>, LedgerError> {
    let mut codes = BTreeMap::new();
    for version in beside(order) {
        let note = ledger.version_hold(&order.key, version.id).await?;
        let known = known_code(order, version).map(str::to_owned);
        let all = known.into_iter().chain(note.map(|note| note.code));
        codes.insert(version.id, all.collect());
    }
    Ok(codes)
}

/// The words about the first submission beside the current one that waits under this code.
pub(crate) async fn note_beside(
    ledger: &Ledger,
    order: &OrderState,
    code: &str,
) -> Result<Option<HoldNote>, LedgerError> {
    for version in beside(order) {
        let note = ledger.version_hold(&order.key, version.id).await?;
        if let Some(note) = note.filter(|note| note.code == code) {
            return Ok(Some(note));
        }
    }
    Ok(None)
}

impl DecideOrder {
    /// Decides about an order that matched a filter: a row for each submission that the filter means, oldest first.
    pub(crate) async fn matched(
        &self,
        order: OrderState,
        step: StepName,
        filter: Option<&Filter>,
        wish: &Wish,
        now: Millis,
    ) -> Vec<Row> {
        let key = order.key.clone();
        let left = |error: String| vec![Row::new(&key, Some(step), Came::Left(error))];
        let meant = match self.meant_by(&order, step, filter, wish).await {
            Ok(meant) => meant,
            Err(error) => return left(error.to_string()),
        };
        let Some(ids) = meant else {
            let row = self.order(order, By::Filter(step, None), wish, now).await;
            return row.map_or_else(|error| left(error.to_string()), |row| vec![row]);
        };
        if ids.is_empty() {
            let no = "none of its submissions waits under that code: show it, and name the one that is meant";
            return vec![Row::new(&key, Some(step), Came::Refused(no.to_owned()))];
        }
        let mut rows = Vec::with_capacity(ids.len());
        let mut stands = Some(order);
        for id in ids {
            let came = match stands.take() {
                Some(order) => Ok(Some(order)),
                // As the decision before left it.
                None => self.kit.ledger.order(&key).await,
            };
            let row = match came {
                Ok(Some(order)) => {
                    let row = self.order(order, By::Filter(step, Some(id)), wish, now).await;
                    row.map_err(|error| error.to_string())
                }
                Ok(None) => Err("it is gone".to_owned()),
                Err(error) => Err(error.to_string()),
            };
            rows.push(row.unwrap_or_else(|error| Row::new(&key, Some(step), Came::Left(error)).about(id)));
        }
        rows
    }

    /// The submissions that a filter means; none if it is about a step as of any other order.
    async fn meant_by(
        &self,
        order: &OrderState,
        step: StepName,
        filter: Option<&Filter>,
        wish: &Wish,
    ) -> Result<Option<Vec<EcatId>>, LedgerError> {
        if order.versions.is_empty() {
            return Ok(None);
        }
        let wanted = filter.and_then(|filter| filter.code.as_deref());
        let asked = filter.and_then(|filter| filter.step);
        let both = is_of_a_submission(wish.decision) && asked.is_none();
        let of_import = step == StepName::Import || both;
        let of_review = (step == StepName::Review || both) && order.has_beside();
        let stopped = current(order).filter(|_| of_import && order.is_stopped());
        if !of_review && stopped.is_none() {
            return Ok(None);
        }
        let fits = |code: &str| wanted.is_none_or(|wanted| code == wanted);
        let stopped = stopped.filter(|version| known_code(order, version).is_some_and(fits));
        let mut ids: Vec<EcatId> = stopped.map(|version| version.id).into_iter().collect();
        if of_review {
            let codes = codes_beside(&self.kit.ledger, order).await?;
            let meant = codes
                .into_iter()
                .filter(|(_, codes)| wanted.is_none() || codes.iter().any(|code| fits(code)));
            ids.extend(meant.map(|(id, _)| id));
        }
        ids.sort();
        Ok(Some(ids))
    }
}

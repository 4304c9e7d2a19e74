//! A decision about one submission of an eCat order.
//!
//! One that becomes an order of its own leaves in three writes: the order of its uuid, in which it is leaving; its own
//! order, unless that is known; the order of its uuid again, without it. Each may be repeated, and until the last one the
//! submission is open in its uuid's order, so that the same event again brings it to its end.

use ledger::{Admitted, Changed, LedgerError};
use order_model::versions::{Settled, Standing};
use order_model::{EcatId, Millis, OrderState, StepName};

use crate::judge::{is_as_wanted, judge_version};
use crate::one::{BrokeOff, record};
use crate::request::Wish;
use crate::row::{Came, Row};
use crate::siblings::Siblings;
use crate::submission::{By, Meant, newly_waiting, told};
use crate::{DecideOrder, words};

/// A decision about a submission, with all that it needs.
struct About<'a> {
    seen: OrderState,
    id: EcatId,
    step: StepName,
    by: By,
    wish: &'a Wish,
    known: Siblings,
    now: Millis,
}

impl About<'_> {
    fn judge(&self, stands: &OrderState) -> Result<Settled, String> {
        let settled = judge_version(
            &self.seen,
            stands,
            self.id,
            self.step,
            self.wish,
            &self.known,
            self.now,
        )?;
        let after = self.after(&settled);
        match newly_waiting(stands, &after) {
            Some(other) if !self.by.says_which() => Err(format!(
                "{} would wait for a person next, and this event, sent once more, would be about that one: name the submission that is meant",
                told(other)
            )),
            _ => Ok(settled),
        }
    }

    /// The order when all is written.
    fn after(&self, settled: &Settled) -> OrderState {
        match settled {
            Settled::Here(order) => order.as_ref().clone(),
            Settled::Leaves { order, .. } => order
                .without(self.id, self.now)
                .unwrap_or_else(|| order.as_ref().clone()),
        }
    }

    /// What changes, in words.
    fn change(&self, stands: &OrderState, settled: &Settled) -> String {
        let change = words::change(stands, &self.after(settled), self.step);
        match settled {
            Settled::Here(_) => change,
            Settled::Leaves { own, .. } => {
                let import = words::state(own.step(StepName::Import));
                format!(
                    "{change}, {} becomes order {} (import: {import}{})",
                    self.id,
                    own.key,
                    words::revises(own)
                )
            }
        }
    }

    /// Which submission a record is about.
    fn named(&self) -> String {
        let mut versions = self.seen.versions.iter();
        match versions.find(|version| version.id == self.id) {
            Some(version) => format!("submission {}", told(version)),
            None => format!("submission {}", self.id),
        }
    }
}

/// What the first write came to.
enum First {
    Settled(Settled, String),
    Refused(String),
}

impl DecideOrder {
    /// Decides about a submission.
    pub(crate) async fn submission(
        &self,
        order: OrderState,
        meant: Meant,
        by: By,
        wish: &Wish,
        now: Millis,
    ) -> Result<Row, BrokeOff> {
        let broke_off = BrokeOff::of(order.key.as_str());
        let (id, known) = match meant {
            Meant::Submission(id, _) => (id, self.siblings(&order, id, wish.decision).await),
            Meant::Step(_) | Meant::Own => {
                let known = self.siblings_of_own(&order).await.map_err(&broke_off)?;
                (known.1, Ok(known.0))
            }
        };
        let about = About {
            id,
            step: meant.step(),
            by,
            wish,
            known: known.map_err(&broke_off)?,
            now,
            seen: order,
        };
        let row = |came| {
            let row = Row::new(&about.seen.key, Some(about.step), came);
            if id == EcatId(0) { row } else { row.about(id) }
        };
        let settled = match about.judge(&about.seen) {
            Ok(settled) => settled,
            Err(no) => return Ok(row(Came::Refused(no))),
        };
        let change = about.change(&about.seen, &settled);
        if wish.dry_run {
            return Ok(row(Came::Would(change)));
        }
        let came = self.decided_about(&about, &settled, &change).await;
        Ok(row(came.map_err(&broke_off)?))
    }

    /// Keeps the record, writes, and keeps a second record if nothing could be written.
    async fn decided_about(
        &self,
        about: &About<'_>,
        settled: &Settled,
        change: &str,
    ) -> Result<Came, LedgerError> {
        let (key, wish) = (&about.seen.key, about.wish);
        let detail = format!("{}: {change}{}", about.named(), words::with_number(wish));
        let (decision, step) = (wish.decision.as_str(), about.step);
        let decided = record(&wish.who, decision, Some(step), detail, about.now);
        self.kit.ledger.keep_decision(key.as_str(), &decided).await?;
        let after = about.after(settled);
        self.keep_decided(&about.seen, &after, about.now).await?;
        let came = match self.first_write(about).await? {
            First::Refused(no) => Came::Refused(no),
            First::Settled(Settled::Here(_), change) => Came::Done(change),
            First::Settled(Settled::Leaves { own, .. }, change) => self.leave(about, *own, change).await?,
        };
        if let Came::Refused(no) = &came {
            let detail = format!("{}: refused: {no}", about.named());
            let refused = record(&wish.who, decision, Some(step), detail, about.now);
            self.kit.ledger.keep_decision(key.as_str(), &refused).await?;
        }
        let (by, step, ecat_id) = (wish.who.by(), step.as_str(), about.id.0);
        let is_done = matches!(came, Came::Done(_));
        tracing::info!(order.id = %key, ecat.id = ecat_id, decision, step, by, done = is_done, "a person decided about submission {ecat_id} of order {key}");
        Ok(came)
    }

    /// Writes the order of the uuid, judged again on whatever stands there.
    async fn first_write(&self, about: &About<'_>) -> Result<First, LedgerError> {
        let mut last: Option<(Settled, String)> = None;
        let mut refused: Option<String> = None;
        let changed = self
            .kit
            .ledger
            .change(about.seen.clone(), |stands| match about.judge(stands) {
                Ok(settled) => {
                    refused = None;
                    let change = about.change(stands, &settled);
                    let (Settled::Here(next) | Settled::Leaves { order: next, .. }) = &settled;
                    let next = next.as_ref().clone();
                    last = Some((settled, change));
                    // One that is leaving already is written.
                    (next != *stands).then_some(next)
                }
                Err(no) => {
                    refused = Some(no);
                    None
                }
            })
            .await?;
        let (Changed::Written(stands) | Changed::Left(stands)) = changed;
        Ok(match (last, refused) {
            // The reply to our write was lost, and somebody went on with the order before it was repeated.
            (Some((settled, change)), Some(_)) if is_written(about, &settled, &stands) => {
                First::Settled(settled, change)
            }
            (_, Some(no)) => First::Refused(no),
            (Some((settled, change)), None) => First::Settled(settled, change),
            (None, None) => First::Refused("nothing was decided".to_owned()),
        })
    }

    /// The second and the third write.
    async fn leave(&self, about: &About<'_>, own: OrderState, change: String) -> Result<Came, LedgerError> {
        let (ledger, wish, key) = (&self.kit.ledger, about.wish, own.key.clone());
        let detail = format!(
            "{} of order {}: import: {}{}{}",
            about.named(),
            about.seen.key,
            words::state(own.step(StepName::Import)),
            words::revises(&own),
            words::with_number(wish)
        );
        let decided = record(
            &wish.who,
            wish.decision.as_str(),
            Some(StepName::Import),
            detail,
            about.now,
        );
        ledger.keep_decision(key.as_str(), &decided).await?;
        let wanted = own.clone();
        let made = match ledger.admit(own).await? {
            Admitted::New(_) => None,
            Admitted::Known(known) => Some(known),
        };
        // Read anew: others may have gone on with it.
        if let Some(family) = ledger.order(&about.seen.key).await? {
            let without = |stands: &OrderState| stands.without(about.id, about.now);
            ledger.change(family, without).await?;
        }
        Ok(match made {
            Some(known) if is_another(&known, &wanted) => {
                let import = words::state(known.step(StepName::Import));
                Came::Refused(format!(
                    "it is order {key} by another decision (import: {import}{}): decide about that order",
                    words::revises(&known)
                ))
            }
            _ => Came::Done(change),
        })
    }
}

/// Whether a write of ours may be the one that makes the decision look refused. Where the submission itself was moved, it
/// could be somebody else's as well: then the person looks again, and the same event again is harmless.
fn is_written(about: &About<'_>, settled: &Settled, stands: &OrderState) -> bool {
    let Settled::Here(next) = settled else {
        return false;
    };
    let standing = |order: &OrderState| -> Option<Standing> {
        let mut versions = order.versions.iter();
        let known = versions.find(|version| version.id == about.id);
        known.map(|version| version.standing)
    };
    standing(next) == standing(&about.seen) && is_as_wanted(stands, about.wish, about.step, about.now)
}

/// Whether an order of its own is not what was decided here: a person may have decided otherwise before.
fn is_another(known: &OrderState, wanted: &OrderState) -> bool {
    let number = wanted.reference.is_some() && known.reference != wanted.reference;
    number || known.revision_of != wanted.revision_of
}

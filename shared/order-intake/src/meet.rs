//! Meeting a known order again: what its new payload says, the words that a person will need, then the move.

use ledger::{CallNote, Changed, HoldNote, Ledger, LedgerError, Raw};
use order_mapping::{Comparison, context, says_the_same};
use order_model::{Admission, ErpReference, Kind, Millis, OrderState, RawRef, StepName, StepState};

use crate::known::{self, Content, Facts, Return, still_sent, submitted_again};
use crate::rules::{Desk, Read, Rules};
use crate::tally::why;

/// So often others may change an order while it is compared, before the next run has another try.
const ROUNDS: u32 = 5;

/// What a payload says, compared with the order.
struct Seen {
    content: Content,
    decided: bool,
    said: bool,
    rounds: u32,
    /// What names the content; a person's decision is about it.
    subject: Option<String>,
    /// How it differs, for a person.
    words: String,
}

impl Seen {
    fn plain(content: Content) -> Self {
        Self {
            content,
            decided: false,
            said: false,
            rounds: 0,
            subject: None,
            words: String::new(),
        }
    }
}

/// An order, its new payload, and what the intake goes by.
pub(crate) struct Meeting<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) bytes: &'a [u8],
    pub(crate) raw: &'a Raw,
    pub(crate) now: Millis,
}

impl Meeting<'_> {
    /// Decides what becomes of the order, and writes it down: the payload and the words before the state that mentions
    /// them. The decision is made again if somebody changes the order meanwhile.
    pub(crate) async fn of(&self, mut order: OrderState) -> Result<(OrderState, Return), LedgerError> {
        for _ in 0..ROUNDS {
            let Some((next, came, seen)) = self.decided(&order).await? else {
                return Ok((order, Return::Same));
            };
            let Some(next) = next else {
                self.name_kept(&order).await?;
                return Ok((order, came));
            };
            if came == Return::Replaced && self.is_overtaken().await? {
                return Ok((order, Return::Same));
            }
            self.before(&order, came, &seen).await?;
            let revision = order.revision;
            let changed = self
                .ledger
                .change(order, |order| (order.revision == revision).then(|| next.clone()))
                .await?;
            match changed {
                Changed::Written(order) => return Ok((*order, came)),
                Changed::Left(current) => order = *current,
            }
        }
        Err(LedgerError::Contended {
            key: order.key.to_string(),
            times: ROUNDS,
        })
    }

    async fn decided(
        &self,
        order: &OrderState,
    ) -> Result<Option<(Option<OrderState>, Return, Seen)>, LedgerError> {
        let facts = |seen: &Seen| Facts {
            raw: self.raw.place(),
            content: seen.content,
            decided: seen.decided,
            said: seen.said,
            rounds: seen.rounds,
            now: self.now,
            pace: self.ledger.pace(),
        };
        match self.rules.read {
            Read::Baseline => Ok(None),
            Read::Submitted(desk) => {
                let seen = match order.is_not_at_the_erp() || order.admission == Admission::Foreign {
                    true => Seen::plain(Content::Other),
                    false => self.compared(order, desk).await?,
                };
                let (next, came) = submitted_again(order, facts(&seen));
                Ok(Some((next, came, seen)))
            }
            Read::Sent {
                desk,
                unconfirmed_after,
                asked_for,
            } => {
                let nothing_to_keep = order.raw.is_some() || order.erased;
                if order.admission == Admission::Foreign && nothing_to_keep && !asked_for {
                    return Ok(None);
                }
                let mut seen = match known::content_matters(order) {
                    true if order.is_not_at_the_erp() => self.against_its_own(order, desk).await?,
                    true => self.compared(order, desk).await?,
                    false => Seen::plain(Content::Same),
                };
                seen.rounds = self.rounds(order).await?;
                let (next, came) = still_sent(order, facts(&seen), unconfirmed_after);
                Ok(Some((next, came, seen)))
            }
        }
    }

    /// Compared with what was imported.
    async fn compared(&self, order: &OrderState, desk: Desk<'_>) -> Result<Seen, LedgerError> {
        let compared = desk
            .maps
            .compare(
                order,
                self.bytes,
                desk.current,
                desk.zone,
                self.rules.records.steady,
            )
            .await?;
        let (content, words) = match compared.comparison {
            Comparison::Same => return Ok(Seen::plain(Content::Same)),
            Comparison::Other(Some(difference)) => (Content::Other, difference.to_string()),
            Comparison::Other(None) => (
                Content::Other,
                "the payload that was imported is gone, so the difference can't be shown".to_owned(),
            ),
            Comparison::NotComparable(why) => (Content::NotComparable, why),
        };
        let steady = || {
            Raw::of(&(self.rules.records.steady)(self.bytes))
                .place()
                .hash
                .clone()
        };
        let subject = compared.content.unwrap_or_else(steady);
        Ok(Seen {
            content,
            decided: self.ledger.decided(&order.key).await?.as_ref() == Some(&subject),
            said: self.is_said(order, &subject).await?,
            rounds: 0,
            subject: Some(subject),
            words,
        })
    }

    /// Whether the order's review is held for this very content, in these words, already.
    async fn is_said(&self, order: &OrderState, subject: &str) -> Result<bool, LedgerError> {
        let StepState::Held { code, at } = order.step(StepName::Review) else {
            return Ok(false);
        };
        let note = self.ledger.hold(&order.key, StepName::Review).await?;
        // Words that a comparison wrote and died are of another time than the state.
        Ok(note.is_some_and(|note| {
            note.code == *code && note.at == *at && note.subject.as_deref() == Some(subject)
        }))
    }

    /// How often the confirmation was found without effect before.
    async fn rounds(&self, order: &OrderState) -> Result<u32, LedgerError> {
        if order.step(StepName::Confirm).kind() != Kind::Done {
            return Ok(0);
        }
        let note = self.ledger.call_note(&order.key, StepName::Confirm).await?;
        Ok(note.map_or(0, |note| note.without_effect))
    }

    /// Whether a pull began since this list was asked for: it may have brought newer content than the list has.
    async fn is_overtaken(&self) -> Result<bool, LedgerError> {
        if !matches!(self.rules.read, Read::Sent { .. }) {
            return Ok(false);
        }
        let journal = self.ledger.journal(self.rules.records.source).await?;
        Ok(journal.began_at >= self.now)
    }

    /// Compared with the payload that the order has: nothing of it was imported.
    async fn against_its_own(&self, order: &OrderState, desk: Desk<'_>) -> Result<Seen, LedgerError> {
        let Some(place) = &order.raw else {
            return Ok(Seen::plain(Content::Other));
        };
        if place == self.raw.place() {
            return Ok(Seen::plain(Content::Same));
        }
        let Some(own) = self.ledger.raw(place).await? else {
            // Its payload expired or was erased, and here it is again.
            return Ok(Seen::plain(Content::Other));
        };
        let Some(key) = order.erp_key() else {
            return Ok(Seen::plain(Content::Other));
        };
        let context = context(key, desk.zone);
        let steady = self.rules.records.steady;
        let same = says_the_same(&own, self.bytes, desk.current, &context, steady);
        Ok(Seen::plain(if same { Content::Same } else { Content::Other }))
    }

    /// A payload that a pull has kept and nothing came of: it has a name all the same, or an erasure would not find it.
    async fn name_kept(&self, order: &OrderState) -> Result<(), LedgerError> {
        let kept = matches!(self.rules.read, Read::Submitted(_));
        if !kept || order.raw.as_ref() == Some(self.raw.place()) {
            return Ok(());
        }
        self.ledger
            .name_payload(&order.key, self.raw.place(), self.now)
            .await
    }

    /// What has to stand before the state that mentions it.
    async fn before(&self, order: &OrderState, came: Return, seen: &Seen) -> Result<(), LedgerError> {
        match came {
            // A foreign order, whose payload an adoption would need.
            Return::Same | Return::Replaced => self.keep_payload(order).await,
            Return::Settled => self.keep_settled(order).await,
            Return::ConfirmAgain => {
                self.name_kept(order).await?;
                self.keep_last_call(order, seen.rounds).await
            }
            Return::Held(code) => {
                self.keep_payload(order).await?;
                self.keep_last_call(order, seen.rounds).await?;
                self.keep_words(order, code, seen).await
            }
        }
    }

    /// The new payload, and the name of the old one, which the state is about to forget: a person may want to see it,
    /// and an erasure has to find it.
    async fn keep_payload(&self, order: &OrderState) -> Result<(), LedgerError> {
        if order.raw.as_ref() == Some(self.raw.place()) {
            return Ok(());
        }
        let own = order.raw.iter();
        for place in own.chain([self.raw.place()]) {
            self.ledger.name_payload(&order.key, place, self.now).await?;
        }
        self.ledger
            .keep_raw(std::slice::from_ref(self.raw), self.rules.expires_at)
            .await
    }

    /// The source's own numbers of the confirmation that it did not take: its support asks for them.
    async fn keep_last_call(&self, order: &OrderState, rounds: u32) -> Result<(), LedgerError> {
        let StepState::Done { reference, at } = order.step(StepName::Confirm) else {
            return Ok(());
        };
        let numbers = reference.as_ref().map(ErpReference::as_str);
        let (transaction, batch) = match numbers.map(|numbers| numbers.split_once('/').ok_or(numbers)) {
            Some(Ok((transaction, batch))) => (Some(transaction), Some(batch)),
            Some(Err(one)) => (Some(one), None),
            None => (None, None),
        };
        let still_sent = matches!(self.rules.read, Read::Sent { .. });
        let note = CallNote {
            transaction: transaction.map(str::to_owned),
            batch: batch.map(str::to_owned),
            code: None,
            without_effect: if still_sent { rounds + 1 } else { 0 },
            at: *at,
        };
        self.ledger.keep_call(&order.key, StepName::Confirm, &note).await
    }

    /// Nobody decided about the content that was in question: were it to come back, it is a question again.
    async fn keep_settled(&self, order: &OrderState) -> Result<(), LedgerError> {
        let Some(note) = self.ledger.hold(&order.key, StepName::Review).await? else {
            return Ok(());
        };
        let source = self.rules.records.source;
        let note = HoldNote {
            text: format!(
                "settled: {source} shows what was imported again. It was: {}",
                note.text
            ),
            subject: None,
            ..note
        };
        self.ledger.keep_hold(&order.key, StepName::Review, &note).await
    }

    async fn keep_words(
        &self,
        order: &OrderState,
        code: &'static str,
        seen: &Seen,
    ) -> Result<(), LedgerError> {
        let (step, source) = (known::held_step(code), self.rules.records.source);
        let RawRef { hash, .. } = self.raw.place();
        let mut text = format!(
            "the order came again from {source} and {}; the new payload is kept as raw#{hash}",
            why(code)
        );
        if !seen.words.is_empty() {
            text = format!("{text}\n{}", seen.words);
        }
        let note = HoldNote {
            code: code.to_owned(),
            text,
            subject: seen.subject.clone(),
            at: self.now,
        };
        self.ledger.keep_hold(&order.key, step, &note).await
    }
}

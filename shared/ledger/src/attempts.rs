//! What was tried of a step that must not be done twice and whose vendor has a name of its own for the order: the name, and
//! each try of which nobody knows what came of it. An item of its own, because the state must stay small, and because a
//! doubt outlives the state that it began in: a probe that finds nothing makes the step due again, and the lost try may
//! still arrive.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | the order's key, `attempts#<step>` |
//! | `v`, `rev`, `w` | schema, revision, token of the last writer |
//! | `name` | what the vendor calls the order |
//! | `tries` | a list of `{g, h, at}`: generation of the claim, what was sent, when |
//! | `partly` | true once the vendor took only a part of it; else absent |
//! | `forbidden` | how often in a row the vendor forbade it without saying why; absent if it did not |
//!
//! Whose a name is, which no second order may ever get: `pk` `name#<vendor>#<name>` (of a long one its SHA-256), `sk` `order`,
//! `of` the order's key, `at` when.

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::{Millis, OrderKey, StepName, Vendor};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const NAMED: &str = "order";

/// A call that began and of which nobody knows whether it took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The generation of the claim under which it was made.
    pub generation: u32,
    /// The fingerprint of what was sent.
    pub hash: String,
    /// When it began.
    pub at: Millis,
}

/// What was tried of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// The step.
    pub step: StepName,
    /// What the vendor calls the order, for ever.
    pub name: String,
    /// The tries in doubt, in the order in which they began.
    pub tries: Vec<Attempt>,
    /// Whether the vendor took a part of it: it is never sent again.
    pub partly: bool,
    /// How often in a row the vendor forbade it without saying why: its rate at first, our credentials if it persists.
    pub forbidden: u32,
    revision: u64,
}

impl Ledger {
    /// What was tried of a step; none if nobody has named the order yet. Strongly consistent.
    pub async fn attempts(&self, key: &OrderKey, step: StepName) -> Result<Option<Attempts>, LedgerError> {
        let item = self.get(key.as_str(), &sort(step)).await?;
        item.map(|item| decode(key, step, &item)).transpose()
    }

    /// Names the order for a step, if nobody has, and returns what stands: the name is decided once.
    pub async fn name_order(
        &self,
        key: &OrderKey,
        step: StepName,
        name: &str,
    ) -> Result<Attempts, LedgerError> {
        let fresh = Attempts {
            step,
            name: name.to_owned(),
            tries: Vec::new(),
            partly: false,
            forbidden: 0,
            revision: 1,
        };
        match self
            .put_if(encode(key, &fresh, &self.token()), If::Absent)
            .await?
        {
            Put::Done => Ok(fresh),
            Put::Refused(Some(item)) => decode(key, step, &item),
            Put::Refused(None) => Err(gone(key)),
        }
    }

    /// Writes what was tried, unless somebody else wrote since it was read: none then. Whoever is refused must not go on, for
    /// the other one may be calling.
    pub async fn keep_attempts(
        &self,
        key: &OrderKey,
        attempts: &Attempts,
    ) -> Result<Option<Attempts>, LedgerError> {
        let next = Attempts {
            revision: attempts.revision + 1,
            ..attempts.clone()
        };
        let writer = self.token();
        let item = encode(key, &next, &writer);
        match self.put_if(item, If::Revision(attempts.revision)).await? {
            Put::Done => Ok(Some(next)),
            Put::Refused(Some(item)) if item.get("w") == Some(&text(&*writer)) => Ok(Some(next)),
            Put::Refused(Some(_)) => Ok(None),
            Put::Refused(None) => Err(gone(key)),
        }
    }

    /// Reserves a vendor's name of an order, for ever, and returns whose it is: the asker's, or whose it was before. Asking
    /// again is harmless.
    pub async fn reserve_name(
        &self,
        vendor: Vendor,
        name: &str,
        order: &OrderKey,
        at: Millis,
    ) -> Result<OrderKey, LedgerError> {
        let pk = format!("name#{}#{}", vendor.as_str(), item::named(name));
        let mut item = item::new(&*pk, NAMED);
        item.insert("of".into(), text(order.as_str()));
        item.insert("at".into(), number(at.0));
        match self.put_if(item, If::Absent).await? {
            Put::Done => Ok(order.clone()),
            Put::Refused(Some(item)) => {
                let reader = Reader::open(&pk, &item)?;
                OrderKey::new(reader.text("of")?).map_err(|_| reader.unreadable("of"))
            }
            Put::Refused(None) => Err(gone(order)),
        }
    }
}

fn sort(step: StepName) -> String {
    format!("attempts#{}", step.as_str())
}

fn gone(key: &OrderKey) -> LedgerError {
    LedgerError::Unreadable {
        key: key.to_string(),
        what: "what was tried is gone",
    }
}

fn encode(key: &OrderKey, attempts: &Attempts, writer: &str) -> Item {
    let mut item = item::new(key.as_str(), &sort(attempts.step));
    item.insert("rev".into(), number(attempts.revision));
    item.insert("w".into(), text(writer));
    item.insert("name".into(), text(&*attempts.name));
    let tries = attempts.tries.iter().map(|attempt| {
        AttributeValue::M(Item::from([
            ("g".to_owned(), number(attempt.generation)),
            ("h".to_owned(), text(&*attempt.hash)),
            ("at".to_owned(), number(attempt.at.0)),
        ]))
    });
    item.insert("tries".into(), AttributeValue::L(tries.collect()));
    if attempts.partly {
        item.insert("partly".into(), AttributeValue::Bool(true));
    }
    if attempts.forbidden > 0 {
        item.insert("forbidden".into(), number(attempts.forbidden));
    }
    item
}

fn decode(key: &OrderKey, step: StepName, item: &Item) -> Result<Attempts, LedgerError> {
    let reader = Reader::open(key.as_str(), item)?;
    let unreadable = || reader.unreadable("tries");
    let tries = item.get("tries").and_then(|tries| tries.as_l().ok());
    let read = |one: &AttributeValue| {
        let reader = Reader {
            key: key.as_str(),
            item: one.as_m().map_err(|_| unreadable())?,
        };
        Ok(Attempt {
            generation: reader.number("g")?,
            hash: reader.text("h")?.to_owned(),
            at: reader.millis("at")?,
        })
    };
    let tries: Result<_, LedgerError> = tries.ok_or_else(unreadable)?.iter().map(read).collect();
    Ok(Attempts {
        step,
        name: reader.text("name")?.to_owned(),
        tries: tries?,
        partly: reader.flag("partly"),
        forbidden: reader.maybe_number("forbidden").unwrap_or(0),
        revision: reader.number("rev")?,
    })
}

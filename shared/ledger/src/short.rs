//! The short stored form of the steps of custom-made lines: they come last, and what is in the item of an order by then
//! leaves them little room.
//!
//! A step is `{s, t, c, r, x}`: the first four as of every step, where they apply, and in `x` the rest as bytes: generation;
//! then, of a step that is due or pending, not before and hint at; of an unknown one begun at, not before, hint at and hash;
//! of a claimed one begun at, until, whether it only asks, owner and hash; of one that is done or held, when. The repeat of
//! such a step is bytes alone: wanted, done, revision, since, accepted, name.
//!
//! A number is 7 bits a byte, the least ones first, as long as the eighth is set. A time is a number without its sign (doubled,
//! and less one if it was negative), and each but the first of them is what it is more than the one before it. A text is
//! its length and its bytes; a fingerprint a byte (0 none, 1 hex as bytes, 2 text) and a text; an owner a byte (1 a run of 12
//! hex digits as six bytes, and a number; 2 a text); a name a byte (0 none, 1 the order's own ERP number, 2 a text).

mod bytes;

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::{ErpReference, Repeat, Step, StepState};

use crate::LedgerError;
use crate::item::{Item, Reader, number, text};

use bytes::{Bytes, Rest};

/// The fields of a step. `word` is the name of its state.
pub(crate) fn encode_step(step: &Step, word: &str) -> AttributeValue {
    let mut item = Item::from([("s".to_owned(), text(word))]);
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    let mut bytes = Bytes::default();
    bytes.number(step.generation.into());
    match &step.state {
        StepState::Off | StepState::Superseded | StepState::Discarded => {}
        StepState::Due {
            not_before,
            tries,
            hint_at,
        }
        | StepState::Pending {
            not_before,
            tries,
            hint_at,
        } => {
            put("t", number(tries));
            bytes.times(&[*not_before, *hint_at]);
        }
        StepState::Unknown {
            begun_at,
            not_before,
            tries,
            hint_at,
            hash,
        } => {
            put("t", number(tries));
            bytes.times(&[*begun_at, *not_before, *hint_at]);
            bytes.hash(hash.as_deref());
        }
        StepState::Claimed {
            owner,
            begun_at,
            until,
            tries,
            hash,
            asking,
        } => {
            put("t", number(tries));
            bytes.times(&[*begun_at, *until]);
            bytes.number((*asking).into());
            bytes.owner(owner);
            bytes.hash(hash.as_deref());
        }
        StepState::Done { reference, at } => {
            if let Some(reference) = reference {
                put("r", text(reference.as_str()));
            }
            bytes.times(&[*at]);
        }
        StepState::Held { code, at } => {
            put("c", text(&**code));
            bytes.times(&[*at]);
        }
    }
    put("x", bytes.value());
    AttributeValue::M(item)
}

/// A step, from its fields.
pub(crate) fn decode_step(step: &Reader<'_>) -> Result<Step, LedgerError> {
    let unreadable = || step.unreadable("x");
    let bytes = step.item.get("x").and_then(|bytes| bytes.as_b().ok());
    let mut bytes = Rest(bytes.ok_or_else(unreadable)?.as_ref());
    let generation = bytes.small().ok_or_else(unreadable)?;
    let state = decode_state(step, &mut bytes)?;
    Ok(Step { generation, state })
}

fn decode_state(step: &Reader<'_>, bytes: &mut Rest<'_>) -> Result<StepState, LedgerError> {
    let unreadable = || step.unreadable("x");
    Ok(match step.text("s")? {
        "off" => StepState::Off,
        "superseded" => StepState::Superseded,
        "discarded" => StepState::Discarded,
        word @ ("due" | "pending") => {
            let tries = step.number("t")?;
            let [not_before, hint_at] = bytes.times().ok_or_else(unreadable)?;
            match word {
                "due" => StepState::Due {
                    not_before,
                    tries,
                    hint_at,
                },
                _ => StepState::Pending {
                    not_before,
                    tries,
                    hint_at,
                },
            }
        }
        "unknown" => {
            let [begun_at, not_before, hint_at] = bytes.times().ok_or_else(unreadable)?;
            StepState::Unknown {
                begun_at,
                not_before,
                tries: step.number("t")?,
                hint_at,
                hash: bytes.hash().ok_or_else(unreadable)?,
            }
        }
        "claimed" => {
            let [begun_at, until] = bytes.times().ok_or_else(unreadable)?;
            StepState::Claimed {
                begun_at,
                until,
                tries: step.number("t")?,
                asking: bytes.number().ok_or_else(unreadable)? == 1,
                owner: bytes.owner().ok_or_else(unreadable)?,
                hash: bytes.hash().ok_or_else(unreadable)?,
            }
        }
        "done" => {
            let [at] = bytes.times().ok_or_else(unreadable)?;
            let reference = step.maybe_text("r").map(ErpReference::new).transpose();
            StepState::Done {
                reference: reference.map_err(|_| step.unreadable("r"))?,
                at,
            }
        }
        "held" => {
            let [at] = bytes.times().ok_or_else(unreadable)?;
            StepState::Held {
                code: step.text("c")?.to_owned(),
                at,
            }
        }
        _ => return Err(step.unreadable("steps: state")),
    })
}

/// How far a step has come. `own` is the order's ERP number.
pub(crate) fn encode_repeat(repeat: &Repeat, own: Option<&str>) -> AttributeValue {
    let mut bytes = Bytes::default();
    bytes.number(repeat.wanted.into());
    bytes.number(repeat.done.into());
    bytes.times(&[repeat.revision, repeat.since]);
    bytes.hash(repeat.accepted.as_deref());
    match repeat.name.as_deref() {
        None => bytes.number(0),
        name if name == own => bytes.number(1),
        Some(name) => {
            bytes.number(2);
            bytes.text(name.as_bytes());
        }
    }
    bytes.value()
}

/// How far a step has come, from its bytes.
pub(crate) fn decode_repeat(bytes: &[u8], own: Option<&str>) -> Option<Repeat> {
    let mut bytes = Rest(bytes);
    let (wanted, done) = (bytes.small()?, bytes.small()?);
    let [revision, since] = bytes.times()?;
    Some(Repeat {
        wanted,
        done,
        accepted: bytes.hash()?,
        revision,
        since,
        name: match bytes.number()? {
            0 => None,
            1 => Some(own?.to_owned()),
            _ => Some(bytes.text()?.to_owned()),
        },
    })
}

#[cfg(test)]
#[path = "short_tests.rs"]
mod tests;

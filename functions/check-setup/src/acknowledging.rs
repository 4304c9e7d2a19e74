//! One order as Spectrum would be told it: its name there, its recipe sets, and what stands in the way. Nothing is sent.

use custom_orders::{Custom, Read, chosen};
use ledger::Attempts;
use order_model::{Kind, Line, MAYBE_ACKNOWLEDGED, Order, OrderState, REVISES_ANOTHER, StepName, StepState};
use serde::Serialize;
use serde_json::Value;
use spectrum::{Message, PurchaseOrderNumber, would_post};

use crate::order::{NUMBER, OrderSeen, Sending};
use crate::spectrum_reach::Wishes;
use crate::{CheckSetup, SpectrumReach};

/// With an order twice and a purchase in the same answer, this is what Lambda's 6 MB leave for each of the two requests.
const REQUEST_BYTES: usize = 160 * 1024;
/// What stands in the place of a number that only the ERP can give, where a number has to fit.
const PLACEHOLDER: &str = "number-of-the-erp";
/// What a person may discard instead: of the acknowledgement and of the details the same is read.
const WORD: &str = "step";
/// What is said of an order without custom lines.
const PLAIN: &str = "Spectrum is told nothing of it: no line of it names a recipe set";

/// One order as Spectrum would be told it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Acknowledging {
    /// How far its acknowledgement is, in words.
    pub says: String,
    /// Why it could not be acknowledged as it is; empty if it could.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_the_way: Vec<String>,
    /// What Spectrum calls it, or would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What would be made, as its lines name it, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipe_sets: Vec<String>,
    /// What is missing of its details, in words, where they are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl CheckSetup {
    /// Adds the acknowledgement to what is found out about an order. `state` is what the ledger has of it; `read` is what the
    /// current map made of what the vendor shows. What was pulled counts before that.
    pub(crate) async fn add_acknowledging(
        &self,
        found: &mut OrderSeen,
        state: Option<&OrderState>,
        read: Option<&Order>,
    ) {
        let Some(settings) = &self.config.spectrum else {
            return;
        };
        let pulled = state.filter(|state| state.raw.is_some());
        let mut seen = Acknowledging {
            says: stands(state),
            ..Acknowledging::default()
        };
        match (pulled, read) {
            (Some(state), _) => self.as_pulled(found, &mut seen, settings, state).await,
            (None, Some(order)) => as_shown(&mut seen, order),
            (None, None) => return,
        }
        found.acknowledging = Some(seen);
    }

    async fn as_pulled(
        &self,
        found: &mut OrderSeen,
        seen: &mut Acknowledging,
        settings: &SpectrumReach,
        state: &OrderState,
    ) {
        let zone = &self.config.time_zone;
        let custom = match custom_orders::read(&self.maps, state, zone, WORD).await {
            Ok(Read::Custom(custom)) => custom,
            Ok(Read::Plain) => {
                PLAIN.clone_into(&mut seen.says);
                return;
            }
            Ok(Read::Held(held)) => {
                seen.in_the_way.push(format!("{}: {}", held.code, held.text));
                return;
            }
            Err(error) => {
                seen.in_the_way.push(format!("it could not be read: {error}"));
                return;
            }
        };
        seen.recipe_sets = recipe_sets(custom.order());
        seen.in_the_way.extend(waits(state));
        let attempts = self.kit.ledger.attempts(&state.key, StepName::Acknowledge).await;
        match attempts {
            Ok(attempts) => acknowledge(found, seen, settings, state, &custom, attempts.as_ref()),
            Err(error) => {
                let why = format!("its name at Spectrum could not be read: {error}");
                seen.in_the_way.push(why);
            }
        }
    }
}

/// The requests, if there can be any; what stands in the way if there can't.
fn acknowledge(
    found: &mut OrderSeen,
    seen: &mut Acknowledging,
    settings: &SpectrumReach,
    state: &OrderState,
    custom: &Custom,
    attempts: Option<&Attempts>,
) {
    let wishes = match settings.wishes() {
        Ok(wishes) => wishes,
        Err(unfit) => {
            seen.in_the_way.extend(unfit);
            return;
        }
    };
    if attempts.is_some_and(|attempts| attempts.partly) {
        let why = "partly_taken: Spectrum took only a part of it, so nothing of it is sent again";
        seen.in_the_way.push(why.to_owned());
    }
    let name = attempts.map(|attempts| attempts.name.as_str());
    let number = match number(state, custom.order(), name, &wishes) {
        Ok(number) => number,
        Err(why) => {
            seen.in_the_way.push(why);
            return;
        }
    };
    seen.number = Some(shown(&number).to_owned());
    let base_url = &settings.reach.base_url;
    match custom.acknowledgement(&number, &wishes.options) {
        Ok(one) => print(found, seen, base_url, &Message::Acknowledgement(&one), &number),
        Err(held) => seen.in_the_way.push(format!("{}: {}", held.code, held.text)),
    }
    if settings.details {
        seen.details = Some(match custom.details(&number, &wishes.options) {
            Ok(details) => {
                print(found, seen, base_url, &Message::Details(&details), &number);
                "nothing of them is missing; they are sent once it is acknowledged".to_owned()
            }
            Err(held) => format!("{}: {}", held.code, held.text),
        });
    }
}

/// The name of an order at Spectrum: the one that it has, or else the one that it would get.
fn number(
    state: &OrderState,
    order: &Order,
    name: Option<&str>,
    wishes: &Wishes,
) -> Result<PurchaseOrderNumber, String> {
    let not_yet = state.reference.is_none() && wishes.number_of == custom_orders::NumberOf::Erp;
    match name {
        Some(name) => PurchaseOrderNumber::new(name).map_err(|error| error.to_string()),
        None if not_yet => PurchaseOrderNumber::new(PLACEHOLDER).map_err(|error| error.to_string()),
        None => {
            chosen(state, order, wishes.number_of).map_err(|held| format!("{}: {}", held.code, held.text))
        }
    }
}

fn shown(number: &PurchaseOrderNumber) -> &str {
    match number.as_str() {
        PLACEHOLDER => NUMBER,
        number => number,
    }
}

fn print(
    found: &mut OrderSeen,
    seen: &mut Acknowledging,
    base_url: &str,
    message: &Message<'_>,
    number: &PurchaseOrderNumber,
) {
    let (url, mut body) = would_post(base_url, message);
    if let Some(told) = body.get_mut("purchaseOrderNumber") {
        *told = Value::from(shown(number));
    }
    let size = serde_json::to_vec(&body).map_or(usize::MAX, |text| text.len());
    if size > REQUEST_BYTES {
        seen.says += &format!("; {url} is not printed, because it would get {size} bytes");
        return;
    }
    found.would_send.push(Sending {
        to: "spectrum",
        method: "POST",
        url,
        body,
    });
}

/// Of an order whose payload is not here its lines are known, and not more.
fn as_shown(seen: &mut Acknowledging, order: &Order) {
    if !order.is_custom() {
        PLAIN.clone_into(&mut seen.says);
        return;
    }
    seen.recipe_sets = recipe_sets(order);
    seen.says += "; the very request is made of the payload that was pulled, and there is none here";
}

fn recipe_sets(order: &Order) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for named in order.lines.iter().filter_map(Line::recipe_set) {
        if !all.iter().any(|known| known == named) {
            all.push(named.to_owned());
        }
    }
    all
}

/// Why it will wait for a person's word, if it will.
fn waits(state: &OrderState) -> Option<String> {
    let is_ahead = matches!(state.step(StepName::Acknowledge).kind(), Kind::Off | Kind::Due);
    if !is_ahead || !state.must_be_agreed() {
        return None;
    }
    match &state.revision_of {
        Some(revised) => Some(format!(
            "{REVISES_ANOTHER}: it revises {revised}, of which the factory may have begun the custom lines; a retry lets it go"
        )),
        None if state.reference.is_some() => Some(format!(
            "{MAYBE_ACKNOWLEDGED}: somebody else imported it, brought it into the ERP or changed it there, and may have acknowledged it as well; a \
             retry lets it go"
        )),
        None => None,
    }
}

/// How far the acknowledgement of an order is, and why it is not due.
fn stands(state: Option<&OrderState>) -> String {
    const LATER: &str = "it is acknowledged once it is imported";
    let Some(state) = state else {
        return LATER.to_owned();
    };
    let step = state.step(StepName::Acknowledge);
    if let StepState::Held { code, .. } = step {
        return format!("its acknowledgement waits for a person ({code})");
    }
    match step.kind() {
        Kind::Off if state.reference.is_some() && !state.may_be_custom() => {
            "it is never acknowledged: as it was imported, nothing of it is custom-made"
        }
        Kind::Off if state.reference.is_some() => {
            "it is never acknowledged: it was imported before Spectrum was on, or not by this bundle"
        }
        Kind::Off => LATER,
        Kind::Due => "it is to be acknowledged",
        Kind::Claimed | Kind::Pending => "it is being acknowledged",
        Kind::Unknown => {
            "its acknowledgement got no answer: Spectrum is asked for it before anything is sent again"
        }
        Kind::Done => "it is acknowledged, and is not acknowledged again",
        Kind::Superseded | Kind::Discarded => "it is not acknowledged: a person decided so",
        Kind::Held => "its acknowledgement waits for a person",
    }
    .to_owned()
}

#[cfg(test)]
mod tests;

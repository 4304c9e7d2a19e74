//! What the factory was told at Spectrum: each recipe set started once, whose it is, and that it has shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};
use simulators::SeenSpectrumOrder;

use super::custom::{Custom, mapped};
use super::hands::again;
use super::world::{PAUSE, Subject, World};
use crate::Stack;

/// Details of which nobody can say whether they were taken: a person has to look.
const UNPROVEN: &str = "details_unproven";

/// How it went at the factory; also its JSON form.
#[derive(Debug, Default, Clone, Serialize)]
pub struct CustomFigures {
    /// Orders with custom lines.
    pub orders: u64,
    /// Recipe sets that the factory started.
    pub started: u64,
    /// Orders whose details it has.
    pub details: u64,
    /// Orders of which it knows that they have shipped.
    pub notified: u64,
    /// Orders of which nobody could say whether their details were taken, so that a person looked.
    pub looked: u64,
    /// Calls by endpoint, those that broke included.
    pub calls: BTreeMap<String, u64>,
    /// The most calls of one endpoint in any 60 s.
    pub busiest_minute: u64,
}

impl CustomFigures {
    pub(super) fn of(stack: &Stack, world: &World) -> Self {
        let orders = stack.spectrum.orders();
        let count = |which: fn(&SeenSpectrumOrder) -> bool| {
            let orders = orders.values().filter(|order| which(order));
            orders.count() as u64
        };
        let calls = stack.spectrum.calls();
        let busiest = calls
            .keys()
            .map(|endpoint| stack.spectrum.busiest_minute(endpoint));
        Self {
            orders: world.custom().count() as u64,
            started: stack.spectrum.starts().len() as u64,
            details: count(|order| order.details),
            notified: count(|order| !order.tracking.is_empty()),
            looked: world.looked.len() as u64,
            busiest_minute: busiest.max().unwrap_or(0) as u64,
            calls,
        }
    }
}

impl World {
    /// The orders with custom lines.
    fn custom(&self) -> impl Iterator<Item = (&Subject, &Custom)> {
        let subjects = self.subjects.iter();
        subjects.filter_map(|subject| Some((subject, subject.custom.as_ref()?)))
    }

    /// A person tells the field maps where the customers' own addresses stand, and cancels at Spectrum what nobody makes.
    pub(super) async fn set_up_factory(&self, stack: &Stack) -> Result<(), String> {
        for source in [("repspark", stack.uses_repspark()), ("ecat", stack.uses_ecat())] {
            if let (source, true) = source {
                let is_shown = |answer: &Value| answer["map"].is_object();
                let mut shown = again(stack, "set-field-map", json!({"source": source}), is_shown).await?;
                let event = json!({
                    "map": mapped(source, shown["map"].take()), "force": true, "by": "ada", "why": "Spectrum wants to know whose order it is",
                });
                let is_set = |answer: &Value| {
                    ["set", "already_current"]
                        .iter()
                        .any(|word| answer["outcome"] == *word)
                };
                again(stack, "set-field-map", event, is_set).await?;
            }
        }
        for (_, custom) in self.custom() {
            for set in custom.cancelled() {
                stack.spectrum.cancelled(set, true);
            }
        }
        Ok(())
    }

    /// A person looks at Spectrum's pages for the details of which nobody can say whether they were taken: they are there, or
    /// the person enters the addresses by hand.
    pub(super) async fn look_for_details(&mut self, stack: &Stack) {
        if self.next_look.is_some_and(|at| Instant::now() < at) {
            return;
        }
        let begun = Instant::now();
        let states = stack.states();
        let held = |subject: &&Subject| {
            let state = states.get(&subject.state);
            state.is_some_and(|state| state.codes.get("details").is_some_and(|code| code == UNPROVEN))
        };
        let held = self.custom().map(|(subject, _)| subject).filter(held);
        let held = held.filter_map(|subject| Some((subject.state.clone(), subject.number.clone()?)));
        for (order, number) in held.collect::<Vec<_>>() {
            let is_there = stack.spectrum.order(&number).is_some_and(|order| order.details);
            let verb = if is_there { "complete" } else { "discard" };
            let event = json!({
                "do": verb, "order": order, "step": "details", "by": "ada", "why": "looked at Spectrum's pages",
            });
            self.looked.insert(number);
            // Whatever breaks here, the next look finds it held again.
            stack.invoke("decide-order", event).await;
        }
        self.next_look = Some(Instant::now() + begun.elapsed() * 5 + PAUSE);
    }

    /// Whether the factory knows all that it must.
    pub(super) fn is_told(&self, stack: &Stack) -> bool {
        self.wrong_orders(stack).is_empty()
    }

    /// Everything at the factory that is not as it must be. `faults`: things broke.
    pub(super) fn wrong_at_factory(&self, stack: &Stack, faults: bool) -> Vec<String> {
        let spectrum = &stack.spectrum;
        let mut wrong = self.wrong_orders(stack);
        let doubled = spectrum.doubled().into_iter();
        wrong.extend(doubled.map(|set| format!("the factory started recipe set {set} more than once")));
        let pieces = self
            .custom()
            .flat_map(|(subject, custom)| custom.pieces(&subject.lines));
        let wanted: BTreeSet<String> = pieces.map(|(set, _)| set).collect();
        let started: BTreeSet<String> = spectrum.starts().into_keys().collect();
        let odd = wanted.symmetric_difference(&started);
        wrong.extend(odd.map(|set| match wanted.contains(set) {
            true => format!("the factory never started recipe set {set}"),
            false => format!("nobody ordered recipe set {set}, which the factory started"),
        }));
        let complaints = spectrum.complaints().into_iter();
        wrong.extend(complaints.map(|complaint| format!("Spectrum refused a call: {complaint}")));
        let refused = [
            (spectrum.throttled(), "for their rate"),
            (spectrum.refused_logins(), "without the token"),
        ];
        let refused = refused.iter().filter(|(count, _)| *count > 0);
        wrong.extend(refused.map(|(count, why)| format!("Spectrum refused {count} calls {why}")));
        if !faults && !self.looked.is_empty() {
            wrong.push("a person had to look for details, though nothing broke".to_owned());
        }
        wrong
    }

    /// Every order with custom lines is at Spectrum as it must be in the end, and no other is.
    fn wrong_orders(&self, stack: &Stack) -> Vec<String> {
        let mut there = stack.spectrum.orders();
        let mut wrong = Vec::new();
        for (subject, custom) in self.custom() {
            let number = subject.number.as_deref().unwrap_or_default();
            match there.remove(number) {
                None => wrong.push(format!("{} is not at Spectrum", subject.name)),
                Some(order) => {
                    let name = &subject.name;
                    let by_hand = self.looked.contains(number);
                    let flaws = flaws(&order, subject, custom, by_hand).into_iter();
                    wrong.extend(flaws.map(|flaw| format!("{name} at Spectrum: {flaw}")));
                }
            }
        }
        let others = there.into_keys();
        wrong.extend(others.map(|number| format!("Spectrum has {number}, of which nothing is custom-made")));
        wrong
    }
}

/// What is wrong with one order.
fn flaws(order: &SeenSpectrumOrder, subject: &Subject, custom: &Custom, by_hand: bool) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut made = order.recipe_sets.clone();
    made.values_mut().for_each(|skus| skus.sort());
    let wanted = custom.pieces(&subject.lines);
    if made != wanted || !order.failed.is_empty() {
        flaws.push(format!("{made:?} instead of {wanted:?} is made"));
    }
    // Details and parcels may come in either order, and parcels again.
    let calls = || order.history.iter().map(|call| call.operation.as_str());
    let times = |operation: &str| calls().filter(|call| *call == operation).count();
    let has_details = times("POST order") == 1 || (by_hand && !order.details);
    if calls().next() != Some("POST acknowledgement") || times("POST acknowledgement") != 1 || !has_details {
        flaws.push(format!("it was told {:?}", calls().collect::<Vec<_>>()));
    }
    let details = order.history.iter().find(|call| call.operation == "POST order");
    let street = |which: &str| details.and_then(|call| call.body[which]["address1"].as_str());
    let streets = [street("customerAddress"), street("shippingAddress")];
    if order.details && streets != custom.streets.each_ref().map(|street| Some(street.as_str())) {
        flaws.push("it is another customer's, or goes elsewhere".to_owned());
    }
    // Of several parcels, that was said first which came to us first.
    let parcels = |told: &String| told.split(", ").map(str::to_owned).collect();
    let told = order
        .tracking
        .iter()
        .map(|(set, told)| (set.clone(), parcels(told)));
    let (told, wanted): (BTreeMap<_, _>, _) = (told.collect(), &custom.tracking);
    if told != *wanted {
        flaws.push(format!("{told:?} instead of {wanted:?} has shipped"));
    }
    flaws
}

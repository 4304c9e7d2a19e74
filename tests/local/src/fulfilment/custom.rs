//! Which orders are custom-made, what of, and with which parcels Spectrum must be told that they have shipped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use simulators::{ecat_sample, sample_custom_map, sample_custom_order, sample_order};

use super::ordered::Line;
use super::plan::{KINDS, parcel};
use crate::FIRST;
use crate::ecat::is_submitted_once;

/// What is custom-made of an order.
#[derive(Debug, Clone)]
pub(crate) struct Custom {
    /// What each line is made from; empty: it is an ordinary one.
    pub(crate) sets: [String; 3],
    /// The first lines of the customer's own address and of the one to which it goes.
    pub(crate) streets: [String; 2],
    /// The parcels of each recipe set that ships, once all have.
    pub(crate) tracking: BTreeMap<String, BTreeSet<String>>,
}

/// What the lines of an order are made from; none if nothing of it is custom-made. Of each pair of kinds one is. Two ids of an
/// order differ in their letter case alone, and two lines may be made from one.
fn recipe_sets(source: char, n: u64) -> Option<[String; 3]> {
    if (n + n / KINDS).is_multiple_of(2) {
        return None;
    }
    let letters = match n % KINDS {
        0 => ["A", "", "a"],
        1 | 3 => ["A", "a", ""],
        4 => ["", "A", "a"],
        6 => ["", "A", "A"],
        7 => ["A", "A", "a"],
        _ => ["A", "a", "B"],
    };
    Some(letters.map(|letter| match letter {
        "" => String::new(),
        letter => format!("{source}{n:06}{letter}"),
    }))
}

/// In which parcels the lines of each kind leave, where all that is custom-made leaves in one.
fn parcels(kind: u64) -> &'static [(usize, &'static str, u64)] {
    match kind {
        2 => &[(0, "UPS", 1), (0, "UPS", 2), (1, "UPS", 2)],
        3 => &[(0, "DPD", 1), (1, "FedEx", 2)],
        4 => &[(2, "UPS", 1)],
        6 => &[(1, "DHL", 1)],
        7 => &[(0, "FedEx", 1), (1, "FedEx", 1), (2, "FedEx", 1)],
        _ => &[],
    }
}

/// The n-th order of RepSpark's, as it is submitted.
pub(crate) fn of_repspark(n: u64, custom: bool) -> Value {
    match recipe_sets('R', n).filter(|_| custom) {
        Some(sets) => sample_custom_order(FIRST + n, &sets.each_ref().map(String::as_str)),
        None => sample_order(FIRST + n, 3),
    }
}

/// The n-th order of eCat's, as it is submitted first. SparkLayer takes no address without a country.
pub(crate) fn of_ecat(n: u64, custom: bool) -> Value {
    let mut order = ecat_sample(n, 3);
    order["ship_to_country"] = json!("US");
    if let Some(sets) = sets_of_ecat(n).filter(|_| custom) {
        for (name, text) in [
            ("city", "Salem"),
            ("state", "OR"),
            ("zip", "97301"),
            ("country", "US"),
        ] {
            order[format!("bill_to_{name}")] = json!(text);
        }
        let items = order["items"].as_array_mut().into_iter().flatten();
        for (item, set) in items.zip(sets).filter(|(_, set)| !set.is_empty()) {
            item["recipe_set_id"] = json!(set);
        }
    }
    order
}

/// Of an order that is submitted again nobody knows here what is imported of it: it is an ordinary one. The plans of eCat's
/// orders are those of other numbers than RepSpark's.
fn sets_of_ecat(n: u64) -> Option<[String; 3]> {
    recipe_sets('E', n + KINDS).filter(|_| is_submitted_once(n))
}

impl Custom {
    /// Of RepSpark's n-th order.
    pub(crate) fn of_repspark(n: u64, order: &Value, lines: &[Line]) -> Option<Self> {
        let home = &order["Customer"]["BillingAddress1"];
        let away = match &order["DropShipAddress1"] {
            Value::Null => home,
            away => away,
        };
        Some(Self::new(recipe_sets('R', n)?, n, lines, [home, away]))
    }

    /// Of eCat's n-th order.
    pub(crate) fn of_ecat(n: u64, order: &Value, lines: &[Line]) -> Option<Self> {
        let streets = [&order["bill_to_address"], &order["ship_to_address"]];
        Some(Self::new(sets_of_ecat(n)?, n + KINDS, lines, streets))
    }

    fn new(sets: [String; 3], n: u64, lines: &[Line], streets: [&Value; 2]) -> Self {
        let mut tracking: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (line, carrier, place) in parcels(n % KINDS) {
            // A line of one piece leaves in one parcel.
            let is_whole = lines.get(*line).is_some_and(|line| line.quantity == 1);
            let is_rest = n % KINDS == 2 && (*line, *place) == (0, 2) && is_whole;
            if !sets[*line].is_empty() && !is_rest {
                let number = parcel(n, carrier, *place).1;
                tracking.entry(sets[*line].clone()).or_default().insert(number);
            }
        }
        Self {
            sets,
            streets: streets.map(|street| street.as_str().unwrap_or_default().to_owned()),
            tracking,
        }
    }

    /// Each recipe set with the SKUs and quantities that are made from it.
    pub(crate) fn pieces(&self, lines: &[Line]) -> BTreeMap<String, Vec<(String, u64)>> {
        let mut pieces: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
        for (set, line) in self.sets.iter().zip(lines).filter(|(set, _)| !set.is_empty()) {
            let of_set = pieces.entry(set.clone()).or_default();
            of_set.push((line.sku.clone(), line.quantity));
        }
        pieces.values_mut().for_each(|of_set| of_set.sort());
        pieces
    }

    /// The recipe sets that nobody makes, in orders whose others ship: a person cancels them at Spectrum.
    pub(crate) fn cancelled(&self) -> impl Iterator<Item = &String> {
        let ships = !self.tracking.is_empty();
        let sets = self.sets.iter().filter(|set| !set.is_empty());
        sets.filter(move |set| ships && !self.tracking.contains_key(*set))
    }
}

/// The field map of a source that also finds whose order it is: no map does by itself, and without that there are no details.
pub(crate) fn mapped(source: &str, mut map: Value) -> Value {
    if source == "repspark" {
        return sample_custom_map(map);
    }
    let rules = [
        ("bill_to.name", "/bill_to_name"),
        ("bill_to.line1", "/bill_to_address"),
        ("bill_to.city", "/bill_to_city"),
        ("bill_to.region", "/bill_to_state"),
        ("bill_to.postal_code", "/bill_to_zip"),
        ("bill_to.country", "/bill_to_country"),
        ("custom.email_address", "/buyer_email"),
        ("custom.phone_number", "/buyer_phone"),
    ];
    for (target, place) in rules {
        map["order"][target] = json!(place);
    }
    map
}

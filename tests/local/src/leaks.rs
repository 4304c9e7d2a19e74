//! Looks for secrets and personal data in what the functions printed.

use std::collections::BTreeSet;

use lambda_runner::{OutputLine, Stream};
use serde_json::Value;
use simulators::{ECAT_PERSONAL, sparklayer_personal, spectrum_personal};

use crate::{Stack, logins};

/// Fields of a RepSpark order that say something of a person.
const PERSONAL: &[&str] = &["UserName", "LastUpdatedBy", "Comments", "Name", "Value"];

/// What must not stand in any line: the local secrets, and personal values of all orders at RepSpark, eCat, SparkLayer and
/// Spectrum.
pub fn of_orders(stack: &Stack) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = logins::secrets().into_iter().collect();
    for order in stack.repspark.orders() {
        order.order.iter().for_each(|order| collect(order, &mut words));
    }
    for order in stack.ecat.orders().iter().filter_map(|seen| seen.order.as_ref()) {
        let values = ECAT_PERSONAL.iter().filter_map(|name| order[*name].as_str());
        words.extend(values.filter(|text| text.len() >= 6).map(str::to_owned));
    }
    for purchase in stack.sparklayer.purchases() {
        words.extend(sparklayer_personal(&purchase.body));
        words.extend(tracking_numbers(&purchase.body));
    }
    for order in stack.spectrum.orders().into_values() {
        for call in &order.history {
            words.extend(spectrum_personal(&call.body));
        }
        words.extend(order.tracking.into_values());
    }
    words
}

/// Who knows a parcel's number knows where somebody's parcel is.
fn tracking_numbers(purchase: &Value) -> Vec<String> {
    let packages = purchase["packages"].as_array().into_iter().flatten();
    let parcels = packages
        .filter_map(|package| package["shipments"].as_array())
        .flatten();
    let numbers = parcels.filter_map(|parcel| parcel["tracking_number"].as_str());
    numbers.map(str::to_owned).collect()
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| collect(one, words)),
        // A recipe set is what is made, and for whom it does not say.
        Value::Object(fields)
            if fields
                .get("ElementType")
                .is_some_and(|kind| kind == "RECIPESETID") => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    // Short words, such as a state's code, would be found anywhere.
                    Some(text)
                        if text.len() >= 6
                            && (PERSONAL.contains(&name.as_str())
                                || name.starts_with("DropShip")
                                || name.starts_with("Billing")) =>
                    {
                        words.insert(text.to_owned());
                    }
                    Some(_) => {}
                    None => collect(value, words),
                }
            }
        }
        _ => {}
    }
}

/// The lines that say what they must not, each told without repeating it.
pub fn find(lines: &[OutputLine], words: &BTreeSet<String>) -> Vec<String> {
    let functions = lines.iter().filter(|line| line.stream != Stream::Runner);
    let leaking = functions.filter(|line| words.iter().any(|word| line.line.contains(word.as_str())));
    let named: BTreeSet<String> = leaking
        .map(|line| format!("{} logged a secret or personal data", line.function))
        .collect();
    named.into_iter().collect()
}

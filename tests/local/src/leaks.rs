//! Looks for secrets and personal data in what the functions printed.

use std::collections::BTreeSet;

use lambda_runner::{OutputLine, Stream};
use serde_json::Value;

use crate::Stack;
use crate::stack::{CLIENT_KEY, ENVIRONMENT_KEY, ERP_TOKEN};

/// Fields of a RepSpark order that say something of a person.
const PERSONAL: &[&str] = &["UserName", "LastUpdatedBy", "Comments", "Name", "Value"];

/// What must not stand in any line: the local secrets, and personal values of all orders at RepSpark.
pub fn of_orders(stack: &Stack) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = [CLIENT_KEY, ENVIRONMENT_KEY, ERP_TOKEN].map(str::to_owned).into();
    for order in stack.repspark.orders() {
        order.order.iter().for_each(|order| collect(order, &mut words));
    }
    words
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| collect(one, words)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    // Short words, such as a state's code, would be found anywhere.
                    Some(text)
                        if text.len() >= 6
                            && (PERSONAL.contains(&name.as_str()) || name.starts_with("DropShip")) =>
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

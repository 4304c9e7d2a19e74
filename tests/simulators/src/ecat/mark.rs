//! `POST new_orders`.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value, json};

use super::Ecat;
use super::answer::{Refusal, success};
use super::state::State;
use crate::plain::Plain;

impl Ecat {
    /// Marks what is asked for, entry by entry; `partly`, every second one fails.
    pub(super) fn mark(&self, request: &Request<Bytes>, partly: bool) -> Result<Plain, Refusal> {
        // The content type is a guess: the vendor shows a JSON array and says no more.
        if !crate::says_json(request.headers()) {
            return Err(self.complain(400, "the body is not said to be JSON".to_owned()));
        }
        let numbers: Vec<String> = serde_json::from_slice(request.body())
            .map_err(|_| self.complain(400, "the body is no array of order numbers".to_owned()))?;
        if numbers.is_empty() {
            return Err(self.complain(400, "the array is empty".to_owned()));
        }
        if numbers.iter().collect::<BTreeSet<_>>().len() < numbers.len() {
            return Err(self.complain(400, "an order number comes twice".to_owned()));
        }
        let now = self.0.clock.now_ms();
        let mut state = self.state();
        state.marks_max = state.marks_max.max(numbers.len());
        let without_effect = state.switches.marks_without_effect > 0;
        state.switches.marks_without_effect = state.switches.marks_without_effect.saturating_sub(1);
        let mut data = Map::new();
        for (at, number) in numbers.into_iter().enumerate() {
            let entry = if partly && at % 2 == 1 {
                Some(failed("Order could not be updated"))
            } else {
                state.mark(&number, without_effect, now)
            };
            if let Some(entry) = entry {
                data.insert(number, entry);
            }
        }
        let marked = state.entries.iter().filter(|entry| entry.received_ms.is_some());
        let marked = marked.count();
        let act = state.switches.act_at_marks.take_if(|(marks, _)| marked >= *marks);
        if state.switches.extra_fields {
            data.insert("NOT-ASKED-1".to_owned(), json!({"success": true}));
        }
        drop(state);
        if let Some((_, act)) = act {
            act();
        }
        Ok(Plain::json(200, &success(Value::Object(data))))
    }
}

fn failed(error: &str) -> Value {
    json!({"success": false, "error": error})
}

impl State {
    /// Marks one number; none if the reply leaves it out.
    fn mark(&mut self, number: &str, without_effect: bool, now_ms: i64) -> Option<Value> {
        if self.switches.omitted_marks.contains(number) {
            return None;
        }
        if let Some(error) = self.switches.refused_marks.get(number) {
            return Some(failed(error));
        }
        let again = self.of_number(number).any(|entry| entry.received_ms.is_some());
        if again && self.switches.marks_again_fail {
            return Some(failed("Order was already received"));
        }
        let known = self.of_number_mut(number, |entry| {
            entry.marks += 1;
            if !without_effect {
                entry.received_ms = entry.received_ms.or(Some(now_ms));
            }
        });
        Some(if known {
            json!({"success": true})
        } else {
            failed("Order not found")
        })
    }
}

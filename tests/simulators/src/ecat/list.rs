//! `GET new_orders` and `GET <id>.json`.

use std::sync::Arc;

use host::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use super::answer::{Refusal, success};
use super::state::{Content, Entry, Single};
use super::{Ecat, Pause};
use crate::cut::{Pieces, Wait, in_parts, stream};
use crate::plain::Plain;

/// How a list is written.
#[derive(Clone)]
struct Form {
    status_after_data: bool,
    extra_fields: bool,
    keys_sorted: bool,
    ids_as_strings: bool,
    /// The error with which it ends after all.
    fails: Option<String>,
}

impl Ecat {
    pub(super) fn list(&self, cut: bool) -> Response<Body> {
        let mut state = self.state();
        let form = Form {
            fails: state.switches.fail_after_data.pop_front(),
            ..state.form()
        };
        let records: Arc<[Entry]> = state.unreceived().into();
        let after = state.switches.cut_next_list.take();
        let mut stops = self.stops(&mut state);
        drop(state);
        let (open, close) = form.around();
        let whole = || -> Pieces {
            let orders = pieces(&records, &form, 0..records.len());
            Box::new(std::iter::once(open.clone()).chain(orders).chain([close.clone()]))
        };
        if stops.is_empty() {
            let after = after.or_else(|| cut.then(|| whole().map(|piece| piece.len()).sum::<usize>() / 2));
            return json_stream(stream(whole(), after, None));
        }
        stops.sort_by_key(|(orders, _)| *orders);
        let mut parts: Vec<(Pieces, Wait)> = Vec::new();
        let mut from = 0;
        let mut before = Some(open);
        for (orders, wait) in stops {
            let to = orders.clamp(from, records.len());
            let part = before.take().into_iter().chain(pieces(&records, &form, from..to));
            parts.push((Box::new(part), wait));
            from = to;
        }
        let rest = pieces(&records, &form, from..records.len()).chain([close]);
        parts.push((Box::new(rest), Box::pin(std::future::ready(()))));
        json_stream(in_parts(parts))
    }

    /// Where the next list's body stops, after how many orders, and what happens there.
    fn stops(&self, state: &mut super::State) -> Vec<(usize, Wait)> {
        let pause = state.switches.pause_next_list.take();
        let paused = pause.map(|orders| -> (usize, Wait) { (orders, Box::pin(self.clone().paused())) });
        let act = state.switches.act_in_next_list.take();
        let acts = act.map(|(orders, act)| -> (usize, Wait) { (orders, Box::pin(async move { act() })) });
        paused.into_iter().chain(acts).collect()
    }

    async fn paused(self) {
        let mut pause = self.0.pause.subscribe();
        self.0.pause.send_if_modified(|pause| {
            let first = *pause == Pause::None;
            if first {
                *pause = Pause::Reached;
            }
            first
        });
        let _ = pause.wait_for(|pause| *pause == Pause::Released).await;
    }

    /// That Basic is enough here, and that an unknown id is a 404, are guesses.
    pub(super) fn one(&self, id: &str, cut: bool) -> Result<Response<Body>, Refusal> {
        let Ok(number) = id.parse::<u64>() else {
            return Err(self.complain(404, format!("{id} is no order id")));
        };
        let state = self.state();
        let entry = state.of_id(number).cloned();
        let (form, single) = (state.form(), state.switches.single);
        drop(state);
        let entry = entry.ok_or_else(|| Refusal::failure(404, "Order not found"))?;
        let order: Value = serde_json::from_slice(&rendered(&entry, &form)).unwrap_or_default();
        let value = match single {
            Single::Bare => order,
            Single::Enveloped => success(order),
            Single::EnvelopedList => success(json!([order])),
        };
        Ok(Plain::json(200, &value).response(cut))
    }
}

impl super::State {
    fn form(&self) -> Form {
        Form {
            status_after_data: self.switches.status_after_data,
            extra_fields: self.switches.extra_fields,
            keys_sorted: self.switches.keys_sorted,
            ids_as_strings: self.switches.ids_as_strings,
            fails: None,
        }
    }
}

impl Form {
    /// What stands before and behind the orders.
    fn around(&self) -> (Vec<u8>, Vec<u8>) {
        let told = match &self.fails {
            Some(error) => format!("\"status\":\"error\",\"error\":{}", json!(error)),
            None => "\"status\":\"success\",\"error\":null".to_owned(),
        };
        // Traps for whoever looks for the words instead of reading: `data` and `status` deeper down.
        let extra = if self.extra_fields {
            "\"meta\":{\"status\":\"error\",\"data\":[{\"order_number\":\"NOT-1\"}],\"text\":\"] } \\\" [\"},"
        } else {
            ""
        };
        let more = if self.extra_fields { ",\"page\":[1,[]]" } else { "" };
        if self.status_after_data || self.fails.is_some() {
            (
                format!("{{{extra}\"data\":[").into_bytes(),
                format!("],{told}{more}}}\n").into_bytes(),
            )
        } else {
            (
                format!("{{{told},{extra}\"data\":[").into_bytes(),
                format!("]{more}}}").into_bytes(),
            )
        }
    }
}

fn json_stream(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::OK;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Orders one by one, so that twenty thousand are never one text.
fn pieces(records: &Arc<[Entry]>, form: &Form, range: std::ops::Range<usize>) -> Pieces {
    let (records, form) = (Arc::clone(records), form.clone());
    Box::new(range.map(move |at| {
        let mut text = if at == 0 { Vec::new() } else { b",".to_vec() };
        text.extend_from_slice(&rendered(&records[at], &form));
        text
    }))
}

/// An order as it is delivered: the three keys that the vendor documents come first, as in the vendor's examples.
fn rendered(entry: &Entry, form: &Form) -> Vec<u8> {
    let order = match &entry.content {
        Content::Raw(text) => return text.as_bytes().to_vec(),
        Content::Order(order) => order,
    };
    let Value::Object(fields) = order.as_ref() else {
        return order.to_string().into_bytes();
    };
    let mut fields = fields.clone();
    if form.ids_as_strings
        && let Some(id) = fields.get_mut("id")
    {
        *id = id.to_string().into();
    }
    if form.extra_fields {
        let trap = json!({"order_number": "NOT-2", "uuid": "", "id": 0, "items": [{"id": 1}]});
        fields.insert("another_field".to_owned(), trap);
    }
    if form.keys_sorted {
        return sorted(&fields).into_bytes();
    }
    let mut parts = Vec::new();
    for name in ["order_number", "uuid", "id"] {
        if let Some(value) = fields.remove(name) {
            parts.push(format!("{}:{value}", json!(name)));
        }
    }
    parts.extend(
        fields
            .iter()
            .map(|(name, value)| format!("{}:{value}", json!(name))),
    );
    format!("{{{}}}", parts.join(",")).into_bytes()
}

/// With its keys in alphabetical order, whatever order the map keeps them in.
fn sorted(fields: &Map<String, Value>) -> String {
    let mut parts: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    parts.sort_unstable();
    format!("{{{}}}", parts.join(","))
}

//! `GET order`.

use std::sync::Arc;

use bytes::Bytes;
use host::Body;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::Value;

use super::answer::Refusal;
use super::state::{Content, Empty, Entry, Flip, SUBMITTED};
use super::target::{Wanted, wanted};
use super::{RepSpark, state::State};
use crate::cut::{AtEnd, Pieces, stream};
use crate::plain::Plain;

/// Records on their way out: shared with the state, written one by one.
type Records = Arc<[Entry]>;

impl RepSpark {
    pub(super) async fn list(&self, request: &Request<Bytes>, cut: bool) -> Result<Response<Body>, Refusal> {
        let wanted = wanted(request)?;
        let answer = match wanted {
            Wanted::Status(status) => self.by_status(status, cut),
            Wanted::Order(id) => self.by_id(id, cut)?,
        };
        self.dawdle().await;
        Ok(answer)
    }

    fn by_status(&self, status: u32, cut: bool) -> Response<Body> {
        let now = self.0.clock.now_ms();
        let mut state = self.state();
        let found = state.in_status(status, now);
        let ids: Vec<u64> = found.iter().filter_map(|(id, _)| *id).collect();
        let nameless = ids.len() < found.len();
        let records: Records = found.into_iter().map(|(_, entry)| entry).collect();
        let mut at_end: Option<AtEnd> = None;
        if status == SUBMITTED {
            match state.switches.flip {
                Flip::BeforeAnswer => state.flip(&ids, nameless, now),
                Flip::AfterLastByte => {
                    let this = self.clone();
                    at_end = Some(Box::new(move || this.state().flip(&ids, nameless, now)));
                }
            }
        }
        if records.is_empty() {
            return empty(&state, cut);
        }
        let after = state.switches.cut_next_get.take();
        let as_strings = state.switches.ids_as_strings;
        let after = after.or_else(|| cut.then(|| length(pieces(&records, as_strings, true)) / 2));
        json_stream(stream(pieces(&records, as_strings, true), after, at_end))
    }

    /// That an unknown id is a 404 `ResourceNotFound` is a guess: the code is the vendor's, its use here is not
    /// documented.
    fn by_id(&self, id: u64, cut: bool) -> Result<Response<Body>, Refusal> {
        let mut state = self.state();
        let entry = state.orders.get(&id).cloned();
        let entry = entry.ok_or_else(|| Refusal::new(404, "ResourceNotFound", "no such order"))?;
        let records: Records = Arc::new([entry]);
        let (as_strings, array) = (state.switches.ids_as_strings, state.switches.single_as_array);
        let after = state.switches.cut_next_get.take();
        let after = after.or_else(|| cut.then(|| length(pieces(&records, as_strings, array)) / 2));
        Ok(json_stream(stream(
            pieces(&records, as_strings, array),
            after,
            None,
        )))
    }
}

fn empty(state: &State, cut: bool) -> Response<Body> {
    match state.switches.empty {
        Empty::Null => Plain::json(200, &Value::Null).response(cut),
        // A 204 has no body that could break off.
        Empty::NoContent if !cut => Plain::empty(204).response(false),
        Empty::Array | Empty::NoContent => Plain::json(200, &Value::Array(Vec::new())).response(cut),
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

/// The body in pieces, so that twenty thousand orders are never one text.
fn pieces(records: &Records, as_strings: bool, array: bool) -> Pieces {
    let (records, all) = (Arc::clone(records), records.len());
    let open = array.then(|| b"[".to_vec());
    let close = array.then(|| b"]".to_vec());
    let body = (0..all).map(move |at| {
        let mut text = if at == 0 { Vec::new() } else { b",".to_vec() };
        text.extend_from_slice(&rendered(&records[at], as_strings));
        text
    });
    Box::new(open.into_iter().chain(body).chain(close))
}

fn length(pieces: Pieces) -> usize {
    pieces.map(|piece| piece.len()).sum()
}

/// A record as it is delivered: `StatusId` as it stood when it was read, `LastUpdated` moved on by each status.
fn rendered(entry: &Entry, as_strings: bool) -> Vec<u8> {
    let value = match &entry.content {
        Content::Raw(text) => return text.as_bytes().to_vec(),
        Content::Order(value) => value,
    };
    let Value::Object(fields) = value.as_ref() else {
        return value.to_string().into_bytes();
    };
    let mut fields = fields.clone();
    fields.insert("StatusId".to_owned(), entry.status.into());
    if let Some(at) = entry
        .updated_ms
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        && let Some(updated) = fields.get_mut("LastUpdated")
    {
        *updated = at.strftime("%Y-%m-%d %H:%M:%S").to_string().into();
    }
    if as_strings {
        for name in ["OrderId", "StatusId"] {
            if let Some(id) = fields.get_mut(name).filter(|id| id.is_number()) {
                *id = id.to_string().into();
            }
        }
    }
    Value::Object(fields).to_string().into_bytes()
}

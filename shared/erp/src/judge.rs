//! The contract's table of answers (erp.md section 4), row by row. Pure.
//!
//! A well-formed `error.class` beats the status code. What is not understood is unknown: never accepted, never
//! permanent, never "not there".

use order_model::{ErpKey, ErpReference, FaultClass};
use serde_json::{Map, Value};

use crate::answer::{Answer, Doubt};
use crate::fault::of_status;
use crate::heard::Heard;
use crate::plain;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Put,
    Get,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Permanent,
    Config,
    Transient,
}

type Body = Map<String, Value>;

/// What an answer about `key` comes to.
pub(crate) fn judge(verb: Verb, key: &ErpKey, heard: &Heard) -> Answer {
    let bytes = match &heard.body {
        Ok(bytes) => bytes,
        // A refused login stays one however its text ends, or we would go on knocking.
        Err(_) if matches!(heard.status, 401 | 403) => return by_status(verb, heard, None),
        Err(why) => return unknown(heard, why.clone()),
    };
    let Ok(body) = serde_json::from_slice::<Body>(bytes) else {
        return by_status(verb, heard, None);
    };
    let named = body.get("key").filter(|named| !named.is_null());
    if named.is_some_and(|named| named.as_str() != Some(key.as_str())) {
        return unreadable(heard, "the answer is about another order");
    }
    let says = text(&body, "status");
    match failed(&body) {
        Some((Some(_), _)) if says.is_some() => {
            unreadable(heard, "the answer holds both a status and an error")
        }
        Some((class, code)) => by_error(verb, heard, &body, class, code),
        // Without our key in it, it may be about anything.
        None if named.is_some() => by_says(heard, &body, says),
        None => by_status(verb, heard, None),
    }
}

/// The error's class, if it is one of the contract's, and its code.
fn failed(body: &Body) -> Option<(Option<Class>, Option<&str>)> {
    let Some(error) = body.get("error").and_then(Value::as_object) else {
        // An answer with a status may have a field `code` that means something else.
        let code = text(body, "code").filter(|_| text(body, "status").is_none());
        return code.map(|code| (None, Some(code)));
    };
    let class = match text(error, "class") {
        Some("permanent") => Some(Class::Permanent),
        Some("config") => Some(Class::Config),
        Some("transient") => Some(Class::Transient),
        _ => None,
    };
    Some((class, text(error, "code").or_else(|| text(body, "code"))))
}

fn by_error(verb: Verb, heard: &Heard, body: &Body, class: Option<Class>, code: Option<&str>) -> Answer {
    match (class, code, verb) {
        (Some(Class::Transient), code, _) => {
            // Its own word that it can't now is worth more than the status that it came with.
            let fault = match of_status(heard.status) {
                FaultClass::Unclear => FaultClass::Unavailable,
                fault => fault,
            };
            said(heard, fault, code)
        }
        (Some(Class::Config), code, _) => set_up(heard.status, code),
        (_, Some("not_found"), Verb::Get) if heard.status == 404 => Answer::NotFound,
        // A PUT makes what is not there, so what was not found is the address.
        (_, Some("not_found"), Verb::Put) if heard.status == 404 => set_up(heard.status, code),
        // Proof needs both the status and the code.
        (_, Some("not_found"), _) => unreadable(heard, "not_found without a 404 to a GET"),
        (_, Some("order_changed"), Verb::Put) if class.is_some() || heard.status == 409 => changed(body),
        (_, Some("order_changed"), _) => unreadable(heard, "order_changed without a 409 to a PUT"),
        (Some(Class::Permanent), code, _) => refused(body, code),
        (None, code, verb) => by_status(verb, heard, code),
    }
}

fn by_says(heard: &Heard, body: &Body, says: Option<&str>) -> Answer {
    match (heard.status, says) {
        (200 | 201, Some("accepted")) => match reference(body) {
            Some(reference) => Answer::Accepted {
                reference,
                created: body
                    .get("created")
                    .and_then(Value::as_bool)
                    .unwrap_or(heard.status == 201),
                warnings: warnings(body),
            },
            None => unreadable(heard, "accepted without a usable reference"),
        },
        (200, Some("cancelled")) => Answer::Cancelled {
            reference: reference(body),
        },
        (200 | 202, Some("pending")) => Answer::Pending {
            retry_after: heard.retry_after,
        },
        _ => unreadable(heard, "the answer is not one of the contract's"),
    }
}

/// Where the body said nothing that counts.
fn by_status(verb: Verb, heard: &Heard, code: Option<&str>) -> Answer {
    match (heard.status, verb) {
        (401 | 403, _) | (404 | 405, Verb::Put) => set_up(heard.status, code),
        (200..=299, _) => unreadable(heard, "the answer is not one of the contract's"),
        (404, Verb::Get) => unreadable(heard, "a 404 without the code not_found proves nothing"),
        _ => said(heard, of_status(heard.status), code),
    }
}

fn set_up(status: u16, code: Option<&str>) -> Answer {
    let code = code.map_or_else(|| format!("http_{status}"), plain::name);
    match status {
        401 | 403 => Answer::Unauthorized { status, code },
        _ => Answer::Misconfigured {
            status: Some(status),
            code,
        },
    }
}

/// The contract says that a reference comes with `order_changed`, not where. **A guess**: at the top, in the error, or
/// in its details; and the hash likewise.
fn changed(body: &Body) -> Answer {
    let error = body.get("error").and_then(Value::as_object);
    let details = error.and_then(|error| error.get("details")?.as_object());
    let places = || [Some(body), error, details].into_iter().flatten();
    let hash = places().find_map(|place| text(place, "content_sha256"));
    Answer::Changed {
        reference: places().find_map(reference),
        their_hash: hash
            .filter(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .map(str::to_ascii_lowercase),
    }
}

fn refused(body: &Body, code: Option<&str>) -> Answer {
    let error = body.get("error").and_then(Value::as_object);
    let of = |name| error.and_then(|error| text(error, name));
    Answer::Refused {
        code: plain::name(code.unwrap_or_default()),
        field: of("field").and_then(plain::place),
        message: of("message").map(plain::text).unwrap_or_default(),
    }
}

fn said(heard: &Heard, fault: FaultClass, code: Option<&str>) -> Answer {
    let status = heard.status;
    let text = match code {
        Some(code) => format!("http_{status} {}", plain::name(code)),
        None => format!("http_{status}"),
    };
    unknown(heard, Doubt::Said { fault, text })
}

fn unreadable(heard: &Heard, what: &'static str) -> Answer {
    let status = heard.status;
    unknown(heard, Doubt::Unreadable { status, what })
}

fn unknown(heard: &Heard, why: Doubt) -> Answer {
    Answer::Unknown {
        retry_after: heard.retry_after,
        why,
    }
}

fn text<'a>(body: &'a Body, name: &str) -> Option<&'a str> {
    body.get(name)?.as_str()
}

/// A text, or a number that some ERPs write without quotes.
fn reference(body: &Body) -> Option<ErpReference> {
    match body.get("reference")? {
        Value::String(text) => ErpReference::new(text).ok(),
        Value::Number(number) if number.is_u64() => ErpReference::new(number.to_string()).ok(),
        _ => None,
    }
}

/// The contract does not say what a warning looks like: texts are taken as they are, others as their JSON.
fn warnings(body: &Body) -> Vec<String> {
    let all = body.get("warnings").and_then(Value::as_array);
    let one = |warning: &Value| match warning {
        Value::String(text) => plain::text(text),
        other => plain::text(&other.to_string()),
    };
    all.into_iter().flatten().take(10).map(one).collect()
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

//! What RepSpark asks of a request's headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use uuid::Uuid;

use super::answer::Refusal;

/// Allowed on every call: the resource's name, custom schemas and diagnostics (repspark.md section 2).
const ANY: [&str; 11] = [
    "x-repspark-resource",
    "x-repspark-schemaname",
    "x-repspark-schemaversion",
    "x-repspark-processorname",
    "x-repspark-processorversion",
    "x-repspark-logkeywords",
    "x-repspark-loglevels",
    "x-repspark-logseverities",
    "x-repspark-logoutputformat",
    "x-repspark-logcontentdisposition",
    "x-repspark-logdevemails",
];

/// Allowed on POST. `BatchType` is left out: this stand-in has no batches, and refuses what it would do wrong.
const POST: [&str; 2] = [TOKEN, MODE];
const TOKEN: &str = "x-repspark-transactiontoken";
const MODE: &str = "x-repspark-syncmode";

/// The two keys of the Basic scheme, in their order.
pub(super) fn keys(headers: &HeaderMap) -> Result<(String, String), Refusal> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Err(Refusal::new(
            401,
            "MissingAuthenticationInfo",
            "Authorization is missing",
        ));
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("Basic "))
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|pair| {
            pair.split_once(':')
                .map(|(client, env)| (client.to_owned(), env.to_owned()))
        })
        .ok_or_else(|| Refusal::new(401, "InvalidAuthenticationInfo", "Authorization is not Basic"))
}

/// No header that this verb does not have.
pub(super) fn known(headers: &HeaderMap, method: &Method) -> Result<(), Refusal> {
    for name in headers.keys().map(http::HeaderName::as_str) {
        let fits = !name.starts_with("x-repspark-")
            || ANY.contains(&name)
            || (*method == Method::POST && POST.contains(&name));
        if !fits {
            return Err(Refusal::new(400, "UnsupportedHeader", name));
        }
    }
    Ok(())
}

/// The transaction token of a sync whose mode must be `Delta`.
pub(super) fn sync_token(headers: &HeaderMap) -> Result<Uuid, Refusal> {
    let invalid = |name: &str| Refusal::new(400, "InvalidHeaderValue", name);
    let token = required(headers, TOKEN)?;
    let mode = required(headers, MODE)?;
    if mode != "Delta" {
        return Err(invalid(MODE));
    }
    // The parser takes four forms of a UUID; the vendor's pages show one.
    if token.len() == 36 {
        Uuid::parse_str(token).map_err(|_| invalid(TOKEN))
    } else {
        Err(invalid(TOKEN))
    }
}

fn required<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    headers
        .get(name)
        .ok_or_else(|| Refusal::new(400, "MissingRequiredHeader", name))?
        .to_str()
        .map_err(|_| Refusal::new(400, "InvalidHeaderValue", name))
}

//! `SprdAuth`, checked to the letter (vendor notes, section 3).

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Request};
use sha1::{Digest, Sha1};

use super::answer::Answer;
use super::state::State;

/// A signature may be so far from the vendor's time. A guess: the window is not documented.
const WINDOW_MS: i64 = 5 * 60 * 1000;

/// The pairs of the header; why there are none.
fn pairs(headers: &HeaderMap) -> Result<BTreeMap<String, String>, String> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return Err("there is not one Authorization header".to_owned());
    };
    let text = value
        .to_str()
        .map_err(|_| "Authorization is no text".to_owned())?;
    let rest = text
        .strip_prefix("SprdAuth ")
        .ok_or_else(|| "Authorization is not SprdAuth".to_owned())?;
    let mut pairs = BTreeMap::new();
    for pair in rest.split(", ") {
        let parts = pair.split_once("=\"");
        let parts = parts.and_then(|(name, value)| Some((name, value.strip_suffix('"')?)));
        let Some((name, value)) = parts.filter(|(_, value)| !value.contains('"')) else {
            return Err("Authorization is not made of pairs".to_owned());
        };
        if !["apiKey", "data", "sig", "sessionId"].contains(&name) {
            return Err(format!("SprdAuth has no {name}"));
        }
        if pairs.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(format!("SprdAuth has {name} twice"));
        }
    }
    Ok(pairs)
}

/// What has to be signed, but for the time: the method and the address without its query.
fn signed(request: &Request<Bytes>) -> String {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    format!(
        "{} http://{}{}",
        request.method(),
        host.unwrap_or_default(),
        request.uri().path()
    )
}

impl State {
    /// Lets in whoever brings the application's key, signed or not.
    pub(super) fn admit_key(&mut self, request: &Request<Bytes>) -> Result<(), Answer> {
        let pairs = pairs(request.headers()).map_err(|what| self.complain(401, what))?;
        if pairs.get("apiKey") != Some(&self.application.0) {
            return Err(self.unknown("Unknown API key"));
        }
        Ok(())
    }

    /// Lets in whoever signed the request with the application's secret and has a living session, which this renews.
    pub(super) fn admit(&mut self, request: &Request<Bytes>, now_ms: i64) -> Result<(), Answer> {
        self.admit_key(request)?;
        let pairs = pairs(request.headers()).map_err(|what| self.complain(401, what))?;
        let get = |name: &str| pairs.get(name).map(String::as_str).unwrap_or_default();
        let data = get("data");
        let Some((what, time)) = data.rsplit_once(' ') else {
            return Err(self.complain(401, "the request is not signed".to_owned()));
        };
        if what != signed(request) {
            let text = format!("{what:?} is signed, and {:?} is asked", signed(request));
            return Err(self.complain(401, text));
        }
        let Some(time) = time.parse::<i64>().ok().filter(|_| time.len() == 13) else {
            return Err(self.complain(401, format!("{time:?} is no time in milliseconds")));
        };
        let digest = Sha1::digest(format!("{data} {}", self.application.1));
        let sig: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if get("sig") != sig {
            if get("sig").eq_ignore_ascii_case(&sig) {
                self.complaints.push("a signature is in lower case".to_owned());
            }
            return Err(self.unknown("Signature is not valid"));
        }
        if (now_ms - time).abs() > WINDOW_MS {
            return Err(self.unknown("Request time is not valid"));
        }
        let session = get("sessionId").to_owned();
        if session.is_empty() {
            return Err(self.complain(401, "there is no sessionId".to_owned()));
        }
        self.use_session(&session, now_ms)
    }

    /// A refusal that is no client's mistake: a key may be taken away, and clocks differ.
    fn unknown(&mut self, text: &str) -> Answer {
        self.refused_requests += 1;
        self.failed(401, text)
    }
}

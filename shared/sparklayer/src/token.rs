//! The access token: what the token call answers, and until when it is used.

use std::fmt;
use std::time::Duration;

use order_model::Millis;
use reqwest::header::HeaderValue;
use serde::Serialize;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::guesses::{RENEW_BEFORE_MAX, TOKEN_LIFE};

/// The body of the token call: JSON, not a form (vendor notes, section 1).
#[derive(Serialize)]
pub(crate) struct Asked<'a> {
    grant_type: &'static str,
    client_id: &'a str,
    client_secret: &'a str,
}

impl<'a> Asked<'a> {
    pub(crate) fn of(credentials: &'a Credentials) -> Self {
        Self {
            grant_type: "client_credentials",
            client_id: &credentials.client_id,
            client_secret: &credentials.client_secret,
        }
    }
}

/// A token, as the header that it is sent in. `Debug` hides it.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) header: HeaderValue,
    renew_at: Millis,
}

impl Token {
    /// Reads the answer of a token call that was asked at `asked_at`: counted from there, its life never ends later here
    /// than at SparkLayer.
    pub(crate) fn read(body: &[u8], asked_at: Millis) -> Result<Self, &'static str> {
        let answer: Value = serde_json::from_slice(body).map_err(|_| "the token's answer is not JSON")?;
        let kind = answer.get("token_type").and_then(Value::as_str);
        if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err("the token is no bearer token");
        }
        let text = answer
            .get("access_token")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if text.trim().is_empty() {
            return Err("there is no token in the answer");
        }
        let mut header =
            HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| "the token fits no header")?;
        header.set_sensitive(true);
        let life = life(answer.get("expires_in"));
        let renew_before = RENEW_BEFORE_MAX.min(life / 10);
        Ok(Self {
            header,
            renew_at: asked_at + life.saturating_sub(renew_before),
        })
    }

    /// Whether it may still be used.
    pub(crate) fn is_good(&self, now: Millis) -> bool {
        now < self.renew_at
    }
}

/// A number, or a text that is one.
fn life(value: Option<&Value>) -> Duration {
    let seconds = match value {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    // Not longer than documented: a renewal too many costs a call, one too few a refusal.
    seconds.map_or(TOKEN_LIFE, |seconds| Duration::from_secs(seconds).min(TOKEN_LIFE))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many seconds a token is used.
    fn used(body: &str) -> Result<i64, &'static str> {
        Token::read(body.as_bytes(), Millis(0)).map(|token| token.renew_at.0 / 1000)
    }

    #[test]
    fn a_token_is_renewed_shortly_before_its_end() {
        assert_eq!(
            used(r#"{"token_type":"bearer","expires_in":3600,"access_token":"a"}"#),
            Ok(3300)
        );
        assert_eq!(
            used(r#"{"token_type":"Bearer","expires_in":"600","access_token":"a"}"#),
            Ok(540)
        );
        assert_eq!(used(r#"{"access_token":"a"}"#), Ok(3300));
        assert_eq!(used(r#"{"expires_in":999999,"access_token":"a"}"#), Ok(3300));
        assert_eq!(used(r#"{"expires_in":0,"access_token":"a"}"#), Ok(0));
        let token = Token::read(br#"{"access_token":"a"}"#, Millis(1_000)).unwrap();
        assert!(token.is_good(Millis(3_300_999)));
        assert!(!token.is_good(Millis(3_301_000)));
    }

    #[test]
    fn what_is_no_token_is_not_sent_as_one() {
        for body in [
            "",
            "[]",
            "<html>",
            r#"{"access_token":""}"#,
            r#"{"access_token":7}"#,
            r#"{"access_token":"a\nb"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
        ] {
            assert!(used(body).is_err(), "{body}");
        }
    }

    #[test]
    fn nothing_that_is_printed_shows_it() {
        let token = Token::read(br#"{"access_token":"t0ken"}"#, Millis(0)).unwrap();
        assert_eq!(format!("{token:?}"), "Token(hidden)");
        assert!(!format!("{:?}", token.header).contains("t0ken"));
    }
}

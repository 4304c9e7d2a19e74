use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;

const ACCEPTED: &str = r#"{"key":"RS-ACME-8086","status":"accepted","reference":"SO00026","id":"90","created":true,"warnings":[]}"#;

fn heard(verb: Verb, status: u16, body: impl Into<String>) -> Answer {
    let heard = Heard {
        status,
        retry_after: Some(Duration::from_secs(7)),
        body: Ok(Bytes::from(body.into())),
    };
    judge(verb, &ErpKey::new("RS-ACME-8086").unwrap(), &heard)
}

fn error(class: Value, code: &str) -> String {
    json!({"error": {"class": class, "code": code, "message": "m", "field": "lines[1].sku", "details": {}}})
        .to_string()
}

fn reference() -> ErpReference {
    ErpReference::new("SO00026").unwrap()
}

fn is_unknown(answer: &Answer) -> bool {
    matches!(answer, Answer::Unknown { retry_after: Some(after), .. } if after.as_secs() == 7)
}

#[test]
fn accepted_needs_our_key_and_a_number() {
    for (verb, status) in [(Verb::Put, 201), (Verb::Put, 200), (Verb::Get, 200)] {
        let accepted = Answer::Accepted {
            reference: reference(),
            created: true,
            warnings: Vec::new(),
        };
        assert_eq!(heard(verb, status, ACCEPTED), accepted);
    }
    for body in [
        r#"{"key":"RS-ACME-8087","status":"accepted","reference":"SO00026"}"#,
        r#"{"status":"accepted","reference":"SO00026"}"#,
        r#"{"key":"RS-ACME-8086","status":"accepted","reference":null}"#,
        r#"{"key":"RS-ACME-8086","status":"accepted","reference":"  "}"#,
        r#"{"key":"RS-ACME-8086","status":"accepted"}"#,
        r#"{"key":"RS-ACME-8086","status":"draft","reference":"SO00026"}"#,
        r#"{"key":["RS-ACME-8086"],"status":"accepted","reference":"SO00026"}"#,
    ] {
        assert!(is_unknown(&heard(Verb::Put, 200, body)), "{body}");
    }
    for status in [202, 204, 302, 404, 500] {
        assert!(is_unknown(&heard(Verb::Get, status, ACCEPTED)), "{status}");
    }
}

#[test]
fn accepted_is_read_leniently() {
    let body = format!(
        r#"{{"key":"RS-ACME-8086","status":"accepted","reference":4711,"warnings":["a\nb",{{"x":1}},"{}"],"error":null,"code":"x","new":1}}"#,
        "é".repeat(300)
    );
    let Answer::Accepted {
        reference,
        created,
        warnings,
    } = heard(Verb::Put, 201, body)
    else {
        panic!("it is accepted")
    };
    assert_eq!((reference.as_str(), created), ("4711", true));
    assert_eq!(warnings[..2], ["a b", r#"{"x":1}"#]);
    assert_eq!(warnings[2].chars().count(), 200);
}

#[test]
fn cancelled_is_never_made_again() {
    let body = r#"{"key":"RS-ACME-8086","status":"cancelled","reference":"SO00026"}"#;
    let reference = Some(reference());
    assert_eq!(heard(Verb::Put, 200, body), Answer::Cancelled { reference });
    let body = r#"{"key":"RS-ACME-8086","status":"cancelled"}"#;
    assert_eq!(heard(Verb::Get, 200, body), Answer::Cancelled { reference: None });
}

#[test]
fn pending_says_when_to_ask_again() {
    let body = r#"{"key":"RS-ACME-8086","status":"pending"}"#;
    let retry_after = Some(Duration::from_secs(7));
    for (verb, status) in [(Verb::Put, 202), (Verb::Get, 202), (Verb::Get, 200)] {
        assert_eq!(heard(verb, status, body), Answer::Pending { retry_after });
    }
}

#[test]
fn a_changed_order_shows_what_is_there() {
    let sha = "AB".repeat(32);
    let there = json!({"reference": "SO00026", "content_sha256": sha});
    let of_error = |error: Value| {
        let mut whole = json!({"class": "permanent", "code": "order_changed"});
        whole
            .as_object_mut()
            .unwrap()
            .extend(error.as_object().unwrap().clone());
        json!({"key": "RS-ACME-8086", "error": whole})
    };
    let mut top = of_error(json!({}));
    top.as_object_mut()
        .unwrap()
        .extend(there.as_object().unwrap().clone());
    for body in [top, of_error(there.clone()), of_error(json!({"details": there}))] {
        let changed = Answer::Changed {
            reference: Some(reference()),
            their_hash: Some("ab".repeat(32)),
        };
        assert_eq!(heard(Verb::Put, 409, body.to_string()), changed, "{body}");
    }
    let nothing = Answer::Changed {
        reference: None,
        their_hash: None,
    };
    assert_eq!(
        heard(Verb::Put, 409, r#"{"error":{"code":"order_changed"}}"#),
        nothing
    );
    assert!(is_unknown(&heard(Verb::Put, 409, "")));
    assert!(is_unknown(&heard(
        Verb::Get,
        409,
        error(json!("permanent"), "order_changed")
    )));
}

#[test]
fn a_permanent_error_is_refused_whatever_the_status() {
    for status in [400, 422, 200, 401, 500] {
        for (code, expected) in [
            ("unknown_customer", "unknown_customer"),
            ("unknown_sku", "unknown_sku"),
            ("invalid_value", "invalid_value"),
            ("credit_hold", "credit_hold"),
            ("closed_period", "closed_period"),
            ("no_stock", "no_stock"),
            ("12 Quay Street", "unrecognised"),
        ] {
            let refused = Answer::Refused {
                code: expected.to_owned(),
                field: Some("lines[1].sku".to_owned()),
                message: "m".to_owned(),
            };
            assert_eq!(heard(Verb::Put, status, error(json!("permanent"), code)), refused);
        }
    }
}

#[test]
fn an_error_without_a_class_of_the_contract_is_not_permanent() {
    for class in [json!(null), json!("fatal"), json!(1)] {
        for status in [400, 422, 409] {
            assert!(is_unknown(&heard(
                Verb::Put,
                status,
                error(class.clone(), "unknown_sku")
            )));
        }
    }
    for body in ["", "<html>", "[]", "{}", r#"{"error":"unknown_sku"}"#] {
        assert!(is_unknown(&heard(Verb::Put, 400, body)), "{body}");
    }
}

#[test]
fn a_transient_error_is_unknown_whatever_the_status() {
    for status in [200, 400, 401, 404, 409, 422, 503] {
        for code in ["maintenance", "not_found", "order_changed"] {
            for verb in [Verb::Put, Verb::Get] {
                let answer = heard(verb, status, error(json!("transient"), code));
                assert!(is_unknown(&answer), "{status} {code}");
            }
        }
    }
}

#[test]
fn trouble_is_unknown_in_any_form() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        for body in ["", "<html>", "{}"] {
            assert!(is_unknown(&heard(Verb::Put, status, body)));
        }
    }
    for body in [
        "",
        "<html>",
        "{}",
        "null",
        r#"{"id":1,"error":["UserError",["m","",null]]}"#,
    ] {
        for verb in [Verb::Put, Verb::Get] {
            assert!(is_unknown(&heard(verb, 200, body)), "{body}");
        }
    }
}

#[test]
fn not_there_needs_the_status_and_the_code() {
    for body in [
        error(json!("permanent"), "not_found"),
        error(json!(null), "not_found"),
        r#"{"code":"not_found"}"#.to_owned(),
        r#"{"key":"RS-ACME-8086","error":{"code":"not_found"}}"#.to_owned(),
    ] {
        assert_eq!(heard(Verb::Get, 404, body.clone()), Answer::NotFound, "{body}");
        assert!(is_unknown(&heard(Verb::Get, 200, body)));
    }
    for body in [
        "",
        "<html>",
        "{}",
        r#"{"error":{"code":"no_such_route"}}"#,
        r#"{"key":"RS-ACME-8087","error":{"code":"not_found"}}"#,
        r#"{"message":"not_found"}"#,
    ] {
        assert!(is_unknown(&heard(Verb::Get, 404, body)), "{body}");
    }
}

#[test]
fn a_put_that_is_not_found_went_to_a_wrong_address() {
    for (status, body, code) in [
        (404, String::new(), "http_404"),
        (404, "<html>".to_owned(), "http_404"),
        (405, "{}".to_owned(), "http_405"),
        (404, error(json!("permanent"), "not_found"), "not_found"),
        (
            404,
            error(json!("config"), "no_such_resource"),
            "no_such_resource",
        ),
        (400, error(json!("config"), "no_company"), "no_company"),
    ] {
        let wrong = Answer::Misconfigured {
            status: Some(status),
            code: code.to_owned(),
        };
        assert_eq!(heard(Verb::Put, status, body), wrong);
    }
}

#[test]
fn a_refused_token_is_told_apart() {
    for verb in [Verb::Put, Verb::Get] {
        for (status, body, code) in [
            (401, String::new(), "http_401"),
            (403, "<html>".to_owned(), "http_403"),
            (401, error(json!("config"), "unauthorized"), "unauthorized"),
        ] {
            let code = code.to_owned();
            assert_eq!(heard(verb, status, body), Answer::Unauthorized { status, code });
        }
    }
}

#[test]
fn an_answer_that_contradicts_itself_is_unknown() {
    let both = r#"{"key":"RS-ACME-8086","status":"accepted","reference":"SO00026","error":{"class":"permanent","code":"x"}}"#;
    assert!(is_unknown(&heard(Verb::Put, 200, both)));
}

#[test]
fn a_body_that_broke_off_is_unknown_unless_the_token_was_refused() {
    let key = ErpKey::new("RS-ACME-8086").unwrap();
    for (status, unauthorized) in [(200, false), (404, false), (422, false), (401, true)] {
        let heard = Heard {
            status,
            retry_after: None,
            body: Err(Doubt::BrokeOff),
        };
        let answer = judge(Verb::Get, &key, &heard);
        assert_eq!(matches!(answer, Answer::Unauthorized { .. }), unauthorized);
        assert_eq!(matches!(answer, Answer::Unknown { .. }), !unauthorized);
    }
}

#[test]
fn what_may_be_logged_holds_nothing_of_the_vendors_own_words() {
    let body =
        json!({"error": {"class": "transient", "code": "at 12 Quay Street", "message": "12 Quay Street"}});
    let Answer::Unknown { why, .. } = heard(Verb::Put, 503, body.to_string()) else {
        panic!("it is unknown")
    };
    assert_eq!(why.to_string(), "http_503 unrecognised");
}

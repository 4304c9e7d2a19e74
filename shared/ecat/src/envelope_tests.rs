//! Whatever way an answer is cut into chunks, it says the same; and no part of it passes for the whole.

use serde_json::value::RawValue;

use super::*;

const ORDERS: &str = r#"[{"order_number":"7120-041526-118","note":"a ]}\"{ b\\","items":[{"q":4}]},{"order_number":"7133","items":[]}]"#;

/// What an answer came to: `data` as it was handed on, and the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Came {
    data: String,
    verdict: Result<(), Fault>,
    first_key: Option<String>,
}

fn read<'a>(wanted: Wanted, chunks: impl IntoIterator<Item = &'a [u8]>) -> Came {
    let mut envelope = Envelope::new(wanted);
    let mut data = Vec::new();
    for chunk in chunks {
        data.extend_from_slice(&envelope.feed(&Bytes::copy_from_slice(chunk)));
    }
    let first_key = envelope.first_key().map(str::to_owned);
    let (rest, verdict) = envelope.end();
    data.extend_from_slice(&rest);
    Came {
        data: String::from_utf8_lossy(&data).into_owned(),
        verdict,
        first_key,
    }
}

fn list(body: &str) -> Came {
    read(Wanted::List, [body.as_bytes()])
}

fn success(data: &str) -> Came {
    Came {
        data: data.to_owned(),
        verdict: Ok(()),
        first_key: Some("order_number".to_owned()),
    }
}

fn failed(message: &str) -> Result<(), Fault> {
    Err(Fault::Failed(Some(message.to_owned())))
}

/// Whole answers that are good: the fields in every order, and what a serialiser may add.
fn good() -> Vec<String> {
    let fields = [
        r#""status": "success""#.to_owned(),
        r#""error": null"#.to_owned(),
        format!(r#""data": {ORDERS}"#),
    ];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut all: Vec<String> = orders
        .iter()
        .map(|[a, b, c]| format!("{{{}, {},{}}}", fields[*a], fields[*b], fields[*c]))
        .collect();
    let extra = r#""data2":[{"data":[1]}],"version":2.5,"text":"}],\"data\":[","deep":{"status":"error"}"#;
    all.push(format!(
        "\u{feff} \r\n{{{extra},{},{},{}}}\n\t ",
        fields[2], fields[1], fields[0]
    ));
    all.push(format!(
        r#"{{"STATUS":"Success","Error":null,"d\u0061ta":{ORDERS}}}"#
    ));
    all.push(format!(r#"{{"status":"success","data":{ORDERS}}}"#));
    all
}

/// Answers that are bad in one way each.
fn bad() -> Vec<String> {
    let orders = ORDERS;
    vec![
        r#"{"status":"error","error":"Invalid credentials","data":null}"#.to_owned(),
        r#"{"data":{"a":[1]},"error":"bad \"org\"","status":"failure"}"#.to_owned(),
        format!(r#"{{"data":{orders},"error":"timeout while exporting","status":"error"}}"#),
        format!(r#"{{"status":"success","data":{orders},"error":"late"}}"#),
        format!(r#"{{"status":"error","error":null,"data":{orders}}}"#),
        format!(r#"{{"status":"success","error":null,"data":{orders}}} x"#),
        format!(r#"{{"status":"success","error":null,"data":{orders}}}{{}}"#),
        format!(r#"{{"status":"success","data":{orders},"data":[]}}"#),
        format!(r#"{{"error":null,"data":{orders}}}"#),
        r#"{"status":"success","error":null,"data":null}"#.to_owned(),
        r#"{"status":"success","error":null,"data":{"0":{}}}"#.to_owned(),
        r#"{"status":"success","error":null}"#.to_owned(),
        r#"{"status":"success" "error":null,"data":[]}"#.to_owned(),
        " <html>".to_owned(),
        ORDERS.to_owned(),
        String::new(),
    ]
}

/// Answers whose list is broken somewhere, with what a reader of records is given.
fn broken() -> Vec<(String, String)> {
    let lists = [
        // The stray quote of the vendor's own sample.
        r#"[{"order_number":"a","id":402311","x":[1]},{"order_number":"b","items":[{"q":1}]}]"#,
        r#"[{"order_number":"a"}},{"order_number":"b"}]"#,
        r#"[{"order_number":"a","items":[{"q":1}},{"order_number":"b","items":["]}"]}]"#,
        "[{\"order_number\":\"a\nb\"},{\"order_number\":\"b\"}]",
    ];
    let long = format!(
        r#"[{{"order_number":"a","id":1"}},{}{{"order_number":"z"}}]"#,
        r#"{"order_number":"b","items":[{"q":1}]},"#.repeat(60)
    );
    let all = lists.map(str::to_owned).into_iter().chain([long]);
    let bodies = all.flat_map(|list| {
        [
            format!(r#"{{"status":"success","error":null,"data":{list}}}"#),
            format!(r#"{{"data":{list} , "status":"success","error":null}} "#),
            format!(r#"{{"status":"success","data":{list},"error":null,"more":[1]}}"#),
        ]
        .map(|body| (body, list.clone()))
    });
    bodies.collect()
}

fn all() -> Vec<String> {
    let broken = broken().into_iter().map(|(body, _)| body);
    good().into_iter().chain(bad()).chain(broken).collect()
}

#[test]
fn a_good_answer_hands_on_its_list_whatever_the_order_of_its_fields() {
    for body in good() {
        assert_eq!(list(&body), success(ORDERS), "{body}");
    }
}

#[test]
fn what_is_handed_on_is_what_a_json_reader_sees() {
    #[derive(serde::Deserialize)]
    struct Whole<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    for data in [
        ORDERS,
        "[]",
        "[ ]",
        "null",
        "{}",
        r#"{"a":{"success":true}}"#,
        "17",
        r#""x""#,
    ] {
        for body in [
            format!(r#"{{"status":"success","error":null,"data": {data} }}"#),
            format!(r#"{{"data":{data},"status":"success","error":null}}"#),
        ] {
            let whole: Whole<'_> = serde_json::from_str(&body).unwrap();
            let came = read(Wanted::Anything, [body.as_bytes()]);
            assert_eq!(
                (came.data.as_str(), came.verdict),
                (whole.data.get(), Ok(())),
                "{body}"
            );
        }
    }
}

#[test]
fn two_chunks_say_the_same_as_one_wherever_they_meet() {
    for body in all() {
        let whole = list(&body);
        for at in 0..=body.len() {
            let (first, second) = body.as_bytes().split_at(at);
            assert_eq!(read(Wanted::List, [first, second]), whole, "{at} in {body}");
        }
    }
}

#[test]
fn chunks_of_every_size_say_the_same() {
    for body in all() {
        let whole = list(&body);
        for size in 1..=body.len() {
            assert_eq!(
                read(Wanted::List, body.as_bytes().chunks(size)),
                whole,
                "{size} of {body}"
            );
        }
    }
}

#[test]
fn an_answer_that_was_cut_never_passes_for_a_whole_one() {
    for body in good() {
        for at in 0..body.trim_end().len() {
            let part = read(Wanted::List, [&body.as_bytes()[..at]]);
            assert!(
                matches!(
                    part.verdict,
                    Err(Fault::Incomplete | Fault::Unusable("the answer is empty"))
                ),
                "{at} in {body}: {part:?}"
            );
            assert!(ORDERS.starts_with(&part.data));
        }
    }
}

#[test]
fn a_failure_that_was_said_stays_one_wherever_the_answer_was_cut() {
    let body = r#"{"status":"error","error":"Invalid credentials","data":null}"#;
    let said = r#"{"status":"error""#.len();
    for at in said..body.len() {
        assert!(matches!(list(&body[..at]).verdict, Err(Fault::Failed(_))), "{at}");
    }
}

#[test]
fn each_bad_answer_says_what_is_wrong() {
    let verdicts: Vec<_> = bad().iter().map(|body| list(body).verdict).collect();
    let unusable = |what| Err(Fault::Unusable(what));
    assert_eq!(
        verdicts,
        [
            failed("Invalid credentials"),
            failed("bad \"org\""),
            failed("timeout while exporting"),
            failed("late"),
            Err(Fault::Failed(None)),
            unusable("something stands behind the envelope"),
            unusable("something stands behind the envelope"),
            unusable("the envelope has data twice"),
            unusable("the envelope has no status"),
            unusable("the data is no list"),
            unusable("the data is no list"),
            unusable("the envelope has no data"),
            unusable("the envelope is not JSON"),
            Err(Fault::WebPage),
            unusable("the answer is no envelope"),
            unusable("the answer is empty"),
        ]
    );
}

#[test]
fn nothing_is_handed_on_of_a_call_that_has_said_that_it_failed() {
    assert_eq!(list(&bad()[4]).data, "");
    assert_eq!(list(&bad()[1]).data, "");
    // It said so too late.
    assert_eq!(list(&bad()[2]).data, ORDERS);
}

#[test]
fn a_broken_order_does_not_hide_the_end_of_the_list() {
    for (body, data) in broken() {
        assert_eq!(list(&body), success(&data), "{body}");
    }
}

#[test]
fn a_broken_list_without_an_end_is_incomplete_and_all_of_it_is_handed_on() {
    let list_so_far = r#"[{"order_number":"a","id":402311","x":[1]},{"order_number":"b"}"#;
    let came = list(&format!(
        r#"{{"status":"success","error":null,"data":{list_so_far}"#
    ));
    assert_eq!(came.verdict, Err(Fault::Incomplete));
    assert_eq!(came.data, list_so_far);
}

#[test]
fn a_failure_behind_a_broken_list_is_heard() {
    let body = r#"{"status":"success","data":[{"id":1"},{"id":2}],"error":"late"}"#;
    assert_eq!(list(body).verdict, failed("late"));
}

#[test]
fn memory_is_bounded_by_neither_field_nor_list() {
    let mut envelope = Envelope::new(Wanted::List);
    let long = "x".repeat(10_000);
    envelope.feed(&Bytes::from(format!(r#"{{"{long}":"{long}","error":"{long}"#)));
    envelope.feed(&Bytes::from(format!(r#"","status":"{long}"#)));
    let (_, verdict) = envelope.end();
    let Err(Fault::Failed(Some(message))) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(message.len(), ERROR_BYTES_MAX - 1);
}

#[test]
fn the_first_order_says_what_orders_begin_with() {
    for (data, key) in [
        (r#"[{"id":1,"order_number":"a"}]"#, Some("id")),
        (r#"[ { "uuid" : "x" }]"#, Some("uuid")),
        ("[]", None),
        ("[{}]", None),
        (r#"[7,{"id":1}]"#, None),
        (r#"[[{"id":1}]]"#, None),
        (r#"[{"a\u0062":1}]"#, None),
        (r#"[{"":1}]"#, None),
    ] {
        let body = format!(r#"{{"x":{{"y":{{"z":1}}}},"status":"success","data":{data}}}"#);
        assert_eq!(list(&body).first_key.as_deref(), key, "{data}");
    }
}

#[test]
fn an_order_has_come_when_its_first_key_has() {
    let mut envelope = Envelope::new(Wanted::List);
    for (text, has_order, succeeded) in [
        (r#"{"data": ["#, false, false),
        (" \n", false, false),
        (r#"{"order_num"#, false, false),
        (r#"ber""#, true, false),
        (r#":"a"}],"status":"success""#, true, true),
    ] {
        envelope.feed(&Bytes::from(text));
        assert_eq!(
            (envelope.has_order(), envelope.succeeded()),
            (has_order, succeeded),
            "{text}"
        );
    }
}

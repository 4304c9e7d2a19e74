use serde_json::json;

use super::*;

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn row() -> Value {
    json!({
        "order": "SO104233", "line": 2, "quantity": 6, "state": "shipped", "carrier": "UPS",
        "tracking": "1Z999AA10123456784", "at": "2026-10-12T18:25:00Z",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut row = row();
    row[name] = value;
    row
}

fn moved(row: &Value) -> Movement {
    read(row, &berlin()).unwrap().movement
}

#[test]
fn a_row_is_a_saying_about_its_order() {
    let saying = read(&row(), &berlin()).unwrap();
    assert_eq!(saying.of, Awaited::Order("SO104233".to_owned()));
    let movement = saying.movement;
    assert_eq!((movement.line, movement.became), (2, Became::Shipped));
    assert_eq!(movement.quantity, Some(Decimal::from(6)));
    // date -u -d 2026-10-12T18:25:00Z +%s
    assert_eq!(movement.at, Millis(1_791_829_500_000));
    let parcel = movement.parcel.unwrap();
    assert_eq!(parcel.carrier.as_deref(), Some("UPS"));
    assert_eq!(parcel.tracking.as_deref(), Some("1Z999AA10123456784"));
}

#[test]
fn numbers_may_be_text_and_text_numbers() {
    let plain = moved(&row());
    for (name, value) in [
        ("line", json!("2")),
        ("quantity", json!("6.00")),
        ("state", json!("SHIPPED")),
        ("tracking", json!(" 1Z999AA10123456784 ")),
    ] {
        assert_eq!(moved(&with(name, value)).id, plain.id, "{name}");
    }
    let numbered = with("order", json!(104_233));
    assert_eq!(
        read(&numbered, &berlin()).unwrap().of,
        Awaited::Order("104233".to_owned())
    );
}

#[test]
fn times_without_a_zone_and_days_are_the_brands() {
    let day = |text: &str| moved(&with("at", json!(text))).at;
    // Berlin is two hours ahead on that day.
    assert_eq!(day("2026-10-12T20:25:00"), Millis(1_791_829_500_000));
    assert_eq!(day("2026-10-12T20:25:00+02:00"), Millis(1_791_829_500_000));
    assert_eq!(day("2026-10-12"), Millis(1_791_756_000_000));
}

#[test]
fn what_says_something_else_has_another_identity_unless_it_brings_its_own() {
    let plain = moved(&row()).id;
    for (name, value) in [
        ("order", json!("SO1")),
        ("line", json!(3)),
        ("quantity", json!(5)),
        ("state", json!("refunded")),
        ("tracking", json!("1Z")),
        ("at", json!("2026-10-13")),
        ("instead", json!(true)),
    ] {
        assert_ne!(moved(&with(name, value)).id, plain, "{name}");
    }
    let mut named = with("id", json!("SHIP-77"));
    let id = moved(&named).id;
    named["at"] = json!("2026-10-14");
    assert_eq!(moved(&named).id, id);
    named["id"] = json!("SHIP-78");
    assert_ne!(moved(&named).id, id);
}

#[test]
fn each_bad_field_is_named() {
    let fault = |row: &Value| read(row, &berlin()).unwrap_err();
    for name in ["order", "line", "state", "at"] {
        let mut short = row();
        short.as_object_mut().unwrap().remove(name);
        assert_eq!(fault(&short), RowFault::Missing(name));
        assert_eq!(fault(&with(name, json!(" "))), RowFault::Missing(name));
        assert_eq!(fault(&with(name, json!([]))), RowFault::Text(name));
    }
    for (name, value, expected) in [
        ("line", json!(0), RowFault::Line),
        ("line", json!(-1), RowFault::Line),
        ("line", json!(1.5), RowFault::Line),
        ("quantity", json!(0), RowFault::Quantity),
        ("quantity", json!(-2), RowFault::Quantity),
        ("quantity", json!("six"), RowFault::Quantity),
        ("state", json!("lost"), RowFault::State("lost".to_owned())),
        ("at", json!("yesterday"), RowFault::At),
        ("instead", json!("yes"), RowFault::Instead),
        ("carrier", json!("x".repeat(101)), RowFault::Text("carrier")),
        ("trackin", json!("1"), RowFault::Unknown("trackin".to_owned())),
    ] {
        assert_eq!(fault(&with(name, value)), expected);
    }
    assert_eq!(fault(&json!("SO1")), RowFault::NoObject);
    assert_eq!(
        fault(&with("state", json!("accepted"))),
        RowFault::Unfit("quantity")
    );
}

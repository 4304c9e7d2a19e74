//! Which payloads a map holds for a person, and where a map says that it looks.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod support;

use field_map::FieldMap;
use serde_json::{Value, json};
use support::sample;

/// The built-in map with these holds.
fn with(holds: Value) -> Value {
    let mut map: Value = serde_json::from_str(FieldMap::repspark_default().text()).unwrap();
    map["holds"] = holds;
    map
}

fn read(holds: Value) -> FieldMap {
    FieldMap::parse(&with(holds).to_string()).unwrap()
}

fn refusal(holds: Value) -> String {
    FieldMap::parse(&with(holds).to_string()).unwrap_err().to_string()
}

fn one(is: Value) -> FieldMap {
    read(json!([{"name": "flag", "when": "/Flag", "is": is}]))
}

fn held(map: &FieldMap, flag: Value) -> bool {
    let codes = map.holds(&json!({"Flag": flag}));
    assert!(codes.is_empty() || codes == ["hold_flag"], "{codes:?}");
    !codes.is_empty()
}

/// The snippet of the README with this text in it, as the value of `holds`.
fn snippet(part: &str) -> Value {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```json\n").skip(1);
    let mut blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let block = blocks
        .find(|block| block.starts_with("\"holds\"") && block.contains(part))
        .unwrap();
    let mut members: Value = serde_json::from_str(&format!("{{{block}}}")).unwrap();
    members["holds"].take()
}

#[test]
fn the_built_in_map_holds_nothing() {
    let map = FieldMap::repspark_default();
    assert!(map.holds(&sample()).is_empty());
    let mut raw = sample();
    raw["Extensions"] = json!([{"ElementType": "ADMINHOLD", "Value": "Y"}]);
    assert!(map.holds(&raw).is_empty());
    assert!(read(json!([])).holds(&raw).is_empty());
}

#[test]
fn set_is_whatever_does_not_say_no() {
    let map = one(json!("set"));
    for yes in [
        json!("Y"),
        json!("credit"),
        json!(1),
        json!(true),
        json!(" 00 "),
        json!("none"),
    ] {
        assert!(held(&map, yes.clone()), "{yes}");
    }
    for no in [
        json!("0"),
        json!(0),
        json!(false),
        json!("False"),
        json!("NO"),
        json!(" n "),
        json!(null),
        json!(""),
        json!("  "),
        json!([]),
        json!({}),
    ] {
        assert!(!held(&map, no.clone()), "{no}");
    }
    assert!(map.holds(&json!({})).is_empty());
}

#[test]
fn a_list_names_the_values_whatever_their_case_and_the_blanks_around_them() {
    let map = one(json!([" Quote", "ÉCHANTILLON", 7, "no"]));
    for yes in [
        json!("QUOTE"),
        json!(" quote "),
        json!("échantillon"),
        json!(7),
        json!("7"),
        json!("No"),
    ] {
        assert!(held(&map, yes.clone()), "{yes}");
    }
    for no in [json!("QUOTES"), json!("Y"), json!(70), json!(null), json!("")] {
        assert!(!held(&map, no.clone()), "{no}");
    }
}

#[test]
fn a_list_or_an_object_where_one_value_belongs_is_held() {
    for is in [json!("set"), json!(["QUOTE"])] {
        let map = one(is);
        assert!(held(&map, json!(["N"])));
        assert!(held(&map, json!({"Value": "N"})));
    }
}

#[test]
fn the_hold_flags_of_the_readme_are_held_each_by_its_own_code() {
    let map = read(snippet("ADMINHOLD"));
    let flags = |admin: Value, confirmation: Value| {
        let mut raw = sample();
        raw["Extensions"] = json!([
            {"ElementType": "DEPARTMENT", "Value": "GOLF"},
            {"ElementType": "ConfirmationHold", "Value": confirmation},
            {"ElementType": "ADMINHOLD", "Value": admin}
        ]);
        map.holds(&raw)
    };
    assert!(map.holds(&sample()).is_empty());
    assert!(flags(json!("N"), json!(null)).is_empty());
    assert_eq!(flags(json!("Y"), json!("0")), ["hold_admin_hold"]);
    assert_eq!(flags(json!("N"), json!("true")), ["hold_confirmation_hold"]);
    assert_eq!(
        flags(json!("Y"), json!("Y")),
        ["hold_admin_hold", "hold_confirmation_hold"]
    );
}

#[test]
fn the_order_types_of_the_readme_are_held() {
    let map = read(snippet("TypeCode"));
    assert!(map.holds(&sample()).is_empty());
    let mut raw = sample();
    raw["TypeCode"] = json!("Quote");
    assert_eq!(map.holds(&raw), ["hold_order_type"]);
}

#[test]
fn holds_change_no_order_but_are_part_of_the_version() {
    let map = read(snippet("ADMINHOLD"));
    let default = FieldMap::repspark_default();
    assert_eq!(
        support::apply(&map, &sample()),
        support::apply(&default, &sample())
    );
    assert_ne!(
        map.version(),
        FieldMap::parse(&with(json!([])).to_string()).unwrap().version()
    );
}

#[test]
fn a_required_part_that_is_absent_holds_nothing() {
    let map = read(json!([{"name": "flag", "is": "set", "when": {"required": "/Flag"}}]));
    assert!(!held(&map, json!(null)));
    assert!(held(&map, json!("Y")));
}

#[test]
fn a_payload_that_is_no_order_at_all_is_no_reason_to_panic() {
    let map = one(json!("set"));
    for raw in [
        json!(null),
        json!([]),
        json!("Flag"),
        json!(1),
        json!([{"Flag": 1}]),
    ] {
        assert!(map.holds(&raw).is_empty(), "{raw}");
    }
}

#[test]
fn what_is_wrong_with_a_hold_is_told_by_its_place() {
    let hold = |key: &str, value: Value| {
        let mut hold = json!({"name": "flag", "when": "/Flag", "is": "set"});
        hold[key] = value;
        json!([hold])
    };
    let without = |key: &str| {
        let mut holds = hold("name", json!("flag"));
        holds[0].as_object_mut().unwrap().remove(key);
        holds
    };
    for (holds, text) in [
        (json!({}), "holds is not a list of holds"),
        (json!(null), "holds is not a list of holds"),
        (json!(["flag"]), "holds[0] is not an object"),
        (hold("if", json!(1)), "unknown key \"if\" in holds[0]"),
        (without("name"), "holds[0] has no \"name\""),
        (without("when"), "holds[0] has no \"when\""),
        (without("is"), "holds[0] has no \"is\""),
        (
            hold("when", json!("line:/Flag")),
            "holds[0].when is not a pointer such as \"/CurrencyCode\"",
        ),
        (
            hold("when", json!({"frist": ["/A"]})),
            "unknown key \"frist\" in holds[0].when",
        ),
        (
            hold("is", json!("SET")),
            "holds[0].is is not \"set\" or a list of at least one text",
        ),
        (
            hold("is", json!([])),
            "holds[0].is is not \"set\" or a list of at least one text",
        ),
        (
            hold("is", json!(["A", " "])),
            "holds[0].is[1] is not a text or a number",
        ),
        (
            hold("is", json!([true])),
            "holds[0].is[0] is not a text or a number",
        ),
    ] {
        assert_eq!(refusal(holds), text);
    }
    let twice = json!([hold("is", json!("set"))[0], hold("is", json!(["A"]))[0]]);
    assert_eq!(
        refusal(twice),
        "holds[1].name is not a name that no other hold has"
    );
}

#[test]
fn a_holds_name_is_short_and_plain() {
    let named = |name: &str| with(json!([{"name": name, "when": "/Flag", "is": "set"}])).to_string();
    for name in ["a", "admin_hold", "0", "_", &"x".repeat(30)] {
        assert!(FieldMap::parse(&named(name)).is_ok(), "{name}");
    }
    for name in [
        "",
        "Admin",
        "admin-hold",
        "admin hold",
        "é",
        "a\n",
        &"x".repeat(31),
    ] {
        assert_eq!(
            FieldMap::parse(&named(name)).unwrap_err().to_string(),
            "holds[0].name is not 1 to 30 of a-z, 0-9 and _",
            "{name}"
        );
    }
}

#[test]
fn the_places_are_those_of_the_map_in_the_order_of_an_order() {
    let map = json!({
        "schema": 1, "source": "ecat",
        "order": {
            "notes": {"join": ["/a", {"required": "/b"}]},
            "source.order_number": "/n",
            "currency": {"const": "USD"},
            "customer.code": {"first": ["/c", {"table": {"of": "order:/d", "entries": {}, "otherwise": "keep"}}]}
        },
        "lines": {
            "each": ["/items/*/sizes/*", "/items/*"],
            "fields": {
                "unit_price": {"that_adds_up": ["line:/p", {"first": ["parent:/p", "parent:/q"]}]},
                "quantity": "line:/q",
                "sku": "line:/s"
            }
        },
        "checks": {"total_amount": "/total"},
        "holds": [{
            "name": "flag", "is": "set",
            "when": {"lookup": {"in": "/x", "key": "K", "equals": "HOLD", "value": "V"}}
        }]
    });
    let places = FieldMap::parse(&map.to_string()).unwrap().places();
    let shown: Vec<String> = places
        .iter()
        .map(|(field, places)| format!("{field}: {}", places.join(", ")))
        .collect();
    assert_eq!(
        shown,
        [
            "source.order_number: /n",
            "customer.code: /c, order:/d",
            "currency: ",
            "notes: /a, /b",
            "lines: /items/*/sizes/*, /items/*",
            "lines[].sku: line:/s",
            "lines[].quantity: line:/q",
            "lines[].unit_price: line:/p, parent:/p, parent:/q",
            "total_amount: /total",
            "hold_flag: /x[K=HOLD]/V",
        ]
    );
}

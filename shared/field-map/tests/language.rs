//! The language, expression by expression, and what is wrong with a map.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod support;

use field_map::{FieldMap, MapError};
use order_model::Order;
use serde_json::{Value, json};
use support::{apply, fields, lines, problems};

/// A small map with `expression` for the notes.
fn noting(expression: Value) -> Value {
    json!({
        "schema": 1, "source": "ecat",
        "order": {"source.order_number": "/n", "customer.code": "/c", "currency": {"const": "USD"}, "notes": expression},
        "lines": {"each": ["/lines/*"], "fields": {"sku": "line:/s", "quantity": "line:/q", "unit_price": "line:/p"}}
    })
}

fn read(map: &Value) -> FieldMap {
    FieldMap::parse(&map.to_string()).unwrap()
}

fn refusal(map: &Value) -> String {
    FieldMap::parse(&map.to_string()).unwrap_err().to_string()
}

/// A payload that maps, with more members.
fn payload(more: Value) -> Value {
    let mut raw = json!({"n": 7, "c": "C1", "lines": [{"s": "A", "q": 1, "p": 2}]});
    raw.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    raw
}

fn notes(expression: Value, more: Value) -> Option<String> {
    apply(&read(&noting(expression)), &payload(more)).notes
}

fn is(found: Option<String>, expected: &str) {
    assert_eq!(found.as_deref(), Some(expected));
}

#[test]
fn the_example_of_the_readme_maps_as_it_says() {
    let readme = include_str!("../README.md");
    let mut blocks = readme
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let map = FieldMap::parse(blocks.next().unwrap()).unwrap();
    let raw = serde_json::from_str(blocks.next().unwrap()).unwrap();
    let order: Order = apply(&map, &raw);
    assert_eq!(order.customer.code, "512");
    assert_eq!(order.terms_code.as_deref(), Some("N30"));
    assert_eq!(order.currency, "USD");
    assert_eq!(lines(&order), ["1 LAMP-204-BRS 4 x 142.5", "2 MIR-031 1 x 43.5"]);
}

#[test]
fn a_pointer_may_be_written_in_both_ways() {
    is(notes(json!("/a/0/b"), json!({"a": [{"b": " x "}]})), "x");
    is(notes(json!({"at": "order:/a~1b"}), json!({"a/b": 4.50})), "4.5");
}

#[test]
fn null_blank_and_absent_are_the_same() {
    for empty in [json!(null), json!(""), json!("  "), json!([]), json!({})] {
        is(
            notes(
                json!({"first": ["/a", "/b", "/c"]}),
                json!({"b": empty, "c": false}),
            ),
            "false",
        );
        assert_eq!(notes(json!("/b"), json!({"b": empty})), None);
    }
}

#[test]
fn a_lookup_takes_the_first_value_of_its_key_whatever_the_case() {
    let lookup = json!({"lookup": {"in": "/x", "key": "K", "equals": "DEPT", "value": "V"}});
    let list = json!({"x": [{"K": "OTHER", "V": 1}, 5, {"K": "dept", "V": ""}, {"K": "Dept", "V": "GOLF"}]});
    is(notes(lookup.clone(), list), "GOLF");
    is(notes(lookup.clone(), json!({"x": {"K": "DEPT", "V": 3}})), "3");
    assert_eq!(notes(lookup, json!({"x": "DEPT"})), None);
}

#[test]
fn a_join_leaves_out_what_is_absent() {
    let join = json!({"join": ["/a", "/b", "/d"], "with": "-"});
    is(notes(join.clone(), json!({"a": "1", "d": 2})), "1-2");
    assert_eq!(notes(join, json!({})), None);
}

#[test]
fn a_table_keeps_misses_or_replaces_what_it_does_not_know() {
    let table = |otherwise: Value| json!({"table": {"of": "/t", "entries": {"NET30": "N30"}, "otherwise": otherwise}});
    is(notes(table(json!("missing")), json!({"t": "NET30"})), "N30");
    is(notes(table(json!("keep")), json!({"t": "COD"})), "COD");
    assert_eq!(notes(table(json!("missing")), json!({"t": "COD"})), None);
    is(notes(table(json!({"const": "X"})), json!({"t": "COD"})), "X");
    assert_eq!(notes(table(json!({"const": "X"})), json!({})), None);
}

#[test]
fn a_required_field_that_is_not_there_is_a_problem() {
    let map = read(&noting(json!({"required": {"first": ["/a", "/b"]}})));
    let found = problems(&map, &payload(json!({})));
    assert_eq!(fields(&found), ["notes unmapped_field"]);
    assert_eq!(found[0].to_string(), "notes: nothing found at /a, /b");
}

#[test]
fn a_required_part_sends_first_to_its_next_candidate() {
    let expression = json!({"first": [{"join": [{"required": "/a"}, "/b"]}, "/z"]});
    is(notes(expression.clone(), json!({"b": "B", "z": "Z"})), "Z");
    is(
        notes(expression.clone(), json!({"a": "A", "b": "B", "z": "Z"})),
        "AB",
    );
    assert_eq!(
        fields(&problems(&read(&noting(expression)), &payload(json!({"b": "B"})))),
        ["notes unmapped_field"]
    );
}

#[test]
fn a_list_where_one_value_belongs_is_invalid() {
    let found = problems(&read(&noting(json!("/a"))), &payload(json!({"a": ["secret"]})));
    assert_eq!(
        found[0].to_string(),
        "notes: is a list or an object, looked at /a"
    );
}

#[test]
fn the_values_of_a_list_become_one_text_where_the_map_says_all() {
    let all = json!({"all": "/a"});
    is(
        notes(all.clone(), json!({"a": [" x ", null, "", 4.50, true]})),
        "x, 4.5, true",
    );
    is(notes(all.clone(), json!({"a": " x "})), "x");
    assert_eq!(notes(all.clone(), json!({"a": [null, " ", []]})), None);
    assert_eq!(notes(all.clone(), json!({})), None);
    is(
        notes(json!({"all": "/a", "with": ""}), json!({"a": ["x", "y"]})),
        "xy",
    );
    let falls_on = json!({"first": [{"all": "/a"}, "/b"]});
    is(notes(falls_on, json!({"a": [""], "b": "B"})), "B");
    for list in [json!([["x"]]), json!([{"x": 1}]), json!({"x": 1})] {
        let found = problems(&read(&noting(all.clone())), &payload(json!({"a": list})));
        assert_eq!(
            found[0].to_string(),
            "notes: is a list or an object, looked at /a"
        );
    }
}

#[test]
fn lines_reach_their_parents_and_the_order() {
    let mut map = noting(json!("/x"));
    map["lines"]["each"] = json!(["/a/*/b/*/c/*"]);
    map["lines"]["fields"]["sku"] =
        json!({"join": ["order:/n", "parent2:/id", "parent:/id", "line:/id"], "with": "."});
    let line = |id: u8| json!({"id": id, "q": 1, "p": 1});
    let raw = json!({"n": 7, "c": "C1", "a": [
        {"id": "a0", "b": [{"id": "b0", "c": [line(1), line(2)]}]},
        {"id": "a1", "b": {"id": "b1", "c": line(3)}}
    ]});
    assert_eq!(
        lines(&apply(&read(&map), &raw)),
        ["1 7.a0.b0.1 1 x 1", "2 7.a0.b0.2 1 x 1", "3 7.a1.b1.3 1 x 1"]
    );
}

#[test]
fn an_element_that_leads_to_no_line_is_told() {
    let mut map = noting(json!("/x"));
    map["lines"]["each"] = json!(["/a/*/b/*"]);
    // That the totals differ too goes without saying.
    map["checks"] = json!({"total_units": "/units", "total_amount": "/total"});
    let raw = json!({
        "n": 7, "c": "C1", "units": 5, "total": 9,
        "a": [{"b": [{"s": "A", "q": 1, "p": 2}]}, {"other": 1}]
    });
    let found = problems(&read(&map), &raw);
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["lines: nothing found at /a/1/b"]
    );
}

#[test]
fn a_later_path_is_taken_if_the_first_leads_to_nothing() {
    let mut map = noting(json!("/x"));
    map["lines"]["each"] = json!(["/rows/*", "/lines/*"]);
    assert_eq!(
        lines(&apply(&read(&map), &payload(json!({"rows": []})))),
        ["1 A 1 x 2"]
    );
    map["lines"]["each"] = json!(["/rows/*/sizes/*", "/lines/*"]);
    let rows = json!({"rows": [{"s": "B", "q": 1, "p": 2}]});
    assert_eq!(lines(&apply(&read(&map), &payload(rows))), ["1 A 1 x 2"]);
}

#[test]
fn a_zero_is_invalid_where_the_map_does_not_drop_it() {
    let mut raw = payload(json!({}));
    raw["lines"][0]["q"] = json!(0);
    assert_eq!(
        fields(&problems(&read(&noting(json!("/x"))), &raw)),
        ["lines[1].quantity invalid_field"]
    );
}

#[test]
fn a_discounted_line_adds_up_however_it_was_rounded() {
    let mut map = noting(json!("/x"));
    map["lines"]["fields"]["discount_percent"] = json!("line:/d");
    map["checks"] = json!({"total_amount": "/total"});
    let line = json!({"s": "A", "q": 3, "p": "19.99", "d": "15"});
    // 3 × 19.99 less 15 % is 50.9745: twice that is 101.949, and two lines of 50.97 are 101.94.
    for (total, fits) in [
        ("101.95", true),
        ("101.94", true),
        ("101.949", true),
        ("101.93", false),
        ("101.96", false),
    ] {
        let raw = json!({"n": 7, "c": "C1", "lines": [line, line], "total": total});
        assert_eq!(
            read(&map).apply(&raw, &support::context(&read(&map))).is_ok(),
            fits,
            "{total}"
        );
    }
}

#[test]
fn an_unreadable_total_holds_the_order() {
    let mut map = noting(json!("/x"));
    map["checks"] = json!({"total_amount": "/total", "total_units": "/units"});
    let raw = payload(json!({"total": "two", "units": [1]}));
    assert_eq!(
        fields(&problems(&read(&map), &raw)),
        ["total_units invalid_field", "total_amount invalid_field"]
    );
}

#[test]
fn unknown_keys_are_named_with_their_place() {
    let mut map = noting(json!({"first": ["/a", {"lookpu": {}}]}));
    assert_eq!(refusal(&map), "unknown key \"lookpu\" in order.notes.first[1]");
    map = noting(json!({"const": "x", "with": "-"}));
    assert_eq!(refusal(&map), "unknown key \"with\" in order.notes");
    map = noting(json!({"all": "/a", "first": ["/b"]}));
    assert_eq!(refusal(&map), "unknown key \"first\" in order.notes");
    map = noting(json!("/x"));
    map["order"]["custmer_po"] = json!("/po");
    assert_eq!(refusal(&map), "unknown key \"custmer_po\" in order");
    map = noting(json!("/x"));
    map["lines"]["fields"]["quantty"] = json!("line:/q");
    assert_eq!(refusal(&map), "unknown key \"quantty\" in lines.fields");
    map = noting(json!("/x"));
    map["note"] = json!("");
    assert_eq!(refusal(&map), "unknown key \"note\" in the map");
}

#[test]
fn a_map_must_say_where_an_order_gets_what_it_cannot_do_without() {
    for (group, field) in [
        ("order", "source.order_number"),
        ("order", "customer.code"),
        ("order", "currency"),
        ("lines", "sku"),
        ("lines", "quantity"),
        ("lines", "unit_price"),
    ] {
        let mut map = noting(json!("/x"));
        let fields = if group == "order" {
            &mut map["order"]
        } else {
            &mut map["lines"]["fields"]
        };
        fields.as_object_mut().unwrap().remove(field);
        assert!(
            refusal(&map).ends_with(&format!("has no {field:?}")),
            "{}",
            refusal(&map)
        );
    }
}

#[test]
fn pointers_have_a_scope_that_is_there() {
    for pointer in ["x", "line:/a", "parent:/a", "other:/a", ""] {
        assert!(
            refusal(&noting(json!(pointer))).starts_with("order.notes is not a pointer"),
            "{pointer}"
        );
    }
    for pointer in [
        "/s",
        "line:s",
        "parent:/s",
        "parent1:/s",
        "parent2:/s",
        "child:/s",
    ] {
        let mut map = noting(json!("/x"));
        map["lines"]["fields"]["sku"] = json!(pointer);
        assert!(
            refusal(&map).starts_with("lines.fields.sku is not a pointer with a scope"),
            "{pointer}"
        );
    }
}

#[test]
fn values_of_another_kind_are_named_with_their_place() {
    for (place, value, expected) in [
        ("/schema", json!(2), "schema is not 1"),
        ("/source", json!("sap"), "source is not the name of a vendor"),
        ("/order", json!([]), "order is not an object"),
        (
            "/order/notes",
            json!(7),
            "order.notes is not a pointer or an expression",
        ),
        (
            "/order/notes",
            json!({}),
            "order.notes is not a pointer or an expression",
        ),
        (
            "/order/notes",
            json!({"first": []}),
            "order.notes.first is not a list of at least one expression",
        ),
        (
            "/order/notes",
            json!({"const": " "}),
            "order.notes.const is not a text or a number",
        ),
        (
            "/order/notes",
            json!({"join": ["/a"], "with": 1}),
            "order.notes.with is not a text",
        ),
        (
            "/order/notes",
            json!({"all": ["/a"]}),
            "order.notes.all is not a pointer such as \"/CurrencyCode\"",
        ),
        (
            "/lines/each",
            json!([]),
            "lines.each is not a list of at least one path",
        ),
        (
            "/lines/each",
            json!(["/a/*", "/b"]),
            "lines.each[1] is not a path such as \"/Items/*\"",
        ),
        (
            "/lines/each",
            json!(["/a/*b/*"]),
            "lines.each[0] is not a path such as \"/Items/*\"",
        ),
    ] {
        let mut map = noting(json!("/x"));
        *map.pointer_mut(place).unwrap() = value;
        assert_eq!(refusal(&map), expected);
    }
    let misplaced = refusal(&noting(json!({"that_adds_up": ["/a"]})));
    assert_eq!(
        misplaced,
        "order.notes.that_adds_up is not allowed anywhere but as the unit price itself"
    );
    assert_eq!(
        FieldMap::parse("{\n,").unwrap_err(),
        MapError::NotJson { line: 2, column: 1 }
    );
}

#[test]
fn a_cart_of_sparklayers_is_found_where_a_brands_map_says() {
    let mut map = noting(json!("/x"));
    map["order"]["spark_cart_id"] = json!("/cart");
    let map = FieldMap::parse(&map.to_string()).unwrap();
    let places: Vec<_> = map.places().into_iter().map(|(field, _)| field).collect();
    assert!(places.contains(&"spark_cart_id".to_owned()), "{places:?}");
}

#[test]
fn the_version_names_the_exact_text() {
    let text = noting(json!("/x")).to_string();
    let map = FieldMap::parse(&text).unwrap();
    assert_eq!(map.version().len(), 16);
    assert_eq!(map.text(), text);
    assert_eq!(FieldMap::parse(&text).unwrap().version(), map.version());
    assert_ne!(
        FieldMap::parse(&format!("{text} ")).unwrap().version(),
        map.version()
    );
}

/// The order and its problems, of a map that has these more fields of the order and of its lines.
fn with_fields(order: Value, line: Value) -> Value {
    let mut map = noting(json!("/notes"));
    for (place, more) in [("/order", order), ("/lines/fields", line)] {
        let fields = map.pointer_mut(place).unwrap().as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
    }
    map
}

#[test]
fn what_the_maker_of_custom_lines_is_told_is_found_where_a_brands_map_says() {
    let order = [
        "account_number",
        "organization_id",
        "email_address",
        "phone_number",
        "serial_number",
        "order_reference",
        "customer_service_contact",
        "priority",
        "proof_status",
    ];
    let of_order: serde_json::Map<String, Value> = order
        .iter()
        .map(|name| (format!("custom.{name}"), json!(format!("/{name}"))))
        .collect();
    let line = json!({
        "recipe_set_id": "line:/r",
        "custom.gift_message": "line:/gift",
        "custom.shipment_vendor": "line:/by",
        "custom.shipment_tracking": "line:/track",
        "custom.estimated_delivery_date": "line:/eta",
        "custom.proof_status": "line:/proof",
    });
    let map = read(&with_fields(Value::Object(of_order), line));
    let said: serde_json::Map<String, Value> = order
        .iter()
        .map(|name| ((*name).to_owned(), json!(format!("{name} said"))))
        .collect();
    let mut raw = payload(Value::Object(said.clone()));
    let told = json!({"r": "K7QW2MZP", "gift": "Well played", "by": "UPS", "track": "1Z", "eta": "2026-03-12", "proof": "Requested"});
    raw["lines"][0]
        .as_object_mut()
        .unwrap()
        .extend(told.as_object().unwrap().clone());
    let mapped = apply(&map, &raw);
    assert!(mapped.is_custom());
    assert_eq!(serde_json::to_value(&mapped.custom).unwrap(), Value::Object(said));
    assert_eq!(
        serde_json::to_value(&mapped.lines[0].custom).unwrap(),
        json!({"gift_message": "Well played", "shipment_vendor": "UPS", "shipment_tracking": "1Z",
            "estimated_delivery_date": "2026-03-12", "proof_status": "Requested"})
    );
    // Where the payload says nothing of it, nothing of it counts in the content either.
    let plain = apply(&map, &payload(json!({"priority": " "})));
    assert_eq!((&plain.custom, &plain.lines[0].custom), (&None, &None));
    let without = apply(&read(&noting(json!("/notes"))), &payload(json!({})));
    assert_eq!(
        order_model::ContentHash::of(&plain),
        order_model::ContentHash::of(&without)
    );
}

#[test]
fn a_date_of_delivery_that_can_not_be_read_is_a_problem_that_names_its_field() {
    let map = read(&with_fields(
        json!({}),
        json!({"custom.estimated_delivery_date": "line:/eta"}),
    ));
    let mut raw = payload(json!({}));
    raw["lines"][0]["eta"] = "soon".into();
    assert_eq!(
        fields(&problems(&map, &raw)),
        ["lines[1].custom.estimated_delivery_date invalid_field"]
    );
}

#[test]
fn the_customers_own_address_is_made_as_the_one_to_ship_to_and_beside_it() {
    let map = read(&with_fields(
        json!({
            "customer.name": "/who",
            "bill_to.name": "/bill/name", "bill_to.line1": "/bill/1", "bill_to.line2": "/bill/2", "bill_to.line3": "/bill/3",
            "bill_to.city": "/bill/city", "bill_to.region": "/bill/region", "bill_to.postal_code": "/bill/zip",
            "bill_to.country": "/bill/country",
            "ship_to.line1": "/ship/1",
        }),
        json!({}),
    ));
    let bill = json!({"1": "10 Sample Way", "3": "Rear dock", "city": "Salem", "region": "OR", "zip": "97301", "country": "US"});
    let order = apply(
        &map,
        &payload(json!({"who": "Harbor Pro Shop", "bill": bill, "ship": {"1": "9 Mill Lane"}})),
    );
    assert_eq!(
        serde_json::to_value(&order.bill_to).unwrap(),
        json!({"name": "Harbor Pro Shop", "lines": ["10 Sample Way", "Rear dock"], "city": "Salem", "region": "OR",
            "postal_code": "97301", "country": "US"})
    );
    assert_eq!(order.ship_to.unwrap().lines, ["9 Mill Lane"]);
    let cityless = apply(
        &map,
        &payload(json!({"who": "Harbor Pro Shop", "bill": {"city": "Salem"}})),
    );
    assert_eq!(cityless.bill_to, None, "neither a name nor a street");
}

#[test]
fn what_is_said_of_an_order_is_no_field_of_a_line_and_the_other_way_round() {
    for (order, line, named) in [
        (
            json!({"custom.gift_message": "/g"}),
            json!({}),
            "custom.gift_message",
        ),
        (
            json!({}),
            json!({"custom.priority": "line:/p"}),
            "custom.priority",
        ),
        (json!({"custom.email": "/e"}), json!({}), "custom.email"),
        (json!({"bill_to.line4": "/b"}), json!({}), "bill_to.line4"),
    ] {
        let said = refusal(&with_fields(order, line));
        assert!(said.contains(named), "{named}: {said}");
    }
}

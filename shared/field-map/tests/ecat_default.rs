//! The built-in map for eCat, against orders under the names that it guesses.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod support;

use field_map::FieldMap;
use order_model::{ContentHash, Origin};
use serde_json::{Value, json};
use support::{apply, ecat_sample, fields, lines, problems};

fn default() -> FieldMap {
    FieldMap::ecat_default()
}

/// The sample with other members; null takes one away, as the map sees it.
fn with(changes: Value) -> Value {
    let mut raw = ecat_sample();
    raw.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    raw
}

/// The sample with this one line.
fn with_line(line: &Value) -> Value {
    with(json!({"items": [line]}))
}

/// The first of the three orders that section 6 of the notes composes.
fn composed() -> Value {
    json!({
        "order_number": "7120-041526-118", "uuid": "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3", "id": 402_311,
        "customer_number": "C-20417", "po_number": "PO-88120",
        "items": [
            {"item_number": "LAMP-204-BRS", "quantity": 4, "unit_price": "142.50"},
            {"item_number": "MIR-031-WAL", "quantity": 1, "unit_price": "389.00"}
        ]
    })
}

/// The built-in map with the README's example of these names put in, at `place` in the map.
fn example(place: &str, parts: &[&str]) -> FieldMap {
    let readme = include_str!("../README.md");
    let own = readme.split("## An eCat brand's own map").nth(1).unwrap();
    let blocks = own.split("```json\n").skip(1);
    let mut blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let block = blocks
        .find(|block| parts.iter().all(|part| block.contains(part)))
        .unwrap();
    let members: Value = serde_json::from_str(&format!("{{{block}}}")).unwrap();
    let (name, content) = members.as_object().unwrap().iter().next().unwrap();
    let mut map: Value = serde_json::from_str(default().text()).unwrap();
    let at = map.pointer_mut(place).unwrap().as_object_mut().unwrap();
    match (at.get_mut(name), content) {
        (Some(Value::Object(members)), Value::Object(more)) => members.extend(more.clone()),
        _ => drop(at.insert(name.clone(), content.clone())),
    }
    FieldMap::parse(&map.to_string()).unwrap()
}

#[test]
fn the_simulators_order_maps_in_every_field() {
    let order = apply(&default(), &ecat_sample());
    assert_eq!(
        lines(&order),
        [
            "1 FRM-0811-WHT 9 x 18.75",
            "2 TABL-660-WHT 1 x 840",
            "3 LAMP-204-NAT 2 x 142.5"
        ]
    );
    let mut header = serde_json::to_value(&order).unwrap();
    header.as_object_mut().unwrap().remove("lines");
    assert_eq!(
        header,
        json!({
            "key": "EC-DEMO-7158-090726-118",
            "source": {
                "vendor": "ecat", "account": "DEMO", "order_number": "7158-090726-118",
                "order_uuid": "ED921796-7F1A-4C53-8E77-000000000076",
                // Midnight in New York, in summer time.
                "submitted_at": "2026-09-07T04:00:00Z"
            },
            "customer": {"code": "C-20439", "name": "The Gilded Nook 118"},
            "customer_po": "PO-88118",
            "order_date": "2026-09-07", "ship_date": "2026-10-07", "cancel_date": "2026-12-07",
            "currency": "USD", "terms_code": "NET60", "ship_via_code": "UPSG", "warehouse_code": "MAIN",
            "ship_to": {
                "name": "The Gilded Nook 118 Receiving", "lines": ["121 Beacon Parade"],
                "city": "Savannah", "region": "GA", "postal_code": "31401"
            },
            "notes": "Ring Riley Vandermeer before noon"
        })
    );
}

#[test]
fn the_same_order_under_other_likely_names_has_the_same_content() {
    let other = json!({
        "order_number": "7158-090726-118", "uuid": "ED921796-7F1A-4C53-8E77-000000000076", "id": "402311",
        "account": {"number": "C-20439"}, "customer": "The Gilded Nook",
        "billing_address": {"name": "The Gilded Nook 118"},
        "purchase_order": "PO-88118", "submitted_at": "9/7/26", "requested_ship_date": "10-07-2026",
        "cancel_after": "2026/12/07", "currency_code": "usd", "payment_terms": {"code": "NET60"},
        "shipping_method": "UPSG", "warehouse": {"code": "MAIN", "name": "Main"},
        "ship_to": {
            "name": "The Gilded Nook 118 Receiving", "address": "121 Beacon Parade",
            "city": "Savannah", "state": "GA", "zip_code": 31401
        },
        "notes": ["Ring Riley Vandermeer before noon"],
        "line_items": [
            {"product": {"sku": "FRM-0811-WHT"}, "ordered_quantity": "9", "price": 18.75},
            {"sku": "TABL-660-WHT", "qty": 1.0, "price": 840},
            {"BaseItemCode": "LAMP-204-NAT", "quantity": "2.00", "price": "142.5"}
        ]
    });
    let (expected, found) = (apply(&default(), &ecat_sample()), apply(&default(), &other));
    assert_eq!(
        serde_json::to_value(&found).unwrap(),
        serde_json::to_value(&expected).unwrap()
    );
    assert_eq!(ContentHash::of(&found), ContentHash::of(&expected));
}

#[test]
fn a_composed_order_lacks_its_currency_and_nothing_else() {
    let found = problems(&default(), &composed());
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["currency: nothing found at /currency_code, /currency/code, /currency"]
    );
    let mut raw = composed();
    raw["currency"] = json!("USD");
    let order = apply(&default(), &raw);
    assert_eq!(
        lines(&order),
        ["1 LAMP-204-BRS 4 x 142.5", "2 MIR-031-WAL 1 x 389"]
    );
    assert_eq!(order.customer.code, "C-20417");
    assert_eq!(order.customer_po.as_deref(), Some("PO-88120"));
    assert_eq!(
        order.source.order_uuid.as_deref(),
        Some("9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3")
    );
    assert_eq!(order.source.submitted_at, None);
}

#[test]
fn a_composed_order_without_items_lacks_its_lines_as_well() {
    let mut raw = composed();
    raw["po_number"] = Value::Null;
    raw["items"] = json!([]);
    let found = problems(&default(), &raw);
    assert_eq!(fields(&found), ["currency unmapped_field", "lines no_lines"]);
    assert_eq!(
        found[1].to_string(),
        "lines: no line with a quantity at /items/*, /line_items/*, /order_items/*, /order_lines/*, /lines/*"
    );
}

#[test]
fn an_order_under_names_that_nobody_guessed_lacks_each_required_field_by_name() {
    let raw = json!({
        "order_number": "7120-1", "uuid": "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3", "id": 402_311,
        "CustNo": "C-20417", "Curr": "USD", "items": [{"Nr": "LAMP-204", "Pieces": 4, "Each": "142.50"}]
    });
    assert_eq!(
        fields(&problems(&default(), &raw)),
        [
            "customer.code unmapped_field",
            "currency unmapped_field",
            "lines[1].quantity unmapped_field",
            "lines[1].sku unmapped_field",
            "lines[1].unit_price unmapped_field"
        ]
    );
}

#[test]
fn an_internal_id_or_a_name_is_not_taken_for_a_code() {
    let raw =
        with(json!({"customer_number": null, "customer_id": 81, "customer": {"id": 81, "name": "Nook"}}));
    assert_eq!(
        fields(&problems(&default(), &raw)),
        ["customer.code unmapped_field"]
    );
    let raw = with(json!({"ship_to_id": 4, "sales_rep": "Casey Thornbury", "rep_id": 12}));
    let order = apply(&default(), &raw);
    assert_eq!(order.customer.ship_to_code, None);
    assert_eq!(order.sales_rep_code, None);
}

#[test]
fn the_store_the_rep_and_the_rest_of_the_address_are_found() {
    let raw = with(json!({
        "ship_to_code": "0007", "rep_number": 12, "ship_to_address": {
            "name": "Dock 4", "address1": "121 Beacon Parade", "address2": "Unit 9", "address3": "Rear",
            "city": "Halifax", "province": "NS", "postal_code": "B3H 1A1", "country": "CA"
        },
        "ship_to_name": null, "ship_to_city": null, "ship_to_state": null, "ship_to_zip": null
    }));
    let order = apply(&default(), &raw);
    assert_eq!(order.customer.ship_to_code.as_deref(), Some("0007"));
    assert_eq!(order.sales_rep_code.as_deref(), Some("12"));
    assert_eq!(
        serde_json::to_value(order.ship_to).unwrap(),
        json!({
            "name": "Dock 4", "lines": ["121 Beacon Parade", "Unit 9", "Rear"],
            "city": "Halifax", "region": "NS", "postal_code": "B3H 1A1", "country": "CA"
        })
    );
}

#[test]
fn the_rest_of_a_line_is_found() {
    let line = json!({
        "item_number": "LAMP-204", "quantity": 1, "unit_price": 5, "upc": "012345678905", "ship_date": "7/1/26",
        "notes": ["Gift", "Fragile"], "custom_fields": {"recipe_set_id": "K7QW2MZP"}
    });
    let order = apply(&default(), &with_line(&line));
    let line = &order.lines[0];
    assert_eq!(line.upc.as_deref(), Some("012345678905"));
    assert_eq!(
        line.ship_date.map(|day| day.to_string()).as_deref(),
        Some("2026-07-01")
    );
    assert_eq!(line.note.as_deref(), Some("Gift, Fragile"));
    assert_eq!(line.recipe_set_id.as_deref(), Some("K7QW2MZP"));
}

#[test]
fn what_was_ordered_goes_before_any_other_quantity() {
    let line = json!({"item_number": "LAMP-204", "quantity": 0, "qty_ordered": 5, "unit_price": 1});
    assert_eq!(lines(&apply(&default(), &with_line(&line))), ["1 LAMP-204 5 x 1"]);
}

#[test]
fn the_whole_item_code_goes_before_its_base() {
    let line =
        json!({"BaseItemCode": "LAMP-204", "item_code": "LAMP-204-BRS", "quantity": 1, "unit_price": 1});
    assert_eq!(
        lines(&apply(&default(), &with_line(&line))),
        ["1 LAMP-204-BRS 1 x 1"]
    );
}

#[test]
fn prices_are_of_one_column_on_all_lines() {
    let mut raw = with(json!({"items": [
        {"item_number": "A", "quantity": 1, "unit_price": "10", "price": "9"},
        {"item_number": "B", "quantity": 1, "price": "8"}
    ]}));
    assert_eq!(lines(&apply(&default(), &raw)), ["1 A 1 x 9", "2 B 1 x 8"]);
    raw["items"][0]["price"] = Value::Null;
    assert_eq!(
        fields(&problems(&default(), &raw)),
        ["lines[2].unit_price unmapped_field"]
    );
}

#[test]
fn a_total_with_freight_and_tax_holds_nothing() {
    let raw = with(json!({
        "total": "1400.00", "order_total": "1400.00", "subtotal": "1229.06", "freight": "80", "total_quantity": 3
    }));
    assert_eq!(
        lines(&apply(&default(), &raw)),
        lines(&apply(&default(), &ecat_sample()))
    );
    assert!(default().holds(&raw).is_empty());
}

#[test]
fn a_promotional_line_of_quantity_zero_is_left_out() {
    let mut raw = ecat_sample();
    let promotion = json!({"item_number": null, "description": "Spring show: free freight", "quantity": 0});
    raw["items"].as_array_mut().unwrap().insert(0, promotion);
    assert_eq!(
        lines(&apply(&default(), &raw)),
        lines(&apply(&default(), &ecat_sample()))
    );
}

#[test]
fn a_promotional_line_with_a_quantity_is_named_and_can_be_mapped_away() {
    let mut raw = ecat_sample();
    let promotion =
        json!({"type": "PROMO", "description": "Free freight", "quantity": 1, "unit_price": "0.00"});
    raw["items"].as_array_mut().unwrap().insert(1, promotion);
    assert_eq!(
        fields(&problems(&default(), &raw)),
        ["lines[2].sku unmapped_field"]
    );
    assert_eq!(
        lines(&apply(&example("/lines", &["PROMO"]), &raw)),
        lines(&apply(&default(), &ecat_sample()))
    );
}

#[test]
fn only_promotional_lines_are_no_order() {
    let line = json!({"description": "Spring show", "quantity": "0"});
    assert_eq!(
        fields(&problems(&default(), &with_line(&line))),
        ["lines no_lines"]
    );
}

#[test]
fn custom_header_fields_map_at_the_top_and_in_an_object_of_their_own() {
    let map = example("", &["custom_fields"]);
    let custom =
        json!({"PayTerms": "2%10NET30", "CancelBy": "12/31/2026", "Displays": ["Endcap", "", "Table"]});
    for raw in [
        with(custom.clone()),
        with(json!({"custom_fields": custom})),
        with(json!({"PayTerms": "", "custom_fields": custom})),
    ] {
        let order = apply(&map, &raw);
        assert_eq!(order.terms_code.as_deref(), Some("2%10NET30"));
        assert_eq!(
            order.cancel_date.map(|day| day.to_string()).as_deref(),
            Some("2026-12-31")
        );
        assert_eq!(
            order.notes.as_deref(),
            Some("Ring Riley Vandermeer before noon\nDisplays: Endcap, Table")
        );
    }
}

#[test]
fn a_multiselect_may_be_a_list_a_text_or_nothing() {
    let map = example("", &["custom_fields"]);
    for (value, noted) in [
        (json!(["Endcap", "Table"]), "Displays: Endcap, Table"),
        (json!("Endcap,Table"), "Displays: Endcap,Table"),
        (json!([7]), "Displays: 7"),
        (json!([]), "Displays: none"),
        (json!([null, " "]), "Displays: none"),
        (json!(""), "Displays: none"),
    ] {
        let order = apply(&map, &with(json!({"comments": null, "Displays": value})));
        assert_eq!(order.notes.as_deref(), Some(noted), "{value}");
    }
    let found = problems(&map, &with(json!({"Displays": [{"name": "Endcap"}]})));
    assert_eq!(fields(&found), ["notes invalid_field"]);
}

#[test]
fn all_ten_custom_fields_can_be_mapped() {
    let names = [
        "ship_window",
        "cancel_date",
        "department",
        "terms",
        "ship_via",
        "warehouse",
        "show_code",
        "discount_percent",
        "tags",
        "approved_by",
    ];
    let mut map: Value = serde_json::from_str(default().text()).unwrap();
    let each: Vec<Value> = names
        .iter()
        .map(|name| json!({"first": [{"all": format!("/{name}")}, {"const": "-"}]}))
        .collect();
    map["order"]["notes"] = json!({"join": each, "with": "|"});
    let map = FieldMap::parse(&map.to_string()).unwrap();
    assert_eq!(
        apply(&map, &ecat_sample()).notes.as_deref(),
        Some("LATE|2026-12-07|HOME|NET60|UPSG|MAIN|-|5|SPRING,FLOOR|Casey Thornbury")
    );
}

#[test]
fn a_brand_of_one_currency_says_so_in_its_map() {
    let map = example("", &["currency"]);
    assert_eq!(apply(&map, &composed()).currency, "USD");
    let mut raw = composed();
    raw["currency"] = json!("CAD");
    assert_eq!(apply(&map, &raw).currency, "CAD");
}

#[test]
fn a_brand_whose_total_is_the_sum_of_the_lines_has_it_checked() {
    let map = example("", &["checks"]);
    apply(&map, &ecat_sample());
    let mut raw = ecat_sample();
    raw["items"].as_array_mut().unwrap().pop();
    assert_eq!(fields(&problems(&map, &raw)), ["total_amount totals_differ"]);
    // 2 × 9 is 18, and 2 × 10 is not.
    let line = json!({"item_number": "A", "quantity": 2, "unit_price": 10, "net_price": 9});
    let mut raw = with_line(&line);
    raw["total"] = json!(18);
    assert_eq!(lines(&apply(&map, &raw)), ["1 A 2 x 9"]);
}

#[test]
fn a_discount_on_the_order_is_looked_at() {
    let (map, of_readme) = (default(), example("", &["order_discount"]));
    for (discount, held) in [
        (json!("64.69"), true),
        (json!(5), true),
        (json!("5%"), true),
        (json!("0.00"), false),
        (json!(0.0), false),
        (json!(0), false),
        (json!(null), false),
    ] {
        let raw = with(json!({"discount": discount}));
        let codes = map.holds(&raw);
        assert_eq!(codes == ["hold_order_discount"], held, "{discount}: {codes:?}");
        assert_eq!(of_readme.holds(&raw), codes, "{discount}");
    }
}

#[test]
fn dates_are_read_in_the_forms_of_the_vendors_imports_and_printed_order() {
    for written in [
        "07/01/2026",
        "2026/07/01",
        "07-01-2026",
        "2026-07-01",
        "7/1/26",
        "2026-07-01T09:00:00",
        "2026-07-01T09:00:00-04:00",
        "2026-07-01T13:00:00Z",
    ] {
        let order = apply(
            &default(),
            &with(json!({"submit_date": written, "ship_date": written})),
        );
        assert_eq!(
            order.ship_date.map(|day| day.to_string()).as_deref(),
            Some("2026-07-01"),
            "{written}"
        );
        assert_eq!(
            order.order_date.map(|day| day.to_string()).as_deref(),
            Some("2026-07-01"),
            "{written}"
        );
        assert!(order.source.submitted_at.is_some(), "{written}");
    }
}

#[test]
fn a_day_first_is_refused_and_told() {
    let found = problems(
        &default(),
        &with(json!({"submit_date": "25/09/2026", "ship_date": "ASAP"})),
    );
    assert_eq!(
        fields(&found),
        [
            "source.submitted_at invalid_field",
            "order_date invalid_field",
            "ship_date invalid_field"
        ]
    );
}

#[test]
fn a_time_of_change_is_no_submission() {
    let raw = with(json!({"submit_date": null, "updated_at": "2026-09-08T10:00:00Z"}));
    let order = apply(&default(), &raw);
    assert_eq!((order.source.submitted_at, order.order_date), (None, None));
    let raw = with(json!({
        "submit_date": null, "receipt_date": "2026-09-08T10:00:00Z", "created_at": "2026-09-01T10:00:00Z"
    }));
    let submitted = apply(&default(), &raw).source.submitted_at;
    assert_eq!(submitted.unwrap().to_string(), "2026-09-08T10:00:00Z");
}

#[test]
fn the_built_in_map_is_for_ecat_and_holds_nothing() {
    assert_eq!(default().source(), Origin::Ecat);
    assert!(default().holds(&ecat_sample()).is_empty());
    let mut context = support::context(&default());
    context.vendor = Origin::RepSpark;
    let found = default().apply(&ecat_sample(), &context).unwrap_err();
    assert_eq!(fields(&found), ["source.vendor other_source"]);
}

#[test]
fn every_problem_names_places_and_no_text_of_the_payload() {
    let raw = with(json!({
        "currency": "Savannah", "ship_date": "Beacon Parade", "customer_number": ["Nook"],
        "items": [{"item_number": "A", "quantity": "Thornbury", "unit_price": "Riley"}]
    }));
    let found = problems(&default(), &raw);
    assert_eq!(
        fields(&found),
        [
            "customer.code invalid_field",
            "currency invalid_field",
            "ship_date invalid_field",
            "lines[1].quantity invalid_field",
            "lines[1].unit_price invalid_field"
        ]
    );
    let text = found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    for personal in ["Savannah", "Beacon", "Nook", "Thornbury", "Riley"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

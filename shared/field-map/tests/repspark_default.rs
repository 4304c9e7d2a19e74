//! The built-in map, against orders in the shape that the vendor notes compose.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod support;

use field_map::{FieldMap, ProblemKind};
use order_model::ContentHash;
use serde_json::json;
use support::{apply, fields, lines, problems, repspark_context, sample};

#[test]
fn the_sample_order_maps_to_three_lines_that_come_to_its_total() {
    let order = apply(&FieldMap::repspark_default(), &sample());
    assert_eq!(
        lines(&order),
        [
            (1, "PL-2001-NVY-M", "6", "32"),
            (2, "PL-2001-NVY-L", "6", "32"),
            (3, "QZ-3100-GRY-L", "6", "42")
        ]
        .map(|(line, sku, quantity, price)| format!("{line} {sku} {quantity} x {price}"))
    );
    assert_eq!(order.lines_total().to_string(), "636");
}

#[test]
fn the_sample_order_maps_in_every_header_field() {
    let order = apply(&FieldMap::repspark_default(), &sample());
    let mut header = serde_json::to_value(&order).unwrap();
    header.as_object_mut().unwrap().remove("lines");
    assert_eq!(
        header,
        json!({
            "key": "RS-ACME-8086",
            "source": {
                "vendor": "repspark", "account": "ACME", "order_number": "8086",
                "order_uuid": "5f0f6a52-6c1e-4a7d-9c55-0a5b6a1f7e21",
                // Midnight in New York, in summer time.
                "submitted_at": "2026-09-25T04:00:00Z"
            },
            "customer": {"code": "C10042", "name": "Harbor Pro Shop", "ship_to_code": "0007"},
            "customer_po": "PO-77318",
            "order_date": "2026-09-25", "ship_date": "2026-10-10", "cancel_date": "2026-10-31",
            "currency": "USD", "terms_code": "NET30", "ship_via_code": "UPSG",
            "warehouse_code": "MAIN", "sales_rep_code": "SP12",
            "ship_to": {
                "name": "Harbor Pro Shop", "lines": ["12 Quay Street", "Receiving"],
                "city": "Portland", "region": "ME", "postal_code": "04101", "country": "US"
            },
            "notes": "Deliver to rear dock"
        })
    );
}

#[test]
fn the_same_order_read_again_as_sent_has_the_same_content() {
    let map = FieldMap::repspark_default();
    let mut again = sample();
    again["StatusId"] = json!(2);
    again["LastUpdated"] = json!("2026-09-26 08:00:00");
    again["ConfirmationCode"] = json!("X1");
    again["TotalUnits"] = json!("18");
    again["OrderId"] = json!("8086");
    assert_eq!(
        ContentHash::of(&apply(&map, &again)),
        ContentHash::of(&apply(&map, &sample()))
    );
}

#[test]
fn the_price_is_the_column_that_adds_up() {
    let mut raw = sample();
    // 6 × 32 + 6 × 32 + 6 × 45.
    raw["TotalAmount"] = json!(654);
    let order = apply(&FieldMap::repspark_default(), &raw);
    assert_eq!(lines(&order)[2], "3 QZ-3100-GRY-L 6 x 45");
}

#[test]
fn without_a_total_the_price_is_the_sell_price() {
    let mut raw = sample();
    raw["TotalAmount"] = json!(null);
    assert_eq!(
        lines(&apply(&FieldMap::repspark_default(), &raw))[2],
        "3 QZ-3100-GRY-L 6 x 42"
    );
}

#[test]
fn without_a_total_a_column_with_a_gap_is_passed_over() {
    let mut raw = sample();
    raw["TotalAmount"] = json!(null);
    raw["OrderItems"][0]["OrderItemSizes"][0]["SizeSellPrice"] = json!("");
    assert_eq!(
        lines(&apply(&FieldMap::repspark_default(), &raw))[2],
        "3 QZ-3100-GRY-L 6 x 45"
    );
}

#[test]
fn without_a_total_an_unreadable_price_is_not_passed_over() {
    let mut raw = sample();
    raw["TotalAmount"] = json!(null);
    raw["OrderItems"][0]["OrderItemSizes"][0]["SizeSellPrice"] = json!("ask");
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(fields(&found), ["lines[1].unit_price invalid_field"]);
}

#[test]
fn a_total_that_no_column_comes_to_holds_the_order_and_tells_all_figures() {
    let mut raw = sample();
    raw["TotalAmount"] = json!("700.50");
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(fields(&found), ["total_amount totals_differ"]);
    let text = found[0].to_string();
    for figure in [
        "700.5",
        "636 by line:/SizeSellPrice",
        "654 by line:/SizeWholesalePrice",
        "/TotalAmount",
    ] {
        assert!(text.contains(figure), "{figure} in {text}");
    }
}

#[test]
fn a_unit_too_few_holds_the_order() {
    let mut raw = sample();
    raw["OrderItems"][1]["OrderItemSizes"][0]["OrderedQuantity"] = json!(5);
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(
        fields(&found),
        ["total_units totals_differ", "total_amount totals_differ"]
    );
    assert!(
        found[0]
            .to_string()
            .starts_with("total_units: 18 at /TotalUnits, but the lines come to 17 by ")
    );
}

#[test]
fn columns_mixed_within_an_order_are_not_put_together() {
    let mut raw = sample();
    let sizes = &mut raw["OrderItems"][0]["OrderItemSizes"];
    sizes[0].as_object_mut().unwrap().remove("SizeSellPrice");
    sizes[1].as_object_mut().unwrap().remove("SizeWholesalePrice");
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(fields(&found), ["lines[1].unit_price unmapped_field"]);
}

#[test]
fn an_item_without_sizes_is_a_line_beside_items_with_sizes() {
    let mut raw = sample();
    raw["OrderItems"][1] = json!({"ProductNumber": "CAP-9", "ColorCode": "BLK", "OrderItemSizes": [], "Quantity": "6", "Price": "42.00"});
    assert_eq!(
        lines(&apply(&FieldMap::repspark_default(), &raw))[2],
        "3 CAP-9-BLK 6 x 42"
    );
}

#[test]
fn an_item_that_is_neither_a_line_nor_has_any_is_a_problem() {
    let mut raw = sample();
    raw["OrderItems"][1] = json!({"ProductNumber": "CAP-9", "OrderItemQuantities": [{"Q": 6}]});
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(
        fields(&found),
        [
            "lines[3].quantity unmapped_field",
            "lines[3].unit_price unmapped_field"
        ]
    );
}

#[test]
fn a_size_under_another_name_is_missed_and_not_left_out_of_the_sku() {
    let mut raw = sample();
    let size = raw["OrderItems"][0]["OrderItemSizes"][1].as_object_mut().unwrap();
    let code = size.remove("SizeCode").unwrap();
    size.insert("SizeName".to_owned(), code);
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(fields(&found), ["lines[2].sku unmapped_field"]);
    assert!(
        found[0]
            .to_string()
            .contains("/OrderItems/0/OrderItemSizes/1/SizeCode"),
        "{}",
        found[0]
    );
}

#[test]
fn one_item_written_as_an_object_is_a_list_of_one() {
    let mut raw = sample();
    let mut item = raw["OrderItems"][1].clone();
    item["OrderItemSizes"] = item["OrderItemSizes"][0].clone();
    raw["OrderItems"] = item;
    raw["TotalUnits"] = json!(6);
    raw["TotalAmount"] = json!(252);
    assert_eq!(
        lines(&apply(&FieldMap::repspark_default(), &raw)),
        ["1 QZ-3100-GRY-L 6 x 42"]
    );
}

#[test]
fn zero_quantities_are_dropped_before_lines_are_numbered() {
    let mut raw = sample();
    raw["OrderItems"][0]["OrderItemSizes"][0] = json!({"SizeCode": "XS", "OrderedQuantity": "0.00"});
    raw["TotalUnits"] = json!(12);
    raw["TotalAmount"] = json!(444);
    assert_eq!(
        lines(&apply(&FieldMap::repspark_default(), &raw)),
        ["1 PL-2001-NVY-L 6 x 32", "2 QZ-3100-GRY-L 6 x 42"]
    );
}

#[test]
fn a_line_is_called_after_its_product_colour_and_size() {
    let mut raw = sample();
    raw["OrderItems"][1]["ProductName"] = json!(["no", "name"]);
    raw["OrderItems"][1]["ColorDescription"] = json!(null);
    let order = apply(&FieldMap::repspark_default(), &raw);
    let called: Vec<_> = order
        .lines
        .iter()
        .map(|line| (line.name.as_deref(), line.variant.as_deref()))
        .collect();
    assert_eq!(
        called,
        [
            (Some("Links Polo"), Some("Navy / M")),
            (Some("Links Polo"), Some("Navy / L")),
            (None, Some("GRY / L"))
        ],
        "no order waits because of a name"
    );
    let renamed = apply(&FieldMap::repspark_default(), &sample());
    assert_eq!(ContentHash::of(&order), ContentHash::of(&renamed));
}

#[test]
fn the_recipe_set_is_the_lines_own_or_its_items() {
    let mut raw = sample();
    raw["OrderItems"][0]["Extensions"] = json!([{"ElementType": "RecipeSetId", "Value": "K7QW2MZP"}]);
    raw["OrderItems"][0]["OrderItemSizes"][1]["Extensions"] =
        json!([{"ElementType": "OTHER", "Value": "x"}, {"ElementType": "RECIPESETID", "Value": "T93XRB5D"}]);
    let order = apply(&FieldMap::repspark_default(), &raw);
    let recipes: Vec<_> = order
        .lines
        .iter()
        .map(|line| line.recipe_set_id.as_deref())
        .collect();
    assert_eq!(recipes, [Some("K7QW2MZP"), Some("T93XRB5D"), None]);
}

#[test]
fn a_store_order_has_no_address_of_its_own() {
    let mut raw = sample();
    raw["DropShipName"] = json!("  ");
    raw["DropShipAddress1"] = json!(null);
    assert_eq!(apply(&FieldMap::repspark_default(), &raw).ship_to, None);
}

#[test]
fn a_street_without_a_name_goes_to_the_customer() {
    let mut raw = sample();
    raw["DropShipName"] = json!(null);
    raw["Customer"]["Name"] = json!("Harbor Golf");
    let order = apply(&FieldMap::repspark_default(), &raw);
    assert_eq!(order.ship_to.unwrap().name, "Harbor Golf");
}

#[test]
fn an_order_without_a_currency_is_not_taken_for_dollars() {
    let mut raw = sample();
    raw["CurrencyCode"] = json!("");
    assert_eq!(
        fields(&problems(&FieldMap::repspark_default(), &raw)),
        ["currency unmapped_field"]
    );
    raw["Extensions"] = json!([{"ElementType": "Currency", "Value": "cad"}]);
    assert_eq!(apply(&FieldMap::repspark_default(), &raw).currency, "CAD");
}

#[test]
fn all_problems_are_told_at_once_and_none_tells_who_ordered() {
    let mut raw = sample();
    raw["CustomerCode"] = json!({"Name": "Harbor Pro Shop"});
    raw["CurrencyCode"] = json!("Harbor Pro Shop");
    raw["StartDate"] = json!("12 Quay Street");
    raw["OrderId"] = json!(null);
    let size = &mut raw["OrderItems"][0]["OrderItemSizes"][0];
    size["OrderedQuantity"] = json!(-6);
    size["SizeCode"] = json!(null);
    raw["OrderItems"][0]["OrderItemSizes"][1]["OrderedQuantity"] = json!("rep.one@example.test");
    let found = problems(&FieldMap::repspark_default(), &raw);
    assert_eq!(
        fields(&found),
        [
            "source.order_number unmapped_field",
            "customer.code invalid_field",
            "currency invalid_field",
            "ship_date invalid_field",
            "lines[1].quantity invalid_field",
            "lines[1].sku unmapped_field",
            "lines[2].quantity invalid_field",
        ]
    );
    let text = found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    for personal in ["Harbor", "Quay", "example.test"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    assert!(text.contains(
        "lines[1].quantity: is negative (-6), looked at /OrderItems/0/OrderItemSizes/0/OrderedQuantity"
    ));
}

#[test]
fn a_date_in_a_form_of_ecats_is_none_of_repsparks() {
    for written in ["9/25/26", "2026/09/25", "09-25-2026", "2026-09-25 3:45 PM"] {
        let mut raw = sample();
        raw["StartDate"] = json!(written);
        let found = problems(&FieldMap::repspark_default(), &raw);
        assert_eq!(fields(&found), ["ship_date invalid_field"], "{written}");
    }
}

#[test]
fn an_order_without_lines_is_held() {
    for items in [
        json!(null),
        json!([]),
        json!("none"),
        json!([{"OrderedQuantity": 0}]),
    ] {
        let mut raw = sample();
        raw["OrderItems"] = items;
        assert_eq!(
            fields(&problems(&FieldMap::repspark_default(), &raw)),
            ["lines no_lines"]
        );
    }
}

#[test]
fn a_list_of_orders_is_not_an_order() {
    let found = problems(&FieldMap::repspark_default(), &json!([sample()]));
    assert!(
        found.iter().any(|problem| problem.kind == ProblemKind::NoLines),
        "{found:?}"
    );
}

#[test]
fn another_vendors_payload_is_refused() {
    let mut context = repspark_context();
    context.vendor = order_model::Origin::Ecat;
    let found = FieldMap::repspark_default()
        .apply(&sample(), &context)
        .unwrap_err();
    assert_eq!(fields(&found), ["source.vendor other_source"]);
}

#[test]
fn the_largest_order_that_can_be_read_can_be_summed() {
    let mut raw = sample();
    let size =
        json!({"SizeCode": "M", "OrderedQuantity": 999_999_999, "SizeSellPrice": "999999999999.999999"});
    raw["OrderItems"][0]["OrderItemSizes"] = json!(vec![size; 1000]);
    assert_eq!(
        fields(&problems(&FieldMap::repspark_default(), &raw)),
        ["total_units totals_differ", "total_amount totals_differ"]
    );
}

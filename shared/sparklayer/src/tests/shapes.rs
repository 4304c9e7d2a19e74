//! Each guess of the serializer has another reading, which is a setting.

use serde_json::{Value, json};

use super::sample::*;
use crate::*;

fn options(json: Value) -> Options {
    serde_json::from_value(json).unwrap()
}

/// The sample, written with these settings.
fn written(json: Value) -> Value {
    wire(&sample(), &options(json))
}

#[test]
fn a_setting_names_only_what_differs_and_nothing_unknown() {
    assert_eq!(options(json!({})), Options::default());
    assert!(serde_json::from_value::<Options>(json!({"pakages": "array"})).is_err());
}

#[test]
fn names_of_fields_can_be_others_or_be_left_out() {
    let body = written(json!({
        "package_id_key": "internal", "shipped_at_key": "dispatched_at", "tracking_number_key": "tracking",
        "tracking_url_key": "", "carrier_id": false, "customer_key": "external", "address_line_key": "address_line_",
        "postal_code_key": "postcode",
    }));
    let shipment = &body["packages"][1];
    assert_eq!(
        shipment["identifiers"],
        json!({"internal": sample().packages[1].id.to_string()})
    );
    assert_eq!(shipment["dates"]["dispatched_at"], "2026-10-12T18:25:00+00:00");
    assert_eq!(shipment["dates"]["shipped_at"], Value::Null);
    assert_eq!(
        shipment["shipments"],
        json!([{"carrier": "UPS", "tracking": TRACKING}])
    );
    assert_eq!(body["customer_identifiers"], json!({"external": CUSTOMER}));
    assert_eq!(body["billing_address"]["address_line_1"], "12 Quay Street");
    assert_eq!(body["billing_address"]["postcode"], "04101");
    let without = written(json!({"package_id_key": "", "cancelled_at_key": ""}));
    assert_eq!(without["packages"][2].get("identifiers"), None);
    assert_eq!(
        without["packages"][2]["dates"],
        json!({"created_at": "2026-10-13T08:00:00+00:00"})
    );
}

#[test]
fn what_may_not_be_wanted_can_be_left_out() {
    let body = written(json!({
        "revision_date": false, "empty_lists": false, "all_totals": false, "shipping_method": false,
    }));
    for gone in ["revision_date", "accounting_files", "custom_fields"] {
        assert_eq!(body.get(gone), None, "{gone}");
    }
    assert_eq!(body["packages"][0].get("shipping_method"), None);
    assert_eq!(body["packages"][0].get("accounting_files"), None);
    let totals = body["packages"][0]["line_items"][1]["line_total"]
        .as_object()
        .unwrap();
    assert_eq!(totals.keys().collect::<Vec<_>>(), ["discount_net", "total_net"]);
}

#[test]
fn a_single_package_can_stand_alone() {
    let one = made(&order(), &[]).unwrap();
    let alone = options(json!({"packages": "object_if_one"}));
    assert_eq!(wire(&one, &alone)["packages"]["type"], "processing");
    assert!(wire(&sample(), &alone)["packages"].is_array());
}

#[test]
fn the_net_total_can_be_that_before_the_discount() {
    let totals = |body: &Value| body["packages"][0]["line_items"][1]["line_total"].clone();
    let before = totals(&written(json!({"net_after_discount": false})));
    assert_eq!(before["total_net"]["number"], "270.00");
    assert_eq!(before["total_gross"]["number"], "243.00");
    assert_eq!(before["discount_net"]["number"], "27.00");
}

#[test]
fn money_is_a_text_with_the_decimals_that_are_set() {
    let mut order = order();
    order.lines.truncate(1);
    order.lines[0].unit_price = "12.995".parse().unwrap();
    order.lines[0].quantity = 1.into();
    order.lines[0].discount_percent = Some("7.5".parse().unwrap());
    let purchase = made(&order, &[]).unwrap();
    let net = |decimals: u32| {
        let body = wire(&purchase, &options(json!({"money_decimals": decimals})));
        let totals = &body["packages"][0]["line_items"][0]["line_total"];
        (
            totals["total_net"]["number"].clone(),
            totals["discount_net"]["number"].clone(),
        )
    };
    // 12.995 less 0.974625.
    assert_eq!(net(2), (json!("12.03"), json!("0.97")));
    assert_eq!(net(6), (json!("12.020375"), json!("0.974625")));
    assert_eq!(net(0), (json!("12"), json!("1")));
}

#[test]
fn no_field_is_a_calculated_one_and_no_money_is_a_number() {
    fn look(value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(look),
            Value::Object(fields) => {
                for (name, value) in fields {
                    assert!(!name.starts_with("calculated_"), "{name}");
                    assert!(!value.is_number() || name == "quantity", "{name}");
                    look(value);
                }
            }
            _ => {}
        }
    }
    look(&written(json!({})));
}

#[test]
fn what_is_stored_is_compared_without_stamps_and_what_the_vendor_adds() {
    let ours = wire(&sample(), &Options::default());
    let read = |stored: &Value| Stored::read(stored.to_string().as_bytes(), &identifiers().lookup()).unwrap();
    let mut theirs = ours.clone();
    theirs["calculated_total"] = json!({"number": "595.00", "currency": "USD"});
    theirs["dates"]["updated_at"] = json!("2027-01-01T00:00:00+00:00");
    theirs["packages"][1]["dates"]["shipped_at"] = json!("2026-10-12T18:25:00Z");
    theirs["packages"][0]["line_items"][0]["line_total"]["total_net"]["number"] = json!("32.0");
    theirs["billing_address"].as_object_mut().unwrap().remove("phone");
    assert!(read(&theirs).holds(&ours));
    assert!(read(&json!({"data": theirs})).holds(&ours));
    for (place, other) in [
        ("/packages/0/line_items/0/quantity", json!(2)),
        ("/packages/1/dates/shipped_at", json!("2026-10-12T18:26:00Z")),
        ("/billing_address/postal_code", json!("4101")),
        (
            "/packages/0/line_items/0/line_total/total_net/number",
            json!("32.01"),
        ),
    ] {
        let mut changed = theirs.clone();
        *changed.pointer_mut(place).unwrap() = other;
        assert!(!read(&changed).holds(&ours), "{place}");
    }
    let mut fewer = theirs.clone();
    fewer["packages"].as_array_mut().unwrap().pop();
    assert!(!read(&fewer).holds(&ours));
    assert_eq!(format!("{:?}", read(&theirs)), "Stored(hidden)");
}

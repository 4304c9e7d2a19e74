//! From an order and what became of its lines to a purchase.

use serde_json::{Value, json};

use super::sample::*;
use crate::*;

fn body(lines: &[LineState]) -> Value {
    wire(&made(&order(), lines).unwrap(), &Options::default())
}

fn state(line: u32, moved: Vec<Moved>) -> LineState {
    LineState {
        line,
        name: None,
        moved,
    }
}

/// Kind, identity and pieces by SKU.
type Seen = (String, String, Vec<(String, u64)>);

fn packages(body: &Value) -> Vec<Seen> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = body["packages"].as_array().unwrap().iter();
    let package = |package: &Value| {
        let items = package["line_items"].as_array().unwrap().iter();
        let items = items.map(|item| {
            (
                text(&item["identifiers"]["sku"]),
                item["quantity"].as_u64().unwrap(),
            )
        });
        let id = text(&package["identifiers"]["sparklayer_package_id"]);
        (text(&package["type"]), id, items.collect())
    };
    packages.map(package).collect()
}

#[test]
fn a_purchase_is_what_the_notes_say() {
    assert_eq!(wire(&sample(), &Options::default()), expected());
}

#[test]
fn a_new_order_is_one_processing_package_with_all_lines() {
    let all = packages(&body(&[]));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, "processing");
    let skus = ["PL-2001-NVY-M", "PL-2001-NVY-L", "QZ-3100-GRY-L"];
    assert_eq!(all[0].2, skus.map(|sku| (sku.to_owned(), 6)));
}

#[test]
fn what_is_processing_shipped_and_cancelled_is_what_was_ordered() {
    let body = body(&states());
    let mut pieces = 0;
    for (kind, _, items) in packages(&body) {
        if kind != "refund" {
            pieces += items.iter().map(|(_, pieces)| pieces).sum::<u64>();
        }
    }
    assert_eq!(pieces, 18);
}

#[test]
fn a_package_keeps_its_identity_while_others_come_and_its_number_decides_it() {
    let early = by_ups(moved(PackageKind::Shipment, 2, "2026-10-12T18:25:00Z"));
    let first = packages(&body(&[state(1, vec![early.clone()])]));
    let later = by_ups(moved(PackageKind::Shipment, 1, "2026-10-14T09:00:00Z"));
    let other = moved(PackageKind::Shipment, 1, "2026-10-11T09:00:00Z");
    let then = packages(&body(&[state(1, vec![early]), state(2, vec![other, later])]));
    assert_eq!(first[1].1, then[2].1, "the parcel");
    assert_eq!(
        then[2].2,
        [("PL-2001-NVY-M".to_owned(), 2), ("PL-2001-NVY-L".to_owned(), 1)]
    );
    assert_eq!(first[0].1, then[0].1, "what is processing");
    assert_ne!(then[1].1, then[2].1);
    let mut order = order();
    order.key = order_model::ErpKey::new("RS-ACME-8087").unwrap();
    let another = packages(&wire(&made(&order, &[]).unwrap(), &Options::default()));
    assert_ne!(another[0].1, first[0].1);
}

#[test]
fn the_sequence_in_which_states_are_told_changes_nothing() {
    let mut states = states();
    let before = body(&states);
    states.reverse();
    states.iter_mut().for_each(|state| state.moved.reverse());
    assert_eq!(body(&states), before);
}

#[test]
fn an_order_that_is_wholly_gone_has_no_processing_package() {
    let gone = |line| {
        state(
            line,
            vec![moved(PackageKind::Cancelled, 6, "2026-10-13T08:00:00Z")],
        )
    };
    let all = packages(&body(&[gone(1), gone(2), gone(3)]));
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].0.as_str(), all[0].2.len()), ("cancelled", 3));
}

#[test]
fn what_sparklayer_has_no_words_for_is_held_by_name() {
    let at = "2026-10-13T08:00:00Z";
    let shipped = |quantity| vec![moved(PackageKind::Shipment, quantity, at)];
    let refused = |lines: &[LineState]| made(&order(), lines).unwrap_err();
    assert_eq!(
        refused(&[state(9, shipped(1))]),
        Unpublishable::UnknownLine { line: 9 }
    );
    assert_eq!(
        refused(&[state(1, shipped(1)), state(1, shipped(1))]),
        Unpublishable::LineTwice { line: 1 }
    );
    let mut both = shipped(4);
    both.push(moved(PackageKind::Cancelled, 3, at));
    assert_eq!(refused(&[state(1, both)]), Unpublishable::TooMany { line: 1 });
    assert_eq!(
        refused(&[state(1, vec![moved(PackageKind::Refund, 7, at)])]),
        Unpublishable::TooMany { line: 1 }
    );
    assert_eq!(
        refused(&[state(1, vec![moved(PackageKind::Processing, 1, at)])]),
        Unpublishable::MovedBack { line: 1 }
    );
    for quantity in ["1.5", "-1", "0"] {
        let mut order = order();
        order.lines[1].quantity = quantity.parse().unwrap();
        assert_eq!(
            made(&order, &[]),
            Err(Unpublishable::NotWhole { line: 2 }),
            "{quantity}"
        );
    }
    let mut large = order();
    large.lines[0].unit_price = rust_decimal::Decimal::MAX;
    assert_eq!(made(&large, &[]), Err(Unpublishable::TooLarge { line: 1 }));
    let mut currency = order();
    currency.currency = "usd".to_owned();
    assert_eq!(made(&currency, &[]), Err(Unpublishable::Currency));
    let mut country = order();
    country.ship_to.as_mut().unwrap().country = Some("United States".to_owned());
    assert_eq!(made(&country, &[]), Err(Unpublishable::Country("shipping")));
}

#[test]
fn an_order_without_an_address_of_its_own_goes_to_the_store() {
    let mut order = order();
    order.ship_to = None;
    let body = wire(&made(&order, &[]).unwrap(), &Options::default());
    assert_eq!(body["packages"][0]["shipping_address"]["name"], json!("Pro Shop"));
}

#[test]
fn the_look_up_and_the_body_are_shown_without_sending_anything() {
    let lookup = identifiers().lookup();
    let (url, body) = would_put(
        "https://app.sparklayer.io/",
        &lookup,
        &sample(),
        &Options::default(),
    );
    assert_eq!(
        url,
        "https://app.sparklayer.io/api/v1/purchases/internal/SO104233"
    );
    assert_eq!(body, expected());
}

#[test]
fn a_later_revision_of_the_same_state_has_the_same_hash() {
    let mut later = sample();
    later.revision = time("2026-11-01T00:00:00Z");
    let hash = |purchase: &Purchase| accepted_hash(&wire(purchase, &Options::default()));
    assert_eq!(hash(&later), hash(&sample()));
    later.packages[0].items[0].quantity = 2;
    assert_ne!(hash(&later), hash(&sample()));
}

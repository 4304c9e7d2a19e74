//! The fingerprint of an order.

use order_model::{Address, ContentHash, CustomLine, CustomOrder, Line, Order};
use rust_decimal::Decimal;

/// The JSON form that is hashed: fields in the order of their declaration, absent ones left out, decimals as text.
const CANONICAL: &str = r#"{"key":"RS-ACME-8086","source":{"vendor":"repspark","account":"ACME","order_number":"8086"},"customer":{"code":"C100"},"customer_po":"PO-7","order_date":"2026-11-02","currency":"USD","lines":[{"line":1,"sku":"TEE-BLK-M","quantity":"4","unit_price":"12.5"},{"line":2,"sku":"CAP-RED-OS","quantity":"1","unit_price":"9.99","discount_percent":"10"}]}"#;

/// `printf %s "$CANONICAL" | sha256sum`. If this changes, every order in every ledger counts as changed.
const GOLDEN: &str = "4fff4a6288d09dfa6f1214a7076ef9f62bf68c45cf37ef50354351b40e99d039";

fn order() -> Order {
    serde_json::from_str(CANONICAL).unwrap_or_else(|error| unreachable!("{error}"))
}

#[test]
fn the_fingerprint_of_a_fixed_order_never_changes() {
    let hash = ContentHash::of(&order());
    assert_eq!(hash.to_string(), GOLDEN);
    assert_eq!(hash.short(), GOLDEN[..32]);
    assert_eq!(ContentHash::from_bytes(*hash.as_bytes()), hash);
}

#[test]
fn the_hashed_form_leaves_absent_fields_out() {
    assert_eq!(serde_json::to_string(&order()).ok().as_deref(), Some(CANONICAL));
}

#[test]
fn trailing_zeros_of_quantities_prices_and_discounts_do_not_count() {
    let mut other = order();
    other.lines[0].quantity = Decimal::new(400, 2);
    other.lines[0].unit_price = Decimal::new(12_5000, 4);
    other.lines[1].discount_percent = Some(Decimal::new(100, 1));
    assert_eq!(ContentHash::of(&other).to_string(), GOLDEN);
}

#[test]
fn each_mapped_field_counts() {
    let changes: [fn(&mut Order); 11] = [
        |order| order.spark_cart_id = Some("2d1f5f0e-4a0c-4b1b-8b9e-6f3f1a7c9d01".into()),
        |order| order.customer.code.push('1'),
        |order| order.customer_po = None,
        |order| order.notes = Some("call first".into()),
        |order| order.lines[0].quantity += Decimal::ONE,
        |order| order.lines[1].discount_percent = None,
        |order| order.lines.swap(0, 1),
        |order| order.bill_to = Some(address()),
        |order| order.custom = Some(CustomOrder::default()),
        |order| order.lines[0].recipe_set_id = Some("K7QW2MZP".into()),
        |order| order.lines[0].custom = Some(CustomLine::default()),
    ];
    for (place, change) in changes.iter().enumerate() {
        let mut other = order();
        change(&mut other);
        assert_ne!(ContentHash::of(&other).to_string(), GOLDEN, "change {place}");
    }
}

fn address() -> Address {
    Address {
        name: "Harbor Pro Shop".to_owned(),
        lines: Vec::new(),
        city: None,
        region: None,
        postal_code: None,
        country: None,
    }
}

/// Written by hand: the same order with what the maker of its custom line is told.
const CUSTOM: &str = r#"{"key":"RS-ACME-8086","source":{"vendor":"repspark","account":"ACME","order_number":"8086"},"customer":{"code":"C100"},"currency":"USD","bill_to":{"name":"Harbor Pro Shop","lines":["1 Dock Road"]},"custom":{"email_address":"buyer@example.test","priority":"normal"},"lines":[{"line":1,"sku":"TEE-BLK-M","quantity":"4","unit_price":"12.5","recipe_set_id":"K7QW2MZP","custom":{"gift_message":"Well played","estimated_delivery_date":"2026-11-12"}}]}"#;

#[test]
fn what_the_maker_of_custom_lines_is_told_stands_in_the_hashed_form() {
    let order: Order = serde_json::from_str(CUSTOM).unwrap_or_else(|error| unreachable!("{error}"));
    assert_eq!(serde_json::to_string(&order).ok().as_deref(), Some(CUSTOM));
    assert!(order.is_custom());
}

#[test]
fn an_order_is_custom_made_where_a_line_names_a_recipe_set() {
    let mut order = order();
    assert!(!order.is_custom());
    for blank in ["", " "] {
        order.lines[1].recipe_set_id = Some(blank.into());
        assert!(!order.is_custom(), "{blank:?} names none");
    }
    order.lines[1].recipe_set_id = None;
    order.lines[1].custom = Some(CustomLine {
        gift_message: Some("Well played".into()),
        ..CustomLine::default()
    });
    assert!(!order.is_custom(), "what its maker would be told makes no maker");
    order.lines[1].recipe_set_id = Some("K7QW2MZP".into());
    assert!(order.is_custom());
    assert_eq!(
        order.lines.iter().map(Line::is_custom).collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn what_a_product_is_called_does_not_count() {
    let mut other = order();
    other.lines[0].name = Some("Links Polo".into());
    other.lines[0].variant = Some("Navy / M".into());
    assert_eq!(ContentHash::of(&other).to_string(), GOLDEN);
}

#[test]
fn the_total_takes_discounts_off() {
    // 4 × 12.50 + 9.99 − 10 %
    assert_eq!(order().lines_total(), Decimal::new(58_991, 3));
}

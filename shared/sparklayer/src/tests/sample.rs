//! The order of the vendor notes' sample, in parts.

use jiff::Timestamp;
use order_model::{Address, Customer, ErpKey, Line, Order, Origin, Source};
use serde_json::Value;

use crate::*;

pub(super) const CUSTOMER: &str = "8b8a4a3e-0f7b-4d0e-9a67-1d5d9b1a2c44";
pub(super) const CART: &str = "2d1f5f0e-4a0c-4b1b-8b9e-6f3f1a7c9d01";
pub(super) const TRACKING: &str = "1Z999AA10123456784";

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn line(line: u32, sku: &str, price: &str) -> Line {
    Line {
        line,
        sku: sku.to_owned(),
        name: None,
        variant: None,
        upc: None,
        quantity: "6.0".parse().unwrap(),
        unit_price: price.parse().unwrap(),
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: None,
        custom: None,
    }
}

fn address(name: &str) -> Address {
    Address {
        name: name.to_owned(),
        lines: vec!["12 Quay Street".to_owned()],
        city: Some("Portland".to_owned()),
        region: Some("ME".to_owned()),
        postal_code: Some("04101".to_owned()),
        country: Some("US".to_owned()),
    }
}

pub(super) fn order() -> Order {
    let mut zip = line(3, "QZ-3100-GRY-L", "45");
    zip.discount_percent = Some("10".parse().unwrap());
    Order {
        key: ErpKey::new("RS-ACME-8086").unwrap(),
        source: Source {
            vendor: Origin::RepSpark,
            account: "ACME".to_owned(),
            order_number: "8086".to_owned(),
            order_uuid: None,
            submitted_at: None,
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "10045".to_owned(),
            name: Some("Harbor Pro Shop".to_owned()),
            ship_to_code: None,
        },
        customer_po: Some("PO-77318".to_owned()),
        order_date: None,
        ship_date: None,
        cancel_date: None,
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: Some("UPS Ground".to_owned()),
        warehouse_code: None,
        sales_rep_code: None,
        ship_to: Some(address("Receiving")),
        bill_to: None,
        custom: None,
        notes: None,
        lines: vec![
            line(1, "PL-2001-NVY-M", "32.000"),
            line(2, "PL-2001-NVY-L", "32"),
            zip,
        ],
    }
}

pub(super) fn place(name: &str) -> Place {
    Place {
        address: address(name),
        company: Some("Harbor Pro Shop".to_owned()),
        phone: None,
    }
}

pub(super) fn moved(to: PackageKind, quantity: u64, at: &str) -> Moved {
    Moved {
        to,
        quantity,
        at: time(at),
        parcel: None,
    }
}

pub(super) fn by_ups(mut moved: Moved) -> Moved {
    moved.parcel = Some(Parcel {
        carrier: "UPS".to_owned(),
        number: Some(TRACKING.to_owned()),
        url: None,
    });
    moved
}

/// Line 1: all shipped, two of it paid back. Line 2: four shipped in two tellings, one cancelled. Line 3: only named.
pub(super) fn states() -> Vec<LineState> {
    let mut whole = by_ups(moved(PackageKind::Shipment, 6, "2026-10-12T18:25:00Z"));
    if let Some(parcel) = &mut whole.parcel {
        parcel.url = Some(format!("https://carrier.example.test/{TRACKING}"));
    }
    let name = |parent: &str, child: &str| {
        Some(ProductName {
            parent: parent.to_owned(),
            child: Some(child.to_owned()),
        })
    };
    vec![
        LineState {
            line: 3,
            name: name("Quarter Zip", "Grey / L"),
            moved: Vec::new(),
        },
        LineState {
            line: 2,
            name: None,
            moved: vec![
                by_ups(moved(PackageKind::Shipment, 1, "2026-10-12T18:40:00Z")),
                moved(PackageKind::Cancelled, 1, "2026-10-13T08:00:00Z"),
                by_ups(moved(PackageKind::Shipment, 3, "2026-10-12T18:26:00Z")),
            ],
        },
        LineState {
            line: 1,
            name: name("Links Polo", "Navy / M"),
            moved: vec![whole, moved(PackageKind::Refund, 2, "2026-10-20T08:00:00Z")],
        },
    ]
}

pub(super) fn identifiers() -> Identifiers {
    Identifiers {
        internal: Identifier::new("SO104233").unwrap(),
        visible: Identifier::new("SO104233").unwrap(),
        platform: Identifier::new("repspark:8086").unwrap(),
        sparklayer: None,
    }
}

/// The purchase of an order and what became of its lines.
pub(super) fn made(order: &Order, lines: &[LineState]) -> Result<Purchase, Unpublishable> {
    purchase(&Parts {
        order,
        lines,
        identifiers: &identifiers(),
        customer: &CustomerId::new(CUSTOMER).unwrap(),
        payment_method: Some("on_account"),
        billing: Some(&place("Accounts Payable")),
        store: Some(&place("Pro Shop")),
        placed_at: time("2026-09-25T15:02:05Z"),
        revision: time("2026-10-20T08:00:00.001Z"),
    })
}

pub(super) fn sample() -> Purchase {
    made(&order(), &states()).unwrap()
}

/// Written by hand from the vendor notes, section 8, and [`states`].
pub(super) fn expected() -> Value {
    serde_json::from_str(include_str!("purchase.json")).unwrap()
}

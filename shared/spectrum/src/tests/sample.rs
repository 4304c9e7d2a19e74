//! The order of the vendor notes' samples, in parts.

use jiff::Zoned;
use order_model::{Address, Customer, ErpKey, Line, Order, Origin, Source};

use crate::*;

pub(super) const NUMBER: &str = "WEB-2026-004512";

pub(super) fn time(text: &str) -> Zoned {
    text.parse().unwrap()
}

pub(super) fn number(text: &str) -> PurchaseOrderNumber {
    PurchaseOrderNumber::new(text).unwrap()
}

pub(super) fn recipe_set(text: &str) -> RecipeSetId {
    RecipeSetId::new(text).unwrap()
}

pub(super) fn line(line: u32, sku: &str, quantity: &str, recipe_set: Option<&str>) -> Line {
    Line {
        line,
        sku: sku.to_owned(),
        name: None,
        variant: None,
        upc: None,
        quantity: quantity.parse().unwrap(),
        unit_price: "32".parse().unwrap(),
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: recipe_set.map(str::to_owned),
        custom: None,
    }
}

pub(super) fn address() -> Address {
    Address {
        name: "Ana Maria Reyes".to_owned(),
        lines: vec!["10 Sample Way".to_owned(), "Unit 4".to_owned(), "Rear".to_owned()],
        city: Some("Salem".to_owned()),
        region: Some("OR".to_owned()),
        postal_code: Some("97301".to_owned()),
        country: Some("US".to_owned()),
    }
}

/// Two sizes of one recipe set with a line of the shelf between them, and a cap.
pub(super) fn order() -> Order {
    Order {
        key: ErpKey::new("RS-ACME-8086").unwrap(),
        source: Source {
            vendor: Origin::RepSpark,
            account: "ACME".to_owned(),
            order_number: "8086".to_owned(),
            order_uuid: None,
            submitted_at: Some("2026-03-02T17:15:00Z".parse().unwrap()),
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "10045".to_owned(),
            name: Some("Harbor Pro Shop".to_owned()),
            ship_to_code: None,
        },
        customer_po: None,
        order_date: None,
        ship_date: None,
        cancel_date: None,
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: None,
        warehouse_code: None,
        sales_rep_code: None,
        ship_to: Some(address()),
        bill_to: None,
        custom: None,
        notes: None,
        lines: vec![
            line(1, "JKT-0441-M", "3.0", Some("K7QW2MZP")),
            line(2, "PL-2001-NVY-M", "6", None),
            line(3, "JKT-0441-L", "2", Some("K7QW2MZP")),
            line(4, "CAP-0017-OS", "1", Some(" T93XRB5D ")),
        ],
    }
}

pub(super) fn header() -> Header {
    Header {
        account_number: Some("ACCT-77120".to_owned()),
        email_address: Some("buyer@example.test".to_owned()),
        ..Header::default()
    }
}

pub(super) fn more() -> Vec<LineMore> {
    let jacket = |line| LineMore {
        line,
        estimated_delivery: Some(time("2026-03-12T00:00:00+00:00[UTC]")),
        ..LineMore::default()
    };
    let cap = LineMore {
        line: 4,
        gift_message: Some("Well played".to_owned()),
        ..LineMore::default()
    };
    vec![jacket(1), jacket(3), cap]
}

pub(super) fn options() -> Options {
    Options {
        priority: Some(Priority::Normal),
        proof_status: Some(ProofStatus::Requested),
        ..Options::default()
    }
}

/// The parts of an acknowledgement, owned.
pub(super) struct Owned {
    pub(super) order: Order,
    pub(super) number: PurchaseOrderNumber,
    pub(super) ordered_at: Zoned,
    pub(super) header: Header,
    pub(super) lines: Vec<LineMore>,
    pub(super) options: Options,
}

impl Owned {
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            order: &self.order,
            number: &self.number,
            ordered_at: &self.ordered_at,
            header: &self.header,
            lines: &self.lines,
            options: &self.options,
        }
    }

    pub(super) fn acknowledgement(&self) -> Acknowledgement {
        acknowledgement(&self.parts()).unwrap()
    }

    pub(super) fn details(&self) -> Details {
        details(&self.parts(), &addresses()).unwrap()
    }
}

pub(super) fn owned() -> Owned {
    Owned {
        order: order(),
        number: number(NUMBER),
        ordered_at: time("2026-03-02T09:15:00-08:00[America/Los_Angeles]"),
        header: header(),
        lines: more(),
        options: options(),
    }
}

pub(super) fn addresses() -> Addresses {
    let place = Place::of(&address());
    Addresses {
        customer: place.clone(),
        shipping: place,
    }
}

pub(super) fn sample() -> Acknowledgement {
    owned().acknowledgement()
}

/// The same under another number, of these recipe sets.
pub(super) fn other(name: &str, recipe_sets: &[&str]) -> Acknowledgement {
    let mut owned = owned();
    owned.number = number(name);
    owned.lines.clear();
    let lines = (1..).zip(recipe_sets);
    owned.order.lines = lines
        .map(|(at, id)| line(at, "BTL-32-BLK", "12", Some(id)))
        .collect();
    owned.acknowledgement()
}

pub(super) fn shipment_of(lines: &[&str]) -> Shipment {
    let line = |id: &&str| ShippedLine {
        recipe_set: recipe_set(id),
        tracking: "794600000001".to_owned(),
        serial_numbers: Vec::new(),
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    shipment(&number(NUMBER), &lines, TEXT_MAX).unwrap()
}

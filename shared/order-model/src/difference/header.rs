//! What changed on the order itself.

use super::HeaderChange;
use crate::{Customer, Order, Origin, Source};

/// The fields that differ, in the order of their declaration. Everything is taken apart without `..`, so that a field
/// that is added to an order is not forgotten here.
pub(super) fn changes(before: &Order, after: &Order) -> Vec<HeaderChange> {
    let Order {
        key,
        source,
        revision_of,
        spark_cart_id,
        customer,
        customer_po,
        order_date,
        ship_date,
        cancel_date,
        currency,
        terms_code,
        ship_via_code,
        warehouse_code,
        sales_rep_code,
        ship_to,
        bill_to,
        custom,
        notes,
        lines: _,
    } = before;
    let mut found = Found(Vec::new());
    found.told("key", Some(key), Some(&after.key));
    found.source(source, &after.source);
    found.told("revision_of", revision_of.as_ref(), after.revision_of.as_ref());
    found.told(
        "spark_cart_id",
        spark_cart_id.as_ref(),
        after.spark_cart_id.as_ref(),
    );
    found.customer(customer, &after.customer);
    found.told("customer_po", customer_po.as_ref(), after.customer_po.as_ref());
    found.told("order_date", order_date.as_ref(), after.order_date.as_ref());
    found.told("ship_date", ship_date.as_ref(), after.ship_date.as_ref());
    found.told("cancel_date", cancel_date.as_ref(), after.cancel_date.as_ref());
    found.told("currency", Some(currency), Some(&after.currency));
    found.told("terms_code", terms_code.as_ref(), after.terms_code.as_ref());
    found.told(
        "ship_via_code",
        ship_via_code.as_ref(),
        after.ship_via_code.as_ref(),
    );
    found.told(
        "warehouse_code",
        warehouse_code.as_ref(),
        after.warehouse_code.as_ref(),
    );
    found.told(
        "sales_rep_code",
        sales_rep_code.as_ref(),
        after.sales_rep_code.as_ref(),
    );
    found.named("ship_to", ship_to == &after.ship_to);
    found.named("bill_to", bill_to == &after.bill_to);
    found.named("custom", custom == &after.custom);
    found.named("notes", notes == &after.notes);
    found.0
}

struct Found(Vec<HeaderChange>);

impl Found {
    /// A field whose values may be told.
    fn told<T: PartialEq + ToString>(&mut self, field: &'static str, before: Option<&T>, after: Option<&T>) {
        if before != after {
            self.0.push(HeaderChange {
                field,
                before: before.map(T::to_string),
                after: after.map(T::to_string),
            });
        }
    }

    /// A field with personal data.
    fn named(&mut self, field: &'static str, alike: bool) {
        if !alike {
            self.0.push(HeaderChange {
                field,
                before: None,
                after: None,
            });
        }
    }

    fn source(&mut self, before: &Source, after: &Source) {
        let Source {
            vendor,
            account,
            order_number,
            order_uuid,
            submitted_at,
        } = before;
        let (was, is) = (vendor_name(*vendor), vendor_name(after.vendor));
        self.told("source.vendor", Some(&was), Some(&is));
        self.told("source.account", Some(account), Some(&after.account));
        self.told(
            "source.order_number",
            Some(order_number),
            Some(&after.order_number),
        );
        self.told(
            "source.order_uuid",
            order_uuid.as_ref(),
            after.order_uuid.as_ref(),
        );
        self.told(
            "source.submitted_at",
            submitted_at.as_ref(),
            after.submitted_at.as_ref(),
        );
    }

    fn customer(&mut self, before: &Customer, after: &Customer) {
        let Customer {
            code,
            name,
            ship_to_code,
        } = before;
        self.told("customer.code", Some(code), Some(&after.code));
        self.named("customer.name", *name == after.name);
        self.told(
            "customer.ship_to_code",
            ship_to_code.as_ref(),
            after.ship_to_code.as_ref(),
        );
    }
}

/// As its JSON form has it.
fn vendor_name(vendor: Origin) -> &'static str {
    match vendor {
        Origin::RepSpark => "repspark",
        Origin::Ecat => "ecat",
    }
}

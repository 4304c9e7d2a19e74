//! The request of `erp-orders/1`: every field is there, `null` where it has no value; quantities and money are decimal
//! strings.

use jiff::Timestamp;
use jiff::civil::Date;
use order_model::{Address, ContentHash, CorrelationId, ErpKey, Line, Order, Origin};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::CONTRACT;

#[derive(Debug, Serialize)]
pub(crate) struct Request<'a> {
    contract: &'static str,
    key: &'a ErpKey,
    content_sha256: String,
    source: Source<'a>,
    revision_of: Option<&'a ErpKey>,
    customer: Customer<'a>,
    customer_po: Option<&'a str>,
    order_date: Option<Date>,
    ship_date: Option<Date>,
    cancel_date: Option<Date>,
    currency: &'a str,
    terms_code: Option<&'a str>,
    ship_via_code: Option<&'a str>,
    warehouse_code: Option<&'a str>,
    sales_rep_code: Option<&'a str>,
    ship_to: Option<ShipTo<'a>>,
    lines: Vec<Item<'a>>,
    totals: Totals,
    notes: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Source<'a> {
    vendor: Origin,
    account: &'a str,
    order_number: &'a str,
    order_uuid: Option<&'a str>,
    submitted_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct Customer<'a> {
    code: &'a str,
    name: Option<&'a str>,
    ship_to_code: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ShipTo<'a> {
    name: &'a str,
    lines: &'a [String],
    city: Option<&'a str>,
    region: Option<&'a str>,
    postal_code: Option<&'a str>,
    country: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    line: u32,
    correlation_id: CorrelationId,
    sku: &'a str,
    upc: Option<&'a str>,
    quantity: String,
    unit_price: String,
    discount_percent: String,
    ship_date: Option<Date>,
    note: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Totals {
    lines: String,
}

impl<'a> Request<'a> {
    pub(crate) fn new(order: &'a Order, hash: &ContentHash) -> Self {
        Self {
            contract: CONTRACT,
            key: &order.key,
            content_sha256: hash.to_string(),
            source: Source {
                vendor: order.source.vendor,
                account: &order.source.account,
                order_number: &order.source.order_number,
                order_uuid: order.source.order_uuid.as_deref(),
                submitted_at: order.source.submitted_at,
            },
            revision_of: order.revision_of.as_ref(),
            customer: Customer {
                code: &order.customer.code,
                name: order.customer.name.as_deref(),
                ship_to_code: order.customer.ship_to_code.as_deref(),
            },
            customer_po: order.customer_po.as_deref(),
            order_date: order.order_date,
            ship_date: order.ship_date,
            cancel_date: order.cancel_date,
            currency: &order.currency,
            terms_code: order.terms_code.as_deref(),
            ship_via_code: order.ship_via_code.as_deref(),
            warehouse_code: order.warehouse_code.as_deref(),
            sales_rep_code: order.sales_rep_code.as_deref(),
            ship_to: order.ship_to.as_ref().map(ShipTo::of),
            lines: order
                .lines
                .iter()
                .map(|line| Item::of(&order.key, line))
                .collect(),
            totals: Totals {
                lines: money(order.lines_total()),
            },
            notes: order.notes.as_deref(),
        }
    }
}

impl<'a> ShipTo<'a> {
    fn of(address: &'a Address) -> Self {
        Self {
            name: &address.name,
            lines: &address.lines,
            city: address.city.as_deref(),
            region: address.region.as_deref(),
            postal_code: address.postal_code.as_deref(),
            country: address.country.as_deref(),
        }
    }
}

impl<'a> Item<'a> {
    fn of(key: &ErpKey, line: &'a Line) -> Self {
        Self {
            line: line.line,
            correlation_id: CorrelationId::new(key, line.line),
            sku: &line.sku,
            upc: line.upc.as_deref(),
            quantity: line.quantity.normalize().to_string(),
            unit_price: money(line.unit_price),
            discount_percent: line.discount_percent.unwrap_or_default().normalize().to_string(),
            ship_date: line.ship_date,
            note: line.note.as_deref(),
        }
    }
}

/// At least two decimals and nothing rounded. `25`, `25.0` and `25.000` are one price, as they are in the content hash.
fn money(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals_at_least_and_is_never_rounded() {
        for (amount, written) in [
            ("25", "25.00"),
            ("25.5000", "25.50"),
            ("0", "0.00"),
            ("12.3456", "12.3456"),
            ("-3.1", "-3.10"),
        ] {
            assert_eq!(money(amount.parse().unwrap()), written);
        }
    }
}

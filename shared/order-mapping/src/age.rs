//! Orders from before the cut-over.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_model::{BEFORE_IMPORT_FROM, Order, UNDATED};

/// The code under which an order waits for a person because of its day, where orders are imported from `from` on: the
/// integration before us may have imported it. None for an order that may go.
pub fn age_hold(order: &Order, from: Date, zone: &TimeZone) -> Option<&'static str> {
    let submitted = order.source.submitted_at;
    let submitted = submitted.map(|at| at.to_zoned(zone.clone()).date());
    match submitted.or(order.order_date) {
        Some(day) if day >= from => None,
        Some(_) => Some(BEFORE_IMPORT_FROM),
        None => Some(UNDATED),
    }
}

#[cfg(test)]
mod tests {
    use field_map::FieldMap;
    use order_model::ErpKey;
    use serde_json::{Value, json};

    use super::*;
    use crate::context;

    /// An order with these two dates.
    fn order(submitted: Value, ordered: Value) -> Order {
        let zone = TimeZone::get("America/New_York").unwrap();
        let raw = json!({
            "OrderId": 8086, "CustomerCode": "C1", "CurrencyCode": "USD", "EntryDate": submitted, "OrderDate": ordered,
            "OrderItems": [{"ProductNumber": "P1", "ColorCode": "BLK",
                "OrderItemSizes": [{"SizeCode": "M", "Quantity": 1, "SellPrice": "5.00"}]}],
        });
        let context = context(ErpKey::new("RS-ACME-8086").unwrap(), &zone);
        FieldMap::repspark_default().apply(&raw, &context).unwrap()
    }

    fn held(submitted: Value, ordered: Value) -> Option<&'static str> {
        let from = "2026-11-01".parse().unwrap();
        let zone = TimeZone::get("America/New_York").unwrap();
        age_hold(&order(submitted, ordered), from, &zone)
    }

    #[test]
    fn the_day_of_submission_at_the_brand_decides_and_else_the_order_date() {
        assert_eq!(held(json!("2026-11-01"), Value::Null), None);
        assert_eq!(
            held(json!("2026-10-31"), json!("2026-12-01")),
            Some(BEFORE_IMPORT_FROM)
        );
        // Three in the morning in UTC is still October in New York.
        assert_eq!(
            held(json!("2026-11-01T03:00:00Z"), Value::Null),
            Some(BEFORE_IMPORT_FROM)
        );
        assert_eq!(held(Value::Null, json!("2026-11-01")), None);
        assert_eq!(held(Value::Null, json!("2026-10-31")), Some(BEFORE_IMPORT_FROM));
        assert_eq!(held(Value::Null, Value::Null), Some(UNDATED));
    }
}

//! Orders of one uuid, made of SKUs and quantities.

use rust_decimal::Decimal;

use crate::{Customer, ErpKey, Line, Order, Origin, Source};

/// An eCat order of these lines.
pub(crate) fn order(lines: &[(&str, i64)]) -> Order {
    let line = |(number, (sku, quantity)): (u32, &(&str, i64))| Line {
        line: number,
        sku: (*sku).to_owned(),
        name: None,
        variant: None,
        upc: None,
        quantity: Decimal::from(*quantity),
        unit_price: Decimal::ONE,
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: None,
        custom: None,
    };
    Order {
        key: ErpKey::new("EC-DEMO-XYZ").unwrap(),
        source: Source {
            vendor: Origin::Ecat,
            account: "DEMO".to_owned(),
            order_number: "XYZ".to_owned(),
            order_uuid: None,
            submitted_at: None,
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "C-1".to_owned(),
            name: None,
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
        ship_to: None,
        bill_to: None,
        custom: None,
        notes: None,
        lines: (1..).zip(lines).map(line).collect(),
    }
}

//! An order of two lines, for the tests of this crate.

use order_model::Order;
use serde_json::json;

pub(crate) fn order() -> Order {
    serde_json::from_value(json!({
        "key": "RS-ACME-8086",
        "source": {"vendor": "repspark", "account": "ACME", "order_number": "8086"},
        "customer": {"code": "C100", "ship_to_code": "0007"},
        "customer_po": "PO-7",
        "order_date": "2026-11-02",
        "currency": "USD",
        "lines": [
            {"line": 1, "sku": "TEE-BLK-M", "name": "Tee", "variant": "Black / M", "quantity": "4", "unit_price": "12.5"},
            {"line": 2, "sku": "CAP-RED-OS", "quantity": "1", "unit_price": "9.99"},
        ],
    }))
    .unwrap()
}

//! An order and settings for the unit tests.

use std::time::Duration;

use order_model::{Address, Customer, ErpKey, Line, Order, Origin, Source};

use crate::{Reach, SparkLayerReach, SpectrumReach, SpreadshirtReach};
use sparklayer::{Platform, Visible};

/// SparkLayer with the template's defaults.
pub(crate) fn sparklayer() -> SparkLayerReach {
    SparkLayerReach {
        reach: reach("sparklayer"),
        site: "acme-wholesale".to_owned(),
        visible: Visible::ErpNumber,
        platform: Platform::Source,
        options: sparklayer::Options::default(),
    }
}

/// Spreadshirt with the template's defaults.
pub(crate) fn spreadshirt() -> SpreadshirtReach {
    SpreadshirtReach {
        reach: reach("spreadshirt"),
        partner: "1102730".to_owned(),
        contact: "https://brand.example; ops@brand.example".to_owned(),
        correlation: "{order}-{line}".to_owned(),
        full_data: false,
        literal_plus: false,
        org: None,
    }
}

/// Spectrum with the template's defaults.
pub(crate) fn spectrum() -> SpectrumReach {
    SpectrumReach {
        reach: reach("spectrum"),
        order_number: String::new(),
        format: String::new(),
        priority: String::new(),
        proof_status: String::new(),
        text_max: String::new(),
        details: false,
    }
}

fn reach(vendor: &str) -> Reach {
    Reach {
        base_url: format!("https://{vendor}.example"),
        secret: format!("/order-relay/ACME/prod/{vendor}"),
        call: Duration::from_secs(20),
    }
}

/// RepSpark's 8086: one line of six pieces at 15.90, to an address in the US.
pub(crate) fn order() -> Order {
    Order {
        key: ErpKey::new("RS-ACME-8086").unwrap(),
        source: Source {
            vendor: Origin::RepSpark,
            account: "ACME".to_owned(),
            order_number: "8086".to_owned(),
            order_uuid: None,
            submitted_at: "2026-09-25T15:02:05Z".parse().ok(),
        },
        revision_of: None,
        spark_cart_id: None,
        customer: Customer {
            code: "C10045".to_owned(),
            name: Some("Harbor Pro Shop".to_owned()),
            ship_to_code: Some("0003".to_owned()),
        },
        customer_po: Some("PO-77318".to_owned()),
        order_date: "2026-09-25".parse().ok(),
        ship_date: None,
        cancel_date: None,
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: None,
        warehouse_code: None,
        sales_rep_code: None,
        bill_to: None,
        custom: None,
        ship_to: Some(Address {
            name: "Harbor Pro Shop".to_owned(),
            lines: vec!["12 Quay Street".to_owned()],
            city: Some("Portland".to_owned()),
            region: Some("ME".to_owned()),
            postal_code: Some("04101".to_owned()),
            country: Some("US".to_owned()),
        }),
        notes: None,
        lines: vec![Line {
            line: 1,
            sku: "POLO-NVY-M".to_owned(),
            name: None,
            variant: None,
            upc: None,
            quantity: "6".parse().unwrap(),
            unit_price: "15.90".parse().unwrap(),
            discount_percent: None,
            ship_date: None,
            note: None,
            recipe_set_id: None,
            custom: None,
        }],
    }
}

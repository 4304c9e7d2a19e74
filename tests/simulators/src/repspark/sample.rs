//! Orders made up from an id: the same id, the same order.

use serde_json::{Value, json};

/// Products: number, name, wholesale price in cents.
const PRODUCTS: [(&str, &str, i64); 6] = [
    ("PL-2001", "Links Polo", 3_200),
    ("QZ-3100", "Quarter Zip", 4_500),
    ("SH-1200", "Walk Short", 3_950),
    ("HT-0400", "Rope Hat", 1_475),
    ("JK-5010", "Rain Jacket", 8_990),
    ("BL-0700", "Web Belt", 1_899),
];
const COLORS: [(&str, &str); 3] = [("NVY", "Navy"), ("GRY", "Grey"), ("WHT", "White")];
const SIZES: [&str; 4] = ["S", "M", "L", "XL"];
const SHOPS: [(&str, &str, &str, &str); 3] = [
    ("Harbor Pro Shop", "Portland", "ME", "04101"),
    ("Dune Golf Club", "Bandon", "OR", "97411"),
    ("Ridge Outfitters", "Boulder", "CO", "80302"),
];

/// Which price of a line the order's total is the sum of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prices {
    /// Both prices are one.
    Same,
    /// They differ; the sell price adds up.
    Sell,
    /// They differ; the wholesale price adds up.
    Wholesale,
}

fn prices(id: u64) -> Prices {
    if id % 11 == 4 {
        Prices::Wholesale
    } else if id % 5 == 3 {
        Prices::Sell
    } else {
        Prices::Same
    }
}

fn pick<T: Copy>(from: &[T], at: u64) -> T {
    from[usize::try_from(at).unwrap_or_default() % from.len()]
}

#[expect(
    clippy::cast_precision_loss,
    reason = "cents of a sample order are far below 2^53"
)]
fn money(cents: i64) -> Value {
    json!(cents as f64 / 100.0)
}

/// An order in RepSpark's form (repspark.md 9.1) with `lines` sellable units, i.e. product and size with a quantity.
///
/// Deterministic by `id`: customer, products, colours, sizes, quantities and prices vary. Where `id % 7 == 5` one
/// more size has the quantity zero. Where `id % 5 == 3` the sell price differs from the wholesale price and is the
/// one that adds up to `TotalAmount`; where `id % 11 == 4` they differ and the wholesale price does. `TotalUnits`
/// and `TotalAmount` are right.
pub fn sample_order(id: u64, lines: usize) -> Value {
    let (items, units, cents) = items(id, lines);
    let (shop, ..) = pick(&SHOPS, id / 3);
    let customer = format!("C{}", 10_001 + id % 40);
    let mut order = head(id, &customer);
    let rest = json!({
        "TotalUnits": units, "TotalAmount": money(cents),
        "LocationCode": "MAIN", "CurrencyCode": "USD", "PriceModification": null, "PricingPlanId": null,
        "PricingTierCode": "WHSL", "IgnoresPricingPlans": false, "UsesBuyingGroup": false, "CatalogCode": "F26",
        "StatusId": 1, "SourceId": 1,
        "Customer": {
            "CustomerCode": customer, "Name": shop,
            "Extensions": [{"ElementType": "EMAIL", "Value": format!("buyer{}@example.test", id % 40)}]
        },
        "OrderItems": items,
        "Extensions": [{"ElementType": "DEPARTMENT", "Value": "GOLF"}]
    });
    for part in [address(id), rest] {
        if let (Value::Object(order), Value::Object(part)) = (&mut order, part) {
            order.extend(part);
        }
    }
    order
}

fn head(id: u64, customer: &str) -> Value {
    let rep = format!("rep.{}@example.test", id % 4 + 1);
    let day = id % 28 + 1;
    json!({
        "OrderId": id,
        "OrderGuid": format!("{:08x}-6c1e-4a7d-9c55-{id:012x}", id & 0xffff_ffff),
        "LogOrderNumber": id.to_string(), "ConfirmationCode": null, "UserName": rep,
        "BrandCode": "NL", "SeasonCode": "FALL26", "DivisionCode": "WHS",
        "CustomerCode": customer, "StoreCode": format!("{:04}", id % 9 + 1),
        "SalesPersonCode": format!("SP{}", id % 4 + 1), "PurchaseOrder": format!("PO-{}", 70_000 + id),
        "EntryDate": format!("2026-09-{day:02}"), "OrderDate": format!("2026-09-{day:02}"),
        "StartDate": format!("2026-10-{day:02}"), "CancelDate": format!("2026-11-{day:02}"), "InHandDate": null,
        "LastUpdated": format!("2026-09-{day:02} 15:02:05"), "LastUpdatedBy": rep,
        "TypeCode": "ATONCE", "Comments": "Deliver to rear dock", "TermsCode": "NET30", "ShipViaCode": "UPSG",
        "SpecialHandling": null
    })
}

/// The one-off address; every third order goes to its store instead.
fn address(id: u64) -> Value {
    let (shop, city, state, zip) = pick(&SHOPS, id / 3);
    let to = |text: &str| {
        if id.is_multiple_of(3) {
            Value::Null
        } else {
            json!(text)
        }
    };
    json!({
        "DropShipName": to(shop), "DropShipAttn": to("Receiving"), "DropShipAddress1": to("12 Quay Street"),
        "DropShipAddress2": null, "DropShipCity": to(city), "DropShipState": to(state),
        "DropShipZip": to(zip), "DropShipCountry": to("US")
    })
}

/// The items, their units, and what they cost in cents: two sizes to a product, so that lines meet on one parent.
fn items(id: u64, lines: usize) -> (Vec<Value>, i64, i64) {
    let (mut items, mut units, mut cents) = (Vec::new(), 0, 0);
    let mut left = lines;
    let mut number = 0u64;
    while left > 0 {
        let here = left.min(2);
        left -= here;
        let (product, name, wholesale) = pick(&PRODUCTS, id + number);
        let (color, color_name) = pick(&COLORS, id + number / 6);
        let sell = if prices(id) == Prices::Same {
            wholesale
        } else {
            wholesale - 200
        };
        let counted = if prices(id) == Prices::Wholesale {
            wholesale
        } else {
            sell
        };
        let size = |at: u64, quantity: i64| {
            json!({
                "SizeCode": pick(&SIZES, id + at), "OrderedQuantity": quantity,
                "SizeWholesalePrice": money(wholesale), "SizeSellPrice": money(sell)
            })
        };
        let mut sizes = Vec::new();
        for (at, _) in (0..).zip(0..here) {
            let quantity = pick(&[6, 12, 1, 24], id + number + at);
            units += quantity;
            cents += quantity * counted;
            sizes.push(size(at, quantity));
        }
        if number == 0 && id % 7 == 5 {
            sizes.insert(1, size(2, 0));
        }
        number += 1;
        items.push(json!({
            "OrderLineNumber": number.to_string(), "ProductNumber": product, "ProductName": name,
            "ColorCode": color, "ColorDescription": color_name, "Extensions": [], "OrderItemSizes": sizes
        }));
    }
    (items, units, cents)
}

//! Orders made up from a number: the same number, the same order.
//!
//! `order_number` and `uuid` are the vendor's keys. Every other key is an invented placeholder, since the vendor's list
//! of fields was not found (ecat.md sections 3 and 6); a brand's real keys go into its field map.

use serde_json::{Value, json};

const PRODUCTS: [(&str, i64); 12] = [
    ("LAMP-204", 14_250),
    ("MIR-031", 38_900),
    ("VASE-118", 4_600),
    ("RUG-0508", 62_500),
    ("BOWL-077", 3_250),
    ("CLK-410", 9_800),
    ("STOOL-22", 17_900),
    ("PILL-303", 2_950),
    ("TRAY-515", 5_400),
    ("SCON-909", 21_000),
    ("FRM-0811", 1_875),
    ("TABL-660", 84_000),
];
const FINISHES: [&str; 5] = ["BRS", "WAL", "BLK", "WHT", "NAT"];

/// Item numbers that there are; no more lines are without a repetition.
const ITEMS: u64 = 60;

const REPS: [&str; 4] = [
    "Avery Quill",
    "Jordan Marsh-Hale",
    "Casey Thornbury",
    "Riley Vandermeer",
];
const SHOPS: [&str; 5] = [
    "Lantern & Loom",
    "Hearthside Interiors",
    "Copperfield Home",
    "Saltmarsh Living",
    "The Gilded Nook",
];
const STREETS: [&str; 4] = [
    "Foundry Lane",
    "Orchard Terrace",
    "Millrace Road",
    "Beacon Parade",
];

/// The custom header fields of a sample, under admin-defined keys: text, numbers, dates and several choices at once. One
/// of them is blank. That they stand beside the built-in fields, and how they are written, is a guess.
pub const ECAT_CUSTOM_FIELDS: [&str; 10] = [
    "ship_window",
    "cancel_date",
    "department",
    "terms",
    "ship_via",
    "warehouse",
    "show_code",
    "discount_percent",
    "tags",
    "approved_by",
];

/// The fields of a sample that say something of a person; their values must not stand in a log.
pub const ECAT_PERSONAL: [&str; 9] = [
    "approved_by",
    "bill_to_address",
    "bill_to_name",
    "buyer_email",
    "buyer_phone",
    "comments",
    "rep_name",
    "ship_to_address",
    "ship_to_name",
];

fn pick<T: Copy>(from: &[T], at: u64) -> T {
    from[usize::try_from(at).unwrap_or_default() % from.len()]
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// An order in eCat's form with `lines` lines, without an `id`, which the server gives.
///
/// Deterministic by `n`. Neighbours share few item numbers; up to 60 lines none is repeated. `total` is right.
pub fn ecat_sample(n: u64, lines: usize) -> Value {
    let day = n % 28 + 1;
    let (rep, shop, street) = (pick(&REPS, n), pick(&SHOPS, n / 2), pick(&STREETS, n / 3));
    let house = n % 180 + 1;
    let mut order = json!({
        "order_number": format!("{}-09{day:02}26-{n:03}", 7_100 + n % 60),
        "uuid": format!("{:08X}-7F1A-4C53-8E77-{n:012X}", (n.wrapping_mul(2_654_435_761)) & 0xffff_ffff),
        "customer_number": format!("C-{}", 20_401 + n % 40),
        "po_number": format!("PO-{}", 88_000 + n),
        "submit_date": format!("2026-09-{day:02}"),
        "ship_date": format!("2026-10-{day:02}"),
        "currency": "USD",
        "bill_to_name": format!("{shop} {n}"),
        "bill_to_address": format!("{house} {street}"),
        "ship_to_name": format!("{shop} {n} Receiving"),
        "ship_to_address": format!("{} {street}", house + 2),
        "ship_to_city": pick(&["Portland", "Savannah", "Boulder"], n),
        "ship_to_state": pick(&["ME", "GA", "CO"], n),
        "ship_to_zip": pick(&["04101", "31401", "80302"], n),
        "buyer_email": format!("buyer.{n}@example.test"),
        "buyer_phone": format!("555-01{:02}-{n:05}", n % 100),
        "rep_name": rep,
        "comments": format!("Ring {} before noon", pick(&REPS, n + 1)),
    });
    let custom = json!({
        "ship_window": pick(&["EARLY", "LATE", "ANY"], n), "cancel_date": format!("2026-12-{day:02}"),
        "department": pick(&["HOME", "GIFT"], n), "terms": pick(&["NET30", "NET60", "CC"], n),
        "ship_via": pick(&["UPSG", "FDXG"], n), "warehouse": "MAIN", "show_code": "",
        "discount_percent": n % 3 * 5, "tags": "SPRING,FLOOR", "approved_by": rep,
    });
    if let (Value::Object(order), Value::Object(custom)) = (&mut order, custom) {
        order.extend(custom);
    }
    let at = (0..lines).map(|line| n * 7 + u64::try_from(line).unwrap_or_default());
    let items = at.map(|at| item(at % ITEMS, 1 + (n + at) % 9)).collect();
    with_items(order, items)
}

/// The same order as a user revises it: another quantity of the first line, and one line more. Of up to 59 lines all
/// remain.
pub fn ecat_revised(order: &Value) -> Value {
    let mut items = items(order);
    let known: Vec<u64> = items.iter().filter_map(place).collect();
    let more = (0..ITEMS).map(|step| (known.first().copied().unwrap_or_default() + step) % ITEMS);
    let more = more
        .into_iter()
        .find(|at| !known.contains(at))
        .unwrap_or_default();
    if let Some(quantity) = items.first_mut().and_then(|item| item.get_mut("quantity")) {
        *quantity = json!(quantity.as_u64().unwrap_or_default() + 2);
    }
    items.push(item(more, 3));
    with_items(order.clone(), items)
}

/// The same order emptied and filled again: as many lines, and up to 30 of them none of those before.
pub fn ecat_refilled(order: &Value) -> Value {
    let known: Vec<u64> = items(order).iter().filter_map(place).collect();
    let others = (0..ITEMS).filter(|at| !known.contains(at));
    let items = others.take(known.len()).map(|at| item(at, 2 + at % 5)).collect();
    with_items(order.clone(), items)
}

fn items(order: &Value) -> Vec<Value> {
    order
        .get("items")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn number(at: u64) -> String {
    let (product, _) = pick(&PRODUCTS, at);
    format!("{product}-{}", pick(&FINISHES, at / 12))
}

/// Which of the 60 an item is.
fn place(item: &Value) -> Option<u64> {
    let wanted = item.get("item_number")?.as_str()?;
    (0..ITEMS).find(|at| number(*at) == wanted)
}

fn item(at: u64, quantity: u64) -> Value {
    let (_, cents) = pick(&PRODUCTS, at);
    json!({"item_number": number(at), "quantity": quantity, "unit_price": money(cents)})
}

fn with_items(mut order: Value, items: Vec<Value>) -> Value {
    let cents: i64 = items
        .iter()
        .filter_map(|item| {
            let (_, cents) = pick(&PRODUCTS, place(item)?);
            Some(cents * item.get("quantity")?.as_i64()?)
        })
        .sum();
    if let Value::Object(fields) = &mut order {
        fields.insert("total".to_owned(), money(cents).into());
        fields.insert("items".to_owned(), Value::Array(items));
    }
    order
}

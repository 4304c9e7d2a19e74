//! The request of `erp-orders/1`, checked to the letter (erp.md section 4).

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::Value;

use super::answer::Refusal;
use super::fields::Fields;

const ORDER: [&str; 19] = [
    "contract",
    "key",
    "content_sha256",
    "source",
    "revision_of",
    "customer",
    "customer_po",
    "order_date",
    "ship_date",
    "cancel_date",
    "currency",
    "terms_code",
    "ship_via_code",
    "warehouse_code",
    "sales_rep_code",
    "ship_to",
    "lines",
    "totals",
    "notes",
];
const LINE: [&str; 9] = [
    "line",
    "correlation_id",
    "sku",
    "upc",
    "quantity",
    "unit_price",
    "discount_percent",
    "ship_date",
    "note",
];

/// A request that fits the contract.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) key: String,
    pub(super) sha: String,
    pub(super) revision_of: Option<String>,
    pub(super) customer: String,
    pub(super) skus: Vec<String>,
    pub(super) request: Arc<Value>,
}

/// `^[A-Z0-9_-]{1,35}$`
pub(super) fn is_key(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    (1..=35).contains(&text.len()) && text.bytes().all(fits)
}

/// Reads a request that was put under `key`.
pub(super) fn read(key: &str, says_json: bool, body: &[u8]) -> Result<Sheet, Refusal> {
    if !is_key(key) {
        return Err(Refusal::value("key", "does not fit ^[A-Z0-9_-]{1,35}$"));
    }
    if !says_json {
        return Err(Refusal::value("content-type", "is not application/json"));
    }
    let request: Value = serde_json::from_slice(body).map_err(|_| Refusal::value("body", "is not JSON"))?;
    let order = Fields::new(&request, "", &ORDER)?;
    head(key, &order)?;
    source(order.value("source"))?;
    ship_to(order.value("ship_to"))?;
    let customer = Fields::new(
        order.value("customer"),
        "customer",
        &["code", "name", "ship_to_code"],
    )?;
    let code = customer.text("code")?.to_owned();
    customer.texts_or_null(&["name", "ship_to_code"])?;
    let (skus, sum) = lines(key, &order)?;
    let totals = Fields::new(order.value("totals"), "totals", &["lines"])?;
    if totals.decimal("lines")? != sum {
        return Err(totals.wrong("lines", "is not the sum of the lines"));
    }
    Ok(Sheet {
        key: key.to_owned(),
        sha: order.text("content_sha256")?.to_owned(),
        revision_of: order.text_or_null("revision_of")?.map(str::to_owned),
        customer: code,
        skus,
        request: Arc::new(request.clone()),
    })
}

fn head(key: &str, order: &Fields<'_>) -> Result<(), Refusal> {
    if order.text("contract")? != "erp-orders/1" {
        return Err(order.wrong("contract", "is not erp-orders/1"));
    }
    if order.text("key")? != key {
        return Err(order.wrong("key", "is not the key of the URL"));
    }
    let sha = order.text("content_sha256")?;
    if sha.len() != 64 || !sha.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(order.wrong("content_sha256", "is not 64 hex digits"));
    }
    if order
        .text_or_null("revision_of")?
        .is_some_and(|other| !is_key(other) || other == key)
    {
        return Err(order.wrong("revision_of", "is not the key of another order"));
    }
    let currency = order.text("currency")?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(order.wrong("currency", "is not an ISO 4217 code"));
    }
    order.dates_or_null(&["order_date", "ship_date", "cancel_date"])?;
    order.texts_or_null(&[
        "customer_po",
        "terms_code",
        "ship_via_code",
        "warehouse_code",
        "sales_rep_code",
        "notes",
    ])
}

fn source(value: &Value) -> Result<(), Refusal> {
    let names = ["vendor", "account", "order_number", "order_uuid", "submitted_at"];
    let source = Fields::new(value, "source", &names)?;
    if !["repspark", "ecat"].contains(&source.text("vendor")?) {
        return Err(source.wrong("vendor", "is not a vendor"));
    }
    source.text("account")?;
    source.text("order_number")?;
    source.text_or_null("order_uuid")?;
    match source.text_or_null("submitted_at")? {
        Some(text) if text.parse::<jiff::Timestamp>().is_err() => {
            Err(source.wrong("submitted_at", "is not a time with a zone"))
        }
        _ => Ok(()),
    }
}

fn ship_to(value: &Value) -> Result<(), Refusal> {
    if value.is_null() {
        return Ok(());
    }
    let names = ["name", "lines", "city", "region", "postal_code", "country"];
    let to = Fields::new(value, "ship_to", &names)?;
    to.text("name")?;
    to.texts_or_null(&["city", "region", "postal_code", "country"])?;
    let texts = |lines: &Vec<Value>| {
        lines
            .iter()
            .all(|line| line.as_str().is_some_and(|text| !text.is_empty()))
    };
    if to.value("lines").as_array().is_some_and(texts) {
        Ok(())
    } else {
        Err(to.wrong("lines", "is not an array of texts"))
    }
}

/// The SKUs by line, and what the lines sum up to.
fn lines(key: &str, order: &Fields<'_>) -> Result<(Vec<String>, Decimal), Refusal> {
    let lines = order.value("lines").as_array().filter(|lines| !lines.is_empty());
    let lines = lines.ok_or_else(|| order.wrong("lines", "has no line"))?;
    let (mut skus, mut sum) = (Vec::new(), Decimal::ZERO);
    for (at, value) in lines.iter().enumerate() {
        let line = Fields::new(value, &format!("lines[{at}]"), &LINE)?;
        let number = at + 1;
        if line.value("line").as_u64() != u64::try_from(number).ok() {
            return Err(line.wrong("line", "is not its position from 1"));
        }
        if line.text("correlation_id")? != format!("{key}-{number}") {
            return Err(line.wrong("correlation_id", "is not the key and the line"));
        }
        let quantity = line.decimal("quantity")?;
        if quantity.is_zero() {
            return Err(line.wrong("quantity", "is zero"));
        }
        let off = line.decimal("discount_percent")?;
        if off > Decimal::ONE_HUNDRED {
            return Err(line.wrong("discount_percent", "is more than 100"));
        }
        let gross = quantity * line.decimal("unit_price")?;
        sum += gross - gross * off / Decimal::ONE_HUNDRED;
        line.texts_or_null(&["upc", "note"])?;
        line.dates_or_null(&["ship_date"])?;
        skus.push(line.text("sku")?.to_owned());
    }
    Ok((skus, sum))
}

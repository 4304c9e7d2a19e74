//! Bodies, checked to the letter (the seed, and vendor notes, section 3). What is wrong is told in words.
//!
//! Every body of the seed is taken, with its missing colons put in. That everything else is refused is stricter than the
//! vendor is, who takes at least one date that is no ISO date.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::fields::{date, is_text, list, object, one_of, recipe_set, text, texts};
use super::target::Endpoint;

const HEADER: [&str; 9] = [
    "accountNumber",
    "priority",
    "organizationId",
    "emailAddress",
    "phoneNumber",
    "serialNumber",
    "proofStatus",
    "orderReference",
    "customerServiceContact",
];
/// What the seed lists for the details of an order.
const DETAILS_HEADER: [&str; 5] = [
    "accountNumber",
    "priority",
    "organizationId",
    "emailAddress",
    "phoneNumber",
];
const LINE: [&str; 8] = [
    "sku",
    "quantity",
    "skuQuantities",
    "giftMessage",
    "shipmentVendor",
    "shipmentTracking",
    "estimatedDeliveryDate",
    "proofStatus",
];
const ADDRESS: [&str; 7] = [
    "firstName",
    "lastName",
    "address1",
    "city",
    "state",
    "postalCode",
    "country",
];

/// What a call that fits asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Work {
    pub(super) endpoint: Endpoint,
    pub(super) caller: String,
    /// One; several of `acknowledgements` alone.
    pub(super) orders: Vec<Form>,
}

/// An order in a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) number: String,
    pub(super) lines: Vec<Item>,
    pub(super) body: Arc<Value>,
}

/// A recipe set in a body.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Item {
    pub(super) recipe_set: String,
    pub(super) skus: Vec<(String, u64)>,
    pub(super) tracking: Option<String>,
}

pub(super) fn read(endpoint: &Endpoint, body: &Value) -> Result<Work, String> {
    let orders = match endpoint {
        Endpoint::Acknowledgements => {
            let all = body.as_array().filter(|all| !all.is_empty());
            let all = all.ok_or("the body is no array of orders")?;
            let read = all.iter().map(acknowledgement).collect::<Result<Vec<_>, _>>()?;
            for (at, one) in read.iter().enumerate() {
                if read[..at].iter().any(|before| before.number == one.number) {
                    return Err(format!("order {} is there twice", one.number));
                }
            }
            read
        }
        Endpoint::Order => vec![details(body)?],
        Endpoint::ShipNotification => vec![shipment(body)?],
        Endpoint::Acknowledgement | Endpoint::OrderNumber(_) => vec![acknowledgement(body)?],
    };
    Ok(Work {
        endpoint: endpoint.clone(),
        caller: String::new(),
        orders,
    })
}

fn acknowledgement(body: &Value) -> Result<Form, String> {
    if body.get("recipeSets").is_some() {
        let more = ["accountNumber", "organizationId"];
        let fields = object(
            body,
            "",
            &["purchaseOrderNumber", "orderDate", "recipeSets"],
            &more,
        )?;
        let line = ["recipeSetId", "skuQuantities"];
        return order(fields, "recipeSets", &line, &[], body);
    }
    let fields = object(
        body,
        "",
        &["purchaseOrderNumber", "orderDate", "lineItems"],
        &HEADER,
    )?;
    order(fields, "lineItems", &["recipeSetId"], &LINE, body)
}

fn details(body: &Value) -> Result<Form, String> {
    let required = [
        "purchaseOrderNumber",
        "orderDate",
        "lineItems",
        "customerAddress",
        "shippingAddress",
    ];
    let fields = object(body, "", &required, &DETAILS_HEADER)?;
    for name in ["customerAddress", "shippingAddress"] {
        let address = object(&fields[name], name, &ADDRESS, &["address2", "province"])?;
        texts(address, &ADDRESS)?;
        for more in ["address2", "province"] {
            if let Some(text) = address.get(more) {
                is_text(text, more)?;
            }
        }
        if text(address, "country")?.len() != 2 {
            return Err(format!("{name}.country is no country"));
        }
    }
    let line: Vec<&str> = LINE.into_iter().filter(|name| *name != "proofStatus").collect();
    order(fields, "lineItems", &["recipeSetId"], &line, body)
}

fn shipment(body: &Value) -> Result<Form, String> {
    let fields = object(body, "", &["purchaseOrderNumber", "lineItems"], &[])?;
    let read = |line: &Value| {
        let line = object(
            line,
            "lineItems[]",
            &["recipeSetReadableId", "shipmentTracking"],
            &["serialNumbers"],
        )?;
        let numbers = line.get("serialNumbers").map(Value::as_array);
        for number in numbers
            .unwrap_or(Some(&Vec::new()))
            .ok_or("serialNumbers is no array")?
        {
            is_text(number, "serialNumbers[]")?;
        }
        Ok::<_, String>(Item {
            recipe_set: recipe_set(line, "recipeSetReadableId")?,
            tracking: Some(text(line, "shipmentTracking")?.to_owned()),
            ..Item::default()
        })
    };
    Ok(Form {
        number: text(fields, "purchaseOrderNumber")?.to_owned(),
        lines: list(fields, "lineItems")?
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?,
        body: Arc::new(body.clone()),
    })
}

fn order(
    fields: &Map<String, Value>,
    key: &str,
    required: &[&str],
    more: &[&str],
    body: &Value,
) -> Result<Form, String> {
    date(fields, "orderDate")?;
    header(fields)?;
    let read = |line: &Value| item(object(line, &format!("{key}[]"), required, more)?);
    Ok(Form {
        number: text(fields, "purchaseOrderNumber")?.to_owned(),
        lines: list(fields, key)?.iter().map(read).collect::<Result<_, _>>()?,
        body: Arc::new(body.clone()),
    })
}

fn header(fields: &Map<String, Value>) -> Result<(), String> {
    for name in HEADER {
        match (name, fields.get(name)) {
            (_, None) => {}
            ("priority", _) => one_of(fields, name, &["lower", "normal", "higher"])?,
            ("proofStatus", _) => one_of(fields, name, &["Requested", "Fulfilled"])?,
            _ => texts(fields, &[name])?,
        }
    }
    Ok(())
}

fn item(line: &Map<String, Value>) -> Result<Item, String> {
    for name in ["giftMessage", "shipmentVendor", "shipmentTracking"] {
        if line.contains_key(name) {
            text(line, name)?;
        }
    }
    if line.contains_key("estimatedDeliveryDate") {
        date(line, "estimatedDeliveryDate")?;
    }
    if line.contains_key("proofStatus") {
        one_of(line, "proofStatus", &["Requested", "Fulfilled"])?;
    }
    let mut skus = Vec::new();
    if line.contains_key("skuQuantities") {
        for one in list(line, "skuQuantities")? {
            skus.push(sku(object(one, "skuQuantities[]", &["sku", "quantity"], &[])?)?);
        }
    }
    if line.contains_key("sku") || line.contains_key("quantity") {
        let one = sku(line)?;
        if skus.is_empty() {
            skus.push(one);
        }
    }
    if skus.is_empty() {
        return Err("a line has neither sku and quantity nor skuQuantities".to_owned());
    }
    Ok(Item {
        recipe_set: recipe_set(line, "recipeSetId")?,
        skus,
        tracking: None,
    })
}

fn sku(fields: &Map<String, Value>) -> Result<(String, u64), String> {
    let sku = text(fields, "sku")?.to_owned();
    // The lists say "string", every example has a number.
    let quantity = fields
        .get("quantity")
        .and_then(Value::as_u64)
        .filter(|pieces| *pieces > 0);
    Ok((sku, quantity.ok_or("a quantity is no whole number above zero")?))
}

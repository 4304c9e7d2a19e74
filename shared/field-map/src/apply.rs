//! One payload to one order.

use order_model::{Address, CustomOrder, Customer, Line, Order, Source};
use serde_json::Value;

use crate::dates::Calendar;
use crate::expr::Expr;
use crate::lines::drafts;
use crate::map::{Context, Rules};
use crate::pointer::View;
use crate::price::{Stated, check_units, choose};
use crate::problem::{Flaw, Problem, ProblemKind};
use crate::reader::Reader;
use crate::value::{currency, decimal};

/// Makes the order, or tells everything that stands in the way.
pub(crate) fn apply(rules: &Rules, raw: &Value, context: &Context) -> Result<Order, Vec<Problem>> {
    if rules.source != context.vendor {
        let field = "source.vendor".to_owned();
        return Err(vec![Problem {
            field,
            kind: ProblemKind::OtherSource,
            tried: Vec::new(),
        }]);
    }
    let mut problems = Vec::new();
    let view = View {
        root: raw,
        chain: Vec::new(),
    };
    let calendar = Calendar {
        zone: &context.time_zone,
        source: rules.source,
    };
    let mut reader = Reader::new(&rules.order, &view, String::new());
    let header = header(&mut reader, context, calendar);
    problems.extend(reader.into_problems());
    let lines = lines(rules, &view, calendar, &mut problems);
    match (header, lines) {
        (Some(order), Some(lines)) if problems.is_empty() => Ok(Order { lines, ..order }),
        _ => Err(problems),
    }
}

/// Everything but the lines. All fields are read before the first is found wanting, so that all problems are told.
fn header(reader: &mut Reader<'_>, context: &Context, calendar: Calendar<'_>) -> Option<Order> {
    let source = source(reader, context, calendar);
    let spark_cart_id = reader.text("spark_cart_id");
    let customer = customer(reader);
    let currency = reader.need("currency", currency);
    let customer_po = reader.text("customer_po");
    let order_date = reader.read("order_date", |text| calendar.date(text));
    let ship_date = reader.read("ship_date", |text| calendar.date(text));
    let cancel_date = reader.read("cancel_date", |text| calendar.date(text));
    let terms_code = reader.text("terms_code");
    let ship_via_code = reader.text("ship_via_code");
    let warehouse_code = reader.text("warehouse_code");
    let sales_rep_code = reader.text("sales_rep_code");
    let ship_to = address(reader, "ship_to", customer.as_ref());
    let bill_to = address(reader, "bill_to", customer.as_ref());
    let custom = custom(reader);
    let notes = reader.text("notes");
    Some(Order {
        key: context.key.clone(),
        source: source?,
        revision_of: None,
        spark_cart_id,
        customer: customer?,
        customer_po,
        order_date,
        ship_date,
        cancel_date,
        currency: currency?,
        terms_code,
        ship_via_code,
        warehouse_code,
        sales_rep_code,
        ship_to,
        bill_to,
        custom,
        notes,
        lines: Vec::new(),
    })
}

fn source(reader: &mut Reader<'_>, context: &Context, calendar: Calendar<'_>) -> Option<Source> {
    let order_number = reader.need("source.order_number", own);
    let order_uuid = reader.text("source.order_uuid");
    let submitted_at = reader.read("source.submitted_at", |text| calendar.moment(text));
    let (vendor, account) = (context.vendor, context.account.clone());
    Some(Source {
        vendor,
        account,
        order_number: order_number?,
        order_uuid,
        submitted_at,
    })
}

fn customer(reader: &mut Reader<'_>) -> Option<Customer> {
    let code = reader.need("customer.code", own);
    let name = reader.text("customer.name");
    let ship_to_code = reader.text("customer.ship_to_code");
    Some(Customer {
        code: code?,
        name,
        ship_to_code,
    })
}

/// An address of its own, if the payload has a name or a street for one; a street without a name is the customer's.
fn address(reader: &mut Reader<'_>, which: &str, customer: Option<&Customer>) -> Option<Address> {
    let mut text = |part: &str| reader.text(&format!("{which}.{part}"));
    let name = text("name");
    let streets = ["line1", "line2", "line3"].map(&mut text);
    let city = text("city");
    let region = text("region");
    let postal_code = text("postal_code");
    let country = text("country");
    if name.is_none() && streets[0].is_none() {
        return None;
    }
    let name =
        name.or_else(|| customer.map(|customer| customer.name.as_ref().unwrap_or(&customer.code).clone()));
    let lines = streets.into_iter().flatten().collect();
    Some(Address {
        name: name?,
        lines,
        city,
        region,
        postal_code,
        country,
    })
}

/// What the maker of custom lines is told, if the payload has anything of it.
fn custom(reader: &mut Reader<'_>) -> Option<CustomOrder> {
    let mut text = |part: &str| reader.text(&format!("custom.{part}"));
    let custom = CustomOrder {
        account_number: text("account_number"),
        organization_id: text("organization_id"),
        email_address: text("email_address"),
        phone_number: text("phone_number"),
        serial_number: text("serial_number"),
        order_reference: text("order_reference"),
        customer_service_contact: text("customer_service_contact"),
        priority: text("priority"),
        proof_status: text("proof_status"),
    };
    Some(custom).filter(|custom| *custom != CustomOrder::default())
}

fn lines(
    rules: &Rules,
    view: &View<'_>,
    calendar: Calendar<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Line>> {
    let drafts = drafts(rules, view.root, calendar, problems);
    let mut reader = Reader::new(&rules.checks, view, String::new());
    let units = stated(&mut reader, "total_units");
    let total = stated(&mut reader, "total_amount");
    problems.extend(reader.into_problems());
    if drafts.lines.is_empty() {
        return None;
    }
    if let Some(units) = units {
        let column = rules
            .line
            .get("quantity")
            .map(Expr::written)
            .unwrap_or_default()
            .join("|");
        check_units(&drafts, &units, column, problems);
    }
    let prices = choose(&rules.prices, &drafts, total.as_ref(), problems)?;
    drafts
        .lines
        .into_iter()
        .zip(prices)
        .map(|(draft, price)| draft.priced(price))
        .collect()
}

fn stated(reader: &mut Reader<'_>, name: &str) -> Option<Stated> {
    let value = reader.read(name, decimal)?;
    Some(Stated {
        value,
        tried: reader.places(name),
    })
}

fn own(text: &str) -> Result<String, Flaw> {
    Ok(text.to_owned())
}

//! What an order says to Spectrum beside its lines: from text as its source has it to Spectrum's fields.

use jiff::Zoned;
use jiff::tz::TimeZone;
use order_model::{CustomLine, CustomOrder, Line, Order};
use spectrum::{Header, LineMore, Priority, ProofStatus};

/// The header, or the names of the fields whose words Spectrum does not have.
pub(crate) fn header(order: &Order, unfit: &mut Vec<String>) -> Header {
    let none = CustomOrder::default();
    let said = order.custom.as_ref().unwrap_or(&none);
    Header {
        account_number: said.account_number.clone(),
        organization_id: said.organization_id.clone(),
        email_address: said.email_address.clone(),
        phone_number: said.phone_number.clone(),
        serial_number: said.serial_number.clone(),
        order_reference: said.order_reference.clone(),
        customer_service_contact: said.customer_service_contact.clone(),
        priority: word(said.priority.as_deref(), Priority::parse, "priority", unfit),
        proof_status: word(
            said.proof_status.as_deref(),
            ProofStatus::parse,
            "proofStatus",
            unfit,
        ),
    }
}

/// What is said of the custom lines.
pub(crate) fn lines(order: &Order, zone: &TimeZone, unfit: &mut Vec<String>) -> Vec<LineMore> {
    let custom = order.lines.iter().filter(|line| line.is_custom());
    custom.filter_map(|line| more(line, zone, unfit)).collect()
}

fn more(line: &Line, zone: &TimeZone, unfit: &mut Vec<String>) -> Option<LineMore> {
    let said: &CustomLine = line.custom.as_ref()?;
    let field = format!("line {} proofStatus", line.line);
    let day = said.estimated_delivery_date;
    Some(LineMore {
        line: line.line,
        gift_message: said.gift_message.clone(),
        shipment_vendor: said.shipment_vendor.clone(),
        shipment_tracking: said.shipment_tracking.clone(),
        estimated_delivery: day.and_then(|day| -> Option<Zoned> { day.to_zoned(zone.clone()).ok() }),
        proof_status: word(said.proof_status.as_deref(), ProofStatus::parse, &field, unfit),
    })
}

/// A word of Spectrum's, if one is said.
fn word<T>(
    said: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    field: &str,
    unfit: &mut Vec<String>,
) -> Option<T> {
    let said = said.map(str::trim).filter(|said| !said.is_empty())?;
    let parsed = parse(said);
    if parsed.is_none() {
        unfit.push(format!("{field} is no word that Spectrum has"));
    }
    parsed
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;

//! What an acknowledgement is made of, beside the order.

use jiff::Zoned;
use jiff::tz::TimeZone;
use order_model::Order;

use crate::number::PurchaseOrderNumber;
use crate::options::{Options, Priority, ProofStatus};

/// What an acknowledgement, or the details of an order, are made of. Plain values: whoever maps them decides where they
/// come from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The order, as it was imported.
    pub order: &'a Order,
    /// Its name at Spectrum, which never changes.
    pub number: &'a PurchaseOrderNumber,
    /// When it was ordered, see [`ordered_at`].
    pub ordered_at: &'a Zoned,
    /// What is said of the order.
    pub header: &'a Header,
    /// What is said of its lines, one entry for a line at most. What is said of lines that are not custom-made is left out.
    pub lines: &'a [LineMore],
    /// What the brand sets.
    pub options: &'a Options,
}

/// What may be said of an order; blanks are nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// `accountNumber`.
    pub account_number: Option<String>,
    /// `organizationId`.
    pub organization_id: Option<String>,
    /// `emailAddress`. Personal data.
    pub email_address: Option<String>,
    /// `phoneNumber`. Personal data.
    pub phone_number: Option<String>,
    /// `serialNumber`; not in the order's details.
    pub serial_number: Option<String>,
    /// `orderReference`: newer than the seed; not in the order's details.
    pub order_reference: Option<String>,
    /// `customerServiceContact`: newer than the seed; not in the order's details.
    pub customer_service_contact: Option<String>,
    /// `priority`, before that of the options.
    pub priority: Option<Priority>,
    /// `proofStatus` of the order, before that of the options; not in the order's details.
    pub proof_status: Option<ProofStatus>,
}

/// `Debug` hides it, because it holds personal data.
impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Header(hidden)")
    }
}

/// What may be said of a line. Lines of one recipe set are told as one, so they have to say the same.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LineMore {
    /// Its position in the order, from 1.
    pub line: u32,
    /// `giftMessage`. Personal data.
    pub gift_message: Option<String>,
    /// `shipmentVendor`.
    pub shipment_vendor: Option<String>,
    /// `shipmentTracking`.
    pub shipment_tracking: Option<String>,
    /// `estimatedDeliveryDate`.
    pub estimated_delivery: Option<Zoned>,
    /// `proofStatus`, before the order's; not in the order's details.
    pub proof_status: Option<ProofStatus>,
}

/// `Debug` hides what it says, because it holds personal data.
impl std::fmt::Debug for LineMore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LineMore({}, hidden)", self.line)
    }
}

/// When an order was ordered, in the brand's time zone: when it was submitted, else the begin of the day that it names;
/// none if it says neither.
pub fn ordered_at(order: &Order, zone: &TimeZone) -> Option<Zoned> {
    let submitted = order.source.submitted_at.map(|at| at.to_zoned(zone.clone()));
    submitted.or_else(|| order.order_date?.to_zoned(zone.clone()).ok())
}

/// ISO 8601 with an offset in digits, as every sample has it, and with its milliseconds if there are any: what is finer is
/// cut off, since not everybody reads nine digits.
pub(crate) fn stamp(time: &Zoned) -> String {
    let form = match time.millisecond() {
        0 => "%Y-%m-%dT%H:%M:%S%:z",
        _ => "%Y-%m-%dT%H:%M:%S%.3f%:z",
    };
    time.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_an_offset_in_digits() {
        for (time, expected) in [
            (
                "2026-03-02T09:15:00-08:00[America/Los_Angeles]",
                "2026-03-02T09:15:00-08:00",
            ),
            (
                "2026-07-02T09:15:00.5-07:00[America/Los_Angeles]",
                "2026-07-02T09:15:00.500-07:00",
            ),
            (
                "2026-03-02T09:15:00.000000001+00:00[UTC]",
                "2026-03-02T09:15:00+00:00",
            ),
            (
                "2026-03-02T00:00:00+05:45[Asia/Kathmandu]",
                "2026-03-02T00:00:00+05:45",
            ),
        ] {
            assert_eq!(stamp(&time.parse().unwrap()), expected);
        }
    }
}

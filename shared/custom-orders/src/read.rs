//! From the kept payload to what Spectrum is told, or to the reason why it waits.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use order_mapping::{AllMaps, MapsError, read_imported};
use order_model::{Order, OrderState};
use spectrum::{
    Acknowledgement, Addresses, Details, Flaws, Header, LineMore, Options, Parts, Place, PurchaseOrderNumber,
    acknowledgement, details, ordered_at,
};

use crate::said::{header, lines};

/// The code of an order of which something is missing, overlong or unfit for Spectrum.
const UNFIT: &str = "unfit_for_spectrum";

/// Why an order is not sent: the code and the words of a hold, without any text of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The stable code.
    pub code: String,
    /// What happened, and what to do next.
    pub text: String,
}

impl Held {
    /// A hold of this code.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            text: text.into(),
        }
    }

    fn unfit(what: &str, step: &str) -> Self {
        let text = format!(
            "nothing was sent, because {what}: mend it where it comes from (the order, the field map, a parameter) and retry, or \
             discard the {step}"
        );
        Self::new(UNFIT, text)
    }
}

/// What reading an order came to.
#[derive(Debug)]
pub enum Read {
    /// It has custom lines.
    Custom(Box<Custom>),
    /// Nothing of it is custom-made.
    Plain,
    /// It waits for a person.
    Held(Held),
}

/// An order with custom lines, as it was imported. `Debug` of what it says hides personal data.
#[derive(Debug)]
pub struct Custom {
    order: Order,
    header: Header,
    lines: Vec<LineMore>,
    ordered_at: Zoned,
    /// What a person may discard instead, such as "acknowledgement".
    step: &'static str,
}

/// Reads an order. `step` is what a person may discard instead, such as "acknowledgement".
pub async fn read(
    maps: &AllMaps,
    order: &OrderState,
    zone: &TimeZone,
    step: &'static str,
) -> Result<Read, MapsError> {
    let mapped = match read_imported(maps, order, zone, step).await? {
        Ok(mapped) => mapped,
        Err(unmapped) => return Ok(Read::Held(Held::new(unmapped.code, unmapped.text))),
    };
    if !mapped.is_custom() {
        return Ok(Read::Plain);
    }
    let mut unfit = Vec::new();
    let header = header(&mapped, &mut unfit);
    let lines = lines(&mapped, zone, &mut unfit);
    if !unfit.is_empty() {
        return Ok(Read::Held(Held::unfit(&unfit.join(", "), step)));
    }
    // An order that names no time was ordered when we first saw it: Spectrum wants one, and it never changes.
    let first_seen = || {
        let at = Timestamp::from_millisecond(order.first_seen.0).unwrap_or_default();
        at.to_zoned(zone.clone())
    };
    let ordered_at = ordered_at(&mapped, zone).unwrap_or_else(first_seen);
    Ok(Read::Custom(Box::new(Custom {
        order: mapped,
        header,
        lines,
        ordered_at,
        step,
    })))
}

impl Custom {
    /// The order.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// What acknowledges it.
    ///
    /// # Errors
    /// All that has to be mended first, by name.
    pub fn acknowledgement(
        &self,
        number: &PurchaseOrderNumber,
        options: &Options,
    ) -> Result<Acknowledgement, Held> {
        acknowledgement(&self.parts(number, options)).map_err(|flaws| self.flawed(&flaws))
    }

    /// Its details, with the addresses of whose it is and where it goes: to the customer's own, unless the order names
    /// another.
    ///
    /// # Errors
    /// All that has to be mended first, by name.
    pub fn details(&self, number: &PurchaseOrderNumber, options: &Options) -> Result<Details, Held> {
        let (bill, ship) = (self.order.bill_to.as_ref(), self.order.ship_to.as_ref());
        let place = |address: Option<&_>| address.map(Place::of).unwrap_or_default();
        let addresses = Addresses {
            customer: place(bill),
            shipping: place(ship.or(bill)),
        };
        details(&self.parts(number, options), &addresses).map_err(|flaws| self.flawed(&flaws))
    }

    fn parts<'a>(&'a self, number: &'a PurchaseOrderNumber, options: &'a Options) -> Parts<'a> {
        Parts {
            order: &self.order,
            number,
            ordered_at: &self.ordered_at,
            header: &self.header,
            lines: &self.lines,
            options,
        }
    }

    fn flawed(&self, flaws: &Flaws) -> Held {
        Held::unfit(&flaws.to_string(), self.step)
    }
}

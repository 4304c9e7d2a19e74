//! What an intake goes by.

use std::time::Duration;

use field_map::FieldMap;
use jiff::tz::TimeZone;
use order_mapping::Maps;
use order_model::{KeyOf, Millis, Records};

/// What known orders are compared with.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The source's field maps.
    pub maps: &'a Maps,
    /// The one that is current.
    pub current: &'a FieldMap,
    /// The zone of dates without one.
    pub zone: &'a TimeZone,
}

/// What is read, which decides what a record may come to.
#[derive(Debug, Clone, Copy)]
pub enum Read<'a> {
    /// What was submitted, by a read that can't be made again: everything is written before anything is asked.
    Submitted(Desk<'a>),
    /// What belongs to the integration before us.
    Baseline,
    /// What the source has sent and nobody confirmed. The list can be read again, and nearly all of it is known: known
    /// orders are looked up before anything is written.
    Sent {
        /// What known orders are compared with.
        desk: Desk<'a>,
        /// How long after its confirmation an order may still stand in the list.
        unconfirmed_after: Duration,
        /// Whether a person asked for this one order: then the payload of a foreign one is kept anew.
        asked_for: bool,
    },
}

/// What an intake goes by.
pub struct Rules<'a> {
    /// How this source's records are told apart.
    pub records: Records,
    /// The key of an order number.
    pub key_of: &'a KeyOf<'a>,
    /// What is read.
    pub read: Read<'a>,
    /// When raw payloads expire.
    pub expires_at: Millis,
}

impl Rules<'_> {
    pub(crate) fn is_baseline(&self) -> bool {
        matches!(self.read, Read::Baseline)
    }
}

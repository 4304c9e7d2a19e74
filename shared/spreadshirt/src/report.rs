//! An order report, as we keep it.

use order_model::Millis;

use crate::ids::{ItemId, OrderId, ReportId};
use crate::state::{ItemState, ReportState};

/// An order report: what became of items since the last one. It is deleted as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Where it stands; none if it does not say. A caller applies and deletes activated ones alone.
    pub state: Option<ReportState>,
    /// When it was made; none if it does not say so in a form that we know.
    pub created: Option<Millis>,
    /// In the order of the document, which the vendor does not promise to be that of time. The same item may stand in it
    /// many times.
    pub modifications: Vec<Modification>,
}

/// One thing that became of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modification {
    /// Spreadshirt's id of the order.
    pub order_id: Option<OrderId>,
    /// Spreadshirt's id of the item.
    pub item_id: ItemId,
    /// What the partner named the item when it made the order; none if it named it nothing. Without the blanks around it.
    pub correlation: Option<String>,
    /// What became of the item.
    pub state: ItemState,
    /// The vendor's word for `state`, as it came, for people.
    pub said: String,
    /// When.
    pub modified: Millis,
}

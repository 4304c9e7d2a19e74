//! What a test puts in, and how it is shown.

/// An order report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderReport {
    /// Its id.
    pub id: String,
    /// When it was made, in milliseconds since 1970; shown in whole seconds.
    pub created_ms: i64,
    /// What became of items, in the order of the document.
    pub changes: Vec<ItemChange>,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// Spreadshirt's id of the order.
    pub order_id: String,
    /// Spreadshirt's id of the item.
    pub item_id: String,
    /// What the partner named it; none if nothing.
    pub correlation: Option<String>,
    /// `fulfillmentState`, any text.
    pub state: String,
    /// When, in milliseconds since 1970; shown in whole seconds.
    pub modified_ms: i64,
}

impl OrderReport {
    /// A report without changes.
    pub fn new(id: &str, created_ms: i64) -> Self {
        Self {
            id: id.to_owned(),
            created_ms,
            changes: Vec::new(),
        }
    }

    /// With one more change.
    #[must_use]
    pub fn with(mut self, change: ItemChange) -> Self {
        self.changes.push(change);
        self
    }
}

impl ItemChange {
    /// A change of an item that the partner named nothing.
    pub fn new(item_id: &str, state: &str, modified_ms: i64) -> Self {
        Self {
            order_id: "55120".to_owned(),
            item_id: item_id.to_owned(),
            correlation: None,
            state: state.to_owned(),
            modified_ms,
        }
    }

    /// With what the partner named the item.
    #[must_use]
    pub fn correlated(mut self, correlation: &str) -> Self {
        self.correlation = Some(correlation.to_owned());
        self
    }
}

/// How links and elements are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hrefs {
    /// As in the vendor's sample: un-prefixed on a report of its own, `xlink:href` elsewhere.
    #[default]
    Sampled,
    /// `xlink:href` everywhere, and every element with a prefix.
    Prefixed,
    /// `href` everywhere.
    Plain,
}

/// How dates are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dates {
    /// As in the vendor's sample: `2011-08-03 08:14:00Z` in a change, `2011-08-20 20:00:00` in a report.
    #[default]
    Sampled,
    /// Without a zone everywhere.
    Zoneless,
    /// As the vendor's general rule says: `2008-05-15T12:59:23+02:00`.
    Iso,
    /// One form after the other.
    Mixed,
}

/// Whether a list holds its reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FullData {
    /// As `fullData` asks.
    #[default]
    AsAsked,
    /// References, whatever it asks.
    Never,
    /// The reports, whatever it asks.
    Always,
}

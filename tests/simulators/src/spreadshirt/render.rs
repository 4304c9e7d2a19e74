//! Documents, as the vendor writes them (vendor notes, sections 4 and 8).

use quick_xml::escape::escape;

use super::report::{Dates, Hrefs, ItemChange, OrderReport};
use super::state::{State, Switches};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// How documents are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    hrefs: Hrefs,
    dates: Dates,
    foreign_items: bool,
    unknown_states: bool,
}

/// What a date belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Change,
    Report,
}

impl Form {
    pub(super) fn of(switches: &Switches) -> Self {
        Self {
            hrefs: switches.hrefs,
            dates: switches.dates,
            foreign_items: switches.foreign_items,
            unknown_states: switches.unknown_states,
        }
    }

    pub(super) fn document(self, root: &str) -> String {
        format!("{DECLARATION}{root}")
    }

    pub(super) fn list(
        self,
        state: &State,
        (offset, limit, count): (usize, usize, usize),
        query: &str,
        entries: &str,
    ) -> String {
        let link = self.link(
            &format!("http://api.spreadshirt.net{}/orderReports", super::ROOT),
            false,
        );
        let p = self.prefix();
        let facets = if state.entries.len() > 3 {
            format!("<{p}facets/>")
        } else {
            String::new()
        };
        self.document(&format!(
            "<{p}orderReports{}{link} offset=\"{offset}\" limit=\"{limit}\" count=\"{count}\" sortField=\"default\" sortOrder=\"default\" query=\"{}\">{facets}{entries}</{p}orderReports>",
            self.namespaces(),
            escape(query)
        ))
    }

    pub(super) fn reference(self, state: &State, id: &str) -> String {
        let link = self.link(&state.link("orderReports", id), false);
        format!("<{}orderReport{link} id=\"{}\"/>\n", self.prefix(), escape(id))
    }

    pub(super) fn report(self, state: &State, report: &OrderReport, deleted: bool, alone: bool) -> String {
        let p = self.prefix();
        let mut changes = report.changes.clone();
        if self.foreign_items {
            changes.push(
                ItemChange::new("990001", "SHIPPED", report.created_ms).correlated("another-brand-77-1"),
            );
        }
        if self.unknown_states {
            changes.push(ItemChange::new("990002", "QUALITY_CHECK", report.created_ms));
        }
        let items: String = (0..)
            .zip(&changes)
            .map(|(at, change)| self.change(state, at, change))
            .collect();
        let link = self.link(&state.link("orderReports", &report.id), alone);
        let namespaces = if alone { self.namespaces() } else { String::new() };
        let created = self.date(1, report.created_ms, Of::Report);
        let word = if deleted { "DELETED" } else { "ACTIVATED" };
        format!(
            "<{p}orderReport{namespaces} id=\"{}\"{link}>\n  <{p}orderItemModifications>\n{items}  </{p}orderItemModifications>\n  <{p}state>{word}</{p}state>\n  <{p}created>{created}</{p}created>\n  <{p}modified>{created}</{p}modified>\n</{p}orderReport>\n",
            escape(&report.id)
        )
    }

    fn change(self, state: &State, at: usize, change: &ItemChange) -> String {
        let p = self.prefix();
        let order = self.link(&state.link("orders", &change.order_id), false);
        let correlation = change.correlation.as_ref().map_or_else(String::new, |name| {
            let name = escape(name.as_str());
            format!(
                "      <{p}correlation><{p}partner><{p}orderItemId>{name}</{p}orderItemId></{p}partner></{p}correlation>\n"
            )
        });
        format!(
            "    <{p}orderItemModification>\n      <{p}order id=\"{}\"{order}/>\n      <{p}orderItem id=\"{}\"/>\n{correlation}      <{p}fulfillmentState>{}</{p}fulfillmentState>\n      <{p}modified>{}</{p}modified>\n    </{p}orderItemModification>\n",
            escape(&change.order_id),
            escape(&change.item_id),
            escape(&change.state),
            self.date(at, change.modified_ms, Of::Change)
        )
    }

    fn prefix(self) -> &'static str {
        match self.hrefs {
            Hrefs::Prefixed => "s:",
            Hrefs::Sampled | Hrefs::Plain => "",
        }
    }

    fn namespaces(self) -> String {
        let own = if self.prefix().is_empty() {
            "xmlns"
        } else {
            "xmlns:s"
        };
        format!(" xmlns:xlink=\"http://www.w3.org/1999/xlink\" {own}=\"http://api.spreadshirt.net\"")
    }

    fn link(self, href: &str, of_report_alone: bool) -> String {
        let name = match self.hrefs {
            Hrefs::Plain => "href",
            Hrefs::Sampled if of_report_alone => "href",
            Hrefs::Sampled | Hrefs::Prefixed => "xlink:href",
        };
        format!(" {name}=\"{}\"", escape(href))
    }

    fn date(self, at: usize, ms: i64, of: Of) -> String {
        let sampled = match of {
            Of::Change => "%Y-%m-%d %H:%M:%SZ",
            Of::Report => "%Y-%m-%d %H:%M:%S",
        };
        let (pattern, ahead_hours) = match (self.dates, at % 3) {
            (Dates::Sampled, _) | (Dates::Mixed, 0) => (sampled, 0),
            (Dates::Zoneless, _) | (Dates::Mixed, 1) => ("%Y-%m-%d %H:%M:%S", 0),
            (Dates::Iso, _) | (Dates::Mixed, _) => ("%Y-%m-%dT%H:%M:%S+02:00", 2),
        };
        let time = jiff::Timestamp::from_millisecond(ms + ahead_hours * 3_600_000).unwrap_or_default();
        time.strftime(pattern).to_string()
    }
}

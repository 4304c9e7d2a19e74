//! The text that an order desk reads.

use std::fmt;

use rust_decimal::Decimal;

use super::{ChangedLine, Difference, HeaderChange, LineChange};

/// Entries that are shown; a person who needs more looks at the JSON form.
const SHOWN: usize = 40;
/// As much is shown of an entry.
const ENTRY_CHARS_MAX: usize = 400;

/// One entry a line, then the total. Without a line break at the end.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no difference");
        }
        let reordered = self
            .reordered
            .then(|| "the lines are in another order".to_owned());
        let entries = (self.header.iter().map(ToString::to_string))
            .chain(self.removed.iter().map(|line| format!("removed: {line}")))
            .chain(self.added.iter().map(|line| format!("added: {line}")))
            .chain(self.changed.iter().map(ToString::to_string))
            .chain(reordered);
        let mut more = 0_usize;
        for (position, entry) in entries.enumerate() {
            if position < SHOWN {
                writeln!(f, "{}", one_line(&entry))?;
            } else {
                more += 1;
            }
        }
        if more > 0 {
            writeln!(f, "and {more} more")?;
        }
        if self.total_before == self.total_after {
            write!(f, "total: {}, as before", money(self.total_after))
        } else {
            write!(
                f,
                "total: {} -> {}",
                money(self.total_before),
                money(self.total_after)
            )
        }
    }
}

/// `ship_date: 2026-11-02 -> none`, or `notes changed`.
impl fmt::Display for HeaderChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, before, after } = self;
        if before.is_none() && after.is_none() {
            return write!(f, "{field} changed");
        }
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        write!(f, "{field}: {} -> {}", shown(before), shown(after))
    }
}

/// `line 2 CAP-RED-OS, 1 x 9.99 less 10%`.
impl fmt::Display for LineChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line, sku, quantity, ..
        } = self;
        write!(f, "line {line} {sku}, {quantity} x {}", money(self.unit_price))?;
        match self.discount_percent {
            Some(percent) => write!(f, " less {percent}%"),
            None => Ok(()),
        }
    }
}

/// `line 1 TEE-BLK-M: quantity 4 -> 6, note changed`, with the number that the line has now.
impl fmt::Display for ChangedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut changes = Vec::new();
        if self.quantity_before != self.quantity_after {
            changes.push(format!(
                "quantity {} -> {}",
                self.quantity_before, self.quantity_after
            ));
        }
        if self.unit_price_before != self.unit_price_after {
            let (before, after) = (money(self.unit_price_before), money(self.unit_price_after));
            changes.push(format!("unit price {before} -> {after}"));
        }
        changes.extend(self.other.iter().map(|field| format!("{field} changed")));
        write!(f, "line {} {}: {}", self.line_after, self.sku, changes.join(", "))
    }
}

/// With two places at least, and never rounded.
fn money(amount: Decimal) -> String {
    let amount = amount.normalize();
    if amount.scale() < 2 {
        format!("{amount:.2}")
    } else {
        amount.to_string()
    }
}

/// A vendor's text may hold a line break, which must not look like an entry of its own.
/// An entry holds the vendor's own words, and the text as a whole has to fit into an item of the ledger.
fn one_line(entry: &str) -> String {
    let mut line: String = entry.chars().take(ENTRY_CHARS_MAX).collect();
    if line.len() < entry.len() {
        line.push('…');
    }
    line.replace(|sign: char| sign.is_control(), " ")
}

//! The reports that wait at Spreadshirt: how many there are, and whose items the first of them name. They are read and left
//! where they are.

use order_fulfilment::Correlation;
use order_model::Brand;
use spreadshirt::{
    CallError, Data, Detail, Listed, Listing, Modification, PartnerId, Report, Session, Spreadshirt,
};

use crate::spreadshirt_side::{REPORTS, refused};
use crate::{Check, SpreadshirtReach};

const ITEMS: &str = "spreadshirt_items";
/// So many reports are looked into: enough to see whether the form of our names is right.
const FIRST: usize = 5;
/// So much of a name is shown that is not ours.
const SHOWN: usize = 60;

/// What is looked for, and where.
pub(crate) struct Looked<'a> {
    pub(crate) client: &'a Spreadshirt,
    pub(crate) partner: &'a PartnerId,
    pub(crate) form: &'a Correlation,
    pub(crate) brand: &'a Brand,
    pub(crate) settings: &'a SpreadshirtReach,
}

/// What the first reports say, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Tally {
    /// Reports that were read.
    read: usize,
    /// Reports that can't be read.
    unreadable: Vec<String>,
    /// Modifications of items that can only be ours.
    ours: usize,
    /// Of items whose name has our form, and none of our letters: an ERP number, or somebody else's.
    in_form: usize,
    /// Of items that are called in another form.
    others: usize,
    /// Of items that nobody named.
    unnamed: usize,
    /// The first name of another form.
    example: Option<String>,
}

impl Looked<'_> {
    /// Reads the list through all pages, and the first reports of it.
    pub(crate) async fn reports(&self, session: &Session) -> Vec<Check> {
        let detail = match self.settings.full_data {
            true => Detail::FullData,
            false => Detail::References,
        };
        let listing = match self.client.reports(session, self.partner, detail).await {
            Ok(listing) => listing,
            Err(error) => return vec![refused(REPORTS, &error, self.settings)],
        };
        let mut checks = vec![listed(&listing)];
        if !listing.reports.is_empty() {
            checks.push(match self.tally(session, listing.reports).await {
                Ok(tally) => tally.check(),
                Err(error) => refused(ITEMS, &error, self.settings),
            });
        }
        checks
    }

    async fn tally(&self, session: &Session, reports: Vec<Listed>) -> Result<Tally, CallError> {
        let mut tally = Tally::default();
        for Listed { id, data } in reports.into_iter().take(FIRST) {
            let report = match data {
                Data::Full(report) => Ok(report),
                Data::Bare => self.client.report(session, &id).await,
                Data::Unreadable(_) => {
                    tally.unreadable.push(id.to_string());
                    continue;
                }
            };
            match report {
                Ok(report) => self.count(&mut tally, &report),
                Err(CallError::Unreadable { .. }) => tally.unreadable.push(id.to_string()),
                // The reader has just read it.
                Err(CallError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(tally)
    }

    fn count(&self, tally: &mut Tally, report: &Report) {
        tally.read += 1;
        for modification in &report.modifications {
            self.count_one(tally, modification);
        }
    }

    fn count_one(&self, tally: &mut Tally, modification: &Modification) {
        let Some(name) = &modification.correlation else {
            tally.unnamed += 1;
            return;
        };
        match self.form.read(name) {
            Some(named) if self.form.is_ours(&named, self.brand, self.settings.org.as_ref()) => {
                tally.ours += 1;
            }
            Some(_) => tally.in_form += 1,
            None => {
                tally.others += 1;
                tally
                    .example
                    .get_or_insert_with(|| name.chars().take(SHOWN).collect());
            }
        }
    }
}

/// The list alone.
fn listed(listing: &Listing) -> Check {
    let reports = listing.reports.len();
    if listing.nameless > 0 {
        return Check::bad(
            REPORTS,
            format!(
                "{} of the {} reports that wait have no id that can be asked for, so nobody can read or delete them",
                listing.nameless, listing.count
            ),
            "ask Spreadshirt about them",
        );
    }
    match (reports, listing.more) {
        (0, _) => Check::good(REPORTS, "no report waits for this partner").then(
            "if there should be some, look at SpreadshirtPartnerId: a partner of somebody else's shows none, either",
        ),
        (_, false) => Check::good(
            REPORTS,
            format!("{reports} reports wait; all pages of the list were read, and nothing was deleted"),
        ),
        (_, true) => Check::good(
            REPORTS,
            format!(
                "{} reports wait, and {reports} of them fit into one reading; nothing was deleted",
                listing.count
            ),
        ),
    }
}

impl Tally {
    fn check(&self) -> Check {
        let says = self.says();
        if !self.unreadable.is_empty() {
            let next = "the reader keeps such a report and goes on with the others: ask Spreadshirt about it";
            return Check::bad(ITEMS, says, next);
        }
        let check = Check::good(ITEMS, says);
        if self.in_form + self.others == 0 {
            return check;
        }
        check.then(
            "if these items are ours, set SpreadshirtCorrelation to how the ERP names them; if somebody else shares the partner, a \
             report with their items is deleted only where SpreadshirtOthers is take",
        )
    }

    fn says(&self) -> String {
        let mut parts = vec![format!("{} named as ours", self.ours)];
        if self.in_form > 0 {
            parts.push(format!(
                "{} named in our form, without our keys: ERP numbers, or somebody else's",
                self.in_form
            ));
        }
        if self.others > 0 {
            let example = self.example.as_deref().unwrap_or_default();
            parts.push(format!(
                "{} named in another form, such as {example:?}",
                self.others
            ));
        }
        if self.unnamed > 0 {
            parts.push(format!(
                "{} without a name, found by an item that an earlier report named",
                self.unnamed
            ));
        }
        let mut says = format!(
            "items in the first reports ({} read): {}",
            self.read,
            parts.join("; ")
        );
        if !self.unreadable.is_empty() {
            says += &format!("; {} can't be read", self.unreadable.join(", "));
        }
        says
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(reports: usize, count: u64, more: bool, nameless: usize) -> Listing {
        let ids = (1..=reports).filter_map(|id| spreadshirt::ReportId::new(&id.to_string()));
        Listing {
            reports: ids.map(|id| Listed { id, data: Data::Bare }).collect(),
            nameless,
            count,
            more,
        }
    }

    #[test]
    fn no_report_may_mean_a_partner_of_somebody_else() {
        let none = listed(&listing(0, 0, false, 0));
        assert!(none.ok && none.next.unwrap().contains("SpreadshirtPartnerId"));
        let some = listed(&listing(3, 3, false, 0));
        assert_eq!((some.says.starts_with("3 reports wait"), some.next), (true, None));
        assert!(
            listed(&listing(2, 9, true, 0))
                .says
                .starts_with("9 reports wait, and 2")
        );
        assert!(!listed(&listing(2, 3, false, 1)).ok);
    }

    #[test]
    fn names_of_others_are_told_and_a_report_that_can_not_be_read_is_a_fault() {
        let mut tally = Tally {
            read: 2,
            ours: 7,
            ..Tally::default()
        };
        assert_eq!(
            tally.check(),
            Check::good(ITEMS, "items in the first reports (2 read): 7 named as ours")
        );
        tally.others = 1;
        tally.example = Some("webshop".to_owned());
        let check = tally.check();
        assert!(
            check.ok
                && check
                    .says
                    .contains("1 named in another form, such as \"webshop\"")
        );
        assert!(check.next.unwrap().contains("SpreadshirtCorrelation"));
        tally.unreadable.push("9002".to_owned());
        let check = tally.check();
        assert!(!check.ok && check.says.ends_with("9002 can't be read"));
    }
}

//! All pages of a list, put together.

use std::collections::BTreeSet;

use crate::guesses::REPORTS_MAX;
use crate::ids::ReportId;
use crate::list::PageRead;
use crate::report::Report;
use crate::unreadable::Unreadable;
use crate::xml::MODIFICATIONS_MAX;

/// Whether a list is to hold the reports themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// References alone: each report is read by a call of its own, and a bad one spoils nothing but itself.
    References,
    /// The reports themselves, in fewer calls. That Spreadshirt does this for order reports is inferred.
    FullData,
}

/// What there is to read, through all pages, before anything is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Each report once, in the order of the list.
    pub reports: Vec<Listed>,
    /// Entries whose id can't be used, so that nothing can be asked of them.
    pub nameless: usize,
    /// How many there are by Spreadshirt's own count, on the last page that was read.
    pub count: u64,
    /// Whether there are more, which come with the next list when these are deleted: more than [`REPORTS_MAX`], a page that
    /// was empty before the count was reached, or no time for all pages.
    pub more: bool,
}

/// A report in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ReportId,
    /// What the list holds of it.
    pub data: Data,
}

/// What a list holds of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A reference: it has to be read by a call of its own. Also a report for which there was no room any more.
    Bare,
    /// The report itself.
    Full(Report),
    /// It stands there and can't be read.
    Unreadable(Unreadable),
}

/// A listing as far as it has come.
pub(crate) struct Gathering {
    listing: Listing,
    known: BTreeSet<ReportId>,
    modifications: usize,
    /// Where the next page begins.
    pub(crate) offset: u64,
}

impl Gathering {
    pub(crate) fn new() -> Self {
        Self::at(0)
    }

    /// One that begins in the middle.
    pub(crate) fn at(offset: u64) -> Self {
        Self {
            listing: Listing {
                reports: Vec::new(),
                nameless: 0,
                count: 0,
                more: false,
            },
            known: BTreeSet::new(),
            modifications: 0,
            offset,
        }
    }

    /// Takes a page. Whether it was the last one.
    pub(crate) fn take(&mut self, page: PageRead) -> Result<bool, Unreadable> {
        // A list that does not heed the offset would be read for ever.
        if page.offset != self.offset {
            return Err(Unreadable::Odd("offset"));
        }
        if page.limit == 0 && page.count > 0 {
            return Err(Unreadable::Odd("limit"));
        }
        let was_empty = page.entries.is_empty();
        self.listing.count = page.count;
        for entry in page.entries {
            match entry.id {
                Some(id) => self.add(id, entry.report),
                None => self.listing.nameless += 1,
            }
        }
        self.offset = page.offset.saturating_add(page.limit);
        let at_end = self.offset >= page.count;
        let full = self.listing.reports.len() >= REPORTS_MAX;
        self.listing.more = !at_end && (was_empty || full);
        Ok(at_end || self.listing.more)
    }

    pub(crate) fn finish(self) -> Listing {
        self.listing
    }

    /// What there is of a list whose further pages nobody asked for.
    pub(crate) fn cut_short(mut self) -> Listing {
        self.listing.more = true;
        self.listing
    }

    /// A report that came in while pages were read may push another one onto the next page, where it stands again.
    fn add(&mut self, id: ReportId, report: Result<Option<Report>, Unreadable>) {
        if !self.known.insert(id.clone()) {
            return;
        }
        let data = match report {
            Err(what) => Data::Unreadable(what),
            Ok(None) => Data::Bare,
            Ok(Some(report)) => {
                self.modifications += report.modifications.len();
                // Memory is bounded by pages else, and there may be many.
                if self.modifications > MODIFICATIONS_MAX {
                    Data::Bare
                } else {
                    Data::Full(report)
                }
            }
        };
        self.listing.reports.push(Listed { id, data });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Finished;

    fn page(offset: u64, limit: u64, count: u64, ids: &[&str]) -> PageRead {
        let entries = ids.iter().map(|id| Finished {
            id: ReportId::new(id),
            report: Ok(None),
        });
        PageRead {
            count,
            offset,
            limit,
            entries: entries.collect(),
        }
    }

    fn ids(listing: &Listing) -> Vec<&str> {
        listing.reports.iter().map(|listed| listed.id.as_str()).collect()
    }

    #[test]
    fn pages_follow_the_limit_that_the_list_tells_until_its_count_is_reached() {
        let mut gathering = Gathering::new();
        assert_eq!(gathering.take(page(0, 2, 3, &["1", "2"])), Ok(false));
        assert_eq!(gathering.offset, 2);
        assert_eq!(
            gathering.take(page(2, 2, 3, &["2", "3"])),
            Ok(true),
            "one moved on"
        );
        let listing = gathering.finish();
        assert_eq!(ids(&listing), ["1", "2", "3"]);
        assert_eq!((listing.count, listing.more, listing.nameless), (3, false, 0));
    }

    #[test]
    fn an_empty_page_or_too_many_reports_end_it_and_say_so() {
        let mut gathering = Gathering::new();
        assert_eq!(gathering.take(page(0, 2, 9, &[])), Ok(true));
        assert!(gathering.finish().more);
        let names: Vec<String> = (0..REPORTS_MAX).map(|n| n.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut gathering = Gathering::new();
        assert_eq!(gathering.take(page(0, 10_000, 10_001, &names)), Ok(true));
        assert!(gathering.finish().more);
    }

    #[test]
    fn a_list_that_goes_in_circles_is_refused() {
        let mut gathering = Gathering::new();
        assert_eq!(gathering.take(page(0, 2, 9, &["1", "2"])), Ok(false));
        assert_eq!(
            gathering.take(page(0, 2, 9, &["1", "2"])),
            Err(Unreadable::Odd("offset"))
        );
        assert_eq!(
            Gathering::new().take(page(0, 0, 9, &["1"])),
            Err(Unreadable::Odd("limit"))
        );
        assert_eq!(Gathering::new().take(page(0, 0, 0, &[])), Ok(true));
    }

    #[test]
    fn an_entry_without_a_usable_id_is_counted() {
        let mut gathering = Gathering::new();
        assert_eq!(gathering.take(page(0, 50, 2, &["1", "a/b"])), Ok(true));
        assert_eq!(gathering.finish().nameless, 1);
    }
}

//! All reports that nobody has read yet: listed, then one by one taken in and deleted.

use lambda_kit::{Error, Metric, caught, clock};
use order_model::{OrderKey, Vendor};
use spreadshirt::{CallError, Data, Deleted, Detail, Listed, Listing, ReportId, ReportState};

use crate::ReadReports;
use crate::report::{Report, Taken};
use crate::talk::{Talk, Unheard};

/// After so many reports in a row that met the same trouble the rest is left to the next run.
const IN_A_ROW: u32 = 3;
/// So many orders stand in one line of the log.
const NAMED: usize = 5;
/// So many characters of a word that is not known.
const WORD: usize = 64;

/// What became of one report.
enum End {
    /// All that is ours is durable, and it is deleted.
    Deleted,
    /// Somebody else had deleted it.
    Gone,
    /// It has to stay, and the log says why.
    Stays,
    /// Nobody knows whether it is deleted, or it is not: it comes again.
    NotDeleted,
    /// Something did not answer.
    Trouble,
    /// There was no time for all of it.
    NoTime,
    /// Nothing more will be answered in this run.
    Enough,
}

impl ReadReports {
    /// Reads all that there is. `left` is how many reports the last run left behind when its time ran out; also returned,
    /// of this run.
    pub(crate) async fn read(&self, talk: &Talk<'_>, left: u64) -> Result<(Report, u64), Error> {
        let began = clock::now();
        let mut listing = self.list(talk).await?;
        let mut report = Report::of("read");
        report.listed = listing.reports.len() as u64;
        report.more = listing.more;
        report.unreadable = listing.nameless as u64;
        if listing.nameless > 0 {
            tracing::error!(
                reports = listing.nameless,
                "reports in spreadshirt's list have no id that can be used: they stay"
            );
        }
        // What stays does so each time: the reports behind it must have their turn as well.
        let begun = turn(&mut listing.reports, left);
        let (stayed, at_end) = self.each(talk, listing.reports, &mut report).await;
        report.more |= !at_end;
        report.complete &= at_end && !listing.more;
        let unreadable = report.unreadable - listing.nameless as u64;
        self.count(&report, stayed - unreadable);
        tracing::info!(
            listed = report.listed,
            read = report.read,
            deleted = report.deleted,
            left_to_others = report.left_to_others,
            unreadable = report.unreadable,
            applied = report.applied,
            known = report.known,
            disputed = report.disputed,
            waiting = report.waiting,
            of_others = report.of_others,
            duration_ms = clock::whole_ms(clock::now().since(began)),
            "read"
        );
        // Those before the first one of this run were not met, and stand before it the next time too.
        Ok((report, if at_end { 0 } else { begun + stayed }))
    }

    /// How many of them stay at Spreadshirt, and whether this came to the end.
    async fn each(&self, talk: &Talk<'_>, all: Vec<Listed>, report: &mut Report) -> (u64, bool) {
        let (mut stayed, mut in_a_row) = (0, 0);
        report.complete = true;
        for listed in all {
            let id = listed.id.clone();
            let end = match caught(self.one(talk, listed, report)).await {
                Ok(end) => end,
                Err(panicked) => {
                    tracing::error!(report.id = %id, "report {id} stays: {panicked}");
                    End::Trouble
                }
            };
            in_a_row = match end {
                End::Trouble | End::NotDeleted => in_a_row + 1,
                _ => 0,
            };
            match end {
                End::Deleted => report.deleted += 1,
                End::Gone => {}
                End::Stays => stayed += 1,
                End::Trouble | End::NotDeleted => {
                    stayed += 1;
                    report.complete = false;
                }
                End::NoTime | End::Enough => return (stayed, false),
            }
            if in_a_row == IN_A_ROW {
                tracing::error!("{IN_A_ROW} reports in a row met trouble: the rest is left to the next run");
                return (stayed, false);
            }
        }
        (stayed, true)
    }

    /// The list through all pages, before anything is deleted: that would move the rest of it forward.
    pub(crate) async fn list(&self, talk: &Talk<'_>) -> Result<Listing, Error> {
        let listing = match self.list_with(talk, self.config.detail).await {
            // One bad report spoils a page of full reports, but no page of references.
            Err(Unheard::Call(CallError::Unreadable { what, .. }))
                if self.config.detail == Detail::FullData =>
            {
                tracing::warn!("the list of whole reports can't be read ({what}): it is read in parts");
                self.list_with(talk, Detail::References).await?
            }
            listing => listing?,
        };
        talk.gate.answered().await;
        Ok(listing)
    }

    async fn list_with(&self, talk: &Talk<'_>, detail: Detail) -> Result<Listing, Unheard> {
        let began = clock::now();
        // A list that takes all the time would take it each time.
        let share = talk.deadline.at().since(began) / 3;
        let in_time = || clock::now().since(began) < share && talk.has_time(self.config.spreadshirt.call);
        talk.ask(async |client, session| {
            client
                .reports_while(session, &self.config.partner, detail, in_time)
                .await
        })
        .await
    }

    async fn one(&self, talk: &Talk<'_>, listed: Listed, report: &mut Report) -> End {
        let id = listed.id;
        let read = match listed.data {
            Data::Full(read) => Ok(read),
            Data::Bare => {
                talk.ask(async |client, session| client.report(session, &id).await)
                    .await
            }
            Data::Unreadable(what) => Err(Unheard::Call(CallError::Unreadable {
                operation: "GET orderReports",
                what,
            })),
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => return self.unread(&id, &error, report),
        };
        match &read.state {
            Some(ReportState::Activated) => {}
            Some(ReportState::Deleted) => {
                tracing::info!(report.id = %id, "report {id} was deleted meanwhile: nothing of it is applied");
                return End::Gone;
            }
            state => return unreadable(&id, &odd(state.as_ref()), report),
        }
        report.read += 1;
        let sorted = match self.sorted(read.modifications) {
            Ok(sorted) => sorted,
            Err(error) => return unreadable(&id, &error.to_string(), report),
        };
        let taken = match self.take(&sorted, talk.deadline).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(report.id = %id, "report {id} stays: {error}");
                return End::Trouble;
            }
        };
        report.add(&taken);
        if taken.broken_off {
            tracing::warn!(report.id = %id, "the time ran out within report {id}: the next run goes on with it");
            return End::NoTime;
        }
        if self.has_to_stay(&taken) {
            return stays(&id, &taken, report);
        }
        self.delete(talk, &id).await
    }

    fn unread(&self, id: &ReportId, error: &Unheard, report: &mut Report) -> End {
        match error {
            Unheard::Call(CallError::Unreadable { what, .. }) => unreadable(id, &what.to_string(), report),
            Unheard::Call(CallError::NotFound { .. }) => {
                tracing::info!(report.id = %id, "report {id} was deleted meanwhile");
                End::Gone
            }
            Unheard::NoTime => End::NoTime,
            error => {
                tracing::error!(report.id = %id, "report {id} was not read: {error}");
                trouble(error)
            }
        }
    }

    /// Deletes a report of which all that is ours is durable. Of an outcome that nobody knows nothing is asked: if the
    /// report is still there, the next run takes it in again, which changes nothing, and deletes it again.
    async fn delete(&self, talk: &Talk<'_>, id: &ReportId) -> End {
        match talk
            .ask(async |client, session| client.delete(session, id).await)
            .await
        {
            Ok(deleted) => {
                if deleted == Deleted::Before {
                    tracing::info!(report.id = %id, "report {id} was deleted before");
                }
                End::Deleted
            }
            Err(Unheard::NoTime) => End::NoTime,
            Err(error) => {
                tracing::warn!(report.id = %id, "report {id} is taken in, and may not be deleted: {error}");
                match trouble(&error) {
                    End::Trouble => End::NotDeleted,
                    end => end,
                }
            }
        }
    }

    /// `left` is how many stay that could be read.
    fn count(&self, report: &Report, left: u64) {
        let (metrics, vendor) = (&self.kit.metrics, Vendor::Spreadshirt);
        metrics.count(Metric::ReportsRead(vendor), report.deleted);
        metrics.count(Metric::ReportsLeft(vendor), left);
        metrics.count(Metric::ReportsUnreadable(vendor), report.unreadable);
        if report.complete {
            metrics.count(Metric::PullsDone(vendor), 1);
        }
    }
}

/// Begins behind the first `left`, which come last; returns how many those are.
fn turn(all: &mut [Listed], left: u64) -> u64 {
    let begun = left.checked_rem(all.len() as u64).unwrap_or(0);
    if !all.is_empty() {
        all.rotate_left(usize::try_from(begun).unwrap_or(0));
    }
    begun
}

/// What a failed call means for the rest of the run.
fn trouble(error: &Unheard) -> End {
    if error.is_for_all() {
        End::Enough
    } else {
        End::Trouble
    }
}

/// What is said of a report in a state that nobody told us of. The vendor's word may be long.
pub(crate) fn odd(state: Option<&ReportState>) -> String {
    match state {
        None => "it has no state".to_owned(),
        Some(ReportState::Other(word)) => {
            let word: String = word.chars().take(WORD).collect();
            format!("its state is {word:?}, which is neither activated nor deleted")
        }
        Some(state) => format!("its state is {state:?}"),
    }
}

fn unreadable(id: &ReportId, why: &str, report: &mut Report) -> End {
    report.unreadable += 1;
    tracing::error!(report.id = %id, "report {id} can't be read, and stays: {why}");
    End::Stays
}

/// Says why a report stays of which all that is ours is durable.
fn stays(id: &ReportId, taken: &Taken, report: &mut Report) -> End {
    if !taken.ambiguous.is_empty() {
        let some: Vec<&str> = taken.ambiguous.iter().take(NAMED).map(OrderKey::as_str).collect();
        tracing::error!(
            report.id = %id,
            orders = taken.ambiguous.len(),
            "report {id} stays: it names a number at the ERP that several orders have: {}",
            some.join(", ")
        );
        return End::Stays;
    }
    report.left_to_others += 1;
    tracing::warn!(
        report.id = %id,
        of_others = taken.of_others,
        "report {id} stays: it holds items that somebody else named. What is ours of it is taken in"
    );
    End::Stays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(ids: &[&str]) -> Vec<Listed> {
        let listed = |id: &&str| Listed {
            id: ReportId::new(id).unwrap(),
            data: Data::Bare,
        };
        ids.iter().map(listed).collect()
    }

    #[test]
    fn what_the_last_run_left_behind_comes_last() {
        for (left, first) in [(0, "1"), (1, "2"), (2, "3"), (3, "1"), (4, "2")] {
            let mut all = listed(&["1", "2", "3"]);
            turn(&mut all, left);
            assert_eq!(all[0].id.as_str(), first, "{left}");
        }
        turn(&mut [], 7);
    }
}

//! A look at what there is: what a run would do, without doing it.

use lambda_kit::Error;
use ledger::LedgerError;
use spreadshirt::{CallError, Data, Listed, ReportId, ReportState};

use crate::ReadReports;
use crate::asked::AskedReport;
use crate::config::Others;
use crate::read::odd;
use crate::report::{Looked, Report};
use crate::talk::{Talk, Unheard};

/// So many reports are looked at: what they would become shows in the first ones.
const LOOKED: usize = 100;

/// What was seen of a report.
enum Seen {
    Read(spreadshirt::Report),
    /// What can be said of it without reading it.
    Unread(String),
}

impl ReadReports {
    /// Says what would be done with each report, or with the one that is asked for.
    pub(crate) async fn look(&self, asked: Option<&AskedReport>, talk: &Talk<'_>) -> Result<Report, Error> {
        let mut report = Report::of("looked");
        report.complete = true;
        if let Some(AskedReport(id)) = asked {
            let read = self.asked_for(id, talk).await?;
            let mut looked = self.looked(id, read, &mut report).await?;
            looked.would = "take in what is ours; a replay deletes nothing".to_owned();
            report.reports.push(looked);
            report.listed = 1;
            return Ok(report);
        }
        let listing = self.list(talk).await?;
        report.listed = listing.reports.len() as u64;
        report.unreadable = listing.nameless as u64;
        report.more = listing.more;
        for (place, listed) in listing.reports.into_iter().enumerate() {
            if place == LOOKED || !talk.has_time(self.config.spreadshirt.call) {
                report.more = true;
                break;
            }
            let looked = self.look_at(listed, talk, &mut report).await?;
            report.reports.push(looked);
        }
        report.complete = !report.more;
        Ok(report)
    }

    async fn look_at(&self, listed: Listed, talk: &Talk<'_>, report: &mut Report) -> Result<Looked, Error> {
        let id = listed.id;
        let seen = match listed.data {
            Data::Full(read) => Seen::Read(read),
            Data::Bare => self.see(&id, talk, report).await?,
            Data::Unreadable(what) => {
                report.unreadable += 1;
                Seen::Unread(format!("leave it: it can't be read: {what}"))
            }
        };
        let would = match seen {
            Seen::Unread(would) => would,
            Seen::Read(read) => match read.state {
                Some(ReportState::Activated) => return Ok(self.looked(&id, read, report).await?),
                Some(ReportState::Deleted) => "nothing: it is deleted".to_owned(),
                state => {
                    report.unreadable += 1;
                    format!("leave it: {}", odd(state.as_ref()))
                }
            },
        };
        Ok(unseen(&id, would))
    }

    async fn see(&self, id: &ReportId, talk: &Talk<'_>, report: &mut Report) -> Result<Seen, Unheard> {
        let read = talk
            .ask(async |client, session| client.report(session, id).await)
            .await;
        Ok(match read {
            Ok(read) => Seen::Read(read),
            Err(Unheard::Call(CallError::NotFound { .. })) => {
                Seen::Unread("nothing: it is deleted".to_owned())
            }
            Err(Unheard::Call(CallError::Unreadable { what, .. })) => {
                report.unreadable += 1;
                Seen::Unread(format!("leave it: it can't be read: {what}"))
            }
            Err(error) if error.is_for_all() => return Err(error),
            Err(error) => Seen::Unread(format!("try it again the next time: {error}")),
        })
    }

    async fn looked(
        &self,
        id: &ReportId,
        read: spreadshirt::Report,
        report: &mut Report,
    ) -> Result<Looked, LedgerError> {
        report.read += 1;
        let sorted = match self.sorted(read.modifications) {
            Ok(sorted) => sorted,
            Err(error) => {
                report.unreadable += 1;
                return Ok(unseen(id, format!("leave it: {error}")));
            }
        };
        let (mut ours, mut of_others) = (0, sorted.of_others);
        for (_, portion) in sorted.portions.from(0) {
            let own = self.ours(portion).await?.len() as u64;
            ours += own;
            of_others += portion.len() as u64 - own;
        }
        report.of_others += of_others;
        let would = match (of_others, self.config.others) {
            (0, _) => "take it in and delete it".to_owned(),
            (_, Others::Take) => "take in what is ours, and delete it all the same".to_owned(),
            (_, Others::Leave) => {
                report.left_to_others += 1;
                "take in what is ours, and leave it: somebody else named items of it".to_owned()
            }
        };
        Ok(Looked {
            report: id.to_string(),
            ours,
            of_others,
            would,
        })
    }
}

fn unseen(id: &ReportId, would: String) -> Looked {
    Looked {
        report: id.to_string(),
        ours: 0,
        of_others: 0,
        would,
    }
}

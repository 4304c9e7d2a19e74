//! Taking one report in, portion by portion.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use lambda_kit::{Deadline, Metric, clock};
use ledger::{Awaited, LedgerError};
use order_fulfilment::{Came, Found, Saying, TakeError, find};
use order_model::Applied;
use spreadshirt::Modification;

use crate::config::Others;
use crate::portions::Portions;
use crate::progress::Progress;
use crate::report::Taken;
use crate::whose::{NameTooLong, Said, Whose, name_all, said};
use crate::{ReadReports, portions};

/// How long one portion may take: some thousand calls of DynamoDB, eight at once.
pub(crate) const PORTION: Duration = Duration::from_secs(10);
/// After so many portions it is noted how far it has come: a run that is killed loses no more.
const NOTED_EVERY: usize = 10;
/// So many names are looked up at once.
const AT_ONCE: usize = 8;

/// What a report says, as far as it concerns us.
#[derive(Debug)]
pub(crate) struct Sorted {
    pub(crate) portions: Portions,
    /// Modifications of items to which somebody else gave a name that can't be ours.
    pub(crate) of_others: u64,
}

impl ReadReports {
    /// Sorts what a report says, as far as its own words go.
    pub(crate) fn sorted(&self, mut modifications: Vec<Modification>) -> Result<Sorted, NameTooLong> {
        name_all(&mut modifications);
        let (mut ours, mut of_others) = (Vec::with_capacity(modifications.len()), 0);
        for modification in modifications {
            match said(modification, self.rules())? {
                Some(said) => ours.push(said),
                None => of_others += 1,
            }
        }
        Ok(Sorted {
            portions: portions::Portions::of(ours),
            of_others,
        })
    }

    /// Takes a report in, as far as the time goes. When this returns well and nothing was broken off, all of it that is
    /// ours is durable.
    pub(crate) async fn take(&self, sorted: &Sorted, deadline: Deadline) -> Result<Taken, TakeError> {
        let portions = &sorted.portions;
        let mut taken = Taken {
            of_others: sorted.of_others,
            ..Taken::default()
        };
        // Only what is larger than one portion can be broken off.
        let content = (portions.count() > 1).then(|| portions.name());
        let begun = match &content {
            Some(content) => self.progress(content).await?,
            None => Progress::default(),
        };
        taken.stays = begun.stays;
        let mut noted = begun != Progress::default();
        for (number, portion) in portions.from(begun.next) {
            taken.broken_off = !deadline.covers(clock::now(), PORTION);
            let done = number - begun.next;
            if let Some(content) = &content
                && done > 0
                && (taken.broken_off || done.is_multiple_of(NOTED_EVERY))
            {
                let stays = self.has_to_stay(&taken);
                let progress = Progress { next: number, stays };
                self.keep_progress(content, progress).await;
                noted = true;
            }
            if taken.broken_off {
                return Ok(taken);
            }
            self.take_portion(portion, &mut taken).await?;
        }
        if let (Some(content), true) = (&content, noted) {
            // It will be read from its beginning: what is somebody else's now may be an order of ours by then.
            self.keep_progress(content, Progress::default()).await;
        }
        Ok(taken)
    }

    /// Whether something of a report is not durable here, or is needed by somebody else.
    pub(crate) fn has_to_stay(&self, taken: &Taken) -> bool {
        let left = taken.of_others > 0 && self.config.others == Others::Leave;
        left || taken.stays || !taken.ambiguous.is_empty()
    }

    async fn take_portion(&self, portion: &[Said], taken: &mut Taken) -> Result<(), TakeError> {
        let ours = self.ours(portion).await?;
        taken.of_others += (portion.len() - ours.len()) as u64;
        let mut new = 0;
        for came in self.taker.take(&ours, clock::now()).await? {
            match came {
                Came::Applied { applied, .. } => match applied {
                    Applied::Moved => {
                        taken.applied += 1;
                        new += 1;
                    }
                    Applied::Known => taken.known += 1,
                    Applied::Disputed(_) | Applied::NoRoom(_) => {
                        taken.disputed += 1;
                        new += 1;
                    }
                },
                Came::Waits => taken.waiting += 1,
                Came::Ambiguous(orders) => taken.ambiguous.extend(orders),
            }
        }
        self.kit.metrics.count(Metric::MovementsApplied, new);
        Ok(())
    }

    /// What is ours of a portion: names that may be somebody else's are looked up.
    pub(crate) async fn ours(&self, portion: &[Said]) -> Result<Vec<Saying>, LedgerError> {
        let perhaps = portion.iter().filter(|said| said.whose == Whose::Perhaps);
        let names: BTreeSet<&str> = perhaps.filter_map(|said| name(&said.saying)).collect();
        let work = names.into_iter().map(async |name| {
            let found = find(&self.kit.ledger, name).await?;
            Ok::<_, LedgerError>((name, !matches!(found, Found::Nobody)))
        });
        let known: BTreeMap<&str, bool> = stream::iter(work).buffer_unordered(AT_ONCE).try_collect().await?;
        let is_ours = |said: &&Said| match said.whose {
            Whose::Ours => true,
            Whose::Perhaps => name(&said.saying).is_some_and(|name| known.get(name) == Some(&true)),
        };
        Ok(portion
            .iter()
            .filter(is_ours)
            .map(|said| said.saying.clone())
            .collect())
    }
}

fn name(saying: &Saying) -> Option<&str> {
    match &saying.of {
        Awaited::Order(name) => Some(name),
        Awaited::Item(_) => None,
    }
}

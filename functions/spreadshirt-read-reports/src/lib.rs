#![doc = include_str!("../README.md")]

mod asked;
mod config;
mod look;
mod portions;
mod progress;
mod read;
mod replay;
mod report;
mod take;
mod talk;
mod whose;

use std::sync::{Arc, Mutex as Lock, PoisonError};

use lambda_kit::{Context, Deadline, Error, Kit, VendorGate, clock};
use ledger::{Journal, Opening};
use order_fulfilment::Taker;
use order_model::{Millis, Vendor};
use spreadshirt::{Credentials, Spreadshirt};
use tokio::sync::Mutex;

pub use asked::{AskedReport, Event};
pub use config::{Config, OtherWord, Others};
pub use replay::NotReplayed;
pub use report::{Looked, Report};
use take::PORTION;
use talk::{Kept, Talk};
use whose::Rules;

/// The name of this function, and of its journal.
const NAME: &str = "spreadshirt-read-reports";
const SOURCE: &str = "spreadshirt";

/// The function.
#[derive(Debug)]
pub struct ReadReports {
    kit: Kit,
    config: Config,
    taker: Taker,
    kept: Mutex<Option<Kept>>,
    own: Lock<Own>,
}

/// What this process has done before.
#[derive(Debug, Default)]
struct Own {
    /// The end of its last login, whatever came of it.
    last_login: Option<Millis>,
    /// Its token in the journal that it closed last.
    owner: String,
}

impl ReadReports {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let taker = Taker::new(&kit, config.taking.clone())?;
        Ok(Self {
            kit,
            config,
            taker,
            kept: Mutex::default(),
            own: Lock::default(),
        })
    }

    /// One invocation: all reports that nobody has read, one that a person names, or a look at what there is.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Report, Error> {
        let (ledger, now) = (&self.kit.ledger, clock::now());
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(now, self.config.spreadshirt.call * 2 + PORTION)?;
        self.kit.check_brand(&self.config.brand).await?;
        let probe_every = self.config.spreadshirt.probe_every;
        let gate = VendorGate::read(ledger, Vendor::Spreadshirt, NAME, probe_every).await?;
        let before = ledger.journal(SOURCE).await?;
        // One reader at a time, also for a person who only looks: two would log in too often, and delete each other's reports
        // while they list them.
        let (opening, owner) = ledger.open_journal(SOURCE, now, deadline.at()).await?;
        if let Opening::Busy(until) = opening {
            return Ok(Report::busy(until));
        }
        let talk = Talk::new(&self, &gate, deadline, self.login_of_others(&before));
        let done = self.reports(event, &talk, &before).await;
        let (complete, left) = match &done {
            Ok((report, left)) => (report.complete, *left),
            Err(_) => (false, before.records),
        };
        self.own().owner.clone_from(&owner);
        ledger
            .close_journal(SOURCE, &owner, clock::now(), complete, left)
            .await?;
        done.map(|(report, _)| report)
    }

    /// What is asked for, and how many reports the next run shall leave for last.
    async fn reports(&self, event: Event, talk: &Talk<'_>, before: &Journal) -> Result<(Report, u64), Error> {
        if !talk.gate.pass(clock::now()).await? {
            let report = Report::paused(talk.gate.in_words().await?);
            return Ok((report, before.records));
        }
        Ok(match (event.report, event.dry_run) {
            (None, false) => self.read(talk, before.records).await?,
            (asked, true) => (self.look(asked.as_ref(), talk).await?, before.records),
            (Some(asked), false) => (self.replay(&asked, talk).await?, before.records),
        })
    }

    fn client(&self, credentials: Credentials) -> Spreadshirt {
        let config = &self.config;
        Spreadshirt::new(
            self.kit.http.clone(),
            &config.spreadshirt.base_url,
            &config.user_agent,
            credentials,
            clock::now,
            config.spreadshirt.call,
        )
        .literal_plus(config.literal_plus)
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            form: &self.config.correlation,
            brand: &self.config.brand,
            org: self.config.org.as_ref(),
        }
    }

    fn own(&self) -> std::sync::MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_login(&self) -> Option<Millis> {
        self.own().last_login
    }

    fn logged_in(&self, at: Millis) {
        self.own().last_login = Some(at);
    }

    /// When another process may have logged in last: at the latest when it ended.
    fn login_of_others(&self, before: &Journal) -> Option<Millis> {
        if before.owner == self.own().owner {
            return None;
        }
        match before.running {
            true => Some(before.until),
            false => before.closed_at,
        }
    }
}

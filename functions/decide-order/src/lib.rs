#![doc = include_str!("../README.md")]

mod age;
mod config;
mod erase;
mod event;
mod filter;
mod find;
mod fulfilment;
mod judge;
mod list;
mod many;
mod may;
mod one;
mod payload;
mod quarantined;
mod refused;
mod request;
mod row;
mod show;
mod show_custom;
mod show_fulfilment;
mod show_submissions;
mod siblings;
mod submission;
mod submissions;
mod timeline;
mod vendor;
mod version;
mod walk;
mod words;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Kit, clock};
use order_mapping::AllMaps;
use serde_json::Value;

pub use config::Config;
pub use event::{Event, States, Verb, Where};
pub use filter::Filter;
pub use refused::Refused;
pub use request::{On, Request, Wish, request};

/// The function.
#[derive(Debug)]
pub struct DecideOrder {
    kit: Kit,
    config: Config,
    maps: AllMaps,
}

impl DecideOrder {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self { kit, config, maps })
    }

    /// One question or decision of a person. The answer is theirs, and may hold what an order says; no log does.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Value, Error> {
        let asked = request(event)?;
        self.kit.check_brand(&self.config.brand).await?;
        let now = clock::now();
        let deadline = Deadline::of(context, self.kit.ledger.pace());
        match asked {
            Request::ShowOrder { name, raw } => self.show(&name, raw, now).await,
            Request::ShowVendor { vendor } => self.show_vendor(vendor).await,
            Request::List { filter, limit } => self.list(&filter, limit, deadline, now).await,
            Request::Decide { on, wish } => self.decide(on, &wish, deadline, now).await,
            Request::Note { on, step, who } => self.note(on, step, &who, now).await,
            Request::Pause { vendor, who, dry_run } => self.pause(vendor, &who, dry_run, now).await,
            Request::Resume { vendor, who, dry_run } => self.resume(vendor, &who, dry_run, now).await,
        }
    }
}

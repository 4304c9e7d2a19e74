#![doc = include_str!("../README.md")]

mod answer;
mod check;
mod config;
mod doubts;
mod event;
mod named;
mod pick;
mod set;
mod show;

use std::sync::Arc;
use std::time::Duration;

use field_map::{FieldMap, MapError};
use lambda_kit::{Context, Deadline, Error, Kit, clock};
use ledger::{LedgerError, MapPointer};
use order_mapping::{AllMaps, Maps};
use order_model::{Millis, Origin};

pub use answer::{Answer, Checked, GoThrough, Past, Places, Report, Shown};
pub use check::Row;
pub use config::Config;
pub use event::{Event, EventError, MAP_BYTES, ORDERS, Setting, Wanted, Which};
pub use named::{Named, Place};

/// Reading and mapping one order takes no longer than this; the check ends before one that might.
const ORDER: Duration = Duration::from_secs(5);

/// A map that is not taken. Nothing was set.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Its text is not a map.
    #[error("nothing was set: {0}")]
    NotAMap(#[from] MapError),
    /// It is for another vendor.
    #[error("nothing was set: this map is for {map}, and the source is {source_name}")]
    OtherSource {
        /// The map's.
        map: &'static str,
        /// The wanted one.
        source_name: &'static str,
    },
    /// There is no earlier map of that version.
    #[error(
        "nothing was set: there is no version {version:?} of {source_name}'s field map; the event {{\"source\": \"{source_name}\"}} shows which there were"
    )]
    NoVersion {
        /// The source.
        source_name: &'static str,
        /// As given.
        version: String,
    },
    /// Two at once.
    #[error(
        "nothing was set: somebody else set another map while this one was tried. Look at it (the event {{\"source\": \"{0}\"}} shows it), and decide again"
    )]
    SomebodyElse(&'static str),
}

/// The function.
#[derive(Debug)]
pub struct SetFieldMap {
    kit: Kit,
    config: Config,
    maps: AllMaps,
}

/// The map that is current when an invocation begins.
struct Current {
    pointer: Option<MapPointer>,
    version: String,
    /// None if this release can't read it.
    map: Option<Arc<FieldMap>>,
}

impl SetFieldMap {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self { kit, config, maps })
    }

    /// One invocation: shows the current map, or tries another one and sets it.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Answer, Error> {
        let wanted = event.wanted(&self.config.brand, self.config.ecat_org.as_ref())?;
        self.kit.check_brand(&self.config.brand).await?;
        let (now, deadline) = (clock::now(), Deadline::of(context, self.kit.ledger.pace()));
        deadline.must_cover(now, ORDER)?;
        match wanted {
            Wanted::Show(origin) => Ok(Answer::Shown(Box::new(self.show(origin).await?))),
            Wanted::Set(setting) => {
                let report = self.try_and_set(&setting, deadline, now).await?;
                Ok(Answer::Tried(Box::new(report)))
            }
        }
    }

    /// The pointer is read once: what the check was made against is what a new map may replace.
    async fn current(&self, maps: &Maps) -> Result<Current, LedgerError> {
        let pointer = self.kit.ledger.current_map(maps.source()).await?;
        let version = pointer
            .as_ref()
            .map_or_else(|| maps.built_in().version(), |pointer| &pointer.version)
            .to_owned();
        let map = maps.version(&version).await?;
        Ok(Current {
            pointer,
            version,
            map,
        })
    }

    async fn try_and_set(&self, setting: &Setting, deadline: Deadline, now: Millis) -> Result<Report, Error> {
        let maps = self.maps.of(setting.origin);
        let new = self.find(maps, &setting.which).await?;
        let current = self.current(maps).await?;
        let mut found = self.check(setting, &new, &current, deadline, now).await?;
        let (outcome, says) = self.verdict(setting, &new, &current, &found, now).await?;
        tracing::info!(
            source = maps.source(),
            version = new.version(),
            before = current.version,
            outcome,
            checked = found.checked.orders,
            regressions = found.checked.regressions,
            force = setting.force,
            by = setting.person.by(),
            "field map tried: {outcome}"
        );
        let would_go_through = found.would_go_through();
        let (orders, orders_left_out) = found.print();
        Ok(Report {
            outcome,
            current: matches!(outcome, "set" | "already_current"),
            says,
            source: maps.source(),
            version: new.version().to_owned(),
            before: current.version,
            checked: found.checked,
            orders,
            orders_left_out,
            would_go_through,
        })
    }
}

/// Under which name decisions about the maps of a source are kept: beside the maps.
fn about(origin: Origin) -> String {
    format!("map#{}", origin.as_str())
}

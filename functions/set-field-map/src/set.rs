//! Trying a map on orders that are here, and naming it current.

use std::sync::Arc;

use field_map::FieldMap;
use lambda_kit::{Deadline, Error, clock};
use ledger::{DecisionRecord, LedgerError, StoredMap};
use order_mapping::{Maps, Unmapped, context, read_payload};
use order_model::{Millis, OrderState, Person};

use crate::answer::Found;
use crate::check::{Both, Row};
use crate::doubts::{all_in_all, counts, doubts};
use crate::event::{Setting, Which};
use crate::{Current, NotTaken, ORDER, SetFieldMap, about, pick};

/// What the record of a new map is called.
const DID: &str = "set_field_map";

impl SetFieldMap {
    /// The map that is meant.
    pub(crate) async fn find(&self, maps: &Maps, which: &Which) -> Result<Arc<FieldMap>, Error> {
        let source_name = maps.source();
        let map = match which {
            Which::BuiltIn => Arc::new(maps.built_in().clone()),
            Which::Text(text) => Arc::new(FieldMap::parse(text).map_err(NotTaken::NotAMap)?),
            Which::Version(version) => match maps.version(version).await? {
                Some(map) => map,
                // Not there, or not readable: then its text says why.
                None => match self.kit.ledger.map(source_name, version).await? {
                    Some(stored) => Arc::new(FieldMap::parse(&stored.text).map_err(NotTaken::NotAMap)?),
                    None => {
                        let version = version.clone();
                        return Err(NotTaken::NoVersion { source_name, version }.into());
                    }
                },
            },
        };
        if map.source().as_str() == source_name {
            Ok(map)
        } else {
            let map = map.source().as_str();
            Err(NotTaken::OtherSource { map, source_name }.into())
        }
    }

    /// Reads orders with both maps.
    pub(crate) async fn check(
        &self,
        setting: &Setting,
        new: &FieldMap,
        current: &Current,
        deadline: Deadline,
        now: Millis,
    ) -> Result<Found, LedgerError> {
        let ledger = &self.kit.ledger;
        let in_time = || deadline.covers(clock::now(), ORDER);
        let picked = match &setting.orders {
            Some(names) => pick::named(ledger, names).await?,
            None => pick::open(ledger, setting.origin, now, in_time).await?,
        };
        let mut found = Found::with_limit(setting.limit);
        found.all = picked.all;
        found.checked.unknown = picked.unknown;
        found.checked.unreadable = picked.unreadable;
        let maps = Both {
            current: current.map.as_deref(),
            new,
        };
        for order in &picked.orders {
            if in_time() {
                found.add(self.row(order, maps).await?);
            } else {
                found.all = false;
                found.checked.not_checked += 1;
            }
        }
        Ok(found)
    }

    async fn row(&self, order: &OrderState, maps: Both<'_>) -> Result<Row, LedgerError> {
        let raw = match read_payload(&self.kit.ledger, order).await? {
            Ok(raw) => raw,
            Err(unmapped) => return Ok(Row::without_payload(order, &unmapped)),
        };
        let pinned = match &order.pinned {
            Some(pinned) => self.maps.of(order.key.origin()).version(&pinned.map).await?,
            None => None,
        };
        let Some(key) = order.erp_key() else {
            return Ok(Row::without_payload(order, &Unmapped::no_submission()));
        };
        let context = context(key, &self.config.time_zone);
        Ok(Row::of(order, &raw, maps, pinned.as_deref(), &context))
    }

    /// Sets the map, if the check allows it: the outcome, and what a person is told.
    pub(crate) async fn verdict(
        &self,
        setting: &Setting,
        new: &FieldMap,
        current: &Current,
        found: &Found,
        now: Millis,
    ) -> Result<(&'static str, String), Error> {
        let same = current.version == new.version();
        let (counts, doubts) = (counts(&found.checked), doubts(found, same, setting.origin));
        if setting.dry_run {
            let rest = match doubts {
                None => all_in_all(&found.checked).to_owned(),
                Some(doubts) => format!("{doubts}. Only \"force\": true would set it"),
            };
            let says = format!("{counts}. Nothing was set, this was a dry run: {rest}");
            return Ok(("dry_run", says));
        }
        if same && current.pointer.is_some() {
            return Ok((
                "already_current",
                format!("{counts}. This map is current already"),
            ));
        }
        if let Some(doubts) = doubts.as_ref().filter(|_| !setting.force) {
            let says = format!(
                "{counts}. Nothing was set: {doubts}. Put that right first, or set the map all the same with \"force\": true"
            );
            return Ok(("refused", says));
        }
        self.set(setting, new, current, doubts.is_some(), now).await?;
        let rest = doubts.map_or_else(
            || all_in_all(&found.checked).to_owned(),
            |doubts| format!("it was forced, although {doubts}"),
        );
        let says = format!(
            "{counts}. The map is current: {rest}. What is imported from now on is read with it; orders that are held stay \
             so until decide-order retries them"
        );
        Ok(("set", says))
    }

    /// Keeps the map, and who wanted it; then names it current. A crash in between leaves a map that nobody uses.
    async fn set(
        &self,
        setting: &Setting,
        new: &FieldMap,
        current: &Current,
        forced: bool,
        now: Millis,
    ) -> Result<(), Error> {
        let (ledger, maps) = (&self.kit.ledger, self.maps.of(setting.origin));
        let source = maps.source();
        if current.pointer.is_none() {
            // A later release has another default, and the way back to this one shall stay open.
            maps.keep_built_in(now).await?;
        }
        let map = StoredMap {
            source: source.to_owned(),
            version: new.version().to_owned(),
            text: new.text().to_owned(),
            by: setting.person.by().to_owned(),
            why: setting.person.why().to_owned(),
            at: now,
        };
        ledger.keep_map(&map).await?;
        let change = format!("{} in the place of {}", new.version(), current.version);
        let how = if forced { ", forced" } else { "" };
        let record = record(&setting.person, format!("{change}{how}"), now);
        ledger.keep_decision(&about(setting.origin), &record).await?;
        let seen = current.pointer.as_ref();
        let by = setting.person.by();
        if ledger.use_map(source, new.version(), seen, by, now).await? {
            return Ok(());
        }
        self.not_set(setting, &change).await;
        Err(NotTaken::SomebodyElse(source).into())
    }

    /// Says in the history that what was wanted did not come about: its record was kept before.
    async fn not_set(&self, setting: &Setting, change: &str) {
        let detail = format!("not set: somebody else set another one ({change})");
        let record = record(&setting.person, detail, clock::now());
        // The person is told that nothing was set, whatever becomes of this record.
        let about = about(setting.origin);
        if let Err(error) = self.kit.ledger.keep_decision(&about, &record).await {
            tracing::error!("that a map was not set could not be kept: {error}");
        }
    }
}

fn record(person: &Person, detail: String, at: Millis) -> DecisionRecord {
    DecisionRecord {
        at,
        did: DID.to_owned(),
        step: None,
        by: person.by().to_owned(),
        why: person.why().to_owned(),
        detail,
    }
}

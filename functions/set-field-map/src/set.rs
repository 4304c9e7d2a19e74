//! Trying a map on orders that are here, and naming it current.

use std::sync::Arc;

use field_map::FieldMap;
use lambda_kit::{Deadline, Error, clock};
use ledger::{DecisionRecord, LedgerError, StoredMap};
use order_mapping::read_payload;
use order_model::{Millis, OrderState};

use crate::answer::Found;
use crate::check::{Both, Row};
use crate::event::{Setting, Which};
use crate::{Current, NotTaken, ORDER, SetFieldMap, pick};

/// What the record of a new map is called.
const DID: &str = "set_field_map";

impl SetFieldMap {
    /// The map that is meant.
    pub(crate) async fn find(&self, which: &Which) -> Result<Arc<FieldMap>, Error> {
        let source_name = self.maps.source();
        let map = match which {
            Which::BuiltIn => Arc::new(self.maps.built_in().clone()),
            Which::Text(text) => Arc::new(FieldMap::parse(text).map_err(NotTaken::NotAMap)?),
            Which::Version(version) => match self.maps.version(version).await? {
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
            Some(keys) => pick::named(ledger, keys).await?,
            None => pick::open(ledger, now, in_time).await?,
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
            Some(pinned) => self.maps.version(&pinned.map).await?,
            None => None,
        };
        let context = self.account.context(order.key.clone());
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
        let doubts = doubts(found);
        let is_current = current.pointer.is_some() && current.version == new.version();
        if setting.dry_run {
            let says = doubts.map_or_else(
                || "nothing was set: this was a dry run, and nothing speaks against the map".to_owned(),
                |doubts| {
                    format!(
                        "nothing was set: this was a dry run. {doubts}; only \"force\": true would set it"
                    )
                },
            );
            return Ok(("dry_run", says));
        }
        if is_current {
            return Ok(("already_current", "this map is current already".to_owned()));
        }
        if let Some(doubts) = doubts.filter(|_| !setting.force) {
            let says = format!(
                "nothing was set: {doubts}. Mend the map, or set it all the same with \"force\": true"
            );
            return Ok(("refused", says));
        }
        self.set(setting, new, current, now).await?;
        let says = "the map is current: what is imported from now on is read with it. Orders that are held stay so until \
                    decide-order retries them";
        Ok(("set", says.to_owned()))
    }

    /// Keeps the map, and who wanted it; then names it current. A crash in between leaves a map that nobody uses.
    async fn set(
        &self,
        setting: &Setting,
        new: &FieldMap,
        current: &Current,
        now: Millis,
    ) -> Result<(), Error> {
        let (ledger, source) = (&self.kit.ledger, self.maps.source());
        if current.pointer.is_none() {
            // A later release has another default, and the way back to this one shall stay open.
            self.maps.keep_built_in(now).await?;
        }
        let map = StoredMap {
            source: source.to_owned(),
            version: new.version().to_owned(),
            text: new.text().to_owned(),
            by: setting.by.clone(),
            why: setting.why.clone(),
            at: now,
        };
        ledger.keep_map(&map).await?;
        let record = DecisionRecord {
            at: now,
            did: DID.to_owned(),
            step: None,
            by: setting.by.clone(),
            why: setting.why.clone(),
            detail: format!("{} in the place of {}", new.version(), current.version),
        };
        ledger.keep_decision(&self.about(), &record).await?;
        let seen = current.pointer.as_ref();
        if ledger
            .use_map(source, new.version(), seen, &setting.by, now)
            .await?
        {
            Ok(())
        } else {
            Err(NotTaken::SomebodyElse.into())
        }
    }
}

/// What speaks against a map.
fn doubts(found: &Found) -> Option<String> {
    let checked = &found.checked;
    let mut doubts = Vec::new();
    if checked.regressions > 0 {
        let first = found.rows.iter().filter(|row| row.regression.is_some());
        let first = first.take(5).map(|row| match row.findings.first() {
            Some(finding) => format!("{} ({})", row.order, finding.says),
            None => row.order.to_string(),
        });
        let first: Vec<String> = first.collect();
        doubts.push(format!(
            "it is worse than the current map for {} of {} orders, such as {}",
            checked.regressions,
            checked.orders,
            first.join(", ")
        ));
    }
    if checked.not_checked > 0 {
        doubts.push(format!(
            "there was no time to try it on {} more orders",
            checked.not_checked
        ));
    }
    (!doubts.is_empty()).then(|| doubts.join("; "))
}

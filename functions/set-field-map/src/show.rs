//! The current map, for a person.

use ledger::LedgerError;
use order_model::Origin;
use serde_json::Value;

use crate::answer::{Places, Shown, past, reason};
use crate::{SetFieldMap, about};

const BUILT_IN: &str =
    "no map was set yet: this is the built-in one of this release, and the first import makes it current";
const SET: &str = "this map is current";
const UNUSABLE: &str = "this map is current, and this release can't read it: orders are not imported. Deploy the release that stored it, or set another one";

impl SetFieldMap {
    pub(crate) async fn show(&self, origin: Origin) -> Result<Shown, LedgerError> {
        let (ledger, maps) = (&self.kit.ledger, self.maps.of(origin));
        let source = maps.source();
        let current = self.current(maps).await?;
        let history = ledger.decisions(&about(origin)).await?;
        let stored = ledger.map(source, &current.version).await?;
        // Whoever named it need not be the one who stored it first: an earlier map can be taken up again.
        let reason = current
            .pointer
            .as_ref()
            .and_then(|pointer| reason(&history, pointer));
        let why = reason.map(|record| record.why.clone());
        let text = match (&current.map, &stored) {
            (Some(map), _) => map.text(),
            (None, Some(stored)) => &stored.text,
            (None, None) => "",
        };
        let places = current.map.iter().flat_map(|map| map.places());
        Ok(Shown {
            source,
            version: current.version,
            why: why.or_else(|| stored.as_ref().map(|stored| stored.why.clone())),
            by: current.pointer.as_ref().map(|pointer| pointer.by.clone()),
            at: current.pointer.as_ref().map(|pointer| pointer.at.to_string()),
            says: match (&current.pointer, &current.map) {
                (_, None) => UNUSABLE,
                (None, _) => BUILT_IN,
                (Some(_), Some(_)) => SET,
            },
            map: serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
            places: places.map(|(field, places)| Places { field, places }).collect(),
            history: past(history),
        })
    }
}

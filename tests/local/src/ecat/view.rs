//! What has become of each submission, as the ledger and the ERP say it at one moment.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{erp_key, order_key};
use crate::ledger_view::states_in;
use crate::{Stack, StateItem};

/// What has become of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// The ledger does not know it.
    Unknown,
    /// It is on its way: the step's state, or what else is open.
    Open(String),
    /// The ERP has it, as the ledger says.
    Imported,
    /// A newer one took its place.
    Superseded,
    /// A newer one waits for a person, and this one for that.
    Waiting,
    /// It waits for a person, under this code.
    Held(String),
    /// It waits for a person, and no words say why.
    HeldWithoutWords,
    /// A person decided that it shall not be imported.
    Discarded,
}

/// The ledger and the ERP at one moment.
pub(crate) struct View {
    states: BTreeMap<String, StateItem>,
    /// The code in the words of holds, by partition key and sort key.
    words: BTreeMap<(String, String), String>,
    /// How many orders the ERP has made, by key.
    in_erp: BTreeMap<String, usize>,
}

impl View {
    pub(crate) fn of(stack: &Stack) -> Self {
        let text = |value: &Value| value["S"].as_str().unwrap_or_default().to_owned();
        let items = stack.items();
        let words = items.iter().filter_map(|item| {
            let sk = text(&item["sk"]);
            let said = !text(&item["text"]).is_empty();
            (sk.starts_with("hold#") && said).then(|| ((text(&item["pk"]), sk), text(&item["code"])))
        });
        let mut in_erp: BTreeMap<String, usize> = BTreeMap::new();
        for order in stack.erp.orders() {
            *in_erp.entry(order.key).or_default() += order.times_created;
        }
        Self {
            states: states_in(&items),
            words: words.collect(),
            in_erp,
        }
    }

    /// How often the ERP made an order under this key.
    pub(crate) fn in_erp(&self, key: &str) -> usize {
        self.in_erp.get(key).copied().unwrap_or_default()
    }

    /// The keys of all eCat orders that the ERP has.
    pub(crate) fn ecat_keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.in_erp.keys().map(String::as_str);
        keys.filter(|key| key.starts_with("EC-"))
    }

    /// The state of the order of a uuid.
    pub(crate) fn family(&self, uuid: &str) -> Option<&StateItem> {
        self.states.get(&order_key(uuid))
    }

    /// The ERP key that a submission has, as the ledger says; else that of its number.
    pub(crate) fn key(&self, uuid: &str, id: u64, number: &str) -> String {
        let family = self.family(uuid);
        let version = family.and_then(|family| family.versions.iter().find(|one| one.id == id));
        version.map_or_else(|| erp_key(number), |version| version.key.clone())
    }

    /// What has become of a submission.
    pub(crate) fn found(&self, uuid: &str, id: u64, number: &str) -> Found {
        let family = self.family(uuid);
        let version = family.and_then(|family| family.versions.iter().find(|one| one.id == id));
        let (Some(family), Some(version)) = (family, version) else {
            let own = self.states.get(&erp_key(number));
            return own.map_or(Found::Unknown, |own| self.of_import(own));
        };
        match version.standing.as_str() {
            "current" => self.of_import(family),
            "superseded" => Found::Superseded,
            "waiting" => Found::Waiting,
            "held" => self.held(&family.key, &format!("hold#version#{id}")),
            "decided" => match self.states.get(&version.key) {
                Some(own) => self.of_import(own),
                None => Found::Discarded,
            },
            other => Found::Open(other.to_owned()),
        }
    }

    fn of_import(&self, order: &StateItem) -> Found {
        match order.steps.get("import").map(String::as_str) {
            Some("done") => Found::Imported,
            Some("discarded") => Found::Discarded,
            Some("held") => self.held(&order.key, "hold#import"),
            other => Found::Open(other.unwrap_or("off").to_owned()),
        }
    }

    fn held(&self, pk: &str, sk: &str) -> Found {
        match self.words.get(&(pk.to_owned(), sk.to_owned())) {
            Some(code) if !code.is_empty() => Found::Held(code.clone()),
            _ => Found::HeldWithoutWords,
        }
    }
}

//! One order of a vendor's: how it stands, what our map makes of it, and what would be sent. Nothing is stored or sent.

use erp::would_put;
use order_mapping::{Finding, Reading, age_hold, context};
use order_model::{ContentHash, ErpKey, Order, OrderKey, OrderState, Origin, StepState, Submission};
use serde::Serialize;
use serde_json::Value;

use crate::{Acknowledging, CheckSetup, Publishing};

/// Lambda's answers may have 6 MB, and an order is in this one twice.
const ORDER_BYTES: usize = 2 * 1024 * 1024;
/// What stands in the place of a number that only the ERP can give.
pub(crate) const NUMBER: &str = "<the number that the ERP gives>";

/// An order of a vendor's.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OrderSeen {
    /// RepSpark's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// eCat's id of the submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecat_id: Option<u64>,
    /// What else eCat's submission is called; absent if eCat did not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecat: Option<EcatNames>,
    /// Its key at the ERP; absent of a submission that eCat did not show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What was found, in words.
    pub says: String,
    /// How far RepSpark takes it to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How far it is here; absent if it is not known here. Of an eCat order, where its submissions meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here: Option<Here>,
    /// The order of its own that a person made of the submission, or that it got because there were too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<Here>,
    /// The version of the map that it was read with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
    /// `mapped`, or the code under which an import would be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reads_as: Option<&'static str>,
    /// What stands in the way, with the places tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The codes under which an import would keep it for a person: the first counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
    /// The order as the bundle understands it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Order>,
    /// How SparkLayer would be told of it, where that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publishing: Option<Publishing>,
    /// How Spectrum would be told of it, where that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledging: Option<Acknowledging>,
    /// What would be sent, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_send: Vec<Sending>,
}

/// The names of one submission at eCat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EcatNames {
    /// Its number.
    pub order_number: String,
    /// What all submissions of the order have in common.
    pub uuid: String,
    /// The key under which they meet here.
    pub order: OrderKey,
    /// Where it stands among those that are here: `current`, `superseded`, `waiting`, `held`, `leaving` or `decided`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<&'static str>,
}

/// How far an order is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Here {
    /// `taken` or `foreign`.
    pub admission: &'static str,
    /// Each step and its state, with the code of a hold.
    pub steps: Vec<String>,
    /// The ERP's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erp_number: Option<String>,
    /// The submissions of an eCat order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub submissions: Vec<Submitted>,
}

/// A submission of an eCat order, as it is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submitted {
    /// eCat's id.
    pub id: u64,
    /// Its key at the ERP.
    pub key: ErpKey,
    /// Where it stands.
    pub standing: &'static str,
}

/// One request, without what proves who we are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sending {
    /// `erp`, `repspark`, `spectrum` or `sparklayer`.
    pub to: &'static str,
    /// The verb.
    pub method: &'static str,
    /// The address.
    pub url: String,
    /// The body.
    pub body: Value,
}

impl CheckSetup {
    /// What the current map makes of a payload: the order, and the codes under which it would be kept for a person; or
    /// what stands in the way. `found` is told either.
    pub(crate) async fn read(
        &self,
        found: &mut OrderSeen,
        origin: Origin,
        key: &ErpKey,
        raw: &[u8],
    ) -> Option<Order> {
        let map = match self.maps.of(origin).current_or_built_in().await {
            Ok(map) => map,
            Err(error) => {
                found.says += &format!("; it was not read: {error}");
                return None;
            }
        };
        found.map = Some(map.version().to_owned());
        let Ok(raw) = serde_json::from_slice::<Value>(raw) else {
            found.reads_as = Some("unreadable_payload");
            return None;
        };
        let reading = Reading::of(&map, &raw, &context(key.clone(), &self.config.time_zone));
        found.reads_as = Some(reading.word());
        match reading {
            Reading::Not { findings, more, .. } => {
                found.findings = findings;
                found.says += "; an import of it would be held, because the map does not read it";
                if more > 0 {
                    found.says += &format!(" ({more} more findings are left out)");
                }
                None
            }
            Reading::Mapped { order, holds } => {
                found.holds = self.held_by_rules(&order, holds);
                Some(*order)
            }
        }
    }

    /// The codes under which an import would keep an order: its day's, and those of the map.
    pub(crate) fn held_by_rules(&self, order: &Order, holds: Vec<String>) -> Vec<String> {
        let from = self.config.import_from;
        let age = from.and_then(|from| age_hold(order, from, &self.config.time_zone));
        age.map(str::to_owned).into_iter().chain(holds).collect()
    }

    /// The very request that the import would make; false if the order is too large to be printed.
    pub(crate) fn would_import(&self, found: &mut OrderSeen, order: &Order) -> bool {
        let size = serde_json::to_vec(order).map_or(usize::MAX, |text| text.len());
        if size > ORDER_BYTES {
            found.says += &format!("; it is not printed, because it has {size} bytes");
            return false;
        }
        let (url, body) = would_put(&self.config.erp.base_url, order, &ContentHash::of(order));
        found.would_send.push(Sending {
            to: "erp",
            method: "PUT",
            url,
            body,
        });
        found.content = Some(order.clone());
        true
    }
}

impl EcatNames {
    pub(crate) fn of(submission: &Submission, order: &OrderKey) -> Self {
        Self {
            order_number: submission.number.to_string(),
            uuid: submission.uuid.to_string(),
            order: order.clone(),
            standing: None,
        }
    }
}

impl Here {
    pub(crate) fn of(order: &OrderState) -> Self {
        let steps = order.steps.iter().map(|(name, step)| {
            let kind = step.state.kind().as_str();
            match &step.state {
                StepState::Held { code, .. } => format!("{}: {kind} ({code})", name.as_str()),
                _ => format!("{}: {kind}", name.as_str()),
            }
        });
        let submissions = order.versions.iter().map(|version| Submitted {
            id: version.id.0,
            key: version.key.clone(),
            standing: version.standing.as_str(),
        });
        Self {
            admission: order.admission.as_str(),
            steps: steps.collect(),
            erp_number: order.reference.as_ref().map(|number| number.as_str().to_owned()),
            submissions: submissions.collect(),
        }
    }
}

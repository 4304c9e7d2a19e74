//! One order of RepSpark's: how it stands, what our map makes of it, and what would be sent. Nothing is stored or sent.

use erp::would_put;
use order_mapping::{Finding, Reading, age_hold, context};
use order_model::{ContentHash, ErpKey, ErpReference, Order, OrderKey, OrderState, RepSparkOrderId};
use repspark::{CONFIRMATION_PATH, Confirmation, OrderStatus, SeenOrder};
use serde::Serialize;
use serde_json::Value;

use crate::CheckSetup;
use crate::repspark_side::Seen;

/// Lambda's answers may have 6 MB, and an order is in this one twice.
const ORDER_BYTES: usize = 2 * 1024 * 1024;
/// What stands in the place of a number that only the ERP can give.
const NUMBER: &str = "<the number that the ERP gives>";

/// An order of RepSpark's.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OrderSeen {
    /// RepSpark's number.
    pub order_id: String,
    /// Its key here and at the ERP.
    pub key: String,
    /// What was found, in words.
    pub says: String,
    /// How far RepSpark takes it to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How far it is here; absent if it is not known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here: Option<Here>,
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
    /// What would be sent, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_send: Vec<Sending>,
}

/// How far an order is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Here {
    /// `taken` or `foreign`.
    pub admission: &'static str,
    /// Each step and its state.
    pub steps: Vec<String>,
    /// The ERP's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erp_number: Option<String>,
}

/// One request, without what proves who we are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sending {
    /// `erp` or `repspark`.
    pub to: &'static str,
    /// The verb.
    pub method: &'static str,
    /// The address.
    pub url: String,
    /// The body.
    pub body: Value,
}

impl CheckSetup {
    /// What is found out about one order.
    pub(crate) async fn order(&self, id: &RepSparkOrderId, seen: Seen) -> OrderSeen {
        let key = ErpKey::repspark(&self.config.brand, id);
        let mut found = OrderSeen {
            order_id: id.to_string(),
            key: key.to_string(),
            ..OrderSeen::default()
        };
        found.here = match self.kit.ledger.order(&OrderKey::from(&key)).await {
            Ok(order) => order.as_ref().map(here),
            Err(error) => {
                found.says = format!("its state here could not be read: {error}. ");
                None
            }
        };
        match seen {
            Err(error) => found.says += &error,
            Ok(None) => {
                found.says += "RepSpark has no order of this number";
            }
            Ok(Some(seen)) => {
                found.status = Some(status(seen.status));
                found.says += means(seen.status);
                self.read(&mut found, &key, id, &seen).await;
            }
        }
        found
    }

    async fn read(&self, found: &mut OrderSeen, key: &ErpKey, id: &RepSparkOrderId, seen: &SeenOrder) {
        let map = match self.maps.current_or_built_in().await {
            Ok(map) => map,
            Err(error) => {
                found.says += &format!("; it was not read: {error}");
                return;
            }
        };
        found.map = Some(map.version().to_owned());
        let Ok(raw) = serde_json::from_slice::<Value>(&seen.raw) else {
            found.reads_as = Some("unreadable_payload");
            return;
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
            }
            Reading::Mapped { order, holds } => {
                let age = self.config.import_from;
                let age = age.and_then(|from| age_hold(&order, from, &self.config.time_zone));
                found.holds = age.map(str::to_owned).into_iter().chain(holds).collect();
                self.would_send(found, id, *order);
            }
        }
    }

    /// The very requests that the functions would make.
    fn would_send(&self, found: &mut OrderSeen, id: &RepSparkOrderId, order: Order) {
        let size = serde_json::to_vec(&order).map_or(usize::MAX, |text| text.len());
        if size > ORDER_BYTES {
            found.says += &format!("; it is not printed, because it has {size} bytes");
            return;
        }
        let (url, body) = would_put(&self.config.erp.base_url, &order, &ContentHash::of(&order));
        found.would_send.push(Sending {
            to: "erp",
            method: "PUT",
            url,
            body,
        });
        found.content = Some(order);
        if let (Some(repspark), Ok(number)) = (&self.config.repspark, ErpReference::new(NUMBER)) {
            let confirmation = Confirmation {
                order: id.clone(),
                erp_number: number,
            };
            found.would_send.push(Sending {
                to: "repspark",
                method: "POST",
                url: format!("{}/{CONFIRMATION_PATH}", repspark.base_url),
                body: serde_json::to_value([confirmation]).unwrap_or_default(),
            });
        }
    }
}

fn here(order: &OrderState) -> Here {
    let steps = order.steps.iter();
    Here {
        admission: order.admission.as_str(),
        steps: steps
            .map(|(name, step)| format!("{}: {}", name.as_str(), step.state.kind().as_str()))
            .collect(),
        erp_number: order.reference.as_ref().map(|number| number.as_str().to_owned()),
    }
}

fn status(status: OrderStatus) -> String {
    match status {
        OrderStatus::Draft => "draft".to_owned(),
        OrderStatus::Submitted => "submitted".to_owned(),
        OrderStatus::Sent => "sent".to_owned(),
        OrderStatus::Valid => "valid".to_owned(),
        OrderStatus::Other(id) => format!("status {id}"),
    }
}

fn means(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Draft => "it is not submitted, or was denied, so nothing of it would be imported",
        OrderStatus::Submitted => "it is submitted: the next pull takes it in",
        OrderStatus::Sent => "it is sent: it was pulled, and waits for its confirmation",
        OrderStatus::Valid => "it is valid: it was confirmed",
        OrderStatus::Other(_) => "it is in a status that RepSpark does not document",
    }
}

#![doc = include_str!("../README.md")]

mod check;
mod config;
mod erp_side;
mod here;
mod order;
mod repspark_side;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Kit, Secrets, clock};
use order_mapping::Maps;
use order_model::{AskedOrder, Brand, OrderKey, RepSparkOrderId};
use serde::Deserialize;

pub use check::{Answer, Check};
pub use config::{Config, Queue, Vendor};
pub use order::{Here, OrderSeen, Sending};

/// What a person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// RepSpark's number of an order to look at, or its key.
    pub order_id: Option<AskedOrder>,
    /// Call a vendor also while it is paused.
    pub even_if_paused: bool,
}

/// An order that can't be asked for. Nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum NoOrder {
    /// Neither a number of RepSpark's nor a key of this brand.
    #[error(
        "{0:?} is no order at RepSpark: give its number, such as \"8086\", or the key, such as \"RS-{1}-8086\""
    )]
    NotANumber(String, String),
    /// This brand has no RepSpark.
    #[error("this stack does not use RepSpark (RepSparkEnabled is false), so there is no order to look at")]
    NoRepSpark,
}

/// The function.
#[derive(Debug)]
pub struct CheckSetup {
    kit: Kit,
    config: Config,
    maps: Maps,
}

impl CheckSetup {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let maps = Maps::repspark(kit.ledger.clone());
        Ok(Self { kit, config, maps })
    }

    /// One invocation: looks at everything, and changes nothing.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Answer, Error> {
        let asked = event.order_id.as_ref();
        let asked = asked
            .map(|order| order_id(order, &self.config.brand))
            .transpose()?;
        if asked.is_some() && self.config.repspark.is_none() {
            return Err(NoOrder::NoRepSpark.into());
        }
        let deadline = Deadline::of(context, self.kit.ledger.pace());
        deadline.must_cover(clock::now(), self.config.longest_call())?;
        // Fresh ones: whoever mends a secret wants to know whether it is right now, not five minutes later.
        let secrets = Secrets::new(self.kit.aws.secrets());
        let even = event.even_if_paused;
        let ((here, field_map), erp, (repspark, seen)) = tokio::join!(
            async { (self.here().await, self.field_map().await) },
            self.erp_side(&secrets, even),
            self.repspark_side(&secrets, asked.as_ref(), even),
        );
        let checks = [here, field_map, erp, repspark].concat();
        let order = match (&asked, seen) {
            (Some(id), Some(seen)) => Some(self.order(id, seen).await),
            _ => None,
        };
        let answer = Answer::of(checks, order);
        for check in answer.checks.iter().filter(|check| !check.ok) {
            tracing::warn!(check = check.check, "{} is not as it has to be", check.check);
        }
        tracing::info!(ready = answer.ready, "set-up checked");
        Ok(answer)
    }
}

/// Keys are upper case, and a person need not know that.
fn order_id(order: &AskedOrder, brand: &Brand) -> Result<RepSparkOrderId, NoOrder> {
    let by_key = || {
        let key = OrderKey::new(order.as_str().to_ascii_uppercase());
        key.ok().and_then(|key| key.repspark_order(brand))
    };
    let id = RepSparkOrderId::new(order.as_str()).ok().or_else(by_key);
    id.ok_or_else(|| NoOrder::NotANumber(order.to_string(), brand.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(order: Value) -> Result<String, String> {
        let event: Event = serde_json::from_value(json!({"order_id": order})).unwrap();
        let brand = Brand::new("Acme").unwrap();
        let id = order_id(&event.order_id.unwrap(), &brand);
        id.map(|id| id.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_order_goes_by_its_number_or_its_key() {
        for order in [
            json!(8086),
            json!(" 08086 "),
            json!("RS-ACME-8086"),
            json!("rs-acme-8086"),
        ] {
            assert_eq!(asked(order), Ok("8086".to_owned()));
        }
        for order in ["SO104233", "RS-OTHER-8086", "eight"] {
            let refused = asked(json!(order)).unwrap_err();
            assert!(refused.contains("RS-ACME-8086"), "{refused}");
        }
    }
}

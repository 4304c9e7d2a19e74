#![doc = include_str!("../README.md")]

mod check;
mod config;
mod erp_side;
mod here;
mod order;
mod repspark_side;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Kit, Secrets, clock};
use order_mapping::{Account, Maps};
use order_model::RepSparkOrderId;
use serde::Deserialize;

pub use check::{Answer, Check};
pub use config::{Config, Queue, Vendor};
pub use order::{Here, OrderSeen, Sending};

/// What a person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// RepSpark's number of an order to look at.
    pub order_id: Option<OrderId>,
    /// Call a vendor also while it is paused.
    pub even_if_paused: bool,
}

/// RepSpark's number, as a person writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OrderId {
    /// `8086`
    Number(u64),
    /// `"8086"`
    Text(String),
}

/// An order that can't be asked for. Nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum NoOrder {
    /// Not a number of RepSpark's.
    #[error("{0:?} is no number of an order at RepSpark: it is digits, such as \"8086\"")]
    NotANumber(String),
    /// This brand has no RepSpark.
    #[error("this stack does not use RepSpark (RepSparkEnabled is false), so there is no order to look at")]
    NoRepSpark,
}

/// The function.
#[derive(Debug)]
pub struct CheckSetup {
    kit: Kit,
    config: Config,
    account: Account,
    maps: Maps,
}

impl CheckSetup {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let account = Account::repspark(&config.brand, config.time_zone.clone());
        let maps = Maps::repspark(kit.ledger.clone());
        Ok(Self {
            kit,
            config,
            account,
            maps,
        })
    }

    /// One invocation: looks at everything, and changes nothing.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Answer, Error> {
        let asked = event.order_id.map(order_id).transpose()?;
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

fn order_id(id: OrderId) -> Result<RepSparkOrderId, NoOrder> {
    let text = match id {
        OrderId::Number(number) => number.to_string(),
        OrderId::Text(text) => text,
    };
    RepSparkOrderId::new(&text).map_err(|_| NoOrder::NotANumber(text))
}

#![doc = include_str!("../README.md")]

mod acknowledging;
mod asked;
mod check;
mod config;
mod ecat_order;
mod ecat_side;
mod erp_side;
mod first_order;
mod here;
mod names;
mod order;
mod publishing;
mod purchase_seen;
mod repspark_order;
mod repspark_side;
mod secret;
mod sparklayer_side;
mod spectrum_reach;
mod spectrum_side;
mod spreadshirt_forms;
mod spreadshirt_reports;
mod spreadshirt_side;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Kit, Secrets, clock};
use order_mapping::AllMaps;
use order_model::{AskedOrder, Millis};
use serde::Deserialize;
use tokio::sync::Mutex;

use asked::Asked;

pub use acknowledging::Acknowledging;
pub use asked::NoOrder;
pub use check::{Answer, Check};
pub use config::{Config, EcatReach, Queue, Reach, SparkLayerReach, SpreadshirtReach};
pub use names::Named;
pub use order::{EcatNames, Here, OrderSeen, Sending, Submitted};
pub use purchase_seen::{CustomerSeen, Packed, Publishing};
pub use spectrum_reach::SpectrumReach;

/// What a person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// RepSpark's number of an order to look at, or its key.
    pub order_id: Option<AskedOrder>,
    /// eCat's id of a submission to look at.
    pub ecat_id: Option<AskedOrder>,
    /// Call a vendor also while it is paused.
    pub even_if_paused: bool,
}

/// The function.
#[derive(Debug)]
pub struct CheckSetup {
    kit: Kit,
    config: Config,
    maps: AllMaps,
    /// When this process last began to log in at Spreadshirt.
    spreadshirt_login_at: Mutex<Option<Millis>>,
}

impl CheckSetup {
    /// Reads the settings.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self {
            kit,
            config,
            maps,
            spreadshirt_login_at: Mutex::default(),
        })
    }

    /// One invocation: looks at everything, and changes nothing.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Answer, Error> {
        let asked = Asked::of(&event, &self.config)?;
        let (repspark_id, ecat_id) = match asked {
            Some(Asked::RepSpark(id)) => (Some(id), None),
            Some(Asked::Ecat(id)) => (None, Some(id)),
            None => (None, None),
        };
        let deadline = Deadline::of(context, self.kit.ledger.pace());
        deadline.must_cover(clock::now(), self.config.longest_call())?;
        // Fresh ones: whoever mends a secret wants to know whether it is right now, not five minutes later.
        let secrets = Secrets::new(self.kit.aws.secrets());
        let even = event.even_if_paused;
        let ((here, maps), erp, (repspark, in_repspark), (ecat, in_ecat), sparklayer, spreadshirt, spectrum) = tokio::join!(
            async { (self.here().await, self.field_maps().await) },
            self.erp_side(&secrets, even),
            self.repspark_side(&secrets, repspark_id.as_ref(), even),
            self.ecat_side(&secrets, ecat_id, even),
            self.sparklayer_side(&secrets, even),
            self.spreadshirt_side(&secrets, deadline, even),
            self.spectrum_side(&secrets, even),
        );
        let checks = [here, maps, erp, repspark, ecat, sparklayer, spreadshirt, spectrum].concat();
        let order = match (repspark_id, in_repspark, ecat_id, in_ecat) {
            (Some(id), Some(seen), ..) => Some(self.repspark_order(&id, seen).await),
            (.., Some(id), Some(seen)) => Some(self.ecat_order(id, seen).await),
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

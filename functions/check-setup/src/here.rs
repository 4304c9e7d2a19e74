//! What stands on our own side: the ledger, the queues, the field map.

use lambda_kit::{Chain, queue_messages};
use ledger::{Birth, BirthError};
use order_mapping::MapsError;

use crate::{Check, CheckSetup, Queue};

/// What to do about a part of AWS that does not answer.
const AWS: &str =
    "look whether the stack is deployed whole, and whether the role of check-setup is the template's";
const BASELINE: &str =
    "when the integration before this one is off, invoke repspark-pull-orders with {\"baseline\": true}";

impl CheckSetup {
    /// The ledger and the queues.
    pub(crate) async fn here(&self) -> Vec<Check> {
        let mut checks = match self.kit.ledger.birth(&self.config.brand).await {
            Ok(birth) => self.born(birth.as_ref()),
            Err(error @ BirthError::OtherBrand { .. }) => {
                let next = "set the parameter Brand back, or deploy another stack for the other brand";
                vec![Check::bad("ledger", error.to_string(), next)]
            }
            Err(error) => vec![Check::bad("ledger", Chain(&error).to_string(), AWS)],
        };
        for queue in &self.config.queues {
            checks.push(self.queue(queue).await);
        }
        checks
    }

    fn born(&self, birth: Option<&Birth>) -> Vec<Check> {
        let brand = self.config.brand.as_str();
        let Some(birth) = birth else {
            let says = "it is empty: nothing was ever pulled into it";
            let baseline = Check::good("baseline", "not taken yet").then(BASELINE);
            return vec![Check::good("ledger", says), baseline];
        };
        let ledger = format!("it is {brand}'s, since {}", birth.at);
        let baseline = match birth.baseline {
            Some((at, foreign)) => Check::good(
                "baseline",
                format!("taken at {at}: {foreign} orders of the integration before this one"),
            ),
            None => Check::good("baseline", "not taken yet").then(BASELINE),
        };
        vec![Check::good("ledger", ledger), baseline]
    }

    async fn queue(&self, queue: &Queue) -> Check {
        match queue_messages(&self.kit.aws.sqs(), &queue.url).await {
            Ok(0) => Check::good(queue.check, "reachable and empty"),
            Ok(messages) if queue.dead_letters => Check::bad(
                queue.check,
                format!("{messages} messages are in it: hints that could not even be recorded, or garbage"),
                "look at them and at the log of the function; the orders are in the ledger, and the sweep hints them \
                 again, so the messages may be purged",
            ),
            Ok(messages) => Check::good(queue.check, format!("reachable, {messages} messages")),
            Err(error) => Check::bad(queue.check, error.to_string(), AWS),
        }
    }

    /// The current map.
    pub(crate) async fn field_map(&self) -> Vec<Check> {
        let pointer = match self.kit.ledger.current_map(self.maps.source()).await {
            Ok(pointer) => pointer,
            Err(error) => return vec![Check::bad("field_map", error.to_string(), AWS)],
        };
        let set = pointer.map_or_else(
            || "none was set yet, so the built-in one counts".to_owned(),
            |pointer| format!("set by {} at {}", pointer.by, pointer.at),
        );
        vec![match self.maps.current_or_built_in().await {
            Ok(map) => Check::good("field_map", format!("version {}: {set}", map.version())),
            Err(error @ MapsError::Unusable { .. }) => Check::bad(
                "field_map",
                error.to_string(),
                "deploy the release that stored it, or set another one with set-field-map",
            ),
            Err(error) => Check::bad("field_map", Chain(&error).to_string(), AWS),
        }]
    }

    /// Whether nobody may call a vendor now, and why.
    pub(crate) async fn pause(&self, check: &'static str, vendor: &str) -> Check {
        match self.kit.ledger.pause(vendor).await {
            Ok(None) => Check::good(check, "not paused"),
            Ok(Some(pause)) => {
                let next = if pause.by_person {
                    format!("decide-order {{\"do\": \"resume\", \"vendor\": \"{vendor}\"}} lifts it")
                } else {
                    "mend what it says; the next probe, or decide-order with \"do\": \"resume\", lifts it"
                        .to_owned()
                };
                let says = format!("paused by {} since {}: {}", pause.by, pause.since, pause.reason);
                Check::bad(check, says, next)
            }
            // What can't be read may be in force.
            Err(error) => Check::bad(check, error.to_string(), AWS),
        }
    }
}

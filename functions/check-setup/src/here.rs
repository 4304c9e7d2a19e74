//! What stands on our own side: the ledger, the queues, the field map.

use lambda_kit::{Chain, queue_messages};
use ledger::{Birth, BirthError};
use order_mapping::MapsError;
use order_model::{EcatOrg, Origin, Vendor};

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
        let ledger = match birth {
            None => "it is empty: nothing was ever pulled into it".to_owned(),
            Some(birth) => format!("it is {brand}'s, since {}", birth.at),
        };
        let mut checks = vec![Check::good("ledger", ledger)];
        if self.config.repspark.is_some() {
            checks.push(baseline(birth));
        }
        if let Some(ecat) = &self.config.ecat {
            checks.push(bound(birth, &ecat.org));
        }
        checks
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

    /// The current map of each vendor that is on.
    pub(crate) async fn field_maps(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        if self.config.repspark.is_some() {
            checks.push(self.field_map("repspark_field_map", Origin::RepSpark).await);
        }
        if self.config.ecat.is_some() {
            checks.push(self.field_map("ecat_field_map", Origin::Ecat).await);
        }
        checks
    }

    async fn field_map(&self, check: &'static str, origin: Origin) -> Check {
        let maps = self.maps.of(origin);
        let pointer = match self.kit.ledger.current_map(maps.source()).await {
            Ok(pointer) => pointer,
            Err(error) => return Check::bad(check, error.to_string(), AWS),
        };
        let set = pointer.map_or_else(
            || "none was set yet, so the built-in one counts".to_owned(),
            |pointer| format!("set by {} at {}", pointer.by, pointer.at),
        );
        match maps.current_or_built_in().await {
            Ok(map) => Check::good(check, format!("version {}: {set}", map.version())),
            Err(error @ MapsError::Unusable { .. }) => Check::bad(
                check,
                error.to_string(),
                "deploy the release that stored it, or set another one with set-field-map",
            ),
            Err(error) => Check::bad(check, Chain(&error).to_string(), AWS),
        }
    }

    /// Whether nobody may call a vendor now, and why.
    pub(crate) async fn pause(&self, check: &'static str, vendor: Vendor) -> Check {
        let vendor = vendor.as_str();
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

fn baseline(birth: Option<&Birth>) -> Check {
    match birth.and_then(|birth| birth.baseline) {
        Some((at, foreign)) => Check::good(
            "baseline",
            format!("taken at {at}: {foreign} orders of the integration before this one"),
        ),
        None => Check::good("baseline", "not taken yet").then(BASELINE),
    }
}

/// Whether the ledger is this organisation's: every eCat key has its name in it.
fn bound(birth: Option<&Birth>, org: &EcatOrg) -> Check {
    const CHECK: &str = "ecat_org";
    let stack = org.in_keys();
    match birth.and_then(|birth| birth.ecat_org.as_deref()) {
        None => {
            let says =
                format!("the ledger has no organisation yet: the first pull makes it {stack}'s for ever");
            Check::good(CHECK, says)
        }
        Some(ledger) if ledger == stack => Check::good(CHECK, format!("the ledger is {stack}'s")),
        Some(ledger) => {
            let error = BirthError::OtherOrg {
                ledger: ledger.to_owned(),
                stack: stack.to_owned(),
            };
            let next = "set the parameter EcatOrg back, or deploy another stack for the other organisation";
            Check::bad(CHECK, error.to_string(), next)
        }
    }
}

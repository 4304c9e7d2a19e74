//! The ERP: its secret, its pause, its contract.

use erp::{Contract, Credentials, Erp, RootError};
use lambda_kit::Secrets;
use order_model::Vendor;

use crate::secret::Wanted;
use crate::{Check, CheckSetup};

const SECRET: &str = "erp_secret";
const PAUSE: &str = "erp_pause";
const CONTRACT: &str = "erp_contract";

impl CheckSetup {
    /// Asks the ERP's root what it is, once, unless it is paused.
    pub(crate) async fn erp_side(&self, secrets: &Secrets, even_if_paused: bool) -> Vec<Check> {
        let settings = &self.config.erp;
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"token\": \"…\"} into it",
        };
        let is_empty = |credentials: &Credentials| credentials.token.trim().is_empty();
        let (secret, credentials) = wanted.read(secrets, &settings.secret, is_empty).await;
        let pause = self.pause(PAUSE, Vendor::Erp).await;
        let contract = match credentials {
            None => Check::bad(
                CONTRACT,
                "not asked: there is no token to ask with",
                "mend the secret first",
            ),
            Some(_) if !pause.ok && !even_if_paused => not_asked(CONTRACT),
            Some(credentials) => {
                let client = Erp::new(
                    self.kit.http.clone(),
                    &settings.base_url,
                    credentials,
                    settings.call,
                );
                understood(client.root().await, &settings.secret)
            }
        };
        vec![secret, pause, contract]
    }
}

/// What is said of a paused vendor that was not called.
pub(crate) fn not_asked(check: &'static str) -> Check {
    let next = "lift the pause, or invoke again with \"even_if_paused\": true, which makes one call";
    Check::bad(check, "paused: not asked", next)
}

fn understood(answer: Result<Contract, RootError>, secret: &str) -> Check {
    let error = match answer {
        Ok(Contract { contract, system }) if system.is_empty() => {
            return Check::good(CONTRACT, format!("speaks {contract}"));
        }
        Ok(Contract { contract, system }) => {
            return Check::good(CONTRACT, format!("speaks {contract}, and is {system}"));
        }
        Err(error) => error,
    };
    let next = match &error {
        RootError::Unauthorized { .. } => format!("put the right token into secret {secret}"),
        RootError::NotSent => {
            "look whether ErpBaseUrl is right, and whether the ERP is up and reachable".to_owned()
        }
        RootError::Unavailable(_) => "look whether the ERP is up, then try again".to_owned(),
        RootError::NotTheContract { .. } => {
            "look whether ErpBaseUrl is the root of the order service, what stands before /sales-orders"
                .to_owned()
        }
        RootError::Unusable => format!("look at ErpBaseUrl and at the token in secret {secret}"),
    };
    Check::bad(CONTRACT, error.to_string(), next)
}

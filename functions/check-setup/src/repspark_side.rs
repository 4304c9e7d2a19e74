//! RepSpark: its secret, its pause, its login.

use lambda_kit::Secrets;
use order_model::{RepSparkOrderId, Vendor};
use repspark::{CallError, Credentials, RepSpark, SeenOrder};

use crate::erp_side::not_asked;
use crate::secret::Wanted;
use crate::{Check, CheckSetup};

const SECRET: &str = "repspark_secret";
const PAUSE: &str = "repspark_pause";
const LOGIN: &str = "repspark_login";
/// The order that is asked for where nobody names one. That there is none of this number is as good a login.
const ANY: &str = "1";

/// What RepSpark said of the order that was asked for.
pub(crate) type Seen = Result<Option<SeenOrder>, String>;

impl CheckSetup {
    /// Reads one order by its number, once, unless RepSpark is paused. Never a list: that of the submitted orders marks
    /// them as sent.
    pub(crate) async fn repspark_side(
        &self,
        secrets: &Secrets,
        asked: Option<&RepSparkOrderId>,
        even_if_paused: bool,
    ) -> (Vec<Check>, Option<Seen>) {
        let Some(settings) = &self.config.repspark else {
            return (Vec::new(), None);
        };
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"client_key\": \"…\", \"environment_key\": \"…\"} into it",
        };
        let (secret, credentials) = wanted.read(secrets, &settings.secret, is_empty).await;
        let pause = self.pause(PAUSE, Vendor::RepSpark).await;
        let id = asked.cloned().or_else(|| RepSparkOrderId::new(ANY).ok());
        let (login, seen) = match (credentials, id) {
            (Some(_), _) if !pause.ok && !even_if_paused => {
                (not_asked(LOGIN), Err("paused: not asked".to_owned()))
            }
            (Some(credentials), Some(id)) => {
                let client = RepSpark::new(
                    self.kit.http.clone(),
                    &settings.base_url,
                    credentials,
                    settings.call,
                );
                let answer = client.order(&id).await;
                (
                    login(&answer, &settings.secret),
                    answer.map_err(|error| error.to_string()),
                )
            }
            _ => {
                let says = "not asked: there are no keys to ask with";
                (
                    Check::bad(LOGIN, says, "mend the secret first"),
                    Err(says.to_owned()),
                )
            }
        };
        (vec![secret, pause, login], Some(seen))
    }
}

fn is_empty(credentials: &Credentials) -> bool {
    credentials.client_key.trim().is_empty() || credentials.environment_key.trim().is_empty()
}

fn login(answer: &Result<Option<SeenOrder>, CallError>, secret: &str) -> Check {
    let error = match answer {
        Ok(_) => return Check::good(LOGIN, "RepSpark takes our keys"),
        Err(error) => error,
    };
    let next = match error {
        CallError::Unauthorized { .. } => {
            format!("put the brand's client key and the environment's key into secret {secret}")
        }
        CallError::NotSent { .. } => {
            "look whether RepSparkBaseUrl is right, and whether RepSpark is up".to_owned()
        }
        CallError::Misconfigured { .. } => {
            "look whether RepSparkBaseUrl is the API's root, such as https://api.repspark.net/api".to_owned()
        }
        _ => "RepSpark may be busy: try again in a few minutes; if it stays, look at RepSparkBaseUrl"
            .to_owned(),
    };
    Check::bad(LOGIN, error.to_string(), next)
}

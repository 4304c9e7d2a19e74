//! eCat: its secret, its pause, its login, the first order of its list, and the day from which orders are imported.

use ecat::{CallError, Credentials, Ecat, SeenOrder};
use lambda_kit::Secrets;
use order_model::{EcatId, Vendor};

use crate::erp_side::not_asked;
use crate::first_order::{First, first};
use crate::secret::Wanted;
use crate::{Check, CheckSetup, EcatReach};

const SECRET: &str = "ecat_secret";
const PAUSE: &str = "ecat_pause";
const LOGIN: &str = "ecat_login";
const FROM: &str = "import_from";

/// What eCat said of the submission that was asked for.
pub(crate) type Seen = Result<SeenOrder, String>;

impl CheckSetup {
    /// Makes one call, unless eCat is paused: reads the submission that was asked for, or begins to read the list. It
    /// marks nothing, so eCat's orders are what they were.
    pub(crate) async fn ecat_side(
        &self,
        secrets: &Secrets,
        asked: Option<EcatId>,
        even_if_paused: bool,
    ) -> (Vec<Check>, Option<Seen>) {
        let Some(settings) = &self.config.ecat else {
            return (Vec::new(), None);
        };
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"username\": \"…\", \"password\": \"…\"} of an admin's into it",
        };
        let (secret, credentials) = wanted
            .read(secrets, &settings.reach.secret, |credentials: &Credentials| {
                credentials.username.trim().is_empty() || credentials.password.trim().is_empty()
            })
            .await;
        let pause = self.pause(PAUSE, Vendor::Ecat).await;
        let mut checks = vec![import_from(self.config.import_from), secret];
        let refused = match &credentials {
            None => Some(Check::bad(
                LOGIN,
                "not asked: there is no login to ask with",
                "mend the secret first",
            )),
            Some(_) if !pause.ok && !even_if_paused => Some(not_asked(LOGIN)),
            Some(_) => None,
        };
        checks.push(pause);
        let (Some(credentials), None) = (credentials, &refused) else {
            let says = refused
                .as_ref()
                .map_or_else(String::new, |check| check.says.clone());
            checks.extend(refused);
            return (checks, Some(Err(says)));
        };
        let client = self.ecat_client(settings, credentials);
        let Some(id) = asked else {
            checks.extend(self.begun(settings, first(&client, settings).await).await);
            return (checks, None);
        };
        let answer = client.order(id).await;
        checks.push(login_by_order(&answer, id, settings));
        (checks, Some(answer.map_err(|error| error.to_string())))
    }

    /// As the pull's, so that what is too slow for the pull is too slow here.
    fn ecat_client(&self, settings: &EcatReach, credentials: Credentials) -> Ecat {
        let EcatReach { reach, org, list } = settings;
        let http = self.kit.http.clone();
        Ecat::new(http, &reach.base_url, org, credentials, reach.call, *list)
    }

    async fn begun(&self, settings: &EcatReach, list: Result<First, CallError>) -> Vec<Check> {
        match list {
            Err(error) => vec![refused(&error, settings)],
            Ok(None) => {
                let says = "eCat takes our login; it has no new order now";
                vec![Check::good(LOGIN, says)]
            }
            Ok(Some(piece)) => {
                let login = Check::good(LOGIN, "eCat takes our login, and has new orders");
                vec![login, self.first_order(&settings.org, piece).await]
            }
        }
    }
}

/// eCat has no baseline: by their day alone orders of the integration before this one are told apart. The template asks for
/// it too, but whoever sets the function's variables by hand goes round the template.
fn import_from(day: Option<jiff::civil::Date>) -> Check {
    match day {
        Some(day) => Check::good(FROM, format!("orders of days before {day} wait for a person")),
        None => Check::bad(
            FROM,
            "no day is set from which orders are imported, and eCat has no baseline: nothing is pulled from it",
            "set the parameter ImportFrom to the day of the cut-over, such as 2026-11-01",
        ),
    }
}

/// What the answer to a question for one submission says of our login. That this address takes the same login as the list
/// is not documented.
fn login_by_order(answer: &Result<SeenOrder, CallError>, id: EcatId, settings: &EcatReach) -> Check {
    let by_list = "invoke again without \"ecat_id\": the list of new orders shows whether the login is good";
    match answer {
        Ok(_) => Check::good(LOGIN, "eCat takes our login"),
        Err(error @ CallError::NotFound { .. }) => Check::bad(
            LOGIN,
            format!("{error} {id}; that says nothing of our login"),
            by_list,
        ),
        Err(error @ CallError::Unauthorized { .. }) => {
            let check = refused(error, settings);
            let next = check.next.clone().unwrap_or_default();
            check.then(format!("{by_list}; if that is refused as well, {next}"))
        }
        Err(error) => refused(error, settings),
    }
}

fn refused(error: &CallError, settings: &EcatReach) -> Check {
    let next = match error {
        CallError::Unauthorized { .. } => {
            format!(
                "put an admin's username and password into secret {}",
                settings.reach.secret
            )
        }
        CallError::NotSent { .. } => "look whether EcatBaseUrl is right, and whether eCat is up".to_owned(),
        CallError::Misconfigured { .. } => "look whether EcatBaseUrl is the server's root, such as \
             https://supercat.supercatsolutions.com, and whether EcatOrg is the company's abbreviation as in the \
             addresses of its admin portal"
            .to_owned(),
        _ => "eCat may be busy: try again in a few minutes; if it stays, look at EcatBaseUrl and EcatOrg"
            .to_owned(),
    };
    Check::bad(LOGIN, error.to_string(), next)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use order_model::EcatOrg;

    use super::*;
    use crate::Reach;

    fn settings() -> EcatReach {
        EcatReach {
            reach: Reach {
                base_url: "https://ecat.example".to_owned(),
                secret: "/order-relay/ACME/prod/ecat".to_owned(),
                call: Duration::from_secs(20),
            },
            org: EcatOrg::new("demo").unwrap(),
            list: Duration::from_secs(60),
        }
    }

    fn unauthorized() -> CallError {
        CallError::Unauthorized {
            operation: "GET orders/id",
            said: "http_401".to_owned(),
        }
    }

    #[test]
    fn without_a_day_from_which_orders_are_imported_nothing_is_ready() {
        assert!(import_from("2026-11-01".parse().ok()).ok);
        let check = import_from(None);
        assert!(!check.ok);
        assert!(check.next.unwrap().contains("ImportFrom"));
    }

    #[test]
    fn a_refused_login_names_its_secret() {
        let check = refused(&unauthorized(), &settings());
        assert!(!check.ok);
        assert!(check.next.unwrap().contains("/order-relay/ACME/prod/ecat"));
    }

    #[test]
    fn an_order_that_is_refused_or_not_found_proves_nothing_of_the_login_and_the_list_does() {
        let not_found = CallError::NotFound {
            operation: "GET orders/id",
        };
        for error in [unauthorized(), not_found] {
            let check = login_by_order(&Err(error), EcatId(7), &settings());
            assert!(!check.ok);
            assert!(check.next.unwrap().contains("without \"ecat_id\""));
        }
    }
}

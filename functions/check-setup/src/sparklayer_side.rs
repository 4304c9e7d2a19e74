//! SparkLayer: its secret, its site, its pause, a token and a look at a purchase that is not there, and how many customers
//! are mapped.

use lambda_kit::{Secrets, clock};
use ledger::LedgerError;
use order_model::{Origin, Vendor};
use sparklayer::{CallError, Credentials, Identifier, IdentifierError, Lookup, SiteId, SparkLayer};

use crate::erp_side::not_asked;
use crate::secret::Wanted;
use crate::{Check, CheckSetup, SparkLayerReach};

const SECRET: &str = "sparklayer_secret";
const SITE: &str = "sparklayer_site";
const PAUSE: &str = "sparklayer_pause";
const LOGIN: &str = "sparklayer_login";
const READ: &str = "sparklayer_read";
/// The purchase that is looked for. Nobody's is called so: the ERP gives no such number.
const NOBODYS: &str = "order-relay-check-setup";
/// Rows beyond these are not counted: a page of the ledger has 100.
const COUNTED: usize = 1000;

impl CheckSetup {
    /// Asks for a token and for a purchase that can't be there, once each, unless SparkLayer is paused.
    pub(crate) async fn sparklayer_side(&self, secrets: &Secrets, even_if_paused: bool) -> Vec<Check> {
        let Some(settings) = &self.config.sparklayer else {
            return vec![Check::good(
                "sparklayer",
                "it is off (SparkLayerEnabled is false)",
            )];
        };
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"client_id\": \"…\", \"client_secret\": \"…\"} into it",
        };
        let (secret, credentials) = wanted.read(secrets, &settings.reach.secret, is_empty).await;
        let (site_check, site) = site(SiteId::new(&settings.site));
        let pause = self.pause(PAUSE, Vendor::SparkLayer).await;
        let asked = match (credentials, site) {
            (None, _) => vec![Check::bad(
                LOGIN,
                "not asked: there is no client to ask as",
                "mend the secret first",
            )],
            (_, None) => vec![Check::bad(
                LOGIN,
                "not asked: there is no site to ask for",
                "mend the site first",
            )],
            _ if !pause.ok && !even_if_paused => vec![not_asked(LOGIN)],
            (Some(credentials), Some(site)) => self.ask_sparklayer(settings, credentials, site).await,
        };
        let mut checks = vec![secret, site_check, pause];
        checks.extend(asked);
        checks.extend(self.customers().await);
        checks
    }

    async fn ask_sparklayer(
        &self,
        settings: &SparkLayerReach,
        credentials: Credentials,
        site: SiteId,
    ) -> Vec<Check> {
        let client = SparkLayer::new(
            self.kit.http.clone(),
            &settings.reach.base_url,
            site,
            credentials,
            settings.options.clone(),
            settings.reach.call,
        );
        if let Err(error) = client.log_in(clock::now()).await {
            return vec![refused(LOGIN, &error, settings)];
        }
        let login = Check::good(LOGIN, "SparkLayer gives our client a token");
        let Ok(nobodys) = Identifier::new(NOBODYS) else {
            return vec![login];
        };
        let seen = client
            .get_purchase(&Lookup::Internal(nobodys), clock::now())
            .await;
        let read = match seen {
            Ok(None) => Check::good(READ, "SparkLayer takes the token, and answers about purchases"),
            Ok(Some(_)) => Check::good(
                READ,
                format!(
                    "SparkLayer takes the token; it has a purchase called {NOBODYS}, which is nobody's order"
                ),
            ),
            Err(error) => refused(READ, &error, settings),
        };
        vec![login, read]
    }

    /// How many customers of each vendor that is on are mapped.
    async fn customers(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        if self.config.repspark.is_some() {
            checks.push(customers(
                "repspark_customers",
                self.count(Origin::RepSpark).await,
            ));
        }
        if self.config.ecat.is_some() {
            checks.push(customers("ecat_customers", self.count(Origin::Ecat).await));
        }
        checks
    }

    async fn count(&self, source: Origin) -> Result<(usize, bool), LedgerError> {
        let (mut rows, mut from) = (0, None);
        loop {
            let (page, next) = self.kit.ledger.mapped_customers(source, from).await?;
            rows += page.len();
            match next {
                None => return Ok((rows, false)),
                Some(_) if rows >= COUNTED => return Ok((rows, true)),
                next => from = next,
            }
        }
    }
}

fn is_empty(credentials: &Credentials) -> bool {
    credentials.client_id.trim().is_empty() || credentials.client_secret.trim().is_empty()
}

fn site(site: Result<SiteId, IdentifierError>) -> (Check, Option<SiteId>) {
    match site {
        Ok(site) => {
            let says = format!("{} has the form of a site id", site.as_str());
            (Check::good(SITE, says), Some(site))
        }
        Err(error) => {
            let next =
                "set the parameter SparkLayerSiteId to the site id of the dashboard, at Settings > API";
            (Check::bad(SITE, error.to_string(), next), None)
        }
    }
}

/// Without a row an order is imported, and only its publication waits.
fn customers(check: &'static str, counted: Result<(usize, bool), LedgerError>) -> Check {
    match counted {
        Ok((0, _)) => {
            let says = "no customer is mapped to one of SparkLayer's, so every publication would wait";
            Check::good(check, says).then(
                "invoke map-customers with {\"csv\": \"source,customer_code,store_code,sparklayer_customer\\n…\"}",
            )
        }
        Ok((rows, more)) => {
            let least = if more { "at least " } else { "" };
            Check::good(check, format!("{least}{rows} rows map customers to SparkLayer's"))
        }
        Err(error) => {
            let next = "look whether the role of check-setup is the template's: it lists customers";
            Check::bad(check, error.to_string(), next)
        }
    }
}

fn refused(check: &'static str, error: &CallError, settings: &SparkLayerReach) -> Check {
    let next = match error {
        CallError::Unauthorized { .. } => format!(
            "put the client of this very site into secret {}, and look whether SparkLayerSiteId and SparkLayerBaseUrl are of the \
             same environment: live and test have sites and clients of their own",
            settings.reach.secret
        ),
        CallError::TokenRefused { .. } | CallError::Forbidden { .. } => format!(
            "look whether the client in secret {} may read purchases of the site in SparkLayerSiteId",
            settings.reach.secret
        ),
        CallError::NotSent { .. } => {
            "look whether SparkLayerBaseUrl is right, and whether SparkLayer is up".to_owned()
        }
        CallError::Misconfigured { .. } => {
            "look whether SparkLayerBaseUrl is the root, such as https://app.sparklayer.io".to_owned()
        }
        _ => "SparkLayer may be busy: try again in a few minutes; if it stays, look at SparkLayerBaseUrl"
            .to_owned(),
    };
    Check::bad(check, error.to_string(), next)
}

#[cfg(test)]
mod tests {
    use sparklayer::{Doubt, Operation, Problem};

    use super::*;
    use crate::testing::sparklayer;

    fn problem(status: u16) -> Problem {
        Problem {
            status,
            told: true,
            named: Vec::new(),
        }
    }

    #[test]
    fn a_site_that_fits_no_header_is_named_and_not_asked_for() {
        assert!(site(SiteId::new("acme-wholesale")).0.ok);
        for text in ["", "acme wholesale"] {
            let (check, site) = site(SiteId::new(text));
            assert!(!check.ok && site.is_none());
            assert!(check.next.unwrap().contains("SparkLayerSiteId"));
        }
    }

    #[test]
    fn no_row_at_all_is_no_fault_and_says_what_to_do() {
        let none = customers("repspark_customers", Ok((0, false)));
        assert!(none.ok && none.next.unwrap().contains("map-customers"));
        let some = customers("repspark_customers", Ok((12, false)));
        assert_eq!((some.says.starts_with("12 rows"), some.next), (true, None));
        let many = customers("ecat_customers", Ok((1000, true)));
        assert!(many.says.starts_with("at least 1000 rows"));
    }

    #[test]
    fn each_refusal_names_what_may_be_wrong() {
        let operation = Operation::Get;
        for (error, named) in [
            (
                CallError::Unauthorized {
                    problem: problem(401),
                },
                "/order-relay/ACME/prod/sparklayer",
            ),
            (
                CallError::Forbidden {
                    operation,
                    problem: problem(403),
                },
                "SparkLayerSiteId",
            ),
            (CallError::NotSent { operation }, "SparkLayerBaseUrl"),
            (
                CallError::NoAnswer {
                    operation,
                    doubt: Doubt::TimedOut,
                },
                "try again",
            ),
        ] {
            let check = refused(READ, &error, &sparklayer());
            assert!(!check.ok);
            assert!(check.next.unwrap().contains(named), "{named}");
        }
    }
}

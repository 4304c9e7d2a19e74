//! Spreadshirt: its secret, whose reports we want and how we name ourselves, its pause, its clock, one login, and the reports
//! that wait. Nothing is deleted.

use std::time::Duration;

use lambda_kit::{Deadline, Secrets, clock};
use order_model::{Millis, Vendor};
use spreadshirt::{CallError, Credentials, LOGIN_GAP, Session, Spreadshirt};

use crate::erp_side::not_asked;
use crate::secret::Wanted;
use crate::spreadshirt_forms::{agent, contact, correlation, partner};
use crate::spreadshirt_reports::Looked;
use crate::{Check, CheckSetup, SpreadshirtReach};

const SECRET: &str = "spreadshirt_secret";
const PAUSE: &str = "spreadshirt_pause";
const CLOCK: &str = "spreadshirt_clock";
const LOGIN: &str = "spreadshirt_login";
pub(crate) const REPORTS: &str = "spreadshirt_reports";
/// A clock that is further off is worth a look, although signatures follow it.
const FAR: Duration = Duration::from_secs(60);
/// What is left of the invocation for its answer.
const RESERVE: Duration = Duration::from_secs(5);

impl CheckSetup {
    /// Logs in once at most, and reads the partner's reports, unless Spreadshirt is paused. It deletes none, so the reader
    /// finds each of them.
    pub(crate) async fn spreadshirt_side(
        &self,
        secrets: &Secrets,
        deadline: Deadline,
        even_if_paused: bool,
    ) -> Vec<Check> {
        let Some(settings) = &self.config.spreadshirt else {
            return vec![Check::good(
                "spreadshirt",
                "it is off (SpreadshirtEnabled is false)",
            )];
        };
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"api_key\": \"…\", \"secret\": \"…\", \"username\": \"…\", \"password\": \"…\"} into it",
        };
        let (secret, credentials) = wanted.read(secrets, &settings.reach.secret, is_empty).await;
        let (partner_check, partner) = partner(&settings.partner);
        let (form_check, form) = correlation(&settings.correlation);
        let mut checks = vec![secret, partner_check, contact(&settings.contact), form_check];
        let fits = checks.iter().all(|check| check.ok);
        let pause = self.pause(PAUSE, Vendor::Spreadshirt).await;
        let may_ask = pause.ok || even_if_paused;
        checks.push(pause);
        match (credentials, partner, form) {
            (Some(credentials), Some(partner), Some(form)) if fits && may_ask => {
                let client = self.spreadshirt_client(settings, credentials);
                let looked = Looked {
                    client: &client,
                    partner: &partner,
                    form: &form,
                    brand: &self.config.brand,
                    settings,
                };
                checks.extend(self.ask_spreadshirt(&looked, deadline).await);
            }
            _ if fits => checks.push(not_asked(LOGIN)),
            _ => checks.push(Check::bad(
                LOGIN,
                "not asked: something is missing that every call needs",
                "mend what stands above first",
            )),
        }
        checks
    }

    fn spreadshirt_client(&self, settings: &SpreadshirtReach, credentials: Credentials) -> Spreadshirt {
        let SpreadshirtReach { reach, contact, .. } = settings;
        let http = self.kit.http.clone();
        Spreadshirt::new(
            http,
            &reach.base_url,
            &agent(contact),
            credentials,
            clock::now,
            reach.call,
        )
        .literal_plus(settings.literal_plus)
    }

    async fn ask_spreadshirt(&self, looked: &Looked<'_>, deadline: Deadline) -> Vec<Check> {
        let (client, settings) = (looked.client, looked.settings);
        // Before the login: a key that is not known costs none.
        let ahead = match client.server_time().await {
            Ok(_) => ahead(client.clock_ahead_ms()),
            Err(error) => return vec![refused(CLOCK, &error, settings)],
        };
        let session = match self.spreadshirt_login(client, settings).await {
            Ok(session) => session,
            Err(check) => return vec![ahead, check],
        };
        let mut checks = vec![ahead, Check::good(LOGIN, "Spreadshirt takes our login")];
        let left = deadline.at().since(clock::now()).saturating_sub(RESERVE);
        let read = tokio::time::timeout(left, looked.reports(&session)).await;
        checks.extend(read.unwrap_or_else(|_| {
            vec![Check::bad(
                REPORTS,
                "the reports were not read before the time of check-setup was over",
                "Spreadshirt may be slow: try again later; the reader has the same list to read",
            )]
        }));
        checks
    }

    /// The one login of this invocation, where none was tried a moment ago.
    async fn spreadshirt_login(
        &self,
        client: &Spreadshirt,
        settings: &SpreadshirtReach,
    ) -> Result<Session, Check> {
        let now = clock::now();
        match self.kit.ledger.login(Vendor::Spreadshirt.as_str()).await {
            Ok(login) if !login.is_free(now) => return Err(too_soon("another function", LOGIN_GAP)),
            Ok(_) => {}
            Err(error) => {
                let next = "look whether the role of check-setup is the template's";
                return Err(Check::bad(LOGIN, error.to_string(), next));
            }
        }
        if let Some(wait) = self.wait_for_login(now).await {
            return Err(too_soon("this function", wait));
        }
        client
            .login()
            .await
            .map_err(|error| refused(LOGIN, &error, settings))
    }

    /// How long the next login has to wait; none if this one may begin, which is noted down.
    async fn wait_for_login(&self, now: Millis) -> Option<Duration> {
        let mut last = self.spreadshirt_login_at.lock().await;
        let wait = last.map(|last| (last + LOGIN_GAP).since(now));
        let wait = wait.filter(|wait| !wait.is_zero());
        if wait.is_none() {
            *last = Some(now);
        }
        wait
    }
}

fn is_empty(credentials: &Credentials) -> bool {
    let Credentials {
        api_key,
        secret,
        username,
        password,
    } = credentials;
    [api_key, secret, username, password]
        .iter()
        .any(|text| text.trim().is_empty())
}

/// Signatures follow the vendor's clock, so one that is off is no fault.
fn ahead(ms: i64) -> Check {
    let apart = Duration::from_millis(ms.unsigned_abs());
    if apart.is_zero() {
        return Check::good(CLOCK, "its clock agrees with ours");
    }
    let says = format!("its clock is {:.1} s {} ours", apart.as_secs_f64(), side(ms));
    let check = Check::good(CLOCK, says);
    match apart < FAR {
        true => check,
        false => check
            .then("nothing has to be done: requests are signed by its clock; but one of the two is wrong"),
    }
}

fn side(ms: i64) -> &'static str {
    if ms > 0 { "ahead of" } else { "behind" }
}

fn too_soon(whose: &str, wait: Duration) -> Check {
    Check::bad(
        LOGIN,
        format!(
            "not asked: {whose} has just logged in, and logins that come too soon may put our address on a black list"
        ),
        format!("invoke again in {} s", wait.as_secs_f64().ceil()),
    )
}

pub(crate) fn refused(check: &'static str, error: &CallError, settings: &SpreadshirtReach) -> Check {
    let secret = &settings.reach.secret;
    let next = match error {
        CallError::Unauthorized { .. } if check == LOGIN => {
            format!("put the username and the password of the partner's user into secret {secret}, and wait 15 s")
        }
        CallError::Unauthorized { .. } if check == CLOCK => {
            format!("put the api_key of our application into secret {secret}; no login was tried")
        }
        CallError::Unauthorized { .. } => format!(
            "the login was good, so a signature was refused: put the application's own secret, as \"secret\", into secret {secret}"
        ),
        CallError::Forbidden { .. } => format!(
            "look whether the user in secret {secret} owns the partner in SpreadshirtPartnerId, and whether SpreadshirtContact is as \
             Spreadshirt wants it"
        ),
        CallError::Refused { .. } => {
            "look at SpreadshirtPartnerId; if that is right, set SpreadshirtLiteralPlus to true"
                .to_owned()
        }
        CallError::Unreadable { .. } if settings.full_data => {
            "set SpreadshirtFullData to false: then each report is read by itself, and one bad report spoils nothing else"
                .to_owned()
        }
        CallError::NotSent { .. } => {
            "look whether SpreadshirtBaseUrl is right, and whether Spreadshirt is up".to_owned()
        }
        CallError::Misconfigured { .. } => {
            "look whether SpreadshirtBaseUrl is the API's root, such as https://api.spreadshirt.net/api/v1".to_owned()
        }
        CallError::Unavailable { .. } if check == LOGIN => {
            "wait a minute before the next try: a login that comes too soon after another one shows like this, too".to_owned()
        }
        _ => "Spreadshirt may be busy: try again in a few minutes; if it stays, look at SpreadshirtBaseUrl".to_owned(),
    };
    Check::bad(check, error.to_string(), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::spreadshirt;

    fn unauthorized() -> CallError {
        CallError::Unauthorized {
            operation: "POST sessions",
            said: "http_401".to_owned(),
        }
    }

    #[test]
    fn a_refused_key_login_or_signature_each_name_another_part_of_the_secret() {
        let next = |check| refused(check, &unauthorized(), &spreadshirt()).next.unwrap();
        assert!(next(CLOCK).contains("api_key") && next(CLOCK).contains("no login was tried"));
        assert!(next(LOGIN).contains("password"));
        assert!(next(REPORTS).contains("signature"));
        for check in [CLOCK, LOGIN, REPORTS] {
            assert!(next(check).contains("/order-relay/ACME/prod/spreadshirt"));
        }
    }

    #[test]
    fn a_clock_that_is_off_is_no_fault() {
        assert_eq!(ahead(0).says, "its clock agrees with ours");
        assert_eq!(ahead(-1_200).says, "its clock is 1.2 s behind ours");
        assert_eq!(ahead(-1_200).next, None);
        let far = ahead(600_000);
        assert!(far.ok && far.next.is_some());
        assert_eq!(far.says, "its clock is 600.0 s ahead of ours");
    }

    #[test]
    fn an_unreadable_list_of_whole_reports_can_be_asked_for_in_parts() {
        let error = CallError::Unreadable {
            operation: "GET orderReports",
            what: spreadshirt::Unreadable::Doctype,
        };
        let full = SpreadshirtReach {
            full_data: true,
            ..spreadshirt()
        };
        assert!(
            refused(REPORTS, &error, &full)
                .next
                .unwrap()
                .contains("SpreadshirtFullData")
        );
        assert!(
            !refused(REPORTS, &error, &spreadshirt())
                .next
                .unwrap()
                .contains("FullData")
        );
    }
}

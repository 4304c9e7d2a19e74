//! Spectrum: its secret, how orders are acknowledged, its pause, and a look at an order that is not there.

use lambda_kit::Secrets;
use order_model::Vendor;
use spectrum::{CallError, Credentials, Format, PurchaseOrderNumber, SeenOrder, Spectrum};

use crate::erp_side::not_asked;
use crate::secret::Wanted;
use crate::spectrum_reach::Wishes;
use crate::{Check, CheckSetup, SpectrumReach};

const SECRET: &str = "spectrum_secret";
const SETTINGS: &str = "spectrum_settings";
const PAUSE: &str = "spectrum_pause";
const LOGIN: &str = "spectrum_login";
/// The order that is looked for. No order is called so: neither the ERP nor a source gives such a number.
const NOBODYS: &str = "order-relay-check";

impl CheckSetup {
    /// Asks for an order that can't be there, once, unless Spectrum is paused. Looking changes nothing there.
    pub(crate) async fn spectrum_side(&self, secrets: &Secrets, even_if_paused: bool) -> Vec<Check> {
        let Some(settings) = &self.config.spectrum else {
            return vec![Check::good("spectrum", "it is off (SpectrumEnabled is false)")];
        };
        let wanted = Wanted {
            check: SECRET,
            form: "put {\"token\": \"…\"} into it",
        };
        let is_empty = |credentials: &Credentials| credentials.token.trim().is_empty();
        let (secret, credentials) = wanted.read(secrets, &settings.reach.secret, is_empty).await;
        let pause = self.pause(PAUSE, Vendor::Spectrum).await;
        let login = match credentials {
            None => Check::bad(
                LOGIN,
                "not asked: there is no token to ask with",
                "mend the secret first",
            ),
            Some(_) if !pause.ok && !even_if_paused => not_asked(LOGIN),
            Some(credentials) => self.ask_spectrum(settings, credentials).await,
        };
        vec![secret, wished(settings), pause, login]
    }

    async fn ask_spectrum(&self, settings: &SpectrumReach, credentials: Credentials) -> Check {
        let http = self.kit.http.clone();
        let reach = &settings.reach;
        let client = Spectrum::new(http, &reach.base_url, credentials, reach.call);
        match PurchaseOrderNumber::new(NOBODYS) {
            Ok(nobodys) => login(&client.find(&nobodys).await, settings),
            Err(error) => Check::bad(LOGIN, error.to_string(), "tell the makers of this bundle"),
        }
    }
}

/// How orders are acknowledged, or which parameter says what is no word.
fn wished(settings: &SpectrumReach) -> Check {
    let Wishes { number_of, options } = match settings.wishes() {
        Ok(wishes) => wishes,
        Err(unfit) => {
            let next = "set the parameters right; until then no order is acknowledged";
            return Check::bad(SETTINGS, unfit.join("; "), next);
        }
    };
    let number = match number_of {
        custom_orders::NumberOf::Erp => "the ERP's number",
        custom_orders::NumberOf::Source => "the number of the vendor from whom they came",
    };
    let format = match options.format {
        Format::LineItem => "line items",
        Format::RecipeSet => "recipe sets, which Spectrum calls deprecated",
    };
    let details = if settings.details {
        "their details with the addresses are sent as well"
    } else {
        "their details are not sent (SpectrumSendOrders is false)"
    };
    Check::good(
        SETTINGS,
        format!("orders are acknowledged under {number}, in the form of {format}; {details}"),
    )
}

/// What the answer to a look says of our token. That one that is refused is refused before Spectrum looks for the order is
/// not documented.
fn login(answer: &Result<Option<SeenOrder>, CallError>, settings: &SpectrumReach) -> Check {
    match answer {
        Ok(None) => Check::good(LOGIN, "Spectrum takes our token, and answers about orders"),
        Ok(Some(_)) => Check::good(
            LOGIN,
            format!("Spectrum takes our token; it has an order called {NOBODYS}, which is nobody's"),
        ),
        Err(error) => refused(error, settings),
    }
}

fn refused(error: &CallError, settings: &SpectrumReach) -> Check {
    let secret = &settings.reach.secret;
    let says = match error {
        CallError::Forbidden { .. } => format!("rate limit or refused token: {error}"),
        error => error.to_string(),
    };
    let next = match error {
        CallError::Unauthorized { .. } => format!(
            "put the token of this very environment into secret {secret}, and look whether SpectrumBaseUrl is of the same one"
        ),
        CallError::Forbidden { .. } => format!(
            "Spectrum says both in one way: invoke again in two minutes; if it stays, put the token of this very environment into \
             secret {secret}"
        ),
        CallError::Throttled { .. } => "it is the rate limit: invoke again in two minutes".to_owned(),
        CallError::NotSent { .. } => {
            "look whether SpectrumBaseUrl is right, and whether Spectrum is up".to_owned()
        }
        CallError::Misconfigured { .. } => format!(
            "look whether SpectrumBaseUrl is the root, such as https://api.spectrumcustomizer.com, and whether the token in secret \
             {secret} is one line"
        ),
        _ => "Spectrum may be busy: try again in a few minutes; if it stays, look at SpectrumBaseUrl"
            .to_owned(),
    };
    Check::bad(LOGIN, says, next)
}

#[cfg(test)]
mod tests {
    use spectrum::{Doubt, Operation};

    use super::*;
    use crate::testing::spectrum;

    const SECRET_NAME: &str = "/order-relay/ACME/prod/spectrum";
    const FIND: Operation = Operation::Find;

    fn said(status: u16) -> String {
        format!("http_{status}")
    }

    #[test]
    fn an_order_that_is_not_there_says_that_the_token_is_taken() {
        let check = login(&Ok(None), &spectrum());
        assert!(check.ok && check.says.contains("takes our token"));
    }

    #[test]
    fn what_may_be_the_rate_or_the_token_names_both_and_is_no_good_answer() {
        let error = CallError::Forbidden {
            operation: FIND,
            said: said(403),
            retry_after: None,
        };
        let check = login(&Err(error), &spectrum());
        assert!(!check.ok);
        assert!(
            check.says.starts_with("rate limit or refused token"),
            "{}",
            check.says
        );
        let next = check.next.unwrap();
        assert!(
            next.contains("in two minutes") && next.contains(SECRET_NAME),
            "{next}"
        );
    }

    #[test]
    fn each_refusal_names_what_may_be_wrong() {
        for (error, named) in [
            (
                CallError::Unauthorized {
                    operation: FIND,
                    said: said(401),
                },
                SECRET_NAME,
            ),
            (
                CallError::Throttled {
                    operation: FIND,
                    said: said(429),
                    retry_after: None,
                },
                "rate limit",
            ),
            (
                CallError::Misconfigured {
                    operation: FIND,
                    said: said(404),
                },
                "https://api.spectrumcustomizer.com",
            ),
            (CallError::NotSent { operation: FIND }, "SpectrumBaseUrl"),
            (
                CallError::NoAnswer {
                    operation: FIND,
                    doubt: Doubt::TimedOut,
                },
                "try again",
            ),
        ] {
            let check = refused(&error, &spectrum());
            assert!(!check.ok);
            assert!(check.next.unwrap().contains(named), "{named}");
        }
    }

    #[test]
    fn how_orders_are_acknowledged_is_told_and_a_word_that_is_none_is_named() {
        let check = wished(&spectrum());
        assert!(
            check.ok && check.says.contains("the ERP's number"),
            "{}",
            check.says
        );
        assert!(
            check.says.contains("SpectrumSendOrders is false"),
            "{}",
            check.says
        );
        let wrong = SpectrumReach {
            priority: "urgent".to_owned(),
            details: true,
            ..spectrum()
        };
        let check = wished(&wrong);
        assert!(!check.ok);
        assert!(check.says.contains("SpectrumPriority"), "{}", check.says);
    }
}

//! What a person sets about Spreadshirt, and the form it has to have. Pure.

use order_fulfilment::Correlation;
use spreadshirt::PartnerId;

use crate::Check;

const PARTNER: &str = "spreadshirt_partner";
const CONTACT: &str = "spreadshirt_contact";
const CORRELATION: &str = "spreadshirt_correlation";

/// Whose reports are read.
pub(crate) fn partner(text: &str) -> (Check, Option<PartnerId>) {
    match PartnerId::new(text) {
        Some(partner) => {
            let says = format!("{partner} has the form of a partner id");
            (Check::good(PARTNER, says), Some(partner))
        }
        None => {
            let says = format!("{text:?} is no partner id: it has 1 to 100 letters, digits, - and _");
            let next = "set the parameter SpreadshirtPartnerId to the id of our partner, such as 1102730";
            (Check::bad(PARTNER, says, next), None)
        }
    }
}

/// Spreadshirt refuses requests that name no page and no mail address (vendor notes, section 1).
pub(crate) fn contact(text: &str) -> Check {
    if is_contact(text) {
        return Check::good(CONTACT, "it names a page and a mail address");
    }
    let says = format!("{text:?} does not name a page and a mail address, in plain letters");
    let next = "set the parameter SpreadshirtContact, such as https://brand.example; ops@brand.example";
    Check::bad(CONTACT, says, next)
}

/// How we name ourselves.
pub(crate) fn agent(contact: &str) -> String {
    format!("OrderRelay/{} ({contact})", env!("CARGO_PKG_VERSION"))
}

/// How our items are named there.
pub(crate) fn correlation(text: &str) -> (Check, Option<Correlation>) {
    match Correlation::parse(text) {
        Ok(form) => (
            Check::good(CORRELATION, format!("our items are called {text}")),
            Some(form),
        ),
        Err(error) => {
            let next = "set the parameter SpreadshirtCorrelation, such as {order}-{line}";
            (Check::bad(CORRELATION, format!("{text:?}: {error}"), next), None)
        }
    }
}

fn is_contact(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\'));
    let Some((page, mail)) = text.split_once(';') else {
        return false;
    };
    let (page, mail) = (page.trim(), mail.trim());
    let host = page
        .strip_prefix("https://")
        .or_else(|| page.strip_prefix("http://"));
    let blank = |text: &str| text.contains(' ');
    plain
        && host.is_some_and(|host| !host.is_empty() && !blank(host))
        && mail
            .split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && !host.is_empty())
        && !blank(mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_page_and_a_mail_address_that_a_header_can_hold() {
        assert!(contact("https://brand.example; ops@brand.example").ok);
        assert_eq!(
            agent("https://brand.example; ops@brand.example"),
            "OrderRelay/0.0.0 (https://brand.example; ops@brand.example)"
        );
        for text in [
            "",
            "https://brand.example",
            "ops@brand.example",
            "brand.example; ops@brand.example",
            "https://; ops@brand.example",
            "https://brand.example; ops",
            "https://bränd.example; ops@brand.example",
            "https://brand.example; ops@brand.example)",
            "https://brand.example; ops@brand.example\r\nx: y",
        ] {
            let check = contact(text);
            assert!(!check.ok, "{text}");
            assert!(check.next.unwrap().contains("SpreadshirtContact"));
        }
    }

    #[test]
    fn a_partner_and_a_correlation_of_another_form_are_named_with_their_parameter() {
        let (check, id) = partner("1102730");
        assert!(check.ok && id.is_some());
        for text in ["", "11 02", "1)"] {
            let (check, id) = partner(text);
            assert!(!check.ok && id.is_none());
            assert!(check.next.unwrap().contains("SpreadshirtPartnerId"));
        }
        assert!(correlation("{order}-{line}").0.ok);
        let (check, form) = correlation("{line}-{order}");
        assert!(!check.ok && form.is_none());
        assert!(check.next.unwrap().contains("SpreadshirtCorrelation"));
    }
}

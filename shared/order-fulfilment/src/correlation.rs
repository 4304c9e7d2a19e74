//! Which order and which line a correlation id names: what a partner told the maker when it made the order.

use order_model::{Brand, EcatOrg};

/// The form of a brand's correlation ids: a text with `{order}` and `{line}` in it, such as `{order}-{line}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    before: String,
    between: String,
    after: String,
}

/// What a correlation id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The order: its ERP key, or its number at the ERP.
    pub order: String,
    /// The line, from 1.
    pub line: u32,
}

/// A text that is no form of correlation ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a form of correlation ids holds {{order}} once and {{line}} once after it, with a text between them"
)]
pub struct CorrelationError;

impl Correlation {
    /// Reads a form. What the ERP is told for each line is `{order}-{line}`, with the ERP key.
    ///
    /// # Errors
    /// If an id could not be read back: two orders and lines would make one text.
    pub fn parse(form: &str) -> Result<Self, CorrelationError> {
        let (before, rest) = form.split_once("{order}").ok_or(CorrelationError)?;
        let (between, after) = rest.split_once("{line}").ok_or(CorrelationError)?;
        let plain = |text: &str| !text.contains(['{', '}']);
        let digit = |text: Option<char>| text.is_some_and(|sign| sign.is_ascii_digit());
        // A digit beside the line's number would be read as a part of it.
        let apart = !between.is_empty() && !digit(between.chars().last()) && !digit(after.chars().next());
        let fits = plain(before) && plain(between) && plain(after) && apart;
        fits.then(|| Self {
            before: before.to_owned(),
            between: between.to_owned(),
            after: after.to_owned(),
        })
        .ok_or(CorrelationError)
    }

    /// What an id names; none if it does not have this form.
    pub fn read(&self, id: &str) -> Option<Named> {
        let inner = id
            .trim()
            .strip_prefix(&*self.before)?
            .strip_suffix(&*self.after)?;
        // An order's name may hold what stands between, a line's number never.
        let (order, line) = inner.rsplit_once(&*self.between)?;
        let digits = (1..=9).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_digit());
        let line = line.parse().ok().filter(|line| digits && *line > 0)?;
        (!order.is_empty()).then(|| Named {
            order: order.to_owned(),
            line,
        })
    }

    /// Whether whoever wrote this id can only have meant an order of ours, whether or not it is here: by a text that the
    /// brand gave its own form, or by the first letters of our keys.
    pub fn is_ours(&self, named: &Named, brand: &Brand, org: Option<&EcatOrg>) -> bool {
        let marked = !self.before.is_empty() || !self.after.is_empty();
        let repspark = format!("RS-{}-", brand.as_str());
        let ecat = org.map(|org| format!("EC-{}-", org.in_keys()));
        marked
            || named.order.starts_with(&repspark)
            || ecat.is_some_and(|ecat| named.order.starts_with(&ecat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(order: &str, line: u32) -> Option<Named> {
        Some(Named {
            order: order.to_owned(),
            line,
        })
    }

    #[test]
    fn an_id_of_the_own_form_names_its_order_and_line() {
        let form = Correlation::parse("{order}-{line}").unwrap();
        assert_eq!(form.read("RS-ACME-8086-2"), named("RS-ACME-8086", 2));
        assert_eq!(form.read(" webshop-000481-1 "), named("webshop-000481", 1));
        for other in [
            "",
            "RS-ACME-8086",
            "RS-ACME-8086-",
            "-1",
            "A-0",
            "A-1x",
            "A--1 2",
            "A-1234567890",
        ] {
            let read = form.read(other);
            assert!(read.is_none() || other == "RS-ACME-8086", "{other}: {read:?}");
        }
    }

    #[test]
    fn a_brands_own_form_is_read_with_its_own_texts() {
        let form = Correlation::parse("acme/{order}:L{line}.").unwrap();
        assert_eq!(form.read("acme/SO-1:L12."), named("SO-1", 12));
        assert_eq!(form.read("acme/SO:L1:L12."), named("SO:L1", 12));
        assert_eq!(form.read("SO-1:L12."), None);
    }

    #[test]
    fn a_form_that_could_not_be_read_back_is_none() {
        for form in [
            "",
            "{order}",
            "{line}-{order}",
            "{order}{line}",
            "{order}-{line}{line}",
            "{order}-{line}0",
            "{order}1{line}",
            "{x}{order}-{line}",
        ] {
            assert_eq!(Correlation::parse(form), Err(CorrelationError), "{form}");
        }
    }

    #[test]
    fn ours_is_what_has_our_letters_or_the_brands_own_text() {
        let (brand, org) = (Brand::new("acme").unwrap(), EcatOrg::new("demo").unwrap());
        let form = Correlation::parse("{order}-{line}").unwrap();
        let ours = |id: &str| form.is_ours(&form.read(id).unwrap(), &brand, Some(&org));
        assert!(ours("RS-ACME-1-1") && ours("EC-DEMO-X-1-1"));
        assert!(!ours("RS-ACMEGOLF-1-1") && !ours("webshop-000481-1") && !ours("EC-OTHER-1-1"));
        let marked = Correlation::parse("acme/{order}-{line}").unwrap();
        assert!(marked.is_ours(&marked.read("acme/77-1").unwrap(), &brand, None));
    }
}

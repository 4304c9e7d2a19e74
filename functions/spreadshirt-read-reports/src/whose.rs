//! Whose item a modification is of, as far as its own words go, and what it says of it. Pure.

use std::collections::BTreeMap;

use ledger::Awaited;
use order_fulfilment::{Correlation, Saying, identity};
use order_model::{Became, Brand, EcatOrg, Movement};
use spreadshirt::{ItemId, ItemState, Modification};

/// A longer name is none of ours: a key has 35 characters and a number at the ERP 64. It would not fit into a key of the
/// ledger either.
pub(crate) const NAME_BYTES_MAX: usize = 255;
/// A word that is not known is kept for a person, cut to so many characters.
const WORD: usize = 64;

/// What is needed to tell ours from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) form: &'a Correlation,
    pub(crate) brand: &'a Brand,
    pub(crate) org: Option<&'a EcatOrg>,
}

/// Whose item it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Ours, whether or not its order is here; or nobody's: it is kept until somebody says what it is.
    Ours,
    /// Ours if there is an order of this name.
    Perhaps,
}

/// What is said of an item that may be ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) whose: Whose,
    pub(crate) saying: Saying,
}

/// The item's own id is longer than any that could be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id of an item without a correlation is longer than {NAME_BYTES_MAX} bytes")]
pub(crate) struct NameTooLong;

/// Gives the modifications of an item the name that others of the same report give it, unless they give it two.
pub(crate) fn name_all(modifications: &mut [Modification]) {
    let mut names: BTreeMap<ItemId, Option<String>> = BTreeMap::new();
    for modification in modifications.iter() {
        let Some(name) = &modification.correlation else {
            continue;
        };
        match names.get_mut(&modification.item_id) {
            None => {
                names.insert(modification.item_id.clone(), Some(name.clone()));
            }
            Some(known) if known.as_ref() != Some(name) => *known = None,
            Some(_) => {}
        }
    }
    for modification in modifications.iter_mut().filter(|one| one.correlation.is_none()) {
        modification.correlation = names.get(&modification.item_id).cloned().flatten();
    }
}

/// What a modification says; none if it is of an item to which somebody else gave a name.
pub(crate) fn said(modification: Modification, rules: Rules<'_>) -> Result<Option<Said>, NameTooLong> {
    let item = modification.item_id.as_str();
    let (whose, of, line) = match modification.correlation.as_deref() {
        None if item.len() > NAME_BYTES_MAX => return Err(NameTooLong),
        None => (Whose::Ours, Awaited::Item(item.to_owned()), 0),
        Some(correlation) => match rules.form.read(correlation) {
            None => return Ok(None),
            Some(named) if named.order.len() > NAME_BYTES_MAX => return Ok(None),
            Some(named) => {
                let ours = rules.form.is_ours(&named, rules.brand, rules.org);
                let whose = if ours { Whose::Ours } else { Whose::Perhaps };
                (whose, Awaited::Order(named.order), named.line)
            }
        },
    };
    let modified = modification.modified.0.to_string();
    let movement = Movement {
        id: identity(&["spreadshirt", item, &modification.said, &modified]),
        line,
        became: became(modification.state),
        // A report tells no quantity and no parcel.
        quantity: None,
        at: modification.modified,
        parcel: None,
        item: Some(item.to_owned()),
        instead: false,
    };
    let saying = Saying { of, movement };
    Ok(Some(Said { whose, saying }))
}

fn became(state: ItemState) -> Became {
    match state {
        ItemState::Received => Became::Received,
        ItemState::Created => Became::Created,
        ItemState::Accepted => Became::Accepted,
        ItemState::InProgress => Became::InProgress,
        ItemState::Shipped => Became::Shipped,
        ItemState::Cancelled => Became::Cancelled,
        ItemState::Other(word) => Became::Unknown(word.chars().take(WORD).collect()),
    }
}

#[cfg(test)]
mod tests {
    use order_model::Millis;

    use super::*;

    fn modification(item: &str, correlation: Option<&str>, word: &str) -> Modification {
        Modification {
            order_id: None,
            item_id: ItemId::new(item),
            correlation: correlation.map(str::to_owned),
            state: ItemState::of(word),
            said: word.to_owned(),
            modified: Millis(1_772_442_600_000),
        }
    }

    fn of(form: &str, modification: Modification) -> Result<Option<Said>, NameTooLong> {
        let (form, brand, org) = (
            Correlation::parse(form).unwrap(),
            Brand::new("acme").unwrap(),
            EcatOrg::new("demo").unwrap(),
        );
        let rules = Rules {
            form: &form,
            brand: &brand,
            org: Some(&org),
        };
        said(modification, rules)
    }

    fn named(correlation: &str) -> Option<(Whose, Awaited, u32)> {
        let said = of(
            "{order}-{line}",
            modification("770001", Some(correlation), "SHIPPED"),
        );
        said.unwrap()
            .map(|said| (said.whose, said.saying.of, said.saying.movement.line))
    }

    #[test]
    fn a_name_with_our_letters_is_ours_another_of_the_form_perhaps_and_any_other_is_not() {
        let order = |name: &str| Awaited::Order(name.to_owned());
        assert_eq!(
            named("RS-ACME-8086-2"),
            Some((Whose::Ours, order("RS-ACME-8086"), 2))
        );
        assert_eq!(named("EC-DEMO-77-1"), Some((Whose::Ours, order("EC-DEMO-77"), 1)));
        assert_eq!(
            named("SO104233-12"),
            Some((Whose::Perhaps, order("SO104233"), 12))
        );
        for other in [
            "another brand's",
            "webshop_000481",
            "A-0",
            &format!("{}-1", "A".repeat(256)),
        ] {
            assert_eq!(named(other), None, "{other}");
        }
        let own = of(
            "acme/{order}-{line}",
            modification("1", Some("acme/77-1"), "SHIPPED"),
        );
        assert_eq!(own.unwrap().unwrap().whose, Whose::Ours);
    }

    #[test]
    fn an_item_that_nobody_named_is_known_by_its_own_id() {
        let said = of("{order}-{line}", modification("770040", None, "ACCEPTED"))
            .unwrap()
            .unwrap();
        assert_eq!(said.whose, Whose::Ours);
        assert_eq!(said.saying.of, Awaited::Item("770040".to_owned()));
        let movement = said.saying.movement;
        assert_eq!((movement.line, movement.item.as_deref()), (0, Some("770040")));
        assert_eq!(movement.became, Became::Accepted);
        assert_eq!(movement.at, Millis(1_772_442_600_000));
        let long = modification(&"7".repeat(256), None, "ACCEPTED");
        assert_eq!(of("{order}-{line}", long), Err(NameTooLong));
        let long = modification(&"7".repeat(256), Some("RS-ACME-1-1"), "ACCEPTED");
        assert!(of("{order}-{line}", long).unwrap().is_some());
    }

    #[test]
    fn an_item_has_the_one_name_that_its_report_gives_it() {
        let mut all = [
            modification("1", None, "CREATED"),
            modification("2", Some("RS-ACME-1-1"), "CREATED"),
            modification("1", Some("RS-ACME-1-2"), "SHIPPED"),
            modification("2", Some("RS-ACME-1-2"), "SHIPPED"),
            modification("2", None, "SHIPPED"),
            modification("3", None, "SHIPPED"),
        ];
        name_all(&mut all);
        let names: Vec<Option<&str>> = all.iter().map(|one| one.correlation.as_deref()).collect();
        let (first, second) = (Some("RS-ACME-1-1"), Some("RS-ACME-1-2"));
        assert_eq!(names, [second, first, second, second, None, None]);
    }

    #[test]
    fn the_same_saying_has_one_identity_whether_or_not_its_item_has_a_name() {
        let id = |item, correlation, word| {
            let said = of("{order}-{line}", modification(item, correlation, word));
            said.unwrap().unwrap().saying.movement.id
        };
        let first = id("770001", None, "SHIPPED");
        assert_eq!(first, id("770001", Some("RS-ACME-1-1"), "SHIPPED"));
        assert_ne!(first, id("770002", None, "SHIPPED"));
        assert_ne!(first, id("770001", None, "shipped"));
    }

    #[test]
    fn a_word_that_is_not_known_is_kept_for_a_person() {
        let word = "QUALITY_CHECK".repeat(6);
        let said = of("{order}-{line}", modification("1", None, &word))
            .unwrap()
            .unwrap();
        let Became::Unknown(kept) = said.saying.movement.became else {
            panic!("the word is not known")
        };
        assert_eq!(kept, word[..64]);
        for (word, became) in [
            ("RECEIVED", Became::Received),
            ("CREATED", Became::Created),
            ("IN_PROGRESS", Became::InProgress),
            ("CANCELED", Became::Cancelled),
        ] {
            let said = of("{order}-{line}", modification("1", None, word))
                .unwrap()
                .unwrap();
            assert_eq!(said.saying.movement.became, became);
        }
    }
}

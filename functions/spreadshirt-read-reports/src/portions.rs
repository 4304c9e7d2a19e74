//! A report in portions: what is said of one order is said together, and each portion is small enough to be taken at once.
//! Pure.

use ledger::Awaited;
use order_fulfilment::identity;

use crate::whose::Said;

/// A portion ends behind the first name that fills it.
const PORTION: usize = 500;
/// However much is said of one name.
const MOST: usize = 1_000;

/// What a report says, sorted by what it is said of, each with its own order kept.
#[derive(Debug)]
pub(crate) struct Portions {
    said: Vec<Said>,
    /// Where each portion ends.
    ends: Vec<usize>,
}

impl Portions {
    pub(crate) fn of(mut said: Vec<Said>) -> Self {
        // Names of orders come before items, so that an item is learned before anything is said of it alone.
        said.sort_by(|one, other| one.saying.of.cmp(&other.saying.of));
        let mut ends = Vec::new();
        let mut begin = 0;
        for end in 1..=said.len() {
            let many = end - begin;
            let next = said.get(end);
            let parted = next.is_none_or(|next| next.saying.of != said[end - 1].saying.of);
            if next.is_none() || many >= MOST || (many >= PORTION && parted) {
                ends.push(end);
                begin = end;
            }
        }
        Self { said, ends }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.ends.len()
    }

    /// All from the `first` on, each with its number.
    pub(crate) fn from(&self, first: usize) -> impl Iterator<Item = (usize, &[Said])> {
        (first..self.ends.len()).map(|number| {
            let begin = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            (number, &self.said[begin..self.ends[number]])
        })
    }

    /// A name for exactly this content: 32 hex digits.
    pub(crate) fn name(&self) -> String {
        let lines: Vec<String> = self
            .said
            .iter()
            .map(|said| said.saying.movement.line.to_string())
            .collect();
        let parts: Vec<&str> = self
            .said
            .iter()
            .zip(&lines)
            .flat_map(|(said, line)| {
                let (kind, name) = match &said.saying.of {
                    Awaited::Order(name) => ("order", name),
                    Awaited::Item(name) => ("item", name),
                };
                [kind, name, line, &said.saying.movement.id]
            })
            .collect();
        identity(&parts)
    }
}

#[cfg(test)]
mod tests {
    use order_fulfilment::Saying;
    use order_model::{Became, Millis, Movement};

    use super::*;
    use crate::whose::Whose;

    fn said(of: Awaited, at: i64) -> Said {
        let movement = Movement {
            id: at.to_string(),
            line: 1,
            became: Became::Received,
            quantity: None,
            at: Millis(at),
            parcel: None,
            item: None,
            instead: false,
        };
        Said {
            whose: Whose::Ours,
            saying: Saying { of, movement },
        }
    }

    fn order(number: usize) -> Awaited {
        Awaited::Order(format!("RS-ACME-{number:06}"))
    }

    fn sizes(portions: &Portions) -> Vec<usize> {
        portions.from(0).map(|(_, said)| said.len()).collect()
    }

    #[test]
    fn what_is_said_of_one_order_stays_together_in_its_own_order_and_items_come_last() {
        let all = [
            said(Awaited::Item("1".to_owned()), 9),
            said(order(2), 8),
            said(order(1), 7),
            said(order(2), 3),
        ];
        let portions = Portions::of(all.to_vec());
        let at: Vec<i64> = portions
            .said
            .iter()
            .map(|said| said.saying.movement.at.0)
            .collect();
        assert_eq!(at, [7, 8, 3, 9]);
        assert_eq!(sizes(&portions), [4]);
    }

    #[test]
    fn portions_end_between_names_and_are_never_too_large() {
        let many = |number: usize, each: usize| (0..number).flat_map(move |n| vec![said(order(n), 1); each]);
        assert_eq!(sizes(&Portions::of(many(1_001, 1).collect())), [500, 500, 1]);
        assert_eq!(sizes(&Portions::of(many(3, 300).collect())), [600, 300]);
        assert_eq!(
            sizes(&Portions::of(many(1, 4_100).collect())),
            [1_000, 1_000, 1_000, 1_000, 100]
        );
        assert_eq!(sizes(&Portions::of(Vec::new())), [0_usize; 0]);
    }

    #[test]
    fn the_rest_begins_where_the_portion_before_it_ended() {
        let portions = Portions::of((0..1_001).map(|n| said(order(n), 1)).collect());
        let rest: Vec<(usize, usize)> = portions
            .from(1)
            .map(|(number, said)| (number, said.len()))
            .collect();
        assert_eq!(rest, [(1, 500), (2, 1)]);
        assert_eq!(portions.from(3).count(), 0);
        assert_eq!(portions.from(1).next().unwrap().1[0].saying.of, order(500));
    }

    #[test]
    fn the_name_is_of_the_content_and_not_of_its_order_in_the_document() {
        let name = |said: Vec<Said>| Portions::of(said).name();
        let (one, other) = (said(order(1), 1), said(order(2), 2));
        let first = name(vec![one.clone(), other.clone()]);
        assert_eq!(first, name(vec![other.clone(), one.clone()]));
        assert_ne!(first, name(vec![one.clone()]));
        assert_ne!(first, name(vec![one, said(order(3), 2)]));
    }
}

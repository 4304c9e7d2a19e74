//! Which order numbers may be marked.
//!
//! eCat marks by order number, so a number under which something of this pull is not durable is not marked: whatever has
//! it would be out of eCat's sight.

use std::collections::BTreeSet;

use ecat::MARKS_MAX;
use order_model::EcatOrderNumber;

/// The numbers of one pull.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    waiting: Vec<EcatOrderNumber>,
    asked: BTreeSet<String>,
    blocked: BTreeSet<String>,
}

impl Numbers {
    /// A submission of this number is durable.
    pub(crate) fn durable(&mut self, number: &EcatOrderNumber) {
        self.waiting.push(number.clone());
    }

    /// Something of this number is not durable, or is no whole order.
    pub(crate) fn block(&mut self, number: Option<&str>) {
        self.blocked.extend(number.map(str::to_owned));
    }

    /// Whether it was asked for that this number is marked.
    pub(crate) fn is_asked(&self, number: &str) -> bool {
        self.asked.contains(number)
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The numbers of the next call. What a second mark of a number comes to is not documented, so each is given once.
    pub(crate) fn take(&mut self) -> Vec<EcatOrderNumber> {
        let most = self.waiting.len().min(MARKS_MAX);
        let next: Vec<_> = self.waiting.drain(..most).collect();
        let mut free = Vec::with_capacity(next.len());
        for number in next {
            if !self.blocked.contains(number.as_str()) && self.asked.insert(number.as_str().to_owned()) {
                free.push(number);
            }
        }
        free
    }

    /// How many numbers wait that could be marked.
    pub(crate) fn left(&self) -> u64 {
        let waiting = self.waiting.iter().map(EcatOrderNumber::as_str);
        let free = waiting.filter(|number| !self.blocked.contains(*number) && !self.asked.contains(*number));
        free.collect::<BTreeSet<_>>().len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> EcatOrderNumber {
        EcatOrderNumber::new(text).unwrap()
    }

    fn taken(numbers: &mut Numbers) -> Vec<String> {
        numbers.take().into_iter().map(String::from).collect()
    }

    #[test]
    fn a_number_under_which_something_is_not_durable_is_not_marked() {
        let mut numbers = Numbers::default();
        for text in ["7120", "7121", "7122"] {
            numbers.durable(&number(text));
        }
        numbers.block(Some("7121"));
        numbers.block(None);
        assert_eq!(
            (numbers.left(), taken(&mut numbers)),
            (2, vec!["7120".to_owned(), "7122".to_owned()])
        );
        numbers.durable(&number("7121"));
        assert_eq!(taken(&mut numbers), Vec::<String>::new());
    }

    #[test]
    fn a_number_is_asked_for_once_in_a_pull() {
        let mut numbers = Numbers::default();
        numbers.durable(&number("7120"));
        numbers.durable(&number("7120"));
        assert_eq!(
            (numbers.left(), taken(&mut numbers)),
            (1, vec!["7120".to_owned()])
        );
        numbers.durable(&number("7120"));
        assert_eq!(numbers.left(), 0);
        assert_eq!((numbers.waiting(), taken(&mut numbers)), (1, vec![]));
        assert!(numbers.is_asked("7120") && !numbers.is_asked("7121"));
    }

    #[test]
    fn a_call_has_a_hundred_numbers_at_most() {
        let mut numbers = Numbers::default();
        for n in 0..150 {
            numbers.durable(&number(&n.to_string()));
        }
        assert_eq!((numbers.take().len(), numbers.waiting()), (100, 50));
        assert_eq!((numbers.take().len(), numbers.waiting()), (50, 0));
    }
}

//! How a brand wants its orders acknowledged.

use serde::{Deserialize, Serialize};

use crate::guesses::TEXT_MAX;

/// The form of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// With all fields.
    #[default]
    LineItem,
    /// The deprecated one: recipe sets with their quantities, account and organisation, and nothing else.
    RecipeSet,
}

impl Format {
    /// The format of that word: `line_item` or `recipe_set`.
    pub fn parse(word: &str) -> Option<Self> {
        find(
            &[("line_item", Self::LineItem), ("recipe_set", Self::RecipeSet)],
            word,
        )
    }
}

/// How urgent the print files are. As JSON it is the vendor's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Later than others.
    Lower,
    /// As they come.
    Normal,
    /// Before others.
    Higher,
}

impl Priority {
    /// The priority of that word, in any letter case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [
            ("lower", Self::Lower),
            ("normal", Self::Normal),
            ("higher", Self::Higher),
        ];
        find(&all, word)
    }
}

/// Whether a proof is asked for. As JSON it is the vendor's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProofStatus {
    /// It is asked for.
    Requested,
    /// It was given.
    Fulfilled,
}

impl ProofStatus {
    /// The status of that word, in any letter case.
    pub fn parse(word: &str) -> Option<Self> {
        find(
            &[("requested", Self::Requested), ("fulfilled", Self::Fulfilled)],
            word,
        )
    }
}

fn find<T: Copy>(all: &[(&str, T)], word: &str) -> Option<T> {
    let word = word.trim();
    let found = all.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, one)| *one)
}

/// What a brand sets for all of its orders. As JSON, only what differs from the default has to be named.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The form of an acknowledgement.
    pub format: Format,
    /// The priority of an order that says none itself; by default none is sent.
    pub priority: Option<Priority>,
    /// The proof status of an order that says none itself, and of each line that says none; by default none is sent.
    pub proof_status: Option<ProofStatus>,
    /// A text of more characters is a flaw and is not sent.
    pub text_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::default(),
            priority: None,
            proof_status: None,
            text_max: TEXT_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_words_and_unknown_ones_are_refused() {
        let options: Options =
            serde_json::from_str(r#"{"format":"recipe_set","priority":"higher","proof_status":"Requested"}"#)
                .unwrap();
        let expected = Options {
            format: Format::RecipeSet,
            priority: Some(Priority::Higher),
            proof_status: Some(ProofStatus::Requested),
            text_max: 255,
        };
        assert_eq!(options, expected);
        assert!(serde_json::from_str::<Options>(r#"{"priorty":"higher"}"#).is_err());
    }

    #[test]
    fn words_are_known_in_any_letter_case() {
        assert_eq!(Priority::parse(" Normal "), Some(Priority::Normal));
        assert_eq!(ProofStatus::parse("FULFILLED"), Some(ProofStatus::Fulfilled));
        assert_eq!((Priority::parse("urgent"), ProofStatus::parse("1")), (None, None));
    }
}

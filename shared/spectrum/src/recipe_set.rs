//! The name of a custom design.

use std::fmt;

use serde::Serialize;

use crate::guesses::RECIPE_SET_LENGTH;

/// `recipeSetId`: what is made. Print files are generated for it when its order is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RecipeSetId(String);

/// A text that is no recipe set's id. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not {RECIPE_SET_LENGTH} letters and digits")]
pub struct NoRecipeSet;

impl RecipeSetId {
    /// Takes 8 ASCII letters and digits; blanks around them are dropped. Upper and lower case are different.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn new(text: &str) -> Result<Self, NoRecipeSet> {
        let text = text.trim();
        let fits = text.len() == RECIPE_SET_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned())).ok_or(NoRecipeSet)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecipeSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_eight_letters_and_digits() {
        assert_eq!(RecipeSetId::new(" K7QW2MZP ").unwrap().as_str(), "K7QW2MZP");
        for text in ["", "K7QW2MZ", "K7QW2MZPX", "K7QW-MZP", "K7QW2MZÄ", "K7QW 2MZ"] {
            assert_eq!(RecipeSetId::new(text), Err(NoRecipeSet), "{text}");
        }
    }
}

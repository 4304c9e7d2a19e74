//! Who decides something, and why.

/// A person who decides something, and their reason. The name is a statement: who may decide is IAM's matter.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Person {
    by: String,
    why: String,
}

/// A name or a reason that is not taken. Nothing was read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// There is none, or nothing but blanks.
    #[error(
        "\"{0}\" is missing: say who decides this (\"by\") and why (\"why\"); only a dry run (\"dry_run\": true) needs neither"
    )]
    Missing(&'static str),
    /// It is too long.
    #[error("\"{field}\" has {length} characters, and may have {most}", most = Person::WORDS)]
    TooLong {
        /// `by` or `why`.
        field: &'static str,
        /// Its characters.
        length: usize,
    },
}

impl Person {
    /// So many characters at most say who, and so many why.
    pub const WORDS: usize = 200;

    /// Both are needed, 1 to 200 characters each; blanks around them are dropped.
    pub fn new(by: Option<&str>, why: Option<&str>) -> Result<Self, PersonError> {
        let person = Self::if_said(by, why)?;
        match (person.by.is_empty(), person.why.is_empty()) {
            (true, _) => Err(PersonError::Missing("by")),
            (_, true) => Err(PersonError::Missing("why")),
            _ => Ok(person),
        }
    }

    /// For a dry run, which changes nothing: what is not said is empty.
    pub fn if_said(by: Option<&str>, why: Option<&str>) -> Result<Self, PersonError> {
        Ok(Self {
            by: words("by", by)?,
            why: words("why", why)?,
        })
    }

    /// Their name; empty if they need not say.
    pub fn by(&self) -> &str {
        &self.by
    }

    /// Their reason; empty if they need not say.
    pub fn why(&self) -> &str {
        &self.why
    }
}

fn words(field: &'static str, text: Option<&str>) -> Result<String, PersonError> {
    let text = text.unwrap_or_default().trim();
    match text.chars().count() {
        0..=Person::WORDS => Ok(text.to_owned()),
        length => Err(PersonError::TooLong { field, length }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_why_are_needed_and_blanks_are_neither() {
        let person = Person::new(Some(" ada "), Some("new brand")).unwrap();
        assert_eq!((person.by(), person.why()), ("ada", "new brand"));
        assert_eq!(Person::new(None, Some("x")), Err(PersonError::Missing("by")));
        assert_eq!(
            Person::new(Some("ada"), Some(" ")),
            Err(PersonError::Missing("why"))
        );
        assert_eq!(Person::if_said(None, None), Ok(Person::default()));
        let half = Person::if_said(Some("ada"), None).unwrap();
        assert_eq!((half.by(), half.why()), ("ada", ""));
    }

    #[test]
    fn each_has_at_most_200_characters_also_where_it_is_not_needed() {
        let longest = "ä".repeat(200);
        assert!(Person::new(Some(&longest), Some(&longest)).is_ok());
        let long = "ä".repeat(201);
        let refused = Err(PersonError::TooLong {
            field: "why",
            length: 201,
        });
        assert_eq!(Person::if_said(Some("ada"), Some(&long)), refused);
        assert_eq!(Person::new(Some("ada"), Some(&long)), refused);
    }
}

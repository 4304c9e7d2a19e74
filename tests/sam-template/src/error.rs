//! What can be wrong with a template or with what it is given.

/// Why a template could not be read. A `path` is the place in the template, its parts joined with dots.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text is no YAML, or holds something that a template never holds.
    #[error("the template is unreadable: {reason}")]
    Unreadable {
        /// What the YAML parser said, with line and column.
        reason: String,
    },
    /// A parameter was given that the template does not have.
    #[error("the template has no parameter {name}")]
    UnknownParameter {
        /// The parameter.
        name: String,
    },
    /// A parameter without default was not given.
    #[error("the parameter {name} has no default and is not given")]
    MissingParameter {
        /// The parameter.
        name: String,
    },
    /// A parameter's value is not one that the template allows.
    #[error("the parameter {name} cannot be {value:?}: {constraint}")]
    RefusedParameter {
        /// The parameter.
        name: String,
        /// The value that was given, or the default.
        value: String,
        /// What the template asks for.
        constraint: String,
    },
    /// The parameters do not fit together.
    #[error("the rule {rule} is broken: {description}")]
    BrokenRule {
        /// The rule.
        rule: String,
        /// The assertion's own description.
        description: String,
    },
    /// There is no parameter, resource or condition of this name.
    #[error("{path} refers to {name}, which the template does not have")]
    UnknownReference {
        /// Where.
        path: String,
        /// What is referred to.
        name: String,
    },
    /// The reference is to a resource that its condition leaves out of this deployment.
    #[error("{path} refers to {name}, which its condition leaves out")]
    LeftOut {
        /// Where.
        path: String,
        /// What is referred to.
        name: String,
    },
    /// Conditions that depend on each other.
    #[error("{path} depends on itself")]
    Circular {
        /// Where.
        path: String,
    },
    /// Something that may be right and that this reader does not know.
    #[error("{path}: {what} is not supported here")]
    Unsupported {
        /// Where.
        path: String,
        /// What.
        what: String,
    },
    /// Something that is missing or of the wrong kind.
    #[error("{path} is not {expected}")]
    Malformed {
        /// Where.
        path: String,
        /// What should stand there.
        expected: String,
    },
}

impl TemplateError {
    pub(crate) fn malformed(path: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.into(),
            expected: expected.into(),
        }
    }

    pub(crate) fn unsupported(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Unsupported {
            path: path.into(),
            what: what.into(),
        }
    }

    pub(crate) fn unknown(path: impl Into<String>, name: impl Into<String>) -> Self {
        Self::UnknownReference {
            path: path.into(),
            name: name.into(),
        }
    }
}

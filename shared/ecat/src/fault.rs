//! What can be wrong with an envelope.

/// What is wrong with an answer, as far as its envelope goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It says that the call failed; perhaps with its words, as they came.
    Failed(Option<String>),
    /// It ended before its end.
    Incomplete,
    /// It begins like a web page: something before eCat spoke.
    WebPage,
    /// It is not what eCat promises to answer with.
    Unusable(&'static str),
}

//! Why an event is refused, in words for whoever sent it.

use order_model::PersonError;

/// So many orders at most are listed, named or decided about at once.
pub(crate) const MOST: usize = 1_000;

/// Why an event is refused. Nothing was read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say what each is")]
pub enum Refused {
    #[error("\"{field}\" does not go with \"do\": \"{verb}\"")]
    Unfit { field: &'static str, verb: &'static str },
    #[error("\"{field}\" is missing: {verb} needs it")]
    Missing { field: &'static str, verb: &'static str },
    #[error("say what {verb} is about: exactly one of {fields}")]
    NotOne {
        verb: &'static str,
        fields: &'static str,
    },
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(
        "there is no step {0:?}: it is import, confirm, report, publish, acknowledge, details, notify, review or fulfilment"
    )]
    Step(String),
    #[error("there is no vendor {0:?}: it is erp, repspark, ecat, sparklayer, spreadshirt or spectrum")]
    Vendor(String),
    #[error("{0:?} is no age: write 3600s, 90m, 6h or 2d")]
    Age(String),
    #[error("\"limit\" is {0}, and may be 1 to {MOST}")]
    Limit(u64),
    #[error("\"orders\" names {0} orders, and may name 1 to {MOST}")]
    Orders(usize),
    #[error("\"reference\" must have 1 to 64 characters")]
    Reference,
    #[error(
        "\"where\" is empty: name a step, a code, a state or an age, so that not every open order is decided about by mistake"
    )]
    Everything,
    #[error(
        "\"where\" has no \"code\": who decides about many orders at once has looked at one reason and not at all that waits. \"list\" says which codes there are; a retry may also name states other than held"
    )]
    NoCode,
    #[error("\"{field}\" does not go with the code {code}: such orders have no open step")]
    NoSteps { field: &'static str, code: String },
    #[error("there is no state {0:?} to look for: it is due, claimed, pending, unknown or held")]
    State(String),
    #[error("the code {0} is that of a held step: leave \"state\" out, or write held")]
    NotHeld(String),
    #[error("the step is named twice: \"step\" and \"where\" say different things")]
    TwoSteps,
}

//! From an event to what is asked for: every word that does not fit is refused, and said. Pure.

use order_model::{AskedOrder, Decision, ErpReference, Kind, Person, StepName, Vendor};

use crate::age;
use crate::event::{Event, States, Verb, Where};
use crate::filter::{Filter, STATES};
use crate::refused::{MOST, Refused};

const LISTED: usize = 100;
const DECIDED: usize = 500;

/// Which orders a decision is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// One, by any of its names: what is wrong with it is an error.
    One(String),
    /// Several, each by any of its names: what is wrong with one is said in its row.
    These(Vec<String>),
    /// Those that match, the oldest first, at most so many.
    Where(Filter, usize),
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What.
    pub decision: Decision,
    /// About which step, if one is named.
    pub step: Option<StepName>,
    /// The ERP's number.
    pub reference: Option<ErpReference>,
    /// Person, and why; empty in a dry run that does not say.
    pub who: Person,
    /// Whether only to say what would happen.
    pub dry_run: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the README says what each does")]
pub enum Request {
    ShowOrder {
        name: String,
        raw: bool,
    },
    ShowVendor {
        vendor: &'static str,
    },
    List {
        filter: Filter,
        limit: usize,
    },
    Decide {
        on: On,
        wish: Wish,
    },
    Note {
        on: On,
        step: Option<StepName>,
        who: Person,
    },
    Pause {
        vendor: &'static str,
        who: Person,
        dry_run: bool,
    },
    Resume {
        vendor: &'static str,
        who: Person,
        dry_run: bool,
    },
}

/// What an event asks for.
pub fn request(event: Event) -> Result<Request, Refused> {
    let verb = event.verb;
    fits(&event)?;
    let dry_run = event.dry_run.unwrap_or(false);
    match verb {
        Verb::Show => return shown(&event),
        Verb::List => {
            return Ok(Request::List {
                filter: filter(event.filter.unwrap_or_default())?,
                limit: limit(event.limit, LISTED)?,
            });
        }
        _ => {}
    }
    let who = who(&event, dry_run)?;
    let decision = match verb {
        Verb::Pause => {
            let vendor = vendor(event.vendor.as_deref(), verb)?;
            return Ok(Request::Pause { vendor, who, dry_run });
        }
        Verb::Resume => {
            let vendor = vendor(event.vendor.as_deref(), verb)?;
            return Ok(Request::Resume { vendor, who, dry_run });
        }
        _ => Decision::parse(verb.as_str()),
    };
    let step = event.step.as_deref().map(step).transpose()?;
    let Some(decision) = decision else {
        let on = on(event)?;
        return Ok(Request::Note { on, step, who });
    };
    let reference = event.reference.as_ref().map(reference).transpose()?;
    let on = on(event)?;
    if let On::Where(filter, _) = &on
        && step.is_some()
        && filter.step != step
    {
        return Err(Refused::TwoSteps);
    }
    if let On::Where(filter, _) = &on
        && needs_code(decision, filter)
    {
        return Err(Refused::NoCode);
    }
    let wish = Wish {
        decision,
        step,
        reference,
        who,
        dry_run,
    };
    Ok(Request::Decide { on, wish })
}

/// Whether a decision about many orders could end, or let go, what nobody has looked at: the rule that holds back years of
/// orders, or what is merely due.
fn needs_code(decision: Decision, filter: &Filter) -> bool {
    let of_held = |states: &Vec<Kind>| states.contains(&Kind::Held);
    let of_held = filter.states.as_ref().is_none_or(of_held);
    filter.code.is_none() && (decision != Decision::Retry || of_held)
}

fn fits(event: &Event) -> Result<(), Refused> {
    let given = [
        ("order", event.order.is_some()),
        ("orders", event.orders.is_some()),
        ("where", event.filter.is_some()),
        ("step", event.step.is_some()),
        ("reference", event.reference.is_some()),
        ("vendor", event.vendor.is_some()),
        ("by", event.by.is_some()),
        ("why", event.why.is_some()),
        ("limit", event.limit.is_some()),
        ("dry_run", event.dry_run.is_some()),
        ("raw", event.raw.is_some()),
    ];
    let fields = event.verb.fields();
    match given
        .iter()
        .find(|(field, given)| *given && !fields.contains(field))
    {
        Some((field, _)) => Err(Refused::Unfit {
            field,
            verb: event.verb.as_str(),
        }),
        None => Ok(()),
    }
}

fn shown(event: &Event) -> Result<Request, Refused> {
    let raw = event.raw.unwrap_or(false);
    match (&event.order, &event.vendor) {
        (Some(order), None) => Ok(Request::ShowOrder {
            name: order.to_string(),
            raw,
        }),
        (None, Some(name)) => Ok(Request::ShowVendor {
            vendor: vendor(Some(name), event.verb)?,
        }),
        _ => Err(Refused::NotOne {
            verb: event.verb.as_str(),
            fields: "\"order\" and \"vendor\"",
        }),
    }
}

/// A dry run changes nothing, so it need not say who and why.
fn who(event: &Event, dry_run: bool) -> Result<Person, Refused> {
    let (by, why) = (event.by.as_deref(), event.why.as_deref());
    Ok(if dry_run {
        Person::if_said(by, why)?
    } else {
        Person::new(by, why)?
    })
}

fn on(event: Event) -> Result<On, Refused> {
    let verb = event.verb.as_str();
    match (event.order, event.orders, event.filter) {
        (Some(order), None, None) if event.limit.is_none() => Ok(On::One(order.to_string())),
        (None, Some(orders), None) if event.limit.is_none() => {
            if orders.is_empty() || orders.len() > MOST {
                return Err(Refused::Orders(orders.len()));
            }
            let mut names: Vec<String> = Vec::with_capacity(orders.len());
            for name in orders.iter().map(ToString::to_string) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Ok(On::These(names))
        }
        (None, None, Some(wanted)) => {
            let filter = filter(wanted)?;
            if filter == Filter::default() {
                return Err(Refused::Everything);
            }
            Ok(On::Where(filter, limit(event.limit, DECIDED)?))
        }
        (Some(_), None, None) | (None, Some(_), None) => Err(Refused::Unfit {
            field: "limit",
            verb: "anything but a \"where\"",
        }),
        _ => Err(Refused::NotOne {
            verb,
            fields: if event.verb.fields().contains(&"where") {
                "\"order\", \"orders\" and \"where\""
            } else {
                "\"order\" and \"orders\""
            },
        }),
    }
}

fn filter(wanted: Where) -> Result<Filter, Refused> {
    let filter = Filter {
        step: wanted.step.as_deref().map(step).transpose()?,
        code: wanted.code.map(|code| code.trim().to_owned()),
        states: wanted.state.as_ref().map(states).transpose()?,
        older_than: wanted
            .older_than
            .map(|text| age::parse(&text).ok_or(Refused::Age(text)))
            .transpose()?,
    };
    let (of_step, of_state) = (filter.step.is_some(), filter.states.is_some());
    match &filter.code {
        Some(code) if filter.has_no_steps() && (of_step || of_state) => {
            let field = if of_step { "step" } else { "state" };
            Err(Refused::NoSteps {
                field,
                code: code.clone(),
            })
        }
        Some(code)
            if filter
                .states
                .as_ref()
                .is_some_and(|all| !all.contains(&Kind::Held)) =>
        {
            Err(Refused::NotHeld(code.clone()))
        }
        _ => Ok(filter),
    }
}

fn limit(asked: Option<u64>, or: usize) -> Result<usize, Refused> {
    match asked {
        None => Ok(or),
        Some(asked) => usize::try_from(asked)
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or(Refused::Limit(asked)),
    }
}

fn step(name: &str) -> Result<StepName, Refused> {
    StepName::parse(name.trim()).ok_or_else(|| Refused::Step(name.to_owned()))
}

fn states(wanted: &States) -> Result<Vec<Kind>, Refused> {
    let open = |word: &String| {
        let known = Kind::parse(word.trim()).filter(|kind| STATES.contains(kind));
        known.ok_or_else(|| Refused::State(word.clone()))
    };
    match wanted.words() {
        [] => Err(Refused::State(String::new())),
        words => words.iter().map(open).collect(),
    }
}

fn vendor(name: Option<&str>, verb: Verb) -> Result<&'static str, Refused> {
    let verb = verb.as_str();
    let name = name.ok_or(Refused::Missing {
        field: "vendor",
        verb,
    })?;
    let mut vendors = Vendor::ALL.into_iter().map(Vendor::as_str);
    let known = vendors.find(|vendor| *vendor == name.trim());
    known.ok_or_else(|| Refused::Vendor(name.to_owned()))
}

fn reference(number: &AskedOrder) -> Result<ErpReference, Refused> {
    ErpReference::new(number.as_str()).map_err(|_| Refused::Reference)
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;

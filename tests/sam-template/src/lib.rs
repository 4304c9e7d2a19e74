//! Reads `template.yaml`, the only copy of the wiring, so that the local run and the tests work on what AWS would deploy.
//!
//! What it does not understand it refuses, with the place in the template: wiring that is silently skipped would let a
//! test pass on something that is never deployed. It reads the resources before SAM expands them, so it knows SAM's
//! functions, their events and globals, and CloudFormation's queues, tables, roles, log groups, alarms, dashboards and saved
//! queries; topics are evaluated, for their references, and left out.

mod error;
mod fields;
mod function;
mod globals;
mod intrinsics;
mod parameters;
mod policy;
mod queue;
mod resources;
mod rules;
mod scope;
mod table;
mod watch;
mod yaml;

use std::collections::BTreeMap;

use serde_json::Value;

pub use error::TemplateError;
pub use function::{Function, QueueEvent, Schedule};
pub use policy::{Policy, Statement};
pub use queue::{Queue, Redrive};
pub use table::{Attribute, Index, Key, Table};
pub use watch::{Alarm, Dashboard, MetricRef, SavedQuery};

use fields::Fields;
use scope::Scope;

/// Where the stack stands. It decides the names, ARNs and addresses of what the template leaves unnamed.
#[derive(Clone, Debug)]
pub struct Place {
    /// The account's number, 12 digits.
    pub account: String,
    /// The region, such as `us-east-1`.
    pub region: String,
    /// The stack's name.
    pub stack: String,
    /// Where SQS is reached, without a final slash; a queue's address is `<endpoint>/<account>/<name>`.
    pub endpoint: String,
}

impl Place {
    /// The place of a local run: account `000000000000`, region `us-east-1`, stack `order-relay-local`.
    pub fn local(endpoint: &str) -> Self {
        Self {
            account: "000000000000".to_owned(),
            region: "us-east-1".to_owned(),
            stack: "order-relay-local".to_owned(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
        }
    }
}

/// What a template deploys with given parameters. What a condition leaves out is not in it.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The functions, by the name of their folder.
    pub functions: BTreeMap<String, Function>,
    /// The queues, by logical id.
    pub queues: BTreeMap<String, Queue>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The names of the log groups, by logical id.
    pub log_groups: BTreeMap<String, String>,
    /// The alarms, in the order of their logical ids.
    pub alarms: Vec<Alarm>,
    /// The dashboards.
    pub dashboards: Vec<Dashboard>,
    /// The saved queries of CloudWatch Logs Insights, in the order of their logical ids.
    pub queries: Vec<SavedQuery>,
    /// Every parameter's value, given or default; lists joined with commas, as they are given.
    pub parameters: BTreeMap<String, String>,
    /// The outputs, by logical id.
    pub outputs: BTreeMap<String, String>,
}

/// Reads a SAM template as it would be deployed with these parameters at this place.
///
/// # Errors
/// Names the first thing that is wrong: with the parameters, or with the template and where.
pub fn read(
    text: &str,
    parameters: &BTreeMap<String, String>,
    place: &Place,
) -> Result<Deployment, TemplateError> {
    let template = yaml::parse(text)?;
    let template = Fields::of(&template, "template")?;
    let parameters = parameters::resolve(&template, parameters)?;
    let bare = Scope::new(place, &parameters, &template)?;
    rules::hold(&template, &bare)?;
    let scope = bare.with_resources(&template)?;
    let resources = resources::evaluate(&template, &scope)?;
    let queues = queue::read_all(&resources, &scope)?;
    Ok(Deployment {
        functions: function::read_all(&resources, &queues, &scope)?,
        tables: table::read_all(&resources, &scope)?,
        log_groups: watch::log_groups(&resources, &scope)?,
        alarms: watch::alarms(&resources, &scope)?,
        dashboards: watch::dashboards(&resources, &scope)?,
        queries: watch::queries(&resources, &scope)?,
        outputs: outputs(&template, &scope)?,
        parameters: parameters
            .into_iter()
            .map(|(name, value)| (name, parameters::text(&value)))
            .collect(),
        queues,
    })
}

fn outputs(template: &Fields<'_>, scope: &Scope<'_>) -> Result<BTreeMap<String, String>, TemplateError> {
    let mut outputs = BTreeMap::new();
    for (name, value) in template.map("Outputs")? {
        let path = format!("Outputs.{name}");
        if scope.leaves_out(value, &path)? {
            continue;
        }
        let evaluated = scope.evaluate(value, &path)?.unwrap_or(Value::Null);
        outputs.insert(name.clone(), Fields::of(&evaluated, &path)?.text("Value")?);
    }
    Ok(outputs)
}

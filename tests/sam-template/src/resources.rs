//! The resources that are deployed, with every function carried out.

use serde_json::{Value, json};

use crate::fields::Fields;
use crate::scope::Scope;
use crate::{TemplateError, globals};

/// A resource as it is deployed.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its logical id.
    pub(crate) id: String,
    /// Its type.
    pub(crate) kind: String,
    properties: Value,
}

impl Resource {
    /// Its properties.
    pub(crate) fn properties(&self) -> Result<Fields<'_>, TemplateError> {
        Fields::of(&self.properties, &format!("Resources.{}.Properties", self.id))
    }
}

/// The types whose properties are read here.
const READ: [&str; 8] = [
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::Logs::QueryDefinition",
    "AWS::SQS::Queue",
    "AWS::Serverless::Function",
];

/// The types that wire nothing.
const LEFT: [&str; 2] = ["AWS::SNS::Subscription", "AWS::SNS::Topic"];

/// All resources but those that a condition leaves out.
pub(crate) fn evaluate(template: &Fields<'_>, scope: &Scope<'_>) -> Result<Vec<Resource>, TemplateError> {
    let shared = shared_by_functions(template)?;
    let mut resources = Vec::new();
    for (id, resource) in template.map("Resources")? {
        let path = format!("Resources.{id}");
        if scope.leaves_out(resource, &path)? {
            continue;
        }
        let kind = Fields::of(resource, &path)?.text("Type")?;
        if !READ.contains(&kind.as_str()) && !LEFT.contains(&kind.as_str()) {
            return Err(TemplateError::unsupported(format!("{path}.Type"), kind));
        }
        let empty = json!({});
        let mut properties = resource.get("Properties").unwrap_or(&empty).clone();
        if kind == "AWS::Serverless::Function" {
            properties = globals::merge(&shared, &properties);
        }
        let properties = scope
            .evaluate(&properties, &format!("{path}.Properties"))?
            .unwrap_or(empty);
        resources.push(Resource {
            id: id.clone(),
            kind,
            properties,
        });
    }
    Ok(resources)
}

fn shared_by_functions(template: &Fields<'_>) -> Result<Value, TemplateError> {
    let Some(globals) = template.get("Globals") else {
        return Ok(json!({}));
    };
    let globals = Fields::of(globals, "Globals")?;
    globals.only(&["Function"])?;
    Ok(globals.get("Function").cloned().unwrap_or_else(|| json!({})))
}

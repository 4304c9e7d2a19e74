//! What a reference can reach: parameters, conditions, pseudo parameters, and resources with their names and ARNs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fields::Fields;
use crate::{Place, TemplateError};

/// A resource, as far as references to it go.
#[derive(Clone, Debug)]
struct Resource {
    kind: String,
    fifo: bool,
    /// The name that the template gives it.
    own_name: Option<String>,
    present: bool,
}

/// Everything that a reference can reach.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    place: &'a Place,
    parameters: &'a BTreeMap<String, Value>,
    conditions: BTreeMap<String, bool>,
    resources: BTreeMap<String, Resource>,
}

impl<'a> Scope<'a> {
    /// Parameters and conditions; conditions and rules see no resources.
    pub(crate) fn new(
        place: &'a Place,
        parameters: &'a BTreeMap<String, Value>,
        template: &Fields<'_>,
    ) -> Result<Self, TemplateError> {
        let mut scope = Self {
            place,
            parameters,
            conditions: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        let mut open: BTreeMap<_, _> = template.map("Conditions")?.collect();
        while let Some((first, _)) = open.first_key_value() {
            let circular = TemplateError::Circular {
                path: format!("Conditions.{first}"),
            };
            let settled = scope.settle(&open)?;
            if settled.is_empty() {
                return Err(circular);
            }
            open.retain(|name, _| !settled.contains_key(*name));
            scope.conditions.extend(settled);
        }
        Ok(scope)
    }

    /// The conditions that do not wait for one of the open ones.
    fn settle(&self, open: &BTreeMap<&String, &Value>) -> Result<BTreeMap<String, bool>, TemplateError> {
        let mut settled = BTreeMap::new();
        for (name, condition) in open {
            match self.truth(condition, &format!("Conditions.{name}")) {
                Ok(truth) => {
                    settled.insert((*name).clone(), truth);
                }
                Err(TemplateError::UnknownReference { name, .. }) if open.contains_key(&name) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(settled)
    }

    /// The same, with the template's resources.
    pub(crate) fn with_resources(mut self, template: &Fields<'_>) -> Result<Self, TemplateError> {
        let mut resources = BTreeMap::new();
        for (name, resource) in template.map("Resources")? {
            let path = format!("Resources.{name}");
            let present = !self.leaves_out(resource, &path)?;
            let kind = Fields::of(resource, &path)?.text("Type")?;
            let own_name = self.own_name(&kind, resource, &path)?;
            // A FIFO queue's name ends in `.fifo`, so whether it is one must be known before anything is evaluated.
            let fifo = match &resource["Properties"]["FifoQueue"] {
                Value::Null => false,
                Value::Bool(fifo) => *fifo,
                _ => {
                    return Err(TemplateError::unsupported(
                        format!("{path}.Properties.FifoQueue"),
                        "a function",
                    ));
                }
            };
            let resource = Resource {
                kind,
                fifo,
                own_name,
                present,
            };
            resources.insert(name.clone(), resource);
        }
        self.resources = resources;
        Ok(self)
    }

    /// The name that the template gives to a resource, of those types that may have one. It is made of parameters alone:
    /// whatever refers to a resource would have to wait for that one's name.
    fn own_name(&self, kind: &str, resource: &Value, path: &str) -> Result<Option<String>, TemplateError> {
        let key = match kind {
            "AWS::CloudWatch::Dashboard" => "DashboardName",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::Logs::QueryDefinition" => "Name",
            _ => return Ok(None),
        };
        let path = format!("{path}.Properties.{key}");
        match self.evaluate(&resource["Properties"][key], &path)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(name)) => Ok(Some(name)),
            Some(_) => Err(TemplateError::malformed(path, "a text")),
        }
    }

    /// Whether the `Condition` of a resource or an output leaves it out.
    pub(crate) fn leaves_out(&self, entry: &Value, path: &str) -> Result<bool, TemplateError> {
        match Fields::of(entry, path)?.text_if_any("Condition")? {
            Some(condition) => Ok(!self.condition(&condition, path)?),
            None => Ok(false),
        }
    }

    /// A condition's truth.
    pub(crate) fn condition(&self, name: &str, path: &str) -> Result<bool, TemplateError> {
        self.conditions
            .get(name)
            .copied()
            .ok_or_else(|| TemplateError::unknown(path, name))
    }

    /// What `Ref` gives; nothing for `AWS::NoValue`.
    pub(crate) fn reference(&self, name: &str, path: &str) -> Result<Option<Value>, TemplateError> {
        let Place {
            account,
            region,
            stack,
            ..
        } = self.place;
        match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => return Ok(Some(json!(account))),
            "AWS::Partition" => return Ok(Some(json!("aws"))),
            "AWS::Region" => return Ok(Some(json!(region))),
            "AWS::StackName" => return Ok(Some(json!(stack))),
            "AWS::URLSuffix" => return Ok(Some(json!("amazonaws.com"))),
            _ => {}
        }
        if let Some(value) = self.parameters.get(name) {
            return Ok(Some(value.clone()));
        }
        let resource = self.resource(name, path)?;
        Ok(Some(json!(match resource.kind.as_str() {
            "AWS::SQS::Queue" => self.queue_url(name),
            "AWS::SNS::Topic" => self.arn(name, path)?,
            _ => self.physical_name(name),
        })))
    }

    /// What `Fn::GetAtt` gives.
    pub(crate) fn attribute(&self, name: &str, attribute: &str, path: &str) -> Result<String, TemplateError> {
        let resource = self.resource(name, path)?;
        match (resource.kind.as_str(), attribute) {
            ("AWS::SNS::Topic", "TopicArn") => self.arn(name, path),
            ("AWS::SQS::Queue", "QueueName") | ("AWS::SNS::Topic", "TopicName") => {
                Ok(self.physical_name(name))
            }
            ("AWS::SQS::Queue", "QueueUrl") => Ok(self.queue_url(name)),
            ("AWS::SNS::Topic", "Arn") => Err(TemplateError::unsupported(
                path,
                format!("the attribute {attribute} of a topic"),
            )),
            (_, "Arn") => self.arn(name, path),
            (kind, _) => Err(TemplateError::unsupported(
                path,
                format!("the attribute {attribute} of {kind}"),
            )),
        }
    }

    /// A resource's ARN.
    pub(crate) fn arn(&self, name: &str, path: &str) -> Result<String, TemplateError> {
        let Place { account, region, .. } = self.place;
        let physical = self.physical_name(name);
        let kind = self.resource(name, path)?.kind.as_str();
        Ok(match kind {
            "AWS::SQS::Queue" => format!("arn:aws:sqs:{region}:{account}:{physical}"),
            "AWS::SNS::Topic" => format!("arn:aws:sns:{region}:{account}:{physical}"),
            "AWS::DynamoDB::Table" => format!("arn:aws:dynamodb:{region}:{account}:table/{physical}"),
            "AWS::Serverless::Function" => format!("arn:aws:lambda:{region}:{account}:function:{physical}"),
            "AWS::IAM::Role" => format!("arn:aws:iam::{account}:role/{physical}"),
            // The attribute ends in the wildcard that permissions on its streams need.
            "AWS::Logs::LogGroup" => format!("arn:aws:logs:{region}:{account}:log-group:{physical}:*"),
            "AWS::CloudWatch::Alarm" => format!("arn:aws:cloudwatch:{region}:{account}:alarm:{physical}"),
            _ => return Err(TemplateError::unsupported(path, format!("the ARN of {kind}"))),
        })
    }

    /// A resource's name: its own, or `<stack>-<logical id>`. AWS would add characters of its own to the latter, which
    /// nothing may rely on.
    pub(crate) fn physical_name(&self, name: &str) -> String {
        let resource = self.resources.get(name);
        if let Some(own_name) = resource.and_then(|resource| resource.own_name.clone()) {
            return own_name;
        }
        let fifo = resource.is_some_and(|resource| resource.fifo);
        format!("{}-{name}{}", self.place.stack, if fifo { ".fifo" } else { "" })
    }

    /// A queue's address.
    pub(crate) fn queue_url(&self, name: &str) -> String {
        format!(
            "{}/{}/{}",
            self.place.endpoint,
            self.place.account,
            self.physical_name(name)
        )
    }

    fn resource(&self, name: &str, path: &str) -> Result<&Resource, TemplateError> {
        match self.resources.get(name) {
            Some(resource) if resource.present => Ok(resource),
            Some(_) => Err(TemplateError::LeftOut {
                path: path.to_owned(),
                name: name.to_owned(),
            }),
            None => Err(TemplateError::unknown(path, name)),
        }
    }
}

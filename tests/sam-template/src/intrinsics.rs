//! CloudFormation's functions.

use serde_json::{Map, Value, json};

use crate::TemplateError;
use crate::parameters::text;
use crate::scope::Scope;

/// The function and its argument, if this value is a call of one.
pub(crate) fn call(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

impl Scope<'_> {
    /// The value with all functions carried out; nothing if it is `AWS::NoValue`. Of an `If`, only the branch taken is
    /// looked at, because the other may refer to what the condition leaves out.
    pub(crate) fn evaluate(&self, value: &Value, path: &str) -> Result<Option<Value>, TemplateError> {
        if let Some((function, argument)) = call(value) {
            return self.carry_out(function, argument, path);
        }
        Ok(Some(match value {
            Value::Object(map) => {
                let mut evaluated = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.evaluate(value, &format!("{path}.{key}"))? {
                        evaluated.insert(key.clone(), value);
                    }
                }
                Value::Object(evaluated)
            }
            Value::Array(list) => {
                let values = list
                    .iter()
                    .enumerate()
                    .map(|(at, value)| self.evaluate(value, &format!("{path}.{at}")));
                Value::Array(values.filter_map(Result::transpose).collect::<Result<_, _>>()?)
            }
            other => other.clone(),
        }))
    }

    fn carry_out(
        &self,
        function: &str,
        argument: &Value,
        path: &str,
    ) -> Result<Option<Value>, TemplateError> {
        let value = match function {
            "Ref" => return self.reference(expect_text(argument, path)?, path),
            "Fn::If" => {
                let [condition, yes, no] = arguments(argument, path)?;
                let holds = self.condition(expect_text(condition, path)?, path)?;
                return self.evaluate(if holds { yes } else { no }, path);
            }
            "Fn::GetAtt" => {
                let [name, attribute] = arguments(argument, path)?;
                json!(self.attribute(expect_text(name, path)?, expect_text(attribute, path)?, path)?)
            }
            "Fn::Sub" => json!(self.substitute(argument, path)?),
            "Fn::Join" => {
                let [separator, list] = arguments(argument, path)?;
                json!(self.texts(list, path)?.join(expect_text(separator, path)?))
            }
            "Fn::Split" => {
                let [separator, whole] = arguments(argument, path)?;
                let whole = self.text(whole, path)?;
                json!(whole.split(expect_text(separator, path)?).collect::<Vec<_>>())
            }
            "Fn::Select" => {
                let [at, list] = arguments(argument, path)?;
                let at: usize = self
                    .text(at, path)?
                    .parse()
                    .map_err(|_| TemplateError::malformed(path, "a selection by number"))?;
                let texts = self.texts(list, path)?;
                json!(
                    texts
                        .get(at)
                        .ok_or_else(|| TemplateError::malformed(path, "a selection within the list"))?
                )
            }
            other => return Err(TemplateError::unsupported(path, other)),
        };
        Ok(Some(value))
    }

    /// Whether a condition, or a rule's assertion, is true.
    pub(crate) fn truth(&self, condition: &Value, path: &str) -> Result<bool, TemplateError> {
        let map = condition.as_object().filter(|map| map.len() == 1);
        let Some((function, argument)) = map.and_then(|map| map.iter().next()) else {
            return Err(TemplateError::malformed(path, "a condition"));
        };
        match function.as_str() {
            "Condition" => self.condition(expect_text(argument, path)?, path),
            "Fn::Equals" => {
                let [left, right] = arguments(argument, path)?;
                Ok(self.text(left, path)? == self.text(right, path)?)
            }
            "Fn::Not" => {
                let [inner] = arguments(argument, path)?;
                Ok(!self.truth(inner, path)?)
            }
            "Fn::Contains" => {
                let [list, value] = arguments(argument, path)?;
                Ok(self.texts(list, path)?.contains(&self.text(value, path)?))
            }
            // All parts are looked at, so that a wrong one is found whatever the parameters are.
            "Fn::And" => Ok(self.truths(argument, path)?.into_iter().all(|holds| holds)),
            "Fn::Or" => Ok(self.truths(argument, path)?.into_iter().any(|holds| holds)),
            other => Err(TemplateError::unsupported(
                path,
                format!("{other} in a condition"),
            )),
        }
    }

    fn truths(&self, list: &Value, path: &str) -> Result<Vec<bool>, TemplateError> {
        let list = list
            .as_array()
            .ok_or_else(|| TemplateError::malformed(path, "a list of conditions"))?;
        list.iter().map(|condition| self.truth(condition, path)).collect()
    }

    /// A value that must come out as one text.
    fn text(&self, value: &Value, path: &str) -> Result<String, TemplateError> {
        match self.evaluate(value, path)? {
            Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => Ok(text(&value)),
            _ => Err(TemplateError::malformed(path, "a text")),
        }
    }

    /// A value that must come out as a list of texts.
    fn texts(&self, value: &Value, path: &str) -> Result<Vec<String>, TemplateError> {
        match self.evaluate(value, path)? {
            Some(Value::Array(list)) => list.iter().map(|value| self.text(value, path)).collect(),
            _ => Err(TemplateError::malformed(path, "a list of texts")),
        }
    }

    fn substitute(&self, argument: &Value, path: &str) -> Result<String, TemplateError> {
        let nothing = Map::new();
        let (pattern, own) = match argument {
            Value::String(pattern) => (pattern.as_str(), &nothing),
            _ => {
                let [pattern, own] = arguments(argument, path)?;
                let own = own
                    .as_object()
                    .ok_or_else(|| TemplateError::malformed(path, "a pattern and a map"))?;
                (expect_text(pattern, path)?, own)
            }
        };
        let mut result = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| TemplateError::malformed(path, "a pattern with closed braces"))?;
            result.push_str(before);
            result.push_str(&self.placeholder(name, own, path)?);
            rest = after;
        }
        result.push_str(rest);
        Ok(result)
    }

    fn placeholder(&self, name: &str, own: &Map<String, Value>, path: &str) -> Result<String, TemplateError> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        if let Some(value) = own.get(name) {
            return self.text(value, path);
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute, path),
            None => self.text(&json!({ "Ref": name }), path),
        }
    }
}

fn arguments<'a, const N: usize>(argument: &'a Value, path: &str) -> Result<&'a [Value; N], TemplateError> {
    let list = argument
        .as_array()
        .and_then(|list| list.as_slice().try_into().ok());
    list.ok_or_else(|| TemplateError::malformed(path, format!("a function with {N} arguments")))
}

fn expect_text<'a>(value: &'a Value, path: &str) -> Result<&'a str, TemplateError> {
    value
        .as_str()
        .ok_or_else(|| TemplateError::malformed(path, "a function of a plain text"))
}

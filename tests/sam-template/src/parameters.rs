//! Parameters: what is given, else the default, held against what the template allows.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Value, json};

use crate::TemplateError;
use crate::fields::Fields;

/// Every parameter's value: a text, or a list of texts for a `CommaDelimitedList`.
pub(crate) fn resolve(
    template: &Fields<'_>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, TemplateError> {
    let mut values = BTreeMap::new();
    for (name, declared) in template.map("Parameters")? {
        let declared = Fields::of(declared, &format!("Parameters.{name}"))?;
        let default = declared.text_if_any("Default")?;
        let value = given.get(name).cloned().or(default);
        let value = value.ok_or_else(|| TemplateError::MissingParameter { name: name.clone() })?;
        values.insert(name.clone(), check(name, &declared, value)?);
    }
    match given.keys().find(|name| !values.contains_key(*name)) {
        Some(name) => Err(TemplateError::UnknownParameter { name: name.clone() }),
        None => Ok(values),
    }
}

/// A value as CloudFormation would show it: lists with commas between.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn check(name: &str, declared: &Fields<'_>, value: String) -> Result<Value, TemplateError> {
    let kind = declared.text("Type")?;
    let parts: Vec<&str> = match kind.as_str() {
        "String" | "Number" => vec![&value],
        "CommaDelimitedList" => value.split(',').map(str::trim).collect(),
        _ => return Err(TemplateError::unsupported(declared.path_of("Type"), kind)),
    };
    for part in &parts {
        if let Some(broken) = broken_constraint(declared, &kind, part)? {
            let constraint = declared.text_if_any("ConstraintDescription")?.unwrap_or(broken);
            return Err(TemplateError::RefusedParameter {
                name: name.to_owned(),
                value,
                constraint,
            });
        }
    }
    Ok(if kind == "CommaDelimitedList" {
        json!(parts)
    } else {
        json!(value)
    })
}

/// What is wrong with a value, in words of our own; each part of a list is held against all constraints, as
/// CloudFormation does (user guide, "Parameters section", `AllowedPattern`).
fn broken_constraint(
    declared: &Fields<'_>,
    kind: &str,
    value: &str,
) -> Result<Option<String>, TemplateError> {
    let allowed = declared.list("AllowedValues")?;
    if !allowed.is_empty() && !allowed.iter().any(|one| text(one) == value) {
        return Ok(Some("it is not among the allowed values".to_owned()));
    }
    if let Some(pattern) = declared.text_if_any("AllowedPattern")? {
        // CloudFormation matches the whole value.
        let whole = Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|_| TemplateError::unsupported(declared.path_of("AllowedPattern"), &pattern))?;
        if !whole.is_match(value) {
            return Ok(Some(format!("it does not match {pattern}")));
        }
    }
    let number = if kind == "Number" {
        match value.parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            _ => return Ok(Some("it is not a number".to_owned())),
        }
    } else {
        f64::from(u32::try_from(value.chars().count()).unwrap_or(u32::MAX))
    };
    let (least, most) = if kind == "Number" {
        ("MinValue", "MaxValue")
    } else {
        ("MinLength", "MaxLength")
    };
    let bound = |key| match declared.text_if_any(key)? {
        Some(bound) => bound
            .parse()
            .map(Some)
            .map_err(|_| TemplateError::malformed(declared.path_of(key), "a number")),
        None => Ok::<Option<f64>, TemplateError>(None),
    };
    Ok(match (bound(least)?, bound(most)?) {
        (Some(least), _) if number < least => Some(format!("the least is {least}")),
        (_, Some(most)) if number > most => Some(format!("the most is {most}")),
        _ => None,
    })
}

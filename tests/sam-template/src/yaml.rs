//! YAML to JSON: CloudFormation's short tags become the long forms that they stand for.

use saphyr::{LoadableYamlNode, Scalar, Tag, Yaml};
use serde_json::{Map, Value, json};

use crate::TemplateError;

/// Reads a template's text. Keys that stand twice in one map are an error, as they are for CloudFormation.
pub(crate) fn parse(text: &str) -> Result<Value, TemplateError> {
    let documents = Yaml::load_from_str(text).map_err(|error| TemplateError::Unreadable {
        reason: error.to_string(),
    })?;
    match documents.as_slice() {
        [document] => convert(document),
        _ => Err(TemplateError::Unreadable {
            reason: "there is not exactly one document".to_owned(),
        }),
    }
}

fn convert(node: &Yaml<'_>) -> Result<Value, TemplateError> {
    match node {
        Yaml::Value(scalar) => Ok(convert_scalar(scalar)),
        Yaml::Sequence(nodes) => nodes.iter().map(convert).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| Ok((convert_key(key)?, convert(value)?)));
            Ok(Value::Object(
                entries.collect::<Result<Map<_, _>, TemplateError>>()?,
            ))
        }
        Yaml::Tagged(tag, node) => convert_tagged(tag, convert(node)?),
        // CloudFormation knows neither; the SAM command would expand an alias before CloudFormation sees it, but a
        // template that only one of them can read is not worth the lines saved.
        Yaml::Alias(_) | Yaml::BadValue | Yaml::Representation(..) => Err(TemplateError::Unreadable {
            reason: "it holds an alias or a broken value".to_owned(),
        }),
    }
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.into_inner()),
        Scalar::String(value) => json!(value),
    }
}

fn convert_key(key: &Yaml<'_>) -> Result<String, TemplateError> {
    match key.as_str() {
        Some(key) => Ok(key.to_owned()),
        None => Err(TemplateError::Unreadable {
            reason: "a key is not text".to_owned(),
        }),
    }
}

fn convert_tagged(tag: &Tag, value: Value) -> Result<Value, TemplateError> {
    let long = match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("!", name @ ("Ref" | "Condition")) => name.to_owned(),
        ("!", name) => format!("Fn::{name}"),
        _ => {
            return Err(TemplateError::Unreadable {
                reason: format!("the tag {tag} is not known"),
            });
        }
    };
    // `!GetAtt a.b.c` is short for a list of two, cut at the first dot.
    let value = match (long.as_str(), value) {
        ("Fn::GetAtt", Value::String(text)) => {
            let (name, attribute) = text.split_once('.').unwrap_or((&text, ""));
            json!([name, attribute])
        }
        (_, value) => value,
    };
    Ok(json!({ long: value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_tag_is_its_long_form() {
        let text = "a: !Ref X\nb: !GetAtt Queue.Arn\nc: !If [On, !Sub '${X}', 3]\nd: !Not [!Condition On]";
        let long = json!({
            "a": { "Ref": "X" },
            "b": { "Fn::GetAtt": ["Queue", "Arn"] },
            "c": { "Fn::If": ["On", { "Fn::Sub": "${X}" }, 3] },
            "d": { "Fn::Not": [{ "Condition": "On" }] },
        });
        assert_eq!(parse(text), Ok(long));
    }

    #[test]
    fn a_tag_may_stand_before_a_block() {
        let text = "a: !Sub\n  - ${X}\n  - X: !Ref Y";
        assert_eq!(
            parse(text),
            Ok(json!({ "a": { "Fn::Sub": ["${X}", { "X": { "Ref": "Y" } }] } }))
        );
    }

    #[test]
    fn a_date_stays_text_and_a_quoted_number_too() {
        assert_eq!(
            parse("a: 2012-10-17\nb: '1'\nc: 1"),
            Ok(json!({ "a": "2012-10-17", "b": "1", "c": 1 }))
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(matches!(
            parse("a: 1\na: 2"),
            Err(TemplateError::Unreadable { .. })
        ));
    }
}

//! What a function may do.

use crate::TemplateError;
use crate::resources::Resource;

/// The permissions of a function's role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy(pub Vec<Statement>);

/// Actions that are allowed on resources. The reader knows no other effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Actions, such as `dynamodb:PutItem`; `*` and `?` are wildcards.
    pub actions: Vec<String>,
    /// ARNs; `*` and `?` are wildcards.
    pub resources: Vec<String>,
}

impl Policy {
    /// Whether this action is allowed on this resource. As in IAM, actions are compared without regard to case.
    pub fn allows(&self, action: &str, resource_arn: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.0.iter().any(|statement| {
            statement
                .actions
                .iter()
                .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
                && statement
                    .resources
                    .iter()
                    .any(|pattern| matches(pattern, resource_arn))
        })
    }

    /// Every allowed pair of action and resource, as they are written, in order.
    pub fn grants(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.iter().flat_map(|statement| {
            statement.actions.iter().flat_map(|action| {
                statement
                    .resources
                    .iter()
                    .map(|resource| (action.as_str(), resource.as_str()))
            })
        });
        pairs.collect()
    }
}

/// Reads a role. Managed policies, denials and conditions are refused, because whatever this reader does not see, the
/// local run would grant or refuse wrongly.
pub(crate) fn read(role: &Resource) -> Result<Policy, TemplateError> {
    let role = role.properties()?;
    role.only(&["AssumeRolePolicyDocument", "Description", "Policies", "Tags"])?;
    let mut statements = Vec::new();
    for policy in role.list_of_fields("Policies")? {
        for statement in policy.fields("PolicyDocument")?.list_of_fields("Statement")? {
            statement.only(&["Sid", "Effect", "Action", "Resource"])?;
            if statement.text("Effect")? != "Allow" {
                return Err(TemplateError::unsupported(
                    statement.path_of("Effect"),
                    "a denial",
                ));
            }
            let (actions, resources) = (statement.texts("Action")?, statement.texts("Resource")?);
            statements.push(Statement { actions, resources });
        }
    }
    Ok(Policy(statements))
}

/// Whether the text fits a pattern in which `*` stands for any characters and `?` for one.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // The last star and the place in the text up to which it reaches. If what follows does not fit, it takes one more.
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, reach)) => {
                    star = Some((at, reach + 1));
                    p = at + 1;
                    t = reach + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(action: &str, resource: &str) -> Policy {
        Policy(vec![Statement {
            actions: vec![action.to_owned()],
            resources: vec![resource.to_owned()],
        }])
    }

    #[test]
    fn stars_and_question_marks_are_wildcards_in_actions_and_resources() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a*b*c", "a-b-b-c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("erp-??????", "erp-AbCdEf", true),
            ("erp-??????", "erp-AbCdE", false),
            ("erp-??????", "erp-old-AbCdEf", false),
            ("ab", "abc", false),
            ("abc", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
        assert!(policy("sqs:*Message", "arn:*").allows("sqs:SendMessage", "arn:q"));
    }

    #[test]
    fn an_action_is_known_in_any_case_and_a_resource_only_in_its_own() {
        let policy = policy("sqs:SendMessage", "arn:Queue");
        assert!(policy.allows("SQS:sendmessage", "arn:Queue"));
        assert!(!policy.allows("sqs:SendMessage", "arn:queue"));
    }

    #[test]
    fn an_action_and_a_resource_of_different_statements_do_not_add_up() {
        let mut both = policy("a:A", "x");
        both.0.extend(policy("b:B", "y").0);
        assert!(both.allows("a:A", "x") && both.allows("b:B", "y"));
        assert!(!both.allows("a:A", "y") && !both.allows("b:B", "x"));
        assert_eq!(both.grants(), [("a:A", "x"), ("b:B", "y")]);
    }
}

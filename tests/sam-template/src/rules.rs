//! Rules: what parameters must keep together.

use crate::TemplateError;
use crate::fields::Fields;
use crate::scope::Scope;

/// Refuses parameters that break a rule of the template.
pub(crate) fn hold(template: &Fields<'_>, scope: &Scope<'_>) -> Result<(), TemplateError> {
    for (name, rule) in template.map("Rules")? {
        let rule = Fields::of(rule, &format!("Rules.{name}"))?;
        let applies = match rule.get("RuleCondition") {
            Some(condition) => scope.truth(condition, &rule.path_of("RuleCondition"))?,
            None => true,
        };
        for assertion in rule.list_of_fields("Assertions")? {
            let holds = scope.truth(assertion.need("Assert")?, &assertion.path_of("Assert"))?;
            if applies && !holds {
                let description = assertion.text_if_any("AssertDescription")?.unwrap_or_default();
                return Err(TemplateError::BrokenRule {
                    rule: name.clone(),
                    description,
                });
            }
        }
    }
    Ok(())
}

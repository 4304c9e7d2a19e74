//! How to reach Spectrum, and how the brand wants its orders acknowledged.

use custom_orders::NumberOf;
use lambda_kit::{Settings, SettingsError};
use spectrum::{Format, Options, Priority, ProofStatus};

use crate::Reach;
use crate::config::or;

/// How to reach Spectrum. What a check has to find wrong is text here; what is left out is the template's default.
#[derive(Debug, Clone)]
pub struct SpectrumReach {
    /// `SPECTRUM_BASE_URL`, `SPECTRUM_SECRET`, `SPECTRUM_CALL_SECONDS`
    pub reach: Reach,
    /// `SPECTRUM_ORDER_NUMBER`, as it was given.
    pub order_number: String,
    /// `SPECTRUM_FORMAT`, as it was given.
    pub format: String,
    /// `SPECTRUM_PRIORITY`, as it was given.
    pub priority: String,
    /// `SPECTRUM_PROOF_STATUS`, as it was given.
    pub proof_status: String,
    /// `SPECTRUM_TEXT_MAX`, as it was given.
    pub text_max: String,
    /// `SPECTRUM_DETAILS`: whether the details of an order are sent as well.
    pub details: bool,
}

/// What the words of the settings mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// Whose number the name of an order is.
    pub(crate) number_of: NumberOf,
    /// How it is acknowledged.
    pub(crate) options: Options,
}

impl SpectrumReach {
    pub(crate) fn read(settings: Settings) -> Result<Self, SettingsError> {
        let text = |name: &str| settings.maybe(name).unwrap_or_default();
        Ok(Self {
            reach: Reach::read(settings, "SPECTRUM")?,
            order_number: text("SPECTRUM_ORDER_NUMBER"),
            format: text("SPECTRUM_FORMAT"),
            priority: text("SPECTRUM_PRIORITY"),
            proof_status: text("SPECTRUM_PROOF_STATUS"),
            text_max: text("SPECTRUM_TEXT_MAX"),
            details: or(settings, "SPECTRUM_DETAILS", "true or false", false)?,
        })
    }

    /// What the words mean.
    ///
    /// # Errors
    /// Each parameter whose word is none, and what would be one.
    pub(crate) fn wishes(&self) -> Result<Wishes, Vec<String>> {
        let mut unfit = Vec::new();
        let mut none = |parameter: &str, text: &str, form: &str| {
            unfit.push(format!("{parameter} is {text:?}, and not {form}"));
        };
        let defaults = Options::default();
        let number_of = match said(&self.order_number, |word| word.parse().ok()) {
            Ok(number_of) => number_of.unwrap_or(NumberOf::Erp),
            Err(text) => {
                none("SpectrumOrderNumber", text, NumberOf::WORDS);
                NumberOf::Erp
            }
        };
        let format = said(&self.format, Format::parse).unwrap_or_else(|text| {
            none("SpectrumFormat", text, "line_item or recipe_set");
            None
        });
        let priority = said(&self.priority, Priority::parse).unwrap_or_else(|text| {
            none("SpectrumPriority", text, "lower, normal or higher");
            None
        });
        let proof_status = said(&self.proof_status, ProofStatus::parse).unwrap_or_else(|text| {
            none("SpectrumProofStatus", text, "Requested or Fulfilled");
            None
        });
        let text_max = said(&self.text_max, |word| word.parse().ok()).unwrap_or_else(|text| {
            none("SpectrumTextMax", text, "a number of characters");
            None
        });
        if !unfit.is_empty() {
            return Err(unfit);
        }
        Ok(Wishes {
            number_of,
            options: Options {
                format: format.unwrap_or(defaults.format),
                priority,
                proof_status,
                text_max: text_max.unwrap_or(defaults.text_max),
            },
        })
    }
}

/// What a text says, if it says anything; it is handed back if it is no word.
fn said<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, &str> {
    match text {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::spectrum;

    #[test]
    fn what_is_left_out_is_the_templates_default() {
        let expected = Wishes {
            number_of: NumberOf::Erp,
            options: Options {
                format: Format::LineItem,
                priority: None,
                proof_status: None,
                text_max: 255,
            },
        };
        assert_eq!(spectrum().wishes(), Ok(expected));
    }

    #[test]
    fn each_word_is_read_and_each_that_is_none_is_named() {
        let set = SpectrumReach {
            order_number: "source".to_owned(),
            format: "recipe_set".to_owned(),
            priority: "higher".to_owned(),
            proof_status: "Requested".to_owned(),
            text_max: "100".to_owned(),
            ..spectrum()
        };
        let expected = Wishes {
            number_of: NumberOf::Source,
            options: Options {
                format: Format::RecipeSet,
                priority: Some(Priority::Higher),
                proof_status: Some(ProofStatus::Requested),
                text_max: 100,
            },
        };
        assert_eq!(set.wishes(), Ok(expected));
        let wrong = SpectrumReach {
            order_number: "shop".to_owned(),
            format: "lines".to_owned(),
            priority: "urgent".to_owned(),
            proof_status: "1".to_owned(),
            text_max: "many".to_owned(),
            ..spectrum()
        };
        let unfit = wrong.wishes().unwrap_err();
        let named = [
            "SpectrumOrderNumber",
            "SpectrumFormat",
            "SpectrumPriority",
            "SpectrumProofStatus",
            "SpectrumTextMax",
        ];
        assert_eq!(unfit.len(), named.len());
        for (unfit, named) in unfit.iter().zip(named) {
            assert!(unfit.starts_with(named), "{unfit}");
        }
    }
}

//! Whether a secret can be used.

use lambda_kit::Secrets;
use serde::de::DeserializeOwned;

use crate::Check;

/// What a secret has to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// What the check of it is called.
    pub(crate) check: &'static str,
    /// What to put into it.
    pub(crate) form: &'static str,
}

impl Wanted {
    /// The check of a secret, and what it says if that can be used.
    pub(crate) async fn read<T: DeserializeOwned>(
        self,
        secrets: &Secrets,
        name: &str,
        is_empty: impl FnOnce(&T) -> bool,
    ) -> (Check, Option<T>) {
        match secrets.get::<T>(name).await {
            Err(error) => (Check::bad(self.check, error.to_string(), self.form), None),
            Ok((credentials, ..)) if is_empty(&credentials) => {
                let says = format!("a value in secret {name} is empty");
                (Check::bad(self.check, says, self.form), None)
            }
            Ok((credentials, ..)) => {
                let says = format!("secret {name} is readable and has the right form");
                (Check::good(self.check, says), Some(credentials))
            }
        }
    }
}

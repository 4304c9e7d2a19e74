//! Secrets: read at run time, kept for a short while, read again once when a vendor refuses them.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

/// How long a secret is kept: a rotated one is noticed within this time, or at the first refusal.
const KEPT: Duration = Duration::from_secs(300);

/// A secret that can't be had. The texts hold its name, never what it says.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager did not give it.
    #[error("secret {name} could not be read: {code}. Create it, or allow this function to read it")]
    Unavailable {
        /// Its name.
        name: String,
        /// The service's error code.
        code: String,
    },
    /// It is not the JSON that is needed.
    #[error("secret {name} is not the JSON object that the README describes")]
    Unreadable {
        /// Its name.
        name: String,
    },
}

type Kept = HashMap<String, (Instant, Text)>;

/// The text of a secret, to compare with, and its version. The text shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    text: String,
    version: Option<String>,
}

/// What stands for a version that Secrets Manager did not name.
const NO_VERSION: &str = "unnamed";

impl Text {
    /// The secret's `VersionId`: another one for each text that is put. It may be written down and logged. `unnamed` if
    /// Secrets Manager gave none; such a text can't be told from a later one.
    pub fn version(&self) -> &str {
        self.version.as_deref().unwrap_or(NO_VERSION)
    }

    /// Whether the version tells this text from every other.
    pub fn is_named(&self) -> bool {
        self.version.is_some()
    }
}

/// Reads secrets.
pub struct Secrets {
    client: Client,
    kept: Mutex<Kept>,
}

/// Shows no secret.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text")
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Secrets {
    /// Reads with this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            kept: Mutex::default(),
        }
    }

    /// A secret, as its JSON says, and the text it was read from.
    pub async fn get<T: DeserializeOwned>(&self, name: &str) -> Result<(T, Text), SecretError> {
        // Held while it is fetched, so that a cold start with a full batch asks once.
        let mut kept = self.kept.lock().await;
        let fresh = kept
            .get(name)
            .filter(|(at, _)| at.elapsed() < KEPT)
            .map(|(_, text)| text.clone());
        let text = match fresh {
            Some(text) => text,
            None => self.fetch(name, &mut kept).await?,
        };
        let read = serde_json::from_str(&text.text).map_err(|_| SecretError::Unreadable {
            name: name.to_owned(),
        })?;
        Ok((read, text))
    }

    /// A vendor refused what `used` says: reads the secret again, unless somebody else did so meanwhile. Says whether
    /// it says something else now; a secret that can't be read says nothing else.
    pub async fn changed(&self, name: &str, used: &Text) -> bool {
        let mut kept = self.kept.lock().await;
        match kept.get(name) {
            Some((_, kept)) if kept.text != used.text => true,
            _ => match self.fetch(name, &mut kept).await {
                Ok(fetched) => fetched.text != used.text,
                Err(error) => {
                    tracing::error!("a refused secret could not be read again: {error}");
                    false
                }
            },
        }
    }

    async fn fetch(&self, name: &str, kept: &mut Kept) -> Result<Text, SecretError> {
        let unavailable = |code: String| SecretError::Unavailable {
            name: name.to_owned(),
            code,
        };
        let answer = self
            .client
            .get_secret_value()
            .secret_id(name)
            .send()
            .await
            .map_err(|error| {
                unavailable(
                    error
                        .as_service_error()
                        .and_then(|error| error.code())
                        .unwrap_or("no answer")
                        .to_owned(),
                )
            })?;
        let text = answer
            .secret_string()
            .ok_or_else(|| unavailable("not text".to_owned()))?
            .to_owned();
        let text = Text {
            text,
            version: answer.version_id().map(str::to_owned),
        };
        kept.insert(name.to_owned(), (Instant::now(), text.clone()));
        Ok(text)
    }
}

//! Secrets: read at run time, kept for a short while, read again once when a vendor refuses them.

use std::collections::HashMap;
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

type Kept = HashMap<String, (Instant, String)>;

/// Reads secrets.
#[derive(Debug)]
pub struct Secrets {
    client: Client,
    kept: Mutex<Kept>,
}

impl Secrets {
    /// Reads with this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            kept: Mutex::default(),
        }
    }

    /// A secret, as its JSON says.
    pub async fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, SecretError> {
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
        serde_json::from_str(&text).map_err(|_| SecretError::Unreadable {
            name: name.to_owned(),
        })
    }

    /// Reads a secret again, past the cache: a vendor refused it. Says whether it is another one now.
    pub async fn read_again(&self, name: &str) -> Result<bool, SecretError> {
        let mut kept = self.kept.lock().await;
        let before = kept.get(name).map(|(_, text)| text.clone());
        let now = self.fetch(name, &mut kept).await?;
        Ok(before.is_some_and(|before| before != now))
    }

    async fn fetch(&self, name: &str, kept: &mut Kept) -> Result<String, SecretError> {
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
        kept.insert(name.to_owned(), (Instant::now(), text.clone()));
        Ok(text)
    }
}

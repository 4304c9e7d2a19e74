//! Secrets: read at run time, kept for a short while, read again once when a vendor refuses them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use serde::de::DeserializeOwned;

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

/// Reads secrets.
#[derive(Debug)]
pub struct Secrets {
    client: Client,
    kept: Mutex<HashMap<String, (Instant, String)>>,
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
        let kept = self
            .kept()
            .get(name)
            .filter(|(at, _)| at.elapsed() < KEPT)
            .map(|(_, text)| text.clone());
        let text = match kept {
            Some(text) => text,
            None => self.fetch(name).await?,
        };
        serde_json::from_str(&text).map_err(|_| SecretError::Unreadable {
            name: name.to_owned(),
        })
    }

    /// Reads a secret again, past the cache: a vendor refused it. Says whether it is another one now.
    pub async fn read_again(&self, name: &str) -> Result<bool, SecretError> {
        let before = self.kept().get(name).map(|(_, text)| text.clone());
        let now = self.fetch(name).await?;
        Ok(before.is_some_and(|before| before != now))
    }

    async fn fetch(&self, name: &str) -> Result<String, SecretError> {
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
        self.kept()
            .insert(name.to_owned(), (Instant::now(), text.clone()));
        Ok(text)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, String)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

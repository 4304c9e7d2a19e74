//! Secrets: asked for once, read again when refused.

use std::sync::{Arc, Mutex};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use host::Server;
use http::Request;
use lambda_kit::{SecretError, Secrets};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Token {
    token: String,
}

impl Token {
    pub(crate) fn is(&self, token: &str) -> bool {
        self.token == token
    }
}

/// A vault with one secret, and how often it was asked.
pub(crate) struct Vault {
    holds: Arc<Mutex<Value>>,
    asked: Arc<Mutex<usize>>,
    pub(crate) secrets: Secrets,
    _server: Server,
}

pub(crate) async fn vault(answer: Value) -> Vault {
    let (holds, asked) = (Arc::new(Mutex::new(answer)), Arc::new(Mutex::new(0)));
    let (held, counted) = (Arc::clone(&holds), Arc::clone(&asked));
    let handler = move |_: Request<Bytes>| {
        *counted.lock().unwrap() += 1;
        let answer = held.lock().unwrap().clone();
        async move {
            let status = if answer.get("__type").is_some() { 400 } else { 200 };
            host::json(status, &answer).into()
        }
    };
    let server = host::serve(([127, 0, 0, 1], 0).into(), handler).await.unwrap();
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(server.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    Vault {
        holds,
        asked,
        secrets: Secrets::new(Client::from_conf(config)),
        _server: server,
    }
}

impl Vault {
    pub(crate) async fn get(&self) -> Result<Token, SecretError> {
        self.secrets.get("/acme/erp").await.map(|(token, _)| token)
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    pub(crate) fn now_holds(&self, answer: Value) {
        *self.holds.lock().unwrap() = answer;
    }
}

fn holding(token: &str) -> Value {
    json!({ "SecretString": json!({ "token": token }).to_string() })
}

fn token(token: &str) -> Token {
    Token {
        token: token.to_owned(),
    }
}

#[tokio::test]
async fn a_secret_is_asked_for_once() {
    let vault = vault(holding("a")).await;
    assert_eq!(vault.get().await.unwrap(), token("a"));
    vault.now_holds(holding("b"));
    assert_eq!((vault.get().await.unwrap(), vault.asked()), (token("a"), 1));
}

#[tokio::test]
async fn a_full_batch_at_a_cold_start_asks_once() {
    let vault = vault(holding("a")).await;
    let all = futures::future::join_all((0..10).map(|_| vault.get())).await;
    assert!(all.into_iter().all(|got| got.unwrap() == token("a")));
    assert_eq!(vault.asked(), 1);
}

#[tokio::test]
async fn a_refused_secret_is_read_again_and_what_is_new_is_kept() {
    let vault = vault(holding("a")).await;
    let (_, used) = vault.secrets.get::<Token>("/acme/erp").await.unwrap();
    assert!(!vault.secrets.changed("/acme/erp", &used).await);
    vault.now_holds(holding("b"));
    assert!(vault.secrets.changed("/acme/erp", &used).await);
    assert_eq!((vault.get().await.unwrap(), vault.asked()), (token("b"), 3));
}

#[tokio::test]
async fn a_secret_that_another_refusal_brought_anew_is_not_read_again() {
    let vault = vault(holding("a")).await;
    let (_, used) = vault.secrets.get::<Token>("/acme/erp").await.unwrap();
    vault.now_holds(holding("b"));
    let batch = (0..10).map(|_| vault.secrets.changed("/acme/erp", &used));
    assert_eq!(futures::future::join_all(batch).await, [true; 10]);
    assert_eq!(vault.asked(), 2);
}

#[tokio::test]
async fn a_refused_secret_that_cannot_be_read_again_says_nothing_new_and_stays() {
    let vault = vault(holding("a")).await;
    let (_, used) = vault.secrets.get::<Token>("/acme/erp").await.unwrap();
    vault.now_holds(json!({ "__type": "AccessDeniedException", "Message": "m" }));
    assert!(!vault.secrets.changed("/acme/erp", &used).await);
    assert_eq!((vault.get().await.unwrap(), vault.asked()), (token("a"), 2));
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let refusal = json!({ "__type": "ResourceNotFoundException", "Message": "m" });
    let vault = vault(refusal).await;
    vault.get().await.unwrap_err();
    vault.now_holds(holding("a"));
    assert_eq!(vault.get().await.unwrap(), token("a"));
}

#[tokio::test]
async fn an_error_holds_the_name_and_the_code_and_nothing_of_the_secret_or_the_message() {
    let rows = [
        (
            json!({ "__type": "AccessDeniedException", "Message": "hunter2" }),
            "secret /acme/erp could not be read: AccessDeniedException. Create it, or allow this function to read it",
        ),
        (
            json!({ "SecretString": r#"{"tokn":"hunter2"}"# }),
            "secret /acme/erp is not the JSON object that the README describes",
        ),
        (
            json!({ "SecretString": "hunter2" }),
            "secret /acme/erp is not the JSON object that the README describes",
        ),
        (
            json!({ "SecretBinary": "aHVudGVyMg==" }),
            "secret /acme/erp could not be read: not text. Create it, or allow this function to read it",
        ),
    ];
    for (answer, said) in rows {
        let vault = vault(answer).await;
        let error = vault.get().await.unwrap_err();
        assert_eq!(error.to_string(), said);
        assert!(!format!("{error:?}{vault:?}", vault = vault.secrets).contains("hunter2"));
    }
}

#[tokio::test]
async fn a_secret_comes_with_its_version_and_one_without_says_so() {
    let mut named = holding("a");
    named["VersionId"] = "11111111-2222-4333-8444-555555555555".into();
    for (answer, version, is_named) in [
        (named, "11111111-2222-4333-8444-555555555555", true),
        (holding("a"), "unnamed", false),
    ] {
        let vault = vault(answer).await;
        let (_, text) = vault.secrets.get::<Token>("/acme/erp").await.unwrap();
        assert_eq!((text.version(), text.is_named()), (version, is_named));
    }
}

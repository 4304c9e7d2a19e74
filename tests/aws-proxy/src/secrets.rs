//! Secrets Manager, as far as `GetSecretValue` of a current version.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use host::{Call, Clock, Fault, Gate, Reply};
use serde_json::json;

use crate::answer;
use crate::call::AwsCall;
use crate::permission::{secret_arn, secret_name};

/// What Secrets Manager lets a caller do with a secret, beyond what the caller's own policy says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretAccess {
    /// It can be read.
    #[default]
    Readable,
    /// `ResourceNotFoundException`, as for a secret that was never created.
    Missing,
    /// `AccessDeniedException`, as a resource policy or the key's policy does. It is not listed as a refusal, because
    /// no function's policy is at fault.
    Denied,
    /// `DecryptionFailure`, as with a disabled key.
    Undecryptable,
}

struct Secret {
    text: String,
    version: u64,
    created_ms: i64,
}

pub(crate) struct Secrets {
    clock: Clock,
    store: Mutex<Store>,
}

#[derive(Default)]
struct Store {
    secrets: BTreeMap<String, Secret>,
    access: BTreeMap<String, SecretAccess>,
}

impl Secrets {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            store: Mutex::default(),
        }
    }

    /// Creates a secret, or gives it a new version.
    pub(crate) fn put(&self, name: &str, text: &str) {
        let created_ms = self.clock.now_ms();
        let mut store = self.store();
        let version = store.secrets.get(name).map_or(0, |secret| secret.version) + 1;
        store.secrets.insert(
            name.to_owned(),
            Secret {
                text: text.to_owned(),
                version,
                created_ms,
            },
        );
    }

    pub(crate) fn set_access(&self, name: &str, access: SecretAccess) {
        self.store().access.insert(name.to_owned(), access);
    }

    pub(crate) fn answer(&self, gate: &Gate, call: &AwsCall) -> Reply {
        let id = call.body["SecretId"].as_str().unwrap_or_default();
        let name = secret_name(id);
        let fault = gate.judge(Call {
            service: call.service.name(),
            operation: &call.operation,
            subject: name,
            caller: &call.caller,
        });
        match fault {
            None => self.read(name, call.body["VersionStage"].as_str().unwrap_or("AWSCURRENT")),
            Some(Fault::ServerError) => answer::error(500, "InternalServiceError", "drawn by the gate"),
            Some(Fault::Throttled) => answer::error(400, "ThrottlingException", "Rate exceeded"),
            // A read has no effect, so it is the same before and after.
            Some(_) => Reply::Drop,
        }
    }

    fn read(&self, name: &str, stage: &str) -> Reply {
        let store = self.store();
        let missing = "Secrets Manager can't find the specified secret.";
        let secret = store.secrets.get(name);
        match (store.access.get(name).copied().unwrap_or_default(), secret) {
            (SecretAccess::Denied, _) => {
                answer::error(400, "AccessDeniedException", "Access to KMS is not allowed")
            }
            (SecretAccess::Missing, _) | (_, None) => {
                answer::error(400, "ResourceNotFoundException", missing)
            }
            (SecretAccess::Undecryptable, _) => answer::error(
                400,
                "DecryptionFailure",
                "Secrets Manager can't decrypt the secret value.",
            ),
            (SecretAccess::Readable, Some(_)) if stage != "AWSCURRENT" => answer::error(
                400,
                "ResourceNotFoundException",
                &format!("{missing} (staging label {stage})"),
            ),
            (SecretAccess::Readable, Some(secret)) => answer::found(&json!({
                "ARN": secret_arn(name),
                "Name": name,
                "VersionId": format!("00000000-0000-4000-8000-{:012x}", secret.version),
                "VersionStages": ["AWSCURRENT"],
                "SecretString": secret.text,
                // Whole seconds: what a caller does with this does not hang on the fraction.
                "CreatedDate": secret.created_ms / 1000,
            })),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

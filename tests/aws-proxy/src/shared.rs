//! What the requests share: who may do what, what was used and refused, and the bill.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use host::Reply;
use http::Request;
use serde_json::Value;

use crate::bill::Bill;
use crate::call::{self, AwsCall, Service};
use crate::events::Events;
use crate::forward::Forwarder;
use crate::permission::{self, Permission};
use crate::secrets::Secrets;
use crate::{answer, dynamodb, writes};

/// Says whether a function may do an action on the resource with this ARN.
pub type Policy = Box<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// A function's own AWS credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// By which the proxy knows the function.
    pub access_key_id: String,
    /// To sign with; nothing verifies the signature.
    pub secret_access_key: String,
}

/// A call that the function's policy does not allow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The function, or `unknown key …` for a key that no function has.
    pub function: String,
    /// Such as `dynamodb:PutItem`.
    pub action: String,
    /// The ARN of the resource.
    pub resource: String,
}

#[derive(Default)]
struct Ledger {
    /// By access key.
    functions: BTreeMap<String, Arc<Function>>,
    refused: Vec<Refusal>,
    used: BTreeSet<(String, String, String)>,
    bill: Bill,
}

struct Function {
    name: String,
    policy: Policy,
}

/// The state that the handler of each request works on.
pub(crate) struct Shared {
    pub(crate) gate: host::Gate,
    pub(crate) sqs: embedded_sqs::Sqs,
    pub(crate) database: dynoxide::Database,
    pub(crate) forwarder: Forwarder,
    pub(crate) secrets: Secrets,
    pub(crate) events: Events,
    /// How often DynamoDB throttled, because its two throttling errors take turns.
    pub(crate) throttles: AtomicU64,
    ledger: Mutex<Ledger>,
}

/// Why a request goes no further: an AWS error.
struct Denial {
    status: u16,
    kind: &'static str,
    message: String,
}

impl Denial {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            message: message.into(),
        }
    }
}

impl Shared {
    pub(crate) fn new(
        settings: &crate::Settings,
        database: dynoxide::Database,
        forwarder: Forwarder,
    ) -> Self {
        Self {
            gate: settings.gate.clone(),
            sqs: settings.sqs.clone(),
            database,
            forwarder,
            secrets: Secrets::new(settings.clock.clone()),
            events: Events::default(),
            throttles: AtomicU64::new(0),
            ledger: Mutex::default(),
        }
    }

    /// Answers one request.
    pub(crate) async fn handle(&self, request: Request<Bytes>) -> Reply {
        let call = match self.admit(&request) {
            Ok(call) => call,
            Err(denial) => return answer::error(denial.status, denial.kind, &denial.message),
        };
        self.count(&call, request.body().len());
        match call.service {
            Service::DynamoDb => dynamodb::answer(self, &call, request.headers()).await,
            // Its own code asks the gate.
            Service::Sqs => self.sqs.answer(&request, &call.caller).await,
            Service::SecretsManager => self.secrets.answer(&self.gate, &call),
            Service::Events => self.events.answer(&self.gate, &call),
        }
    }

    /// Who calls, what for, and whether it may.
    fn admit(&self, request: &Request<Bytes>) -> Result<AwsCall, Denial> {
        let Some(key) = call::access_key(request.headers()) else {
            let text = "Request is missing Authentication Token";
            return Err(Denial::new(400, "MissingAuthenticationTokenException", text));
        };
        let Some((service, operation)) = call::target(request.headers()) else {
            return Err(Denial::new(
                400,
                "UnknownOperationException",
                "no such operation behind the proxy",
            ));
        };
        let Ok(body) = serde_json::from_slice::<Value>(request.body()) else {
            return Err(Denial::new(
                400,
                "SerializationException",
                "the request's body is not JSON",
            ));
        };
        let needed = permission::needed(service, operation, &body);
        let function = self.ledger().functions.get(key).cloned();
        let Some(function) = function else {
            let nobody = format!("unknown key {key}");
            self.refuse(&nobody, needed);
            let text = "The security token included in the request is invalid.";
            return Err(Denial::new(403, "UnrecognizedClientException", text));
        };
        self.allow(&function, needed)?;
        Ok(AwsCall {
            service,
            operation: operation.to_owned(),
            body,
            caller: function.name.clone(),
        })
    }

    fn allow(&self, function: &Function, needed: BTreeSet<Permission>) -> Result<(), Denial> {
        let name = &function.name;
        let missing = needed
            .iter()
            .find(|(action, resource)| !(function.policy)(action, resource));
        let Some((action, resource)) = missing.cloned() else {
            let used = needed
                .into_iter()
                .map(|(action, resource)| (name.clone(), action, resource));
            self.ledger().used.extend(used);
            return Ok(());
        };
        let refused = needed
            .into_iter()
            .filter(|(action, resource)| !(function.policy)(action, resource));
        self.refuse(name, refused);
        let text = format!(
            "User: arn:aws:sts::000000000000:assumed-role/{name}/{name} is not authorized to perform: {action} \
             on resource: {resource} because no identity-based policy allows the {action} action"
        );
        Err(Denial::new(400, "AccessDeniedException", text))
    }

    fn refuse(&self, function: &str, permissions: impl IntoIterator<Item = Permission>) {
        let refusals = permissions.into_iter().map(|(action, resource)| Refusal {
            function: function.to_owned(),
            action,
            resource,
        });
        self.ledger().refused.extend(refusals);
    }

    fn count(&self, call: &AwsCall, bytes: usize) {
        let mut ledger = self.ledger();
        ledger
            .bill
            .call(&call.caller, call.service.name(), &call.operation);
        if call.service == Service::Sqs {
            let url = call.body["QueueUrl"].as_str().unwrap_or_default();
            let queue = url.rsplit('/').next().unwrap_or_default();
            ledger.bill.queued(queue, bytes);
        }
        if call.service != Service::DynamoDb {
            return;
        }
        let items = writes::writes(&call.operation, &call.body);
        let share = 1.0 / items.len() as f64;
        for item in items {
            ledger.bill.write_call(item.pk(), share);
        }
    }

    pub(crate) fn add_function(&self, name: &str, policy: Policy) -> Credentials {
        let mut ledger = self.ledger();
        let key = format!("AKIARELAY{:011}", ledger.functions.len() + 1);
        let function = Function {
            name: name.to_owned(),
            policy,
        };
        ledger.functions.insert(key.clone(), Arc::new(function));
        Credentials {
            secret_access_key: format!("not-a-secret-{key}"),
            access_key_id: key,
        }
    }

    pub(crate) fn refused(&self) -> Vec<Refusal> {
        self.ledger().refused.clone()
    }

    pub(crate) fn used(&self) -> BTreeSet<(String, String, String)> {
        self.ledger().used.clone()
    }

    pub(crate) fn bill(&self) -> Bill {
        self.ledger().bill.clone()
    }

    /// Writes on the bill.
    pub(crate) fn with_bill(&self, write: impl FnOnce(&mut Bill)) {
        write(&mut self.ledger().bill);
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

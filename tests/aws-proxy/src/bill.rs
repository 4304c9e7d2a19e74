//! What the functions' calls cost: counts and capacity units, by function and by key.

use std::collections::BTreeMap;

/// What one function used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionBill {
    /// Calls by service and operation, each counted once when the policy allowed it, whatever the gate then did.
    pub calls: BTreeMap<(String, String), u64>,
    /// DynamoDB read units, tables and indexes.
    pub read_units: f64,
    /// DynamoDB write units, tables and indexes, those of refused conditions included.
    pub write_units: f64,
}

/// What the writes to one partition key used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeyBill {
    /// Write calls; a call that writes n items counts 1/n for each.
    pub write_calls: f64,
    /// Write units, tables and indexes, those of refused conditions included.
    pub write_units: f64,
}

/// What all functions used since the last reset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// By function.
    pub functions: BTreeMap<String, FunctionBill>,
    /// By the value of the items' `pk`.
    pub keys: BTreeMap<String, KeyBill>,
    /// Billed SQS requests by the queue's name; see [`Bill::sqs_requests`] for the operations.
    pub queues: BTreeMap<String, u64>,
}

impl Bill {
    /// What the writes to this partition key used; nothing if there were none.
    pub fn for_key(&self, pk: &str) -> KeyBill {
        self.keys.get(pk).copied().unwrap_or_default()
    }

    /// The sum over several partition keys: an order's state, its raw payload, its notes.
    pub fn for_keys<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> KeyBill {
        sum(keys.into_iter().map(|pk| self.for_key(pk)))
    }

    /// The sum over all partition keys.
    pub fn all_keys(&self) -> KeyBill {
        sum(self.keys.values().copied())
    }

    /// What one function used; nothing if it made no call.
    pub fn for_function(&self, function: &str) -> FunctionBill {
        self.functions.get(function).cloned().unwrap_or_default()
    }

    /// The sum over all functions.
    pub fn total(&self) -> FunctionBill {
        let mut total = FunctionBill::default();
        for one in self.functions.values() {
            for (name, count) in &one.calls {
                *total.calls.entry(name.clone()).or_default() += count;
            }
            total.read_units += one.read_units;
            total.write_units += one.write_units;
        }
        total
    }

    /// SQS requests by operation, over all functions. The event source mapping's own requests are not among them:
    /// it does not come through the endpoint.
    pub fn sqs_requests(&self) -> BTreeMap<String, u64> {
        let calls = self.total().calls.into_iter();
        calls
            .filter(|((service, _), _)| service == "sqs")
            .map(|((_, operation), n)| (operation, n))
            .collect()
    }

    /// How often a secret was read, over all functions.
    pub fn secret_reads(&self) -> u64 {
        let calls = self.total().calls.into_iter();
        calls
            .filter(|((service, _), _)| service == "secretsmanager")
            .map(|(_, n)| n)
            .sum()
    }

    pub(crate) fn call(&mut self, function: &str, service: &str, operation: &str) {
        let calls = &mut self.function(function).calls;
        *calls
            .entry((service.to_owned(), operation.to_owned()))
            .or_default() += 1;
    }

    /// A request to a queue. SQS bills each 64 KB of it as one (SQS pricing).
    pub(crate) fn queued(&mut self, queue: &str, bytes: usize) {
        const CHUNK: usize = 64 * 1024;
        let requests = u64::try_from(bytes.div_ceil(CHUNK)).unwrap_or(1).max(1);
        *self.queues.entry(queue.to_owned()).or_default() += requests;
    }

    pub(crate) fn read(&mut self, function: &str, units: f64) {
        self.function(function).read_units += units;
    }

    /// A write call's share for one of its items.
    pub(crate) fn write_call(&mut self, pk: &str, share: f64) {
        self.keys.entry(pk.to_owned()).or_default().write_calls += share;
    }

    /// Write units for one item.
    pub(crate) fn wrote(&mut self, function: &str, pk: &str, units: f64) {
        self.function(function).write_units += units;
        self.keys.entry(pk.to_owned()).or_default().write_units += units;
    }

    fn function(&mut self, function: &str) -> &mut FunctionBill {
        self.functions.entry(function.to_owned()).or_default()
    }
}

fn sum(bills: impl Iterator<Item = KeyBill>) -> KeyBill {
    bills.fold(KeyBill::default(), |sum, one| KeyBill {
        write_calls: sum.write_calls + one.write_calls,
        write_units: sum.write_units + one.write_units,
    })
}

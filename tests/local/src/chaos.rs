//! What `--faults` breaks, and how often.

use host::{Fault, Odds};

/// The odds of a run with faults: each kind a few times in 200 orders, and none so often that an order can't get on.
pub fn odds() -> Vec<Odds> {
    [orders(), lines(), aws()].concat()
}

fn row(service: &'static str, operation: &'static str, fault: Fault, one_in: u64) -> Odds {
    Odds {
        service,
        operation,
        fault,
        one_in,
    }
}

/// Where orders come from, and where they go.
fn orders() -> Vec<Odds> {
    vec![
        row("repspark", "GET order statusId", Fault::CutBody, 6),
        row("repspark", "GET order statusId", Fault::LostReply, 9),
        row("repspark", "", Fault::ServerError, 12),
        row("repspark", "POST", Fault::LostReply, 9),
        row("repspark", "POST", Fault::KilledAfter, 25),
        row("ecat", "GET new_orders", Fault::CutBody, 6),
        row("ecat", "GET new_orders", Fault::LostReply, 9),
        row("ecat", "", Fault::ServerError, 12),
        row("ecat", "", Fault::Throttled, 15),
        row("ecat", "POST", Fault::PartialBatch, 4),
        row("ecat", "POST", Fault::LostReply, 8),
        row("ecat", "POST", Fault::LostRequest, 20),
        row("ecat", "POST", Fault::KilledBefore, 25),
        row("ecat", "POST", Fault::KilledAfter, 20),
        row("erp", "PUT", Fault::LostReply, 20),
        row("erp", "PUT", Fault::LostRequest, 40),
        row("erp", "", Fault::ServerError, 30),
        row("erp", "", Fault::Throttled, 40),
        row("erp", "PUT", Fault::KilledBefore, 90),
        row("erp", "PUT", Fault::KilledAfter, 90),
    ]
}

/// What follows behind the ERP.
fn lines() -> Vec<Odds> {
    vec![
        row("sparklayer", "PUT", Fault::LostReply, 12),
        row("sparklayer", "PUT", Fault::LostRequest, 25),
        row("sparklayer", "PUT", Fault::CutBody, 25),
        row("sparklayer", "PUT", Fault::KilledBefore, 90),
        row("sparklayer", "PUT", Fault::KilledAfter, 60),
        row("sparklayer", "", Fault::ServerError, 20),
        row("sparklayer", "", Fault::Throttled, 30),
        row("spreadshirt", "DELETE", Fault::LostReply, 8),
        row("spreadshirt", "DELETE", Fault::LostRequest, 12),
        row("spreadshirt", "GET", Fault::CutBody, 12),
        row("spreadshirt", "GET", Fault::LostReply, 20),
        row("spreadshirt", "GET", Fault::ServerError, 25),
        row("spreadshirt", "", Fault::Throttled, 40),
        row("spectrum", "POST", Fault::LostReply, 8),
        row("spectrum", "POST", Fault::LostRequest, 12),
        row("spectrum", "POST", Fault::CutBody, 15),
        row("spectrum", "POST", Fault::KilledBefore, 40),
        row("spectrum", "POST", Fault::KilledAfter, 40),
        row("spectrum", "GET", Fault::CutBody, 10),
        row("spectrum", "GET", Fault::LostReply, 15),
        row("spectrum", "", Fault::ServerError, 15),
        row("spectrum", "", Fault::Throttled, 20),
        row("events", "PutEvents", Fault::PartialBatch, 6),
        row("events", "PutEvents", Fault::LostReply, 15),
        row("events", "PutEvents", Fault::ServerError, 20),
        row("events", "PutEvents", Fault::KilledAfter, 60),
    ]
}

fn aws() -> Vec<Odds> {
    vec![
        row("dynamodb", "PutItem", Fault::LostReply, 60),
        row("dynamodb", "PutItem", Fault::KilledAfter, 400),
        row("dynamodb", "PutItem", Fault::KilledBefore, 400),
        row("dynamodb", "BatchWriteItem", Fault::PartialBatch, 4),
        row("dynamodb", "", Fault::Throttled, 80),
        row("dynamodb", "", Fault::ServerError, 150),
        row("sqs", "SendMessageBatch", Fault::PartialBatch, 8),
        row("sqs", "SendMessageBatch", Fault::LostReply, 20),
        row("sqs", "SendMessageBatch", Fault::ServerError, 25),
        row("sqs", "Deliver", Fault::DuplicateDelivery, 15),
        row("sqs", "Deliver", Fault::LateDelivery, 15),
        row("secretsmanager", "", Fault::ServerError, 6),
    ]
}

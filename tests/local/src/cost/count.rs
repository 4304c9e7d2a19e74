//! Everything that a stack has used so far.

use std::collections::BTreeMap;

use cost::{
    COLD_START_BYTES, INVOCATION_BYTES, INVOCATION_LINES, Item, LOG_EVENT_OVERHEAD, MONTH_DAYS, Usage,
    VENDOR_CALL_MS,
};

use crate::Stack;

/// AWS's gigabyte is taken as 10^9 bytes, the dearer reading.
const GB: f64 = 1e9;

/// What a stack has used since it began, or since its bill was reset where that was done. Polls of empty queues are not in
/// it, because how many there are depends on how long it ran; nor is what it stores: see [`stored`]. Vendor calls are
/// known if the gate keeps a journal.
pub fn counted(stack: &Stack) -> Usage {
    let bill = stack.proxy.bill();
    let total = bill.total();
    let mut usage = Usage::new()
        .with(Item::WriteCall, bill.all_keys().write_calls)
        .with(Item::WriteUnit, total.write_units)
        .with(Item::ReadUnit, total.read_units)
        .with(Item::SecretRead, bill.secret_reads() as f64);
    for (queue, requests) in &bill.queues {
        usage.add(requests_to(queue), *requests as f64);
    }
    for (queue, polls) in stack.runner.polls() {
        usage.add(requests_to(&queue), (polls.receives + polls.deletes) as f64);
    }
    usage
        .plus(&lambda(stack))
        .plus(&logs(stack))
        .plus(&waiting(stack))
}

/// What the ledger holds now, kept for a month with point-in-time recovery.
pub fn stored(stack: &Stack) -> Usage {
    let tables = stack.deployment.tables.iter();
    let bytes: usize = tables.map(|table| stack.proxy.stored(&table.name).bytes).sum();
    let gb = bytes as f64 / GB;
    Usage::new()
        .with(Item::TableGbMonth, gb)
        .with(Item::RecoveryGbMonth, gb)
}

/// The kind of queue is told by its name, as SQS demands it.
pub(crate) fn requests_to(queue: &str) -> Item {
    if queue.ends_with(".fifo") {
        Item::SqsFifoRequest
    } else {
        Item::SqsRequest
    }
}

fn lambda(stack: &Stack) -> Usage {
    let (running, _) = gb_seconds(stack);
    let mut usage = Usage::new();
    for (name, figures) in stack.runner.figures() {
        usage.add(Item::Invocation, figures.invocations as f64);
        usage.add(Item::ColdStart, figures.cold_starts as f64);
        usage.add(Item::ScheduledTick, figures.scheduled as f64);
        usage.add(Item::BilledMs, figures.billed_ms as f64);
        usage.add(
            running,
            figures.billed_ms as f64 / 1000.0 * memory_gb(stack, &name),
        );
    }
    usage
}

/// What is waited for vendors, as assumed: the simulators answer at once.
fn waiting(stack: &Stack) -> Usage {
    let (_, waiting) = gb_seconds(stack);
    let mut calls: BTreeMap<String, u64> = BTreeMap::new();
    for line in stack.gate.journal() {
        let mut words = line.split(' ');
        let (caller, service) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if ["repspark", "ecat", "erp", "sparklayer", "spreadshirt"].contains(&service) {
            *calls.entry(caller.to_owned()).or_default() += 1;
        }
    }
    let mut usage = Usage::new();
    for (caller, calls) in calls {
        let seconds = calls as f64 * VENDOR_CALL_MS / 1000.0;
        usage.add(Item::VendorCall, calls as f64);
        usage.add(waiting, seconds * memory_gb(stack, &caller));
    }
    usage
}

fn logs(stack: &Stack) -> Usage {
    let figures = stack.runner.figures();
    let (mut lines, mut ours, mut lambdas) = (0.0, 0.0, 0.0);
    for volume in stack.runner.log_volume().values() {
        lines += volume.lines as f64;
        ours += volume.bytes as f64;
    }
    for figures in figures.values() {
        let (invocations, cold) = (figures.invocations as f64, figures.cold_starts as f64);
        lines += invocations * INVOCATION_LINES + cold;
        lambdas += invocations * INVOCATION_BYTES + cold * COLD_START_BYTES;
    }
    let gb = (ours + lambdas + lines * LOG_EVENT_OVERHEAD) / GB;
    let days = stack.deployment.parameters.get("LogRetentionDays");
    let days = days.and_then(|days| days.parse::<f64>().ok()).unwrap_or_default();
    Usage::new()
        .with(Item::LogLine, lines)
        .with(Item::LogByte, ours)
        .with(Item::LambdaLogByte, lambdas)
        .with(Item::LogGbIn, gb)
        // As long as it is kept, not in the first month alone.
        .with(Item::LogGbMonth, gb * days / MONTH_DAYS)
}

/// What a function's time counts as: running, and waiting.
fn gb_seconds(stack: &Stack) -> (Item, Item) {
    match stack
        .deployment
        .parameters
        .get("Architecture")
        .map(String::as_str)
    {
        Some("x86_64") => (Item::X86GbSecond, Item::X86WaitingGbSecond),
        _ => (Item::ArmGbSecond, Item::ArmWaitingGbSecond),
    }
}

fn memory_gb(stack: &Stack, function: &str) -> f64 {
    let function = stack.deployment.functions.get(function);
    function.map_or(0.0, |function| function.memory_mb as f64 / 1024.0)
}

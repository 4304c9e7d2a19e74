//! A report, for a person.

use std::fmt::Write;

use ::cost::Item;

use crate::Report;
use crate::cost::{Bill, Priced, in_groups};

/// The report in words and columns, without the story: that was told as it went.
pub fn say(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    let _ = writeln!(
        out,
        "{:<26}{:>12}{:>8}{:>9}{:>7}{:>9}",
        "function", "invocations", "errors", "crashes", "cold", "mean ms"
    );
    for (name, f) in &report.functions {
        let _ = writeln!(
            out,
            "{name:<26}{:>12}{:>8}{:>9}{:>7}{:>9.1}",
            f.invocations, f.errors, f.crashes, f.cold_starts, f.mean_ms
        );
    }
    let _ = writeln!(out, "\n{:<26}{:>12}{:>8}{:>9}", "step", "done", "held", "other");
    for (name, step) in &report.steps {
        let _ = writeln!(
            out,
            "{name:<26}{:>12}{:>8}{:>9}",
            step.done, step.held, step.other
        );
    }
    let cost = &report.cost;
    let _ = writeln!(
        out,
        "\nIn this run, where seconds stand for minutes: {:.2} write calls and {:.2} units an order (dearest: {:.2} and {:.0}),",
        cost.write_calls_mean, cost.write_units_mean, cost.write_calls_max, cost.write_units_max
    );
    let requests: Vec<String> = report
        .sqs_requests
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let _ = writeln!(out, "and of SQS {}.", requests.join(", "));
    if let Some(priced) = &report.price {
        prices(&mut out, priced);
    }
    if !report.faults.is_empty() {
        let _ = writeln!(out, "\n{:<26}{:>22}{:>8}", "faults", "kind", "fired");
        for (service, fault, count) in &report.faults {
            let _ = writeln!(out, "{service:<26}{fault:>22}{count:>8}");
        }
    }
    let _ = writeln!(out);
    for problem in report.problems.iter().take(20) {
        let _ = writeln!(out, "WRONG: {problem}");
    }
    let _ = writeln!(
        out,
        "{}",
        if report.ok {
            "OK: nothing lost, nothing doubled."
        } else {
            "NOT OK."
        }
    );
    out
}

/// What AWS would ask.
fn prices(out: &mut String, priced: &Priced) {
    let _ = writeln!(
        out,
        "\nWhat AWS would ask: list prices of {}, {}, no free tier. Counted apart from this run, with the template's\n\
         durations: {} clean orders in one pull, and ticks that find nothing to do.",
        priced.region, priced.date, priced.orders
    );
    let of = |item| priced.order.of(item);
    let _ = writeln!(
        out,
        "{:<18}{:.2} write calls, {:.2} write units, {:.2} read units, {:.2} SQS requests, {:.0} log bytes,\n\
         {:<18}{:.1} ms billed{} and {:.0} ms of waiting for vendors (assumed: {:.0} ms a call)",
        "a clean order",
        of(Item::WriteCall),
        of(Item::WriteUnit),
        of(Item::ReadUnit),
        of(Item::SqsRequest) + of(Item::SqsFifoRequest),
        of(Item::LogByte) + of(Item::LambdaLogByte),
        "",
        of(Item::BilledMs),
        if cfg!(debug_assertions) {
            " (dev build)"
        } else {
            ""
        },
        of(Item::VendorCall) * priced.vendor_call_ms_assumed,
        priced.vendor_call_ms_assumed,
    );
    bill(out, "a million orders", &priced.million_orders);
    bill(out, "an idle month", &priced.idle_month);
}

fn bill(out: &mut String, name: &str, bill: &Bill) {
    let groups = in_groups(&bill.lines).into_iter();
    let groups: Vec<String> = groups.map(|(name, usd)| format!("{name} {usd:.2}")).collect();
    let _ = writeln!(out, "{name:<18}${:.2}: {}", bill.usd, groups.join(", "));
}

/// How many orders went where.
fn head(out: &mut String, report: &Report) {
    let _ = write!(
        out,
        "\n{} orders: {} in the ERP exactly once, {} Valid. ",
        report.orders,
        report.imported_once + report.keyed_by_hand,
        report.valid
    );
    if !report.story.is_empty() {
        let _ = write!(
            out,
            "{} keyed by hand, {} discarded, {} still a draft. ",
            report.keyed_by_hand, report.discarded, report.drafts
        );
    }
    let _ = write!(
        out,
        "{} of the former integration left alone. {:.1} s\n\n",
        report.foreign, report.seconds
    );
}

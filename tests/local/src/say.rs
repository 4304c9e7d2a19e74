//! A report, for a person.

use std::fmt::Write;

use crate::Report;

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
        "\nDynamoDB writes per order, indexes included: {:.2} calls and {:.2} units (dearest: {:.2} and {:.0})",
        cost.write_calls_mean, cost.write_units_mean, cost.write_calls_max, cost.write_units_max
    );
    let requests: Vec<String> = report
        .sqs_requests
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let _ = writeln!(out, "SQS requests of the functions: {}", requests.join(", "));
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

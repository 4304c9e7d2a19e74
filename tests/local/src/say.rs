//! A report, for a person.

use std::fmt::Write;

use ::cost::Item;

use crate::cost::{Bill, Priced, PricedOrders, in_groups};
use crate::{CustomFigures, EcatFigures, FulfilmentFigures, Report, Source};

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
    writes(&mut out, report);
    let requests: Vec<String> = report
        .sqs_requests
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let _ = writeln!(out, "SQS in this run: {}.", requests.join(", "));
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
    if let Some(life) = report.fulfilment.as_ref().and_then(|told| told.life.as_ref()) {
        let _ = writeln!(out, "{life}");
    }
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

/// What the orders of this run wrote.
fn writes(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\nDynamoDB in this run, where seconds stand for minutes:");
    let repspark = (report.source != Source::Ecat).then_some(("RepSpark", &report.cost));
    let ecat = report.ecat.as_ref().map(|ecat| ("eCat", &ecat.cost));
    for (name, cost) in repspark.into_iter().chain(ecat) {
        let _ = writeln!(
            out,
            "{name:<18}{:.2} write calls and {:.2} units an order (dearest: {:.2} and {:.0})",
            cost.write_calls_mean, cost.write_units_mean, cost.write_calls_max, cost.write_units_max
        );
    }
}

/// What AWS would ask.
fn prices(out: &mut String, priced: &Priced) {
    let repspark = priced.repspark.as_ref().map(|one| ("RepSpark", one));
    let ecat = priced.ecat.as_ref().map(|one| ("eCat", one));
    let counted: Vec<_> = repspark.into_iter().chain(ecat).collect();
    let _ = writeln!(
        out,
        "\nWhat AWS would ask: list prices of {}, {}, no free tier. Counted apart from this run, with the template's\n\
         durations: {} clean orders of each source in one pull, and ticks that find nothing to do.",
        priced.region,
        priced.date,
        counted.first().map_or(0, |(_, one)| one.orders)
    );
    for (name, one) in &counted {
        clean_order(out, name, one, priced.vendor_call_ms_assumed);
    }
    for (name, one) in &counted {
        bill(out, &format!("a million, {name}"), &one.million_orders);
    }
    bill(out, "an idle month", &priced.idle_month);
}

fn clean_order(out: &mut String, name: &str, priced: &PricedOrders, vendor_call_ms: f64) {
    let of = |item| priced.order.of(item);
    let _ = writeln!(
        out,
        "{:<18}{:.2} write calls, {:.2} write units, {:.2} read units, {:.2} SQS requests, {:.0} log bytes,\n\
         {:<18}{:.1} ms billed{} and {:.0} ms of waiting for vendors (assumed: {:.0} ms a call)",
        format!("one of {name}"),
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
        of(Item::VendorCall) * vendor_call_ms,
        vendor_call_ms,
    );
}

fn bill(out: &mut String, name: &str, bill: &Bill) {
    let groups = in_groups(&bill.lines).into_iter();
    let groups: Vec<String> = groups.map(|(name, usd)| format!("{name} {usd:.2}")).collect();
    let _ = writeln!(out, "{name:<20}${:.2}: {}", bill.usd, groups.join(", "));
}

/// How many orders went where.
fn head(out: &mut String, report: &Report) {
    let _ = writeln!(out);
    if report.source != Source::Ecat {
        of_repspark(out, report);
    }
    if let Some(ecat) = &report.ecat {
        of_ecat(out, ecat);
    }
    if let Some(fulfilment) = &report.fulfilment {
        of_fulfilment(out, fulfilment);
    }
    let _ = write!(out, "{:.1} s\n\n", report.seconds);
}

fn of_repspark(out: &mut String, report: &Report) {
    let _ = write!(
        out,
        "RepSpark: {} orders: {} in the ERP exactly once, {} Valid. ",
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
    let _ = writeln!(out, "{} of the former integration left alone.", report.foreign);
}

fn of_ecat(out: &mut String, ecat: &EcatFigures) {
    let _ = write!(
        out,
        "eCat: {} orders in {} submissions: {} in the ERP exactly once, ",
        ecat.orders, ecat.submissions, ecat.imported_once
    );
    let counts = [
        (ecat.superseded, "superseded"),
        (ecat.waiting, "waiting for a newer one"),
        (ecat.discarded, "discarded"),
    ];
    for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
        let _ = write!(out, "{count} {what}, ");
    }
    let held: Vec<String> = (ecat.held.iter())
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    let _ = write!(out, "{} held", ecat.held_in_all());
    if !held.is_empty() {
        let _ = write!(out, " ({})", held.join(", "));
    }
    let _ = write!(out, "; {} marked as received", ecat.marked);
    if let Some(records) = ecat.came_back {
        let _ = write!(out, ", {records} came back");
    }
    let _ = writeln!(out, ".");
}

fn of_fulfilment(out: &mut String, told: &FulfilmentFigures) {
    let _ = writeln!(
        out,
        "Spreadshirt: {} reports with {} changes of lines; {} read and deleted, {} left for others. \
         The ERP sent {} rows in {} messages. {} moves were announced, in {} events.",
        told.reports + told.reports_left,
        told.changes,
        told.reports,
        told.reports_left,
        told.rows,
        told.messages,
        told.moves,
        told.announcements
    );
    let _ = writeln!(
        out,
        "SparkLayer: {} purchases after {} PUTs; {} waited for a customer who was mapped late.",
        told.purchases, told.puts, told.waited_for_customer
    );
    if let Some(custom) = &told.custom {
        of_factory(out, custom);
    }
}

fn of_factory(out: &mut String, told: &CustomFigures) {
    let _ = writeln!(
        out,
        "Spectrum: {} custom orders, whose {} recipe sets the factory started once each; {} with details, {} notified as shipped; \
         {} calls, at most {} of one kind in a minute.",
        told.orders,
        told.started,
        told.details,
        told.notified,
        told.calls.values().sum::<u64>(),
        told.busiest_minute
    );
}

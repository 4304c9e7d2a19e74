//! Logs Insights queries on a few lines.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test itself does"
)]

use dashboard::Line;
use dashboard::logs::{Query, QueryError, Table};
use serde_json::json;

fn lines() -> Vec<Line> {
    let line = |second: i64, group: &str, text: String| Line {
        at_ms: SECOND_0 + second * 1_000,
        log_group: group.to_owned(),
        text,
    };
    let held = |order: &str, code: &str, age: u64| {
        json!({"level": "INFO", "what": "held", "order.id": order, "step": "import", "code": code, "age_s": age}).to_string()
    };
    vec![
        line(1, "sweep", held("RS-ACME-1", "unknown_sku", 60)),
        line(2, "sweep", held("RS-ACME-2", "unknown_sku", 900)),
        line(3, "sweep", held("RS-ACME-3", "no_customer", 30)),
        line(4, "sweep", held("RS-ACME-1", "unknown_sku", 63)),
        line(5, "pull", json!({"level": "WARN", "message": "it's late", "vendor": {"name": "erp"}}).to_string()),
        line(6, "pull", "REPORT RequestId: 8f\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 40 MB\t".to_owned()),
    ]
}

const SECOND_0: i64 = 1_795_255_200_000;

fn table_at(now_ms: i64, query: &str) -> Table {
    Query::parse(query).unwrap().run(&lines(), now_ms)
}

fn table(query: &str) -> Table {
    table_at(SECOND_0 + 10_000, query)
}

fn rows(query: &str) -> Vec<Vec<String>> {
    let text = |cell: Option<String>| cell.unwrap_or_else(|| "-".to_owned());
    table(query)
        .rows
        .into_iter()
        .map(|row| row.into_iter().map(text).collect())
        .collect()
}

#[test]
fn a_key_with_a_dot_is_a_field_with_or_without_backticks() {
    for field in ["order.id", "`order.id`"] {
        let query = format!("filter {field} = \"RS-ACME-2\" | fields {field}, age_s");
        let table = table(&query);
        assert_eq!(table.columns, ["order.id", "age_s"]);
        assert_eq!(
            table.rows,
            [[Some("RS-ACME-2".to_owned()), Some("900".to_owned())]]
        );
    }
}

#[test]
fn orders_are_counted_by_reason() {
    let query = "SOURCE 'sweep' | filter what = 'held' | stats count_distinct(order.id) as orders by code | sort orders desc";
    assert_eq!(rows(query), [["unknown_sku", "2"], ["no_customer", "1"]]);
}

#[test]
fn the_latest_line_of_each_order_is_told() {
    let query = "filter ispresent(order.id) | stats latest(age_s) as age, max(@timestamp) as seen, count(*) by order.id | sort age desc | limit 2";
    let expected = [
        ["RS-ACME-2", "900", "2026-11-21 10:00:02.000", "1"],
        ["RS-ACME-1", "63", "2026-11-21 10:00:04.000", "2"],
    ];
    assert_eq!(rows(query), expected);
}

#[test]
fn conditions_combine_as_they_are_written() {
    let count = |condition: &str| rows(&format!("filter {condition} | stats count(*)"))[0][0].clone();
    assert_eq!(
        count("what = \"held\" and (code = 'no_customer' or age_s > 100)"),
        "2"
    );
    assert_eq!(count("not ispresent(what)"), "2");
    assert_eq!(count("message like \"it's\""), "1");
    assert_eq!(count("message like /^it.s (late|early)$/"), "1");
    assert_eq!(count("code not like /sku/ and what = 'held'"), "1");
    assert_eq!(count("level in ['WARN', 'ERROR']"), "1");
    assert_eq!(count("vendor.name = 'erp'"), "1");
    assert_eq!(count("age_s / 60 >= 15"), "1");
    assert_eq!(count("code != 'unknown_sku' and what = 'held'"), "1");
}

#[test]
fn lambdas_own_lines_have_their_fields() {
    assert_eq!(
        rows("filter @type = 'REPORT' | fields @requestId, @duration, @maxMemoryUsed, @log"),
        [["8f", "12.5", "40000000", "000000000000:pull"]]
    );
}

#[test]
fn lines_without_a_sort_come_newest_first_with_time_and_text() {
    let table = table("filter level = 'WARN' or what = 'held' | limit 1");
    assert_eq!(table.columns, ["@timestamp", "@message"]);
    assert_eq!(table.rows[0][0].as_deref(), Some("2026-11-21 10:00:05.000"));
}

#[test]
fn display_and_dedup_and_bins_are_known() {
    let query = "# a remark | not a command\nfields age_s * 2 as twice | filter what = 'held' | display order.id, twice | dedup order.id";
    let expected = [["RS-ACME-1", "126"], ["RS-ACME-3", "60"], ["RS-ACME-2", "1800"]];
    assert_eq!(rows(query), expected);
    let query = "filter what = 'held' | stats count(*) as lines by bin(2s) as at | sort at";
    let expected = [
        ["2026-11-21 10:00:00.000", "1"],
        ["2026-11-21 10:00:02.000", "2"],
        ["2026-11-21 10:00:04.000", "1"],
    ];
    assert_eq!(rows(query), expected);
}

#[test]
fn now_is_the_whole_second_at_which_a_query_begins_and_lines_are_compared_with_it() {
    let lines_of_the_last = |ms: &str, at_ms: i64| {
        let query = format!("filter toMillis(@timestamp) >= (now() * 1000 - ({ms})) | stats count(*)");
        table_at(SECOND_0 + at_ms, &query).rows[0][0].clone().unwrap()
    };
    assert_eq!(lines_of_the_last("2000", 6_000), "3");
    assert_eq!(lines_of_the_last("2000", 6_999), "3");
    assert_eq!(lines_of_the_last("2000", 7_000), "2");
    assert_eq!(lines_of_the_last("2 * 1250", 7_000), "2");
    assert_eq!(lines_of_the_last("2 * 1250", 60_000), "0");
    // What it is in numbers, also in a row that `stats` made.
    let query = "filter level = 'WARN' | stats max(toMillis(@timestamp)) as at by level | fields at - now() * 1000 as ago";
    assert_eq!(rows(query), [["WARN", "1795255205000", "-5000"]]);
    // A text is no time.
    assert_eq!(rows("filter ispresent(toMillis(code)) | stats count(*)"), [["0"]]);
}

#[test]
fn the_fields_that_a_query_reads_are_known() {
    let query = "fields age_s / 60 as minutes, @log | filter what = 'held' and minutes > 1 and toMillis(seen) > now() | stats max(minutes) as most by order.id | sort most";
    let fields = Query::parse(query).unwrap().fields();
    assert_eq!(
        fields.into_iter().collect::<Vec<_>>(),
        ["@log", "age_s", "order.id", "seen", "what"]
    );
}

#[test]
fn what_is_not_in_the_subset_is_refused_by_name() {
    let refusal = |query: &str| Query::parse(query).unwrap_err().to_string();
    assert_eq!(
        refusal("parse @message '*' as x"),
        "the command parse is not known here"
    );
    assert_eq!(
        refusal("filter isIpv4(ip)"),
        "the function isIpv4 is not known here"
    );
    assert_eq!(
        refusal("stats stddev(x)"),
        "the function stddev of stats is not known here"
    );
    assert_eq!(refusal("fields a; b"), "the character ';' is not known here");
    assert!(matches!(
        Query::parse("filter a = "),
        Err(QueryError::Expected { .. })
    ));
    assert!(matches!(
        Query::parse("fields order-id foo"),
        Err(QueryError::Expected { .. })
    ));
    assert_eq!(
        refusal("dedup a | sort a"),
        "the command sort after dedup is not known here"
    );
    assert!(Query::parse("").is_err());
}

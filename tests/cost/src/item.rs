//! What can be counted.

use serde::Serialize;

/// A thing that is counted. Those that AWS bills have a [`crate::price`]; the others tell how it comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Calls of DynamoDB that write; a batch counts by share. AWS bills the units.
    WriteCall,
    /// Write request units, of the table and its indexes.
    WriteUnit,
    /// Read request units.
    ReadUnit,
    /// Gigabytes in the table and its indexes, for a month.
    TableGbMonth,
    /// Gigabytes under point-in-time recovery, for a month.
    RecoveryGbMonth,
    /// Requests to a standard queue, of functions and of event source mappings.
    SqsRequest,
    /// Requests to a FIFO queue, of functions and of event source mappings.
    SqsFifoRequest,
    /// Invocations, each of which is a request to Lambda.
    Invocation,
    /// Invocations that began with a cold start.
    ColdStart,
    /// Milliseconds that Lambda bills, cold starts included. It bills them times memory.
    BilledMs,
    /// Gigabyte-seconds on arm64.
    ArmGbSecond,
    /// Gigabyte-seconds on x86_64.
    X86GbSecond,
    /// Calls to vendors and the ERP.
    VendorCall,
    /// Gigabyte-seconds on arm64 that pass waiting for vendors, as assumed.
    ArmWaitingGbSecond,
    /// Gigabyte-seconds on x86_64 that pass waiting for vendors, as assumed.
    X86WaitingGbSecond,
    /// Lines in logs, Lambda's own included.
    LogLine,
    /// Bytes of log that the functions wrote.
    LogByte,
    /// Bytes of log that Lambda itself writes about the invocations.
    LambdaLogByte,
    /// Gigabytes taken in by CloudWatch Logs.
    LogGbIn,
    /// Gigabytes kept by CloudWatch Logs, for a month.
    LogGbMonth,
    /// Custom metrics, one for each set of dimension values, for a month.
    MetricMonth,
    /// Alarms on one metric, for a month.
    AlarmMonth,
    /// Dashboards, for a month.
    DashboardMonth,
    /// Secrets, for a month.
    SecretMonth,
    /// Reads of a secret.
    SecretRead,
    /// Ticks of EventBridge Scheduler.
    ScheduledTick,
    /// Mails about alarms.
    Mail,
}

//! The price table: the only place with a price.

use crate::item::Item;

/// Where these prices are asked.
pub const REGION: &str = "us-east-1";

/// When they were looked up.
pub const DATE: &str = "2026-11-21";

/// How a price is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Looked up, at this address.
    From(&'static str),
    /// From memory: AWS's page could not be read here, and nobody's who quotes it.
    Memory,
}

/// What AWS asks for something, without free tier and discounts: the first tier's price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// What for.
    pub item: Item,
    /// US dollars.
    pub usd: f64,
    /// For so many of it.
    pub per: f64,
    /// How it is known.
    pub known: Known,
}

impl Price {
    /// What so many come to, in US dollars.
    pub fn of(&self, quantity: f64) -> f64 {
        quantity * self.usd / self.per
    }
}

/// The price of an item; `None` for what AWS does not bill.
pub fn price(item: Item) -> Option<&'static Price> {
    TABLE.iter().find(|price| price.item == item)
}

const MILLION: f64 = 1e6;

const DYNAMODB: Known = Known::From("https://airbyte.com/data-engineering-resources/dynamodb-pricing");
const STORAGE: Known = Known::From("https://aws.amazon.com/dynamodb/pricing/");
const SQS: Known = Known::From("https://cloudburn.io/blog/amazon-sqs-pricing");
const LAMBDA: Known = Known::From(
    "https://git.mcrn.ar/mariano/lambda_local_runner/src/branch/main/docs/lambdas-md/lambda-13-cost.md",
);
const LOGS: Known = Known::From(
    "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/",
);
const METRICS: Known = Known::From("https://signoz.io/guides/cloudwatch-pricing");
const ALARMS: Known = Known::From("https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm");
const SECRETS: Known = Known::From("https://awsready.net/learn/aws-secrets-manager-parameter-store/");
const SCHEDULER: Known = Known::From("https://cloudburn.io/blog/amazon-eventbridge-pricing");
const SNS: Known =
    Known::From("https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/");

const fn row(item: Item, usd: f64, per: f64, known: Known) -> Price {
    Price {
        item,
        usd,
        per,
        known,
    }
}

/// What AWS asks in [`REGION`] at [`DATE`]. A cold start is billed like what follows it, for all runtimes since August 2025
/// and for those of one's own before: <https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase>.
pub const TABLE: [Price; 20] = [
    // On-demand capacity, as of November 2024.
    row(Item::WriteUnit, 0.625, MILLION, DYNAMODB),
    row(Item::ReadUnit, 0.125, MILLION, DYNAMODB),
    row(Item::TableGbMonth, 0.25, 1.0, STORAGE),
    row(Item::RecoveryGbMonth, 0.20, 1.0, Known::Memory),
    // A request of up to 64 KB.
    row(Item::SqsRequest, 0.40, MILLION, SQS),
    row(Item::SqsFifoRequest, 0.50, MILLION, SQS),
    row(Item::Invocation, 0.20, MILLION, LAMBDA),
    row(Item::ArmGbSecond, 0.000_013_333_4, 1.0, LAMBDA),
    row(Item::X86GbSecond, 0.000_016_666_7, 1.0, LAMBDA),
    row(Item::ArmWaitingGbSecond, 0.000_013_333_4, 1.0, LAMBDA),
    row(Item::X86WaitingGbSecond, 0.000_016_666_7, 1.0, LAMBDA),
    row(Item::LogGbIn, 0.50, 1.0, LOGS),
    // After compression, which is not counted on here.
    row(Item::LogGbMonth, 0.03, 1.0, Known::Memory),
    row(Item::MetricMonth, 0.30, 1.0, METRICS),
    row(Item::AlarmMonth, 0.10, 1.0, ALARMS),
    row(Item::DashboardMonth, 3.00, 1.0, LOGS),
    row(Item::SecretMonth, 0.40, 1.0, SECRETS),
    row(Item::SecretRead, 0.05, 10_000.0, SECRETS),
    row(Item::ScheduledTick, 1.00, MILLION, SCHEDULER),
    row(Item::Mail, 2.00, 100_000.0, SNS),
];

//! What can't be counted on this machine: assumptions, each with a name.

/// How long a vendor or the ERP takes for one call, in milliseconds. The simulators answer at once, and Lambda bills the
/// waiting. Counted in full for each call, also where an import works five orders of a batch at once: a batch has fewer
/// when orders come singly.
pub const VENDOR_CALL_MS: f64 = 200.0;

/// The days of a month.
pub const MONTH_DAYS: f64 = 30.0;

/// The seconds of a month.
pub const MONTH_S: f64 = MONTH_DAYS * 86_400.0;

/// How many long polls Lambda keeps up at an idle queue. It begins with five, and does not go down to two where a maximum
/// concurrency is set (Lambda developer guide, "Configuring scaling behavior for SQS event source mappings"). For FIFO
/// queues nothing is documented; the same is assumed.
pub const IDLE_POLLERS: f64 = 5.0;

/// How long such a poll waits, in seconds: the most that SQS offers.
pub const EMPTY_POLL_S: f64 = 20.0;

/// A tick begins with a cold start if it comes so long after the one before, in seconds. A guess: AWS does not say for how
/// long it keeps an instance.
pub const COLD_AFTER_S: u64 = 600;

/// What CloudWatch Logs adds to the size of each line, in bytes (API reference, PutLogEvents, for the size of a batch; that
/// it is billed so is from memory).
pub const LOG_EVENT_OVERHEAD: f64 = 26.0;

/// The requests of a month at so many idle queues.
pub fn empty_polls(queues: usize) -> f64 {
    queues as f64 * IDLE_POLLERS * MONTH_S / EMPTY_POLL_S
}

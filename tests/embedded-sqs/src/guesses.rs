//! What neither AWS's papers nor a recording of real SQS says, and how it is played here.
//!
//! * A duplicate in the deduplication window is answered with the first message's id and sequence number, and does not
//!   prolong the window.
//! * A message keeps its receive count on its way into a dead-letter queue ("across all queues", says the API
//!   reference), and takes no delay there.
//! * A dead-letter queue that does not exist keeps nothing from being delivered again.
//! * Malformed requests count and fault as others do.
//! * A receipt handle that another queue gave out is malformed here.
//! * A receipt handle that is not the newest deletes nothing on a standard queue, and says so to nobody. (The API
//!   reference allows either; this is the harder one for the caller.) Nor does it change the visibility.
//! * On a FIFO queue, changing the visibility by an expired handle fails as deleting by it does.
//! * One entry of a batch with forbidden characters, too long a body or a delay out of range fails alone. A missing
//!   group or deduplication id fails the whole batch (recorded), and so does a delay on a FIFO queue (moto).
//! * A redrive moves what is visible, at once, and leaves what is in flight, and what never came from another queue.
//!   Redriven messages are counted from 0 again.
//! * The status 404 of `ResourceNotFoundException` was recorded with the old query protocol; here it has it, too.
//! * Errors that the model of the service does not name carry the type prefix [`FOREIGN`].
//! * How late a late delivery is: [`LATE_MS`].

/// The prefix of `__type` for errors that SQS's model names.
pub(crate) const OWN: &str = "com.amazonaws.sqs#";

/// The prefix of `__type` for errors of the layer in front of SQS.
pub(crate) const FOREIGN: &str = "com.amazon.coral.service#";

/// How much later than it could a late message comes, in milliseconds.
pub(crate) const LATE_MS: i64 = 300;

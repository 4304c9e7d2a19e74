//! The lines that Lambda itself writes into a function's log, in the format Text.
//!
//! Their form is that of the developer guide ("Viewing CloudWatch logs for Lambda functions") and of recorded logs; the
//! numbers in it are as long as those of this bundle: up to 99.99 ms, 256 MB, less than 100 MB used. Each line ends with
//! a line feed, which is counted.

/// An invocation's lines.
const INVOCATION: [&str; 3] = [
    "START RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95 Version: $LATEST\n",
    "END RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\n",
    "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 79.67 ms\tBilled Duration: 80 ms\tMemory Size: 256 MB\tMax Memory Used: 73 MB\t\n",
];

/// A cold start's line, and what it adds to the report.
const COLD_START: [&str; 2] = [
    "INIT_START Runtime Version: provided:al2023.v70\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:0000000000000000000000000000000000000000000000000000000000000000\n",
    "Init Duration: 130.79 ms\t",
];

/// How many lines an invocation has.
pub const INVOCATION_LINES: f64 = INVOCATION.len() as f64;

/// The bytes of an invocation's lines.
pub const INVOCATION_BYTES: f64 = (INVOCATION[0].len() + INVOCATION[1].len() + INVOCATION[2].len()) as f64;

/// The bytes that a cold start adds.
pub const COLD_START_BYTES: f64 = (COLD_START[0].len() + COLD_START[1].len()) as f64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_has_264_bytes_of_lambdas_own() {
        // The three lines, counted by hand: 71 + 52 + 141.
        assert_eq!(INVOCATION_BYTES, 264.0);
    }
}

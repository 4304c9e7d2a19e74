//! Numbers, times, fingerprints and owners as bytes, see [`super`].

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use order_model::Millis;

/// So many hex digits has a run, of which an owner is made.
const RUN: usize = 12;

/// Bytes that are being written.
#[derive(Default)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 128 {
            self.0.extend((number % 128 + 128).to_le_bytes().first());
            number /= 128;
        }
        self.0.extend(number.to_le_bytes().first());
    }

    pub(super) fn times(&mut self, times: &[Millis]) {
        let mut before = 0;
        for time in times {
            let more = time.0.wrapping_sub(before);
            self.number(((more << 1) ^ (more >> 63)).cast_unsigned());
            before = time.0;
        }
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text);
    }

    pub(super) fn hash(&mut self, hash: Option<&str>) {
        let Some(hash) = hash else {
            return self.number(0);
        };
        match bytes_of(hash) {
            Some(bytes) => {
                self.number(1);
                self.text(&bytes);
            }
            None => {
                self.number(2);
                self.text(hash.as_bytes());
            }
        }
    }

    pub(super) fn owner(&mut self, owner: &str) {
        let parts = owner.split_once('-').filter(|(run, _)| run.len() == RUN);
        let parts = parts.and_then(|(run, count)| Some((bytes_of(run)?, count.parse::<u64>().ok()?)));
        match parts.filter(|(run, count)| format!("{}-{count}", hex(run)) == owner) {
            Some((run, count)) => {
                self.number(1);
                self.0.extend(run);
                self.number(count);
            }
            None => {
                self.number(2);
                self.text(owner.as_bytes());
            }
        }
    }

    pub(super) fn value(self) -> AttributeValue {
        AttributeValue::B(Blob::new(self.0))
    }
}

/// What is still to be read. None where it ends too early, or is not what it should be.
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = u64::from(*self.take(1)?.first()?);
            number |= (byte % 128) << (7 * place);
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    pub(super) fn times<const N: usize>(&mut self) -> Option<[Millis; N]> {
        let (mut times, mut before) = ([Millis(0); N], 0_i64);
        for time in &mut times {
            let number = self.number()?;
            let more = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
            before = before.wrapping_add(more);
            *time = Millis(before);
        }
        Some(times)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?.try_into().ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(super) fn hash(&mut self) -> Option<Option<String>> {
        Some(match self.number()? {
            0 => None,
            1 => {
                let length = self.number()?.try_into().ok()?;
                Some(hex(self.take(length)?))
            }
            _ => Some(self.text()?.to_owned()),
        })
    }

    pub(super) fn owner(&mut self) -> Option<String> {
        Some(match self.number()? {
            1 => {
                let run = hex(self.take(RUN / 2)?);
                format!("{run}-{}", self.number()?)
            }
            _ => self.text()?.to_owned(),
        })
    }
}

/// The bytes of a text that is whole bytes in lower-case hex.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes.filter(|bytes| hex(bytes) == text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

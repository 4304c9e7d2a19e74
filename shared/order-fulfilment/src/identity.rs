//! The identity of a saying: the same saying has the same one, however often it comes.

use sha2::{Digest, Sha256};

/// Made of all that was said: 32 hex digits. The parts are kept apart, so that no two lists of parts make one text.
pub fn identity(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_saying_has_the_same_identity_and_no_other_has_it() {
        assert_eq!(identity(&["770001", "SHIPPED"]), identity(&["770001", "SHIPPED"]));
        assert_ne!(identity(&["ab", "c"]), identity(&["a", "bc"]));
        assert_ne!(identity(&["a"]), identity(&["a", ""]));
    }
}

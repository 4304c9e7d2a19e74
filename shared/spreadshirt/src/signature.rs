//! `SprdAuth`: who asks, and the proof of it (vendor notes, section 3).

use order_model::Millis;
use sha1::{Digest, Sha1};

use crate::credentials::Credentials;
use crate::session::Session;

/// The header of a request without a session: the key alone. The vendor wants the key with every request since 2018; that
/// it takes it unsigned where a request needs no login, and with the login itself, is a guess.
pub(crate) fn key_only(credentials: &Credentials) -> String {
    format!("SprdAuth apiKey=\"{}\"", credentials.api_key)
}

/// The header of a signed request. `url` has no query string: the vendor signs without it. `time` is the vendor's.
pub(crate) fn signed(
    credentials: &Credentials,
    session: &Session,
    method: &str,
    url: &str,
    time: Millis,
) -> String {
    let data = format!("{method} {url} {}", time.0);
    let sig = sig(&data, &credentials.secret);
    format!(
        "{}, data=\"{data}\", sig=\"{sig}\", sessionId=\"{}\"",
        key_only(credentials),
        session.id()
    )
}

fn sig(data: &str, secret: &str) -> String {
    let digest = Sha1::digest(format!("{data} {secret}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_vendors_own_examples() {
        // Vendor notes, section 3: the string that is hashed, and the signature.
        for (text, expected) in [
            (
                "POST http://localhost:8080/api/v1/users/42/productPriceCalculator 1240575575156 987654321",
                "70aab75c0b6217c2aff1f896bd4081fe30920911",
            ),
            (
                "GET http://api.spreadshirt.net/api/v1/users/40000/productTypes 1270842176165 987654321",
                "b5c55a8c0240f160f1b23299d1a5519eb5401d5f",
            ),
            (
                "GET http://api.spreadshirt.net/api/v1/users/40000/productTypes 1270842176167 987654321",
                "c99f4482a481033e00601e4d69c31000298bdf83",
            ),
            (
                "GET https://api.spreadshirt.net/api/v1/orders/1 1325376000 test",
                "594442cc4dfb6c09163e753f50199ce9caf1c14f",
            ),
            (
                "GET https://api.spreadshirt.net/api/v1/orderReports 1313870400000 987654321",
                "b8415b24791d6caa191c436d1391a222c13722f4",
            ),
            (
                "GET https://api.spreadshirt.net/api/v1/orderReports/123 1313870400000 987654321",
                "15e1f275f396d1e0dc506cb34a6998fb97da45a2",
            ),
            (
                "DELETE https://api.spreadshirt.net/api/v1/orderReports/123 1313870400000 987654321",
                "f68f45e2aaad8a9279db6874558b6fd790206581",
            ),
        ] {
            let (data, secret) = text.rsplit_once(' ').unwrap();
            assert_eq!(sig(data, secret), expected, "{text}");
        }
    }

    #[test]
    fn the_header_is_the_one_of_the_vendor_notes() {
        let credentials = Credentials {
            api_key: "123456789".to_owned(),
            secret: "987654321".to_owned(),
            username: String::new(),
            password: String::new(),
        };
        let header = signed(
            &credentials,
            &Session::new("123").unwrap(),
            "DELETE",
            "https://api.spreadshirt.net/api/v1/orderReports/123",
            Millis(1_313_870_400_000),
        );
        // Section 8, the sample of a DELETE.
        assert_eq!(
            header,
            "SprdAuth apiKey=\"123456789\", data=\"DELETE https://api.spreadshirt.net/api/v1/orderReports/123 1313870400000\", sig=\"f68f45e2aaad8a9279db6874558b6fd790206581\", sessionId=\"123\""
        );
        assert_eq!(key_only(&credentials), "SprdAuth apiKey=\"123456789\"");
    }
}

//! Texts to numbers and currencies.

use rust_decimal::Decimal;

use crate::problem::Flaw;

/// Pieces of one line. No order comes near these two bounds, and within them sums of products cannot overflow.
const QUANTITY_LIMIT: i64 = 1_000_000_000;
/// Price of one piece, in the order's currency.
const PRICE_LIMIT: i64 = 1_000_000_000_000;
/// RepSpark's money has 2 places; more than 6 is what a float left behind.
const PLACES: u32 = 6;

/// An exact decimal number, as JSON or a person writes it: no thousands separator, no currency sign.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Flaw> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| Flaw::NotANumber)?),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NotANumber);
    }
    let number = Decimal::from_str_exact(mantissa).map_err(|_| Flaw::NotANumber)?;
    Ok(shifted(number, exponent).ok_or(Flaw::NotANumber)?.normalize())
}

/// `number` × 10^`exponent`, exactly.
fn shifted(number: Decimal, exponent: i32) -> Option<Decimal> {
    if number.is_zero() {
        return Some(Decimal::ZERO);
    }
    let places = i64::from(number.scale()) - i64::from(exponent);
    match u32::try_from(places) {
        Ok(places) => Decimal::try_from_i128_with_scale(number.mantissa(), places).ok(),
        Err(_) => {
            let zeros = u32::try_from(-places).ok()?;
            let whole = number.mantissa().checked_mul(10_i128.checked_pow(zeros)?)?;
            Decimal::try_from_i128_with_scale(whole, 0).ok()
        }
    }
}

/// A number of pieces: whole, not negative. Zero is for the caller to judge.
pub(crate) fn quantity(text: &str) -> Result<Decimal, Flaw> {
    let number = decimal(text)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(Flaw::Negative(number));
    }
    if !number.is_integer() {
        return Err(Flaw::NotWhole(number));
    }
    if number >= Decimal::from(QUANTITY_LIMIT) {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// The price of one piece: not negative, at most 6 decimal places.
pub(crate) fn price(text: &str) -> Result<Decimal, Flaw> {
    let number = decimal(text)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(Flaw::Negative(number));
    }
    if number.scale() > PLACES {
        return Err(Flaw::TooManyPlaces(number));
    }
    if number >= Decimal::from(PRICE_LIMIT) {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// A discount in percent, 0 to 100.
pub(crate) fn percent(text: &str) -> Result<Decimal, Flaw> {
    let number = price(text)?;
    if number > Decimal::ONE_HUNDRED {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// A currency code: three letters, upper-cased.
pub(crate) fn currency(text: &str) -> Result<String, Flaw> {
    let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if fits {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Flaw::NotACurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, expected) in [
            ("6", "6"),
            ("6.00", "6"),
            ("32.10", "32.1"),
            ("0.1", "0.1"),
            ("1e3", "1000"),
            ("1.5E-2", "0.015"),
            ("+7", "7"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("0e999999999", "0"),
        ] {
            assert_eq!(
                decimal(text).map(|number| number.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_not_guessed_at() {
        for text in [
            "",
            ".",
            "-",
            "1,000",
            "1_000",
            "$5",
            "5 USD",
            "1.2.3",
            "--1",
            "NaN",
            "1e",
            "1e999999999",
            "0x10",
        ] {
            assert_eq!(decimal(text), Err(Flaw::NotANumber), "{text}");
        }
        // One digit more than a decimal holds: rounding it would be a guess.
        assert_eq!(decimal("1.23456789012345678901234567890"), Err(Flaw::NotANumber));
    }

    #[test]
    fn quantities_are_whole_and_prices_have_few_places() {
        assert_eq!(quantity("6.0"), Ok(Decimal::from(6)));
        assert_eq!(quantity("-6"), Err(Flaw::Negative(Decimal::from(-6))));
        assert_eq!(quantity("2.5"), Err(Flaw::NotWhole(Decimal::new(25, 1))));
        assert_eq!(quantity("1e9"), Err(Flaw::TooLarge(Decimal::from(1_000_000_000))));
        assert_eq!(
            price("28.890000000000004"),
            Err(Flaw::TooManyPlaces(Decimal::new(28_890_000_000_000_004, 15)))
        );
        assert_eq!(price("-1"), Err(Flaw::Negative(Decimal::from(-1))));
        assert_eq!(percent("100.5"), Err(Flaw::TooLarge(Decimal::new(1005, 1))));
    }
}

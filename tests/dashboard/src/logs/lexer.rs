//! A query's words.

use super::QueryError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A command, a keyword, a function or a field's name.
    Word(String),
    /// A field's name in backticks.
    Quoted(String),
    Text(String),
    Regex(String),
    Number(f64),
    /// A number with a unit, such as `5m`.
    Duration(String),
    Sign(&'static str),
}

/// A token, and where in the query it begins and ends, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Longer ones first.
const SIGNS: [&str; 17] = [
    "!=", "<=", ">=", "=~", "=", "<", ">", "(", ")", "[", "]", ",", "|", "+", "-", "*", "%",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, QueryError> {
    let mut tokens: Vec<Spanned> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        // A slash begins a pattern after these words alone; else it divides.
        let pattern = match tokens.last().map(|last| &last.token) {
            Some(Token::Word(word)) => word.eq_ignore_ascii_case("like"),
            Some(Token::Sign(sign)) => *sign == "=~",
            _ => false,
        };
        let (token, length) = token(rest, first, pattern)?;
        tokens.push(Spanned {
            token,
            from: at,
            to: at + length,
        });
        at += length;
    }
    Ok(tokens)
}

fn token(rest: &str, first: char, pattern: bool) -> Result<(Token, usize), QueryError> {
    match first {
        '"' | '\'' => enclosed(rest, first).map(|(text, length)| (Token::Text(unescape(&text)), length)),
        '`' => enclosed(rest, first).map(|(text, length)| (Token::Quoted(text), length)),
        '/' if pattern => {
            enclosed(rest, first).map(|(text, length)| (Token::Regex(text.replace("\\/", "/")), length))
        }
        '/' => Ok((Token::Sign("/"), 1)),
        digit if digit.is_ascii_digit() => number(rest),
        letter if letter.is_ascii_alphabetic() || "@_".contains(letter) => {
            let length = length_of(rest, |c| c.is_ascii_alphanumeric() || "@_.".contains(c));
            Ok((Token::Word(rest.chars().take(length).collect()), length))
        }
        other => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => Ok((Token::Sign(sign), sign.len())),
            None => Err(QueryError::Unknown(format!("the character {other:?}"))),
        },
    }
}

fn length_of(rest: &str, is_part: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !is_part(c)).unwrap_or(rest.len())
}

fn number(rest: &str) -> Result<(Token, usize), QueryError> {
    let digits = length_of(rest, |c| c.is_ascii_digit() || c == '.');
    let unit = length_of(rest.get(digits..).unwrap_or_default(), |c| {
        c.is_ascii_alphabetic()
    });
    let whole = rest.get(..digits + unit).unwrap_or_default();
    if unit > 0 {
        return Ok((Token::Duration(whole.to_owned()), digits + unit));
    }
    let value = whole
        .parse()
        .map_err(|_| QueryError::Unknown(format!("the number {whole}")))?;
    Ok((Token::Number(value), digits))
}

/// What stands between two such characters, and the length with both.
fn enclosed(rest: &str, by: char) -> Result<(String, usize), QueryError> {
    let mut inner = String::new();
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == by && !escaped {
            return Ok((inner, at + 1));
        }
        escaped = c == '\\' && !escaped;
        inner.push(c);
    }
    Err(QueryError::Expected {
        expected: format!("a closing {by}"),
        rest: rest.to_owned(),
    })
}

fn unescape(text: &str) -> String {
    text.replace("\\\"", "\"")
        .replace("\\'", "'")
        .replace("\\\\", "\\")
}

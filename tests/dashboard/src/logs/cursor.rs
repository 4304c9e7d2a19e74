//! The small steps of reading a query.

use super::QueryError;
use super::lexer::{Spanned, Token};

/// Where the reading of a query stands.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Spanned>,
    pub(super) at: usize,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|spanned| &spanned.token)
    }

    pub(super) fn position(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(self.text.len(), |spanned| spanned.from)
    }

    pub(super) fn expected(&self, expected: &str) -> QueryError {
        QueryError::Expected {
            expected: expected.to_owned(),
            rest: self.text.get(self.position()..).unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn next_is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(next)) if *next == sign)
    }

    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let takes = self.next_is(sign);
        self.at += usize::from(takes);
        takes
    }

    pub(super) fn sign(&mut self, sign: &str) -> Result<(), QueryError> {
        match self.takes(sign) {
            true => Ok(()),
            false => Err(self.expected(sign)),
        }
    }

    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(takes);
        takes
    }

    pub(super) fn word(&mut self, what: &str) -> Result<String, QueryError> {
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return Err(self.expected(what));
        };
        self.at += 1;
        Ok(word)
    }

    pub(super) fn name(&mut self, what: &str) -> Result<String, QueryError> {
        match self.peek().cloned() {
            Some(Token::Word(name) | Token::Quoted(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    pub(super) fn text(&mut self, what: &str) -> Result<String, QueryError> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.expected(what)),
        }
    }

    pub(super) fn number(&mut self) -> Result<f64, QueryError> {
        match self.peek() {
            Some(Token::Number(number)) => {
                let number = *number;
                self.at += 1;
                Ok(number)
            }
            _ => Err(self.expected("a number")),
        }
    }

    pub(super) fn count(&mut self) -> Result<usize, QueryError> {
        let number = self.number()?;
        let whole = (1.0..=10_000.0).contains(&number) && number.fract() == 0.0;
        match whole {
            true => Ok(number as usize),
            false => Err(QueryError::Unknown(format!("the limit {number}"))),
        }
    }
}

//! A query's commands.

use regex_lite::Regex;

use super::cell::Cell;
use super::cursor::Parser;
use super::expression::{Aggregate, Expression};
use super::lexer::{Token, tokens};
use super::{Command, Named, Query, QueryError};
use crate::Statistic;

pub(super) fn query(text: &str) -> Result<Query, QueryError> {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        at: 0,
    };
    let mut query = Query {
        sources: Vec::new(),
        commands: Vec::new(),
    };
    loop {
        parser.command(&mut query)?;
        if parser.at == parser.tokens.len() {
            return Ok(query);
        }
        parser.sign("|")?;
    }
}

impl Parser<'_> {
    fn command(&mut self, query: &mut Query) -> Result<(), QueryError> {
        let name = self.word("a command")?;
        let after_dedup = matches!(query.commands.last(), Some(Command::Dedup(_)));
        if after_dedup && !name.eq_ignore_ascii_case("limit") {
            // "The only query command that you can use after dedup is limit" (the page on `dedup`).
            return Err(QueryError::Unknown(format!("the command {name} after dedup")));
        }
        let command = match name.to_ascii_lowercase().as_str() {
            "source" => {
                let source = self.text("a log group's name")?;
                query.sources.push(source);
                return Ok(());
            }
            "fields" => Command::Fields(self.values()?),
            "display" => Command::Display(self.values()?),
            "filter" => Command::Filter(self.condition()?),
            "stats" => self.stats()?,
            "sort" => self.sort()?,
            "dedup" => Command::Dedup(self.values()?.into_iter().map(|named| named.value).collect()),
            "limit" => Command::Limit(self.count()?),
            _ => return Err(QueryError::Unknown(format!("the command {name}"))),
        };
        query.commands.push(command);
        Ok(())
    }

    fn stats(&mut self) -> Result<Command, QueryError> {
        let mut values = Vec::new();
        loop {
            let from = self.position();
            let value = self.aggregate()?;
            values.push(self.named(value, from)?);
            if !self.takes(",") {
                break;
            }
        }
        let by = match self.takes_word("by") {
            true => self.values()?,
            false => Vec::new(),
        };
        Ok(Command::Stats { values, by })
    }

    fn sort(&mut self) -> Result<Command, QueryError> {
        let mut keys = Vec::new();
        loop {
            let key = self.sum()?;
            // Without a word it is ascending ("sort").
            let descending = self.takes_word("desc");
            if !descending {
                self.takes_word("asc");
            }
            keys.push((key, descending));
            if !self.takes(",") {
                return Ok(Command::Sort(keys));
            }
        }
    }

    fn values(&mut self) -> Result<Vec<Named<Expression>>, QueryError> {
        let mut values = Vec::new();
        loop {
            let from = self.position();
            let value = self.condition()?;
            values.push(self.named(value, from)?);
            // Commas between fields may be left out ("fields").
            if !self.takes(",") {
                return Ok(values);
            }
        }
    }

    /// Names a value by its alias, by its field, or by how it is written.
    fn named<T>(&mut self, value: T, from: usize) -> Result<Named<T>, QueryError> {
        let to = self
            .tokens
            .get(self.at.saturating_sub(1))
            .map_or(from, |last| last.to);
        let written = self
            .text
            .get(from..to)
            .unwrap_or_default()
            .trim_matches('`')
            .to_owned();
        let name = match self.takes_word("as") {
            true => self.name("an alias")?,
            false => written,
        };
        Ok(Named { name, value })
    }

    fn aggregate(&mut self) -> Result<Aggregate, QueryError> {
        let name = self.word("a function")?;
        self.sign("(")?;
        if name.eq_ignore_ascii_case("count") && (self.takes("*") || self.next_is(")")) {
            self.sign(")")?;
            return Ok(Aggregate::Count(None));
        }
        let one = self.sum()?;
        let aggregate = match name.to_ascii_lowercase().as_str() {
            "count" => Aggregate::Count(Some(one)),
            "count_distinct" => Aggregate::CountDistinct(one),
            "latest" => Aggregate::Latest(one),
            "earliest" => Aggregate::Earliest(one),
            "max" => Aggregate::Greatest(one),
            "min" => Aggregate::Least(one),
            "sum" => Aggregate::Number(Statistic::Sum, one),
            "avg" => Aggregate::Number(Statistic::Average, one),
            "pct" | "percentile" => {
                self.sign(",")?;
                let share = self.number()?;
                Aggregate::Number(Statistic::Percentile(share), one)
            }
            _ => return Err(QueryError::Unknown(format!("the function {name} of stats"))),
        };
        self.sign(")")?;
        Ok(aggregate)
    }

    fn condition(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.both()?;
        while self.takes_word("or") {
            left = Expression::Either(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.negation()?;
        while self.takes_word("and") {
            left = Expression::Both(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expression, QueryError> {
        match self.takes_word("not") {
            true => Ok(Expression::Not(Box::new(self.negation()?))),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Result<Expression, QueryError> {
        let left = self.sum()?;
        for sign in ["!=", "<=", ">=", "=", "<", ">"] {
            if self.takes(sign) {
                return Ok(Expression::Compare(Box::new(left), sign, Box::new(self.sum()?)));
            }
        }
        if self.takes("=~") {
            return self.pattern(left);
        }
        let negated = self.takes_word("not");
        let found = if self.takes_word("like") {
            self.pattern(left)?
        } else if self.takes_word("in") {
            Expression::In(Box::new(left), self.list()?)
        } else if negated {
            return Err(self.expected("like or in"));
        } else {
            return Ok(left);
        };
        Ok(match negated {
            true => Expression::Not(Box::new(found)),
            false => found,
        })
    }

    fn pattern(&mut self, left: Expression) -> Result<Expression, QueryError> {
        let found = match self.peek() {
            Some(Token::Text(part)) => Expression::Contains(Box::new(left), part.clone()),
            Some(Token::Regex(pattern)) => {
                let pattern = Regex::new(pattern);
                let pattern =
                    pattern.map_err(|error| QueryError::Unknown(format!("the pattern ({error})")))?;
                Expression::Matches(Box::new(left), pattern)
            }
            _ => return Err(self.expected("a text or a /pattern/")),
        };
        self.at += 1;
        Ok(found)
    }

    fn list(&mut self) -> Result<Vec<Expression>, QueryError> {
        self.sign("[")?;
        let mut list = Vec::new();
        loop {
            list.push(self.sum()?);
            if !self.takes(",") {
                self.sign("]")?;
                return Ok(list);
            }
        }
    }

    fn sum(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.product()?;
        while let Some(sign) = ["+", "-"].into_iter().find(|sign| self.next_is(sign)) {
            self.at += 1;
            left = Expression::Calculate(Box::new(left), sign, Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, QueryError> {
        let mut left = self.atom()?;
        while let Some(sign) = ["*", "/", "%"].into_iter().find(|sign| self.next_is(sign)) {
            self.at += 1;
            left = Expression::Calculate(Box::new(left), sign, Box::new(self.atom()?));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Expression, QueryError> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.expected("a value"));
        };
        self.at += 1;
        match token {
            Token::Word(name) if self.next_is("(") => self.function(&name),
            Token::Word(name) | Token::Quoted(name) => Ok(Expression::Field(name)),
            Token::Text(text) => Ok(Expression::Constant(Cell::Text(text))),
            Token::Number(number) => Ok(Expression::Constant(Cell::Number(number))),
            Token::Sign("(") => {
                let inner = self.condition()?;
                self.sign(")")?;
                Ok(inner)
            }
            _ => {
                self.at -= 1;
                Err(self.expected("a value"))
            }
        }
    }

    fn function(&mut self, name: &str) -> Result<Expression, QueryError> {
        self.sign("(")?;
        let value = match name.to_ascii_lowercase().as_str() {
            "ispresent" => Expression::IsPresent(Box::new(self.sum()?)),
            "coalesce" => Expression::Coalesce(self.values()?.into_iter().map(|named| named.value).collect()),
            "bin" => Expression::Bin(self.period()?),
            "now" => Expression::Now,
            "tomillis" => Expression::ToMillis(Box::new(self.sum()?)),
            _ => return Err(QueryError::Unknown(format!("the function {name}"))),
        };
        self.sign(")")?;
        Ok(value)
    }

    fn period(&mut self) -> Result<i64, QueryError> {
        let Some(Token::Duration(text)) = self.peek().cloned() else {
            return Err(self.expected("a period such as 5m"));
        };
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text.get(digits.len()..).unwrap_or_default() {
            "s" | "sec" | "second" | "seconds" => 1_000,
            "m" | "min" | "minute" | "minutes" => 60_000,
            "h" | "hr" | "hour" | "hours" => 3_600_000,
            "d" | "day" | "days" => 86_400_000,
            _ => return Err(self.expected("a period such as 5m")),
        };
        self.at += 1;
        let count = digits.parse::<i64>().ok().filter(|count| *count > 0);
        Ok(count.ok_or_else(|| QueryError::Unknown(format!("the period {text}")))? * unit)
    }
}

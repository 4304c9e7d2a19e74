//! Rows of the mapping as they are given, and what of them can be taken. Pure.

use std::collections::BTreeMap;

use ledger::CustomerCode;
use order_model::Origin;
use serde::Serialize;
use serde_json::Value;
use sparklayer::CustomerId;

use crate::csv::{self, Line, NoTable};

/// The columns.
const COLUMNS: [&str; 4] = ["source", "customer_code", "store_code", "sparklayer_customer"];
/// The one that need not be there.
const STORE: usize = 2;
/// A code has at most so many characters: it is part of a key in the table, with the store's and the order's.
const CODE: usize = 100;
/// So many characters of what is wrong are repeated.
const SAID: usize = 60;

/// A row that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it stands: its line in a text, its place among rows; from 1.
    pub(crate) line: u64,
    /// Who.
    pub(crate) customer: CustomerCode,
    /// Who that is at SparkLayer.
    pub(crate) sparklayer: String,
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its line in `csv`, counted with the first one and with empty ones; or its place in `rows`. From 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// Rows, parted into those that can be taken and those that can't.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Each customer once.
    pub(crate) good: Vec<Row>,
    /// By line.
    pub(crate) bad: Vec<BadRow>,
    /// Rows that say what another one says.
    pub(crate) repeated: u64,
}

/// Why there are no rows at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRows {
    /// The text is no table.
    #[error(transparent)]
    NoTable(#[from] NoTable),
    /// A column that means nothing here.
    #[error(
        "its column {0:?} is not known: the columns are source, customer_code, store_code and sparklayer_customer"
    )]
    Column(String),
    /// A column that is needed.
    #[error("it has no column {0:?}: its first line names the columns, in any order")]
    NoColumn(&'static str),
    /// A column that is there twice.
    #[error("its column {0:?} is there twice")]
    Twice(&'static str),
}

/// The rows of a text.
pub(crate) fn of_text(text: &str) -> Result<Judged, NoRows> {
    let table = csv::read(text)?;
    let places = places(&table.header)?;
    let width = table.header.len();
    let read = table.rows.into_iter().map(|(line, cells)| {
        let row = in_order(cells, &places, width).and_then(|cells| row(line, cells));
        row.map_err(|why| BadRow { line, why })
    });
    Ok(judged(read))
}

/// The rows of a list.
pub(crate) fn of_list(rows: &[Value]) -> Judged {
    judged((1..).zip(rows).map(|(line, value)| {
        let row = of_object(value).and_then(|cells| row(line, cells));
        row.map_err(|why| BadRow { line, why })
    }))
}

/// Where each column stands.
fn places(header: &[String]) -> Result<[Option<usize>; 4], NoRows> {
    let mut places = [None; 4];
    for (place, name) in header.iter().enumerate() {
        let known = COLUMNS
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name));
        let column = known.ok_or_else(|| NoRows::Column(cut(name)))?;
        if places[column].replace(place).is_some() {
            return Err(NoRows::Twice(COLUMNS[column]));
        }
    }
    let missing = (0..COLUMNS.len()).find(|column| *column != STORE && places[*column].is_none());
    missing.map_or(Ok(places), |column| Err(NoRows::NoColumn(COLUMNS[column])))
}

/// The cells in the order of [`COLUMNS`]. Those behind the last column, which spreadsheets like to add, have to be empty.
fn in_order(cells: Line, places: &[Option<usize>; 4], width: usize) -> Result<[String; 4], String> {
    let cells = cells?;
    let beyond = cells.iter().skip(width).any(|cell| !cell.is_empty());
    if cells.len() < width || beyond {
        return Err(format!(
            "it has {} cells, and the first line has {width}",
            cells.len()
        ));
    }
    let cell = |place: Option<usize>| place.and_then(|place| cells.get(place)).cloned();
    Ok(places.map(|place| cell(place).unwrap_or_default()))
}

fn of_object(value: &Value) -> Result<[String; 4], String> {
    let Value::Object(fields) = value else {
        return Err("it is no object".to_owned());
    };
    let mut cells = <[String; 4]>::default();
    for (name, value) in fields {
        let column = COLUMNS.iter().position(|column| column == name);
        let column = column.ok_or_else(|| format!("{:?} is not known", cut(name)))?;
        cells[column] = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            // A number may have lost the zeros before it.
            _ => return Err(format!("{:?} is no text", COLUMNS[column])),
        };
    }
    Ok(cells)
}

fn row(line: u64, [source, code, store, id]: [String; 4]) -> Result<Row, String> {
    if source.is_empty() {
        return Err("the source is empty: it is repspark or ecat".to_owned());
    }
    let known = [Origin::RepSpark, Origin::Ecat].into_iter();
    let source = known
        .into_iter()
        .find(|origin| origin.as_str().eq_ignore_ascii_case(&source))
        .ok_or_else(|| {
            format!(
                "the source {:?} is not known: it is repspark or ecat",
                cut(&source)
            )
        })?;
    if code.is_empty() {
        return Err("the customer code is empty".to_owned());
    }
    let store = (!store.is_empty()).then_some(store);
    for (what, text) in [("customer code", Some(&code)), ("store code", store.as_ref())] {
        let text = text.map_or("", String::as_str);
        if text.chars().count() > CODE || text.chars().any(char::is_control) {
            let said = cut(text);
            return Err(format!(
                "the {what} {said:?} has more than {CODE} characters, or one that can't be printed"
            ));
        }
    }
    if id.is_empty() {
        return Err("the sparklayer customer is empty: a row is not deleted, it is written anew".to_owned());
    }
    let sparklayer = CustomerId::new(&id).map_err(|error| format!("{error}, and {:?} is none", cut(&id)))?;
    Ok(Row {
        line,
        customer: CustomerCode { source, code, store },
        sparklayer: sparklayer.as_str().to_owned(),
    })
}

/// Two rows that say different things of one customer: nobody knows which of them is meant, so neither is taken.
fn judged(read: impl Iterator<Item = Result<Row, BadRow>>) -> Judged {
    let mut judged = Judged::default();
    let mut by_customer: BTreeMap<CustomerCode, Vec<Row>> = BTreeMap::new();
    for row in read {
        match row {
            Ok(row) => by_customer.entry(row.customer.clone()).or_default().push(row),
            Err(bad) => judged.bad.push(bad),
        }
    }
    for rows in by_customer.into_values() {
        let agree = rows
            .windows(2)
            .all(|pair| pair[0].sparklayer == pair[1].sparklayer);
        if agree {
            judged.repeated += rows.len() as u64 - 1;
            judged.good.extend(rows.into_iter().next());
            continue;
        }
        for row in &rows {
            let other = rows.iter().find(|other| other.sparklayer != row.sparklayer);
            let other = other.map_or(row.line, |other| other.line);
            let why = format!("the same customer has another id in line {other}, so neither is taken");
            judged.bad.push(BadRow { line: row.line, why });
        }
    }
    judged.good.sort_by_key(|row| row.line);
    judged.bad.sort_by_key(|bad| bad.line);
    judged
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SAID {
        return text.to_owned();
    }
    let begin: String = text.chars().take(SAID - 1).collect();
    format!("{begin}…")
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;

//! `GET /orderReports` and `GET /orderReports/{id}`.

use url::form_urlencoded;

use super::answer::Answer;
use super::render::Form;
use super::report::FullData;
use super::state::{Content, Entry, State};

/// The parameters that lists have (vendor notes, section 2).
const KNOWN: [&str; 10] = [
    "query",
    "fullData",
    "offset",
    "limit",
    "sortField",
    "sortOrder",
    "showFacets",
    "spellcheck",
    "mediaType",
    "locale",
];

/// What a list asks for.
struct Asked {
    query: String,
    partner: String,
    deleted: bool,
    full_data: bool,
    offset: usize,
    limit: usize,
}

impl State {
    pub(super) fn list(&mut self, query: &str) -> Result<Answer, Answer> {
        let asked = self.asked(query).map_err(|what| self.complain(400, what))?;
        let visible = asked.partner == self.partner;
        let matches =
            |entry: &&Entry| visible && entry.partner == asked.partner && entry.deleted == asked.deleted;
        let found: Vec<&Entry> = self.entries.iter().filter(matches).collect();
        let limit = asked.limit.min(self.switches.page_limit);
        let full = match self.switches.full_data {
            FullData::AsAsked => asked.full_data,
            FullData::Never => false,
            FullData::Always => true,
        };
        let form = Form::of(&self.switches);
        let page: Vec<String> = found
            .iter()
            .skip(asked.offset)
            .take(limit)
            .map(|entry| match &entry.content {
                Content::Report(report) if full => form.report(self, report, entry.deleted, false),
                // A raw document can't stand within another one.
                _ => form.reference(self, &entry.id),
            })
            .collect();
        let list = form.list(
            self,
            (asked.offset, limit, found.len()),
            &asked.query,
            &page.concat(),
        );
        Ok(Answer::xml(&list))
    }

    /// Deleted ones too, which is unverified.
    pub(super) fn one(&mut self, id: &str) -> Result<Answer, Answer> {
        let entry = self.own(id)?.clone();
        Ok(Answer::xml(&match &entry.content {
            Content::Report(report) => {
                let form = Form::of(&self.switches);
                form.document(&form.report(self, report, entry.deleted, true))
            }
            Content::Raw(text) => text.clone(),
        }))
    }

    fn asked(&self, query: &str) -> Result<Asked, String> {
        let literal = query.contains("query=+") && !query.contains("%2B");
        if literal != self.switches.only_literal_plus {
            return Err("the terms of the query are not mandatory: its + did not arrive".to_owned());
        }
        // A literal plus is a blank to a form; who takes it as it is has not decoded a form.
        let query = if literal {
            query.replace('+', "%2B")
        } else {
            query.to_owned()
        };
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
            return Err(format!("a list has no parameter {name}"));
        }
        let get = |name: &str| {
            let mut values = pairs.iter().filter(|(other, _)| other == name);
            values.next().map(|(_, value)| value.as_str())
        };
        let number = |name: &str, default: usize| match get(name) {
            Some(text) => text.parse().map_err(|_| format!("{name} is no number")),
            None => Ok(default),
        };
        let (partner, deleted) = terms(get("query").unwrap_or_default())?;
        Ok(Asked {
            query: get("query").unwrap_or_default().to_owned(),
            partner,
            deleted,
            full_data: match get("fullData") {
                None | Some("false") => false,
                Some("true") => true,
                Some(_) => return Err("fullData is true or false".to_owned()),
            },
            offset: number("offset", 0)?,
            limit: number("limit", 50)?,
        })
    }
}

/// The partner, and whether deleted reports are asked for: `+partnerId:(1) +state:(ACTIVATED)`, in any order. Other terms
/// there may be at the vendor's, and nobody of ours needs them.
fn terms(query: &str) -> Result<(String, bool), String> {
    let (mut partner, mut deleted) = (None, None);
    for term in query.split(' ').filter(|term| !term.is_empty()) {
        let value = |name: &str| term.strip_prefix(name)?.strip_suffix(')');
        match (value("+partnerId:("), value("+state:(")) {
            (Some(id), _) if partner.is_none() && !id.is_empty() => partner = Some(id.to_owned()),
            (_, Some("ACTIVATED")) if deleted.is_none() => deleted = Some(false),
            (_, Some("DELETED")) if deleted.is_none() => deleted = Some(true),
            _ => return Err(format!("{term:?} is no term of the query")),
        }
    }
    match (partner, deleted) {
        (Some(partner), Some(deleted)) => Ok((partner, deleted)),
        _ => Err("the query names no partner or no state".to_owned()),
    }
}

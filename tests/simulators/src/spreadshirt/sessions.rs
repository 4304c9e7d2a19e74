//! Logins: what they give, how long it lasts, and what too many of them come to.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::answer::Answer;
use super::state::State;

/// How the id of each session begins.
pub const SESSION: &str = "5e55-";

/// A black list forgets after this time. A guess: nothing is documented.
const BLACK_MS: i64 = 15 * 60 * 1000;

impl State {
    /// A login, right or wrong, counts for the black list; on it every login is a 500, which is what the vendor documents.
    /// That other calls still work then is a guess.
    pub(super) fn login(&mut self, body: &[u8], now_ms: i64) -> Result<Answer, Answer> {
        self.logins += 1;
        let last = self.last_login_ms.replace(now_ms);
        if last.is_some_and(|last| now_ms - last < self.switches.login_gap_ms) {
            self.black_listings += 1;
            self.black_until_ms = now_ms + BLACK_MS;
        }
        if now_ms < self.black_until_ms {
            return Err(self.failed(500, "Internal Server Error"));
        }
        let Some(login) = login(body) else {
            return Err(self.complain(400, "the body is no login".to_owned()));
        };
        if login != self.user {
            self.refused_logins += 1;
            return Err(self.failed(401, &format!("Login of {} failed", login.0)));
        }
        let id = format!("{SESSION}{:04}-{:x}", self.logins, now_ms);
        self.sessions.insert(id.clone(), now_ms);
        Ok(Answer::created(self.link("sessions", &id)))
    }

    /// Renews a session; an unknown one, and one that was not used for too long, is none.
    pub(super) fn use_session(&mut self, id: &str, now_ms: i64) -> Result<(), Answer> {
        let life = self.switches.session_life_ms;
        match self.sessions.get_mut(id) {
            Some(used) if now_ms - *used <= life => {
                *used = now_ms;
                Ok(())
            }
            _ => {
                self.sessions.remove(id);
                self.expired += 1;
                Err(self.failed(401, &format!("Session {id} is not valid")))
            }
        }
    }
}

/// The name and the password of `<login>`, which is in the vendor's namespace.
fn login(body: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(text);
    let (mut path, mut found) = (Vec::new(), [String::new(), String::new()]);
    let mut in_namespace = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if path.is_empty() {
                    let namespace = start.try_get_attribute("xmlns").ok()??;
                    in_namespace = &*namespace.value == "http://api.spreadshirt.net";
                }
                path.push(start.name().into_inner().to_owned());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => place(&path, &mut found, text.trim())?,
            Event::GeneralRef(name) => {
                let letter = quick_xml::escape::resolve_xml_entity(&name)?;
                place(&path, &mut found, letter)?;
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            _ => return None,
        }
    }
    let [username, password] = found;
    (in_namespace && path.is_empty() && !username.is_empty()).then_some((username, password))
}

fn place(path: &[String], found: &mut [String; 2], text: &str) -> Option<()> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["login", "username"] => found[0].push_str(text),
        ["login", "password"] => found[1].push_str(text),
        _ if text.is_empty() => {}
        _ => return None,
    }
    Some(())
}

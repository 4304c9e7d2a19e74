//! The client: one HTTP request per verb (the list: one per page), and no retry. Who may repeat what is decided by the
//! callers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use order_model::Millis;
use quick_xml::escape::escape;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Method, RequestBuilder, Response, Url};

use crate::address::{Base, Page, id_in};
use crate::credentials::Credentials;
use crate::errors::CallError;
use crate::heard::{Head, no_answer, unusable};
use crate::ids::{PartnerId, ReportId};
use crate::list::{page, read_report};
use crate::listing::{Detail, Gathering, Listing};
use crate::offset::Offset;
use crate::report::Report;
use crate::session::Session;
use crate::signature::{key_only, signed};

const LOGIN: &str = "POST sessions";
const LIST: &str = "GET orderReports";
const READ: &str = "GET orderReports/id";
const DELETE: &str = "DELETE orderReports/id";
const TIME: &str = "GET serverTime";

/// What a deletion met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The report was there, and is marked as read now.
    Now,
    /// There was no such report any more.
    Before,
}

/// Spreadshirt, for one application and one user. Clones share what they know of its clock.
#[derive(Clone)]
pub struct Spreadshirt {
    http: reqwest::Client,
    base: Base,
    user_agent: String,
    credentials: Credentials,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
    offset: Offset,
    call: Duration,
    literal_plus: bool,
}

impl fmt::Debug for Spreadshirt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spreadshirt")
            .field("base", &self.base)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl Spreadshirt {
    /// `base_url` is the API's root, such as `https://api.spreadshirt.net/api/v1`. `user_agent` is of the form
    /// `<App>/<Version> (https://your.domain; you@your.domain)`: the vendor refuses requests without one. `http` follows no
    /// redirects and has no time limit of its own. `clock` is ours; `call` is for a whole call.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        user_agent: &str,
        credentials: Credentials,
        clock: impl Fn() -> Millis + Send + Sync + 'static,
        call: Duration,
    ) -> Self {
        Self {
            http,
            base: Base::new(base_url),
            user_agent: user_agent.to_owned(),
            credentials,
            clock: Arc::new(clock),
            offset: Offset::default(),
            call,
            literal_plus: false,
        }
    }

    /// Sends the `+` of a query as it is, where `%2B` is not understood. Which of them the vendor wants is not known.
    #[must_use]
    pub fn literal_plus(mut self, yes: bool) -> Self {
        self.literal_plus = yes;
        self
    }

    /// How far the vendor's clock is ahead of ours, in milliseconds, as far as its answers have shown.
    pub fn clock_ahead_ms(&self) -> i64 {
        self.offset.get()
    }

    /// Asks for the vendor's time, to the millisecond, and learns from it.
    ///
    /// # Errors
    /// Nothing is changed at the vendor, whatever the error.
    pub async fn server_time(&self) -> Result<Millis, CallError> {
        let url = self.base.of(&["serverTime"]).ok_or_else(|| unusable(TIME))?;
        let asked = (self.clock)();
        let (head, response) = self.key_only(TIME, Method::GET, url, None).await?;
        let body = head.body(response).await?;
        let told = std::str::from_utf8(&body)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let told: i64 = told.ok_or_else(|| head.unclear("the time is no number"))?;
        self.offset.learn(told, 0, asked, (self.clock)());
        Ok(Millis(told))
    }

    /// Logs in. More than about two logins within 10 s may put our address on a black list, which shows as a 500: keep the
    /// session, and whatever comes of this, wait [`crate::LOGIN_GAP`] before the next one.
    ///
    /// # Errors
    /// [`CallError::Unauthorized`] and [`CallError::Forbidden`] are about the user and the key.
    pub async fn login(&self) -> Result<Session, CallError> {
        let url = self.base.of(&["sessions"]).ok_or_else(|| unusable(LOGIN))?;
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<login xmlns=\"http://api.spreadshirt.net\"><username>{}</username><password>{}</password></login>",
            escape(&self.credentials.username),
            escape(&self.credentials.password)
        );
        let (head, response) = self.key_only(LOGIN, Method::POST, url, Some(body)).await?;
        let location = response.headers().get(LOCATION);
        let session = location
            .and_then(|value| value.to_str().ok())
            .and_then(|text| Session::new(id_in(text, "sessions")?));
        session.ok_or_else(|| head.unclear("there is no session in its Location"))
    }

    /// The partner's activated reports, through all pages, at most [`crate::REPORTS_MAX`]. Nothing may be deleted
    /// meanwhile: that would move the rest of the list forward.
    ///
    /// # Errors
    /// A page that fails is an error for all: nothing is changed at the vendor, so the list can be read again.
    pub async fn reports(
        &self,
        session: &Session,
        partner: &PartnerId,
        detail: Detail,
    ) -> Result<Listing, CallError> {
        self.reports_while(session, partner, detail, || true).await
    }

    /// The same, as long as there is time for another page: one that is not asked for any more counts as [`Listing::more`].
    ///
    /// # Errors
    /// As [`Spreadshirt::reports`].
    pub async fn reports_while(
        &self,
        session: &Session,
        partner: &PartnerId,
        detail: Detail,
        in_time: impl Fn() -> bool,
    ) -> Result<Listing, CallError> {
        let mut gathering = Gathering::new();
        loop {
            let wanted = Page {
                partner,
                full_data: detail == Detail::FullData,
                offset: gathering.offset,
                literal_plus: self.literal_plus,
            };
            let url = self.base.page(&wanted).ok_or_else(|| unusable(LIST))?;
            let (head, response) = self.ask(LIST, Method::GET, url, session).await?;
            let (head, response) = self.success(head, response, Some(session)).await?;
            let body = head.body(response).await?;
            let page = page(&body).map_err(|broken| head.broken(broken))?;
            let last = gathering.take(page);
            if last.map_err(|what| head.broken(what.into()))? {
                return Ok(gathering.finish());
            }
            if !in_time() {
                return Ok(gathering.cut_short());
            }
        }
    }

    /// One report.
    ///
    /// # Errors
    /// [`CallError::NotFound`] if Spreadshirt has no such report; [`CallError::Unreadable`] if it has one that is not fit to
    /// be applied, and so must not be deleted.
    pub async fn report(&self, session: &Session, id: &ReportId) -> Result<Report, CallError> {
        let url = self.base.report(id).ok_or_else(|| unusable(READ))?;
        let (head, response) = self.ask(READ, Method::GET, url, session).await?;
        if head.status == 404 {
            return Err(CallError::NotFound { operation: READ });
        }
        let (head, response) = self.success(head, response, Some(session)).await?;
        let body = head.body(response).await?;
        read_report(&body, id).map_err(|broken| head.broken(broken))
    }

    /// Marks a report as read: it is not listed any more. Only what is durable may be deleted.
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], it may be deleted. Asking again is harmless.
    pub async fn delete(&self, session: &Session, id: &ReportId) -> Result<Deleted, CallError> {
        let url = self.base.report(id).ok_or_else(|| unusable(DELETE))?;
        let (head, response) = self.ask(DELETE, Method::DELETE, url, session).await?;
        if matches!(head.status, 404 | 410) {
            return Ok(Deleted::Before);
        }
        let (head, response) = self.success(head, response, Some(session)).await?;
        // What it says is nowhere told; that it is no page shows that Spreadshirt itself spoke.
        head.body(response).await?;
        Ok(Deleted::Now)
    }

    async fn key_only(
        &self,
        operation: &'static str,
        method: Method,
        url: Url,
        body: Option<String>,
    ) -> Result<(Head, Response), CallError> {
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/xml").body(body);
        }
        let authorization = key_only(&self.credentials);
        let (head, response) = self.send(operation, request, &authorization).await?;
        self.success(head, response, None).await
    }

    async fn ask(
        &self,
        operation: &'static str,
        method: Method,
        url: Url,
        session: &Session,
    ) -> Result<(Head, Response), CallError> {
        let mut bare = url.clone();
        bare.set_query(None);
        let time = self.offset.at((self.clock)());
        let authorization = signed(&self.credentials, session, method.as_str(), bare.as_str(), time);
        let request = self.http.request(method, url);
        self.send(operation, request, &authorization).await
    }

    async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
        authorization: &str,
    ) -> Result<(Head, Response), CallError> {
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| unusable(operation));
        let mut authorization = header(authorization)?;
        authorization.set_sensitive(true);
        let request = request
            .header(AUTHORIZATION, authorization)
            .header(USER_AGENT, header(&self.user_agent)?)
            .header(ACCEPT, "application/xml, text/plain")
            .timeout(self.call);
        let asked = (self.clock)();
        let response = request
            .send()
            .await
            .map_err(|error| no_answer(operation, &error))?;
        self.offset.hear(response.headers(), asked, (self.clock)());
        Ok((Head::of(operation, &response), response))
    }

    async fn success(
        &self,
        head: Head,
        response: Response,
        session: Option<&Session>,
    ) -> Result<(Head, Response), CallError> {
        if head.is_success() {
            Ok((head, response))
        } else {
            Err(head.failure(response, &self.credentials, session).await)
        }
    }
}

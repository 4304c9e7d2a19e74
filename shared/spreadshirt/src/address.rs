//! Addresses: ours, and what the vendor's links name.

use reqwest::Url;

use crate::guesses::{PAGE_LIMIT, QUERY_FIELDS};
use crate::ids::{PartnerId, ReportId};

/// The API's root, such as `https://api.spreadshirt.net/api/v1`.
#[derive(Debug, Clone)]
pub(crate) struct Base(Option<Url>);

impl Base {
    pub(crate) fn new(url: &str) -> Self {
        let url = Url::parse(url).ok();
        Self(url.filter(|url| url.has_host() && url.query().is_none() && url.fragment().is_none()))
    }

    /// The address of a resource; none if the root is no address.
    pub(crate) fn of(&self, parts: &[&str]) -> Option<Url> {
        let mut url = self.0.clone()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
        Some(url)
    }

    /// One report. A link of the vendor's is never called as it stands: it may say `http://`, or another host, and our
    /// session would travel along. The report's id goes into our own root.
    pub(crate) fn report(&self, id: &ReportId) -> Option<Url> {
        self.of(&["orderReports", id.as_str()])
    }

    /// A page of the partner's activated reports. The parentheses stay literal as in the vendor notes, section 2.
    pub(crate) fn page(&self, page: &Page<'_>) -> Option<Url> {
        let mut url = self.of(&["orderReports"])?;
        let plus = if page.literal_plus { "+" } else { "%2B" };
        let [partner, state] = QUERY_FIELDS;
        url.set_query(Some(&format!(
            "query={plus}{partner}:({})%20{plus}{state}:(ACTIVATED)&fullData={}&offset={}&limit={PAGE_LIMIT}",
            page.partner, page.full_data, page.offset
        )));
        Some(url)
    }
}

/// Which page of a list.
pub(crate) struct Page<'a> {
    pub(crate) partner: &'a PartnerId,
    pub(crate) full_data: bool,
    pub(crate) offset: u64,
    pub(crate) literal_plus: bool,
}

/// The id in a link, such as the `9001` of `http://api.spreadshirt.net/api/v1/orderReports/9001`: what stands behind
/// `collection` in the path. None if there is no such thing.
pub(crate) fn id_in<'a>(href: &'a str, collection: &str) -> Option<&'a str> {
    let path = href.trim().split(['?', '#']).next()?;
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let id = parts.next().filter(|id| !id.is_empty())?;
    (parts.next() == Some(collection)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base {
        Base::new("https://API.spreadshirt.net:443/api/v1/")
    }

    #[test]
    fn a_report_is_called_at_our_own_root() {
        let id =
            ReportId::new(id_in("http://other.example/x/orderReports/9001?a=b", "orderReports").unwrap());
        assert_eq!(
            base().report(&id.unwrap()).unwrap().as_str(),
            "https://api.spreadshirt.net/api/v1/orderReports/9001"
        );
    }

    #[test]
    fn a_page_is_asked_for_as_the_vendor_notes_say() {
        let partner = PartnerId::new("1102730").unwrap();
        let page = |literal_plus, full_data| {
            let page = Page {
                partner: &partner,
                full_data,
                offset: 50,
                literal_plus,
            };
            base().page(&page).unwrap().query().unwrap().to_owned()
        };
        assert_eq!(
            page(false, false),
            "query=%2BpartnerId:(1102730)%20%2Bstate:(ACTIVATED)&fullData=false&offset=50&limit=50"
        );
        assert_eq!(
            page(true, true),
            "query=+partnerId:(1102730)%20+state:(ACTIVATED)&fullData=true&offset=50&limit=50"
        );
    }

    #[test]
    fn a_link_to_something_else_names_no_id() {
        assert_eq!(id_in("/v1/sessions/e2-5/", "sessions"), Some("e2-5"));
        for href in [
            "",
            "9001",
            "orderReports/",
            "http://x/orders/9001",
            "http://x/9001/orderReports",
        ] {
            assert_eq!(id_in(href, "orderReports"), None, "{href}");
        }
    }

    #[test]
    fn what_is_no_root_has_no_addresses() {
        for url in ["", "not an address", "mailto:x@y", "https://x/?q=1"] {
            assert!(Base::new(url).of(&["serverTime"]).is_none(), "{url}");
        }
    }
}

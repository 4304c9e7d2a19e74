//! The documents of the vendor notes, section 8.

use order_model::Millis;

use super::fake::id;
use crate::{Data, ItemId, ItemState, Modification, OrderId, Report, ReportState, read_list, read_report};

const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<orderReport xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://api.spreadshirt.net" id="9001" href="http://api.spreadshirt.net/api/v1/orderReports/9001">
  <orderItemModifications>
    <orderItemModification>
      <order id="55120" xlink:href="http://api.spreadshirt.net/api/v1/orders/55120"/>
      <orderItem id="770001"/>
      <correlation><partner><orderItemId>webshop-000481-1</orderItemId></partner></correlation>
      <fulfillmentState>IN_PROGRESS</fulfillmentState>
      <modified>2026-03-02 09:10:00Z</modified>
    </orderItemModification>
    <orderItemModification>
      <order id="55120" xlink:href="http://api.spreadshirt.net/api/v1/orders/55120"/>
      <orderItem id="770001"/>
      <correlation><partner><orderItemId>webshop-000481-1</orderItemId></partner></correlation>
      <fulfillmentState>SHIPPED</fulfillmentState>
      <modified>2026-03-02 16:45:30Z</modified>
    </orderItemModification>
    <orderItemModification>
      <order xlink:href="http://api.spreadshirt.net/api/v1/orders/55120"/>
      <orderItem xlink:href="http://api.spreadshirt.net/api/v1/orderItems/770002"/>
      <correlation><partner><orderItemId> </orderItemId></partner></correlation>
      <fulfillmentState>CANCELLED</fulfillmentState>
      <modified>2026-03-02 10:02:11</modified>
    </orderItemModification>
    <orderItemModification>
      <orderItem id="770040"/>
      <fulfillmentState>PRODUCTION_ISSUE</fulfillmentState>
      <modified>2026-03-02T11:00:00+01:00</modified>
    </orderItemModification>
  </orderItemModifications>
  <state>ACTIVATED</state>
  <created>2026-03-02 20:00:00</created>
  <modified>2026-03-02 20:00:00</modified>
</orderReport>
"#;

/// Milliseconds of a time of 2026-03-02, by its seconds of the day.
fn at(hour: i64, minute: i64, second: i64) -> Millis {
    Millis((1_772_409_600 + hour * 3600 + minute * 60 + second) * 1000)
}

fn change(
    item: &str,
    correlation: Option<&str>,
    state: ItemState,
    said: &str,
    modified: Millis,
) -> Modification {
    Modification {
        order_id: Some(OrderId::new("55120")),
        item_id: ItemId::new(item),
        correlation: correlation.map(str::to_owned),
        state,
        said: said.to_owned(),
        modified,
    }
}

fn expected() -> Report {
    let named = Some("webshop-000481-1");
    let issue = "PRODUCTION_ISSUE";
    Report {
        id: id(),
        state: Some(ReportState::Activated),
        created: Some(at(20, 0, 0)),
        modifications: vec![
            change(
                "770001",
                named,
                ItemState::InProgress,
                "IN_PROGRESS",
                at(9, 10, 0),
            ),
            change("770001", named, ItemState::Shipped, "SHIPPED", at(16, 45, 30)),
            change("770002", None, ItemState::Cancelled, "CANCELLED", at(10, 2, 11)),
            Modification {
                order_id: None,
                ..change(
                    "770040",
                    None,
                    ItemState::Other(issue.to_owned()),
                    issue,
                    at(10, 0, 0),
                )
            },
        ],
    }
}

#[test]
fn the_report_of_the_vendor_notes_is_read_whole() {
    assert_eq!(read_report(REPORT.as_bytes(), &id()), Ok(expected()));
}

#[test]
fn links_mean_the_same_with_and_without_a_prefix() {
    let prefixed = REPORT.replace(" href=", " xlink:href=");
    assert_eq!(read_report(prefixed.as_bytes(), &id()), Ok(expected()));
    let plain = REPORT.replace("xlink:href=", "href=");
    assert_eq!(read_report(plain.as_bytes(), &id()), Ok(expected()));
}

#[test]
fn the_list_of_the_vendor_notes_holds_references_or_the_reports() {
    let reference = |id: &str| {
        format!(
            "<orderReport xlink:href=\"https://api.spreadshirt.net/api/v1/orderReports/{id}\" id=\"{id}\"/>\n"
        )
    };
    let report = REPORT.split_once('\n').unwrap().1;
    let list = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<orderReports xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://api.spreadshirt.net" xlink:href="https://api.spreadshirt.net/api/v1/orderReports" offset="0" limit="2" count="3" sortField="default" sortOrder="default" query="+partnerId:(1102730) +state:(ACTIVATED)">
<facets><facet><orderReport id="1"/></facet></facets>{}{report}</orderReports>"#,
        reference("9002")
    );
    let listing = read_list(list.as_bytes()).unwrap();
    assert_eq!((listing.count, listing.nameless), (3, 0));
    let told: Vec<_> = listing
        .reports
        .into_iter()
        .map(|one| (one.id.to_string(), one.data))
        .collect();
    assert_eq!(
        told,
        [
            ("9002".to_owned(), Data::Bare),
            ("9001".to_owned(), Data::Full(expected()))
        ]
    );
}

#[test]
fn an_empty_page_is_a_list_of_nothing() {
    let page = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<orderReports xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://api.spreadshirt.net" offset="0" limit="50" count="0"/>"#;
    let listing = read_list(page.as_bytes()).unwrap();
    assert!(listing.reports.is_empty() && !listing.more);
}

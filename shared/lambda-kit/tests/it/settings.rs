//! Settings: what is taken, and what a wrong one is told.

use std::time::Duration;

use lambda_kit::{Settings, SettingsError};
use order_model::{Backoff, Pace};

/// Settings in which one variable says this.
fn saying(text: &'static str) -> Settings {
    let variables = Box::leak(Box::new(move |_: &str| Some(text.to_owned())));
    Settings::of(variables)
}

fn nothing() -> Settings {
    Settings::of(&|_| None)
}

#[test]
fn what_is_missing_or_blank_is_named() {
    for settings in [nothing(), saying(""), saying(" \t\n")] {
        let error = settings.text("TABLE").unwrap_err();
        assert_eq!(error.to_string(), "setting TABLE: is missing or empty");
        assert_eq!(settings.maybe("TABLE"), None);
        let all = [
            settings.seconds("A").unwrap_err(),
            settings.days("A").unwrap_err(),
            settings.backoff("A").unwrap_err(),
            settings.base_url("A").unwrap_err(),
        ];
        assert!(
            all.iter()
                .all(|error| error.to_string() == "setting A: is missing or empty")
        );
        assert_eq!(settings.brand().unwrap_err().name, "BRAND");
        assert_eq!(settings.time_zone().unwrap_err().name, "TIME_ZONE");
        assert_eq!(settings.pace().unwrap_err().name, "HINT_GRACE_SECONDS");
    }
}

#[test]
fn blanks_around_a_text_are_dropped() {
    assert_eq!(saying(" orders\n").text("TABLE"), Ok("orders".to_owned()));
}

#[test]
fn seconds_may_have_fractions_and_must_be_a_duration() {
    for (text, milliseconds) in [("90", 90_000), ("0.25", 250), ("0", 0)] {
        assert_eq!(saying(text).seconds("A"), Ok(Duration::from_millis(milliseconds)));
    }
    let rows = [
        ("1m", r#"setting A: "1m" is not a number of seconds"#),
        ("-1", "setting A: is not a duration that can be waited for"),
        ("NaN", "setting A: is not a duration that can be waited for"),
        ("1e30", "setting A: is not a duration that can be waited for"),
    ];
    for (text, said) in rows {
        assert_eq!(saying(text).seconds("A").unwrap_err().to_string(), said);
    }
}

#[test]
fn days_are_whole() {
    assert_eq!(saying("400").days("A"), Ok(Duration::from_secs(34_560_000)));
    for text in ["1.5", "-1", "a year"] {
        let said = format!("setting A: {text:?} is not a number of days");
        assert_eq!(saying(text).days("A").unwrap_err().to_string(), said);
    }
}

#[test]
fn the_waits_between_tries_are_a_list_of_seconds() {
    let waits = [60.0, 300.0, 0.5].map(Duration::from_secs_f64);
    assert_eq!(saying("60, 300,0.5").backoff("A"), Ok(Backoff::new(waits.into())));
    for text in ["60,,300", "60,", "1 minute", "60;300", "-1", "NaN"] {
        let said = format!("setting A: {text:?} is not a list of seconds like 60,300,900,3600");
        assert_eq!(saying(text).backoff("A").unwrap_err().to_string(), said);
    }
}

#[test]
fn a_brand_stands_in_keys_upper_case() {
    assert_eq!(saying("Acme_2").brand().unwrap().as_str(), "ACME_2");
    let said = r#"setting BRAND: brand "acme inc" is not 1 to 12 of A-Z, a-z, 0-9 and _"#;
    assert_eq!(saying("acme inc").brand().unwrap_err().to_string(), said);
}

#[test]
fn a_time_zone_has_its_iana_name() {
    let zone = saying("America/New_York").time_zone().unwrap();
    assert_eq!(zone.iana_name(), Some("America/New_York"));
    let said = r#"setting TIME_ZONE: "Eastern" is no IANA time zone"#;
    assert_eq!(saying("Eastern").time_zone().unwrap_err().to_string(), said);
}

#[test]
fn the_pace_is_two_durations() {
    let settings = Settings::of(&|name| match name {
        "HINT_GRACE_SECONDS" => Some("900".to_owned()),
        "CLOCK_SKEW_SECONDS" => Some("10".to_owned()),
        _ => None,
    });
    let pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };
    assert_eq!(settings.pace(), Ok(pace));
}

#[test]
fn an_address_is_https_or_this_machine() {
    let taken = [
        ("https://api.repspark.net/api", "https://api.repspark.net/api"),
        ("https://api.repspark.net/api//", "https://api.repspark.net/api"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ];
    for (text, url) in taken {
        assert_eq!(saying(text).base_url("A"), Ok(url.to_owned()), "{text}");
    }
    let refused = [
        "http://api.repspark.net/api",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "http://10.0.0.1",
        "http://[::2]",
        "ftp://localhost",
        "file:///etc/passwd",
    ];
    for text in refused {
        let said =
            "setting A: must begin with https:// (plain http:// is taken for loopback addresses alone)";
        assert_eq!(
            saying(text).base_url("A").unwrap_err().to_string(),
            said,
            "{text}"
        );
    }
    for text in ["api.repspark.net/api", "https://", "/api"] {
        let said = "setting A: is not a URL";
        assert_eq!(
            saying(text).base_url("A").unwrap_err().to_string(),
            said,
            "{text}"
        );
    }
}

#[test]
fn a_vendor_has_four_settings_and_the_missing_one_is_named() {
    fn variable(name: &str) -> Option<String> {
        let text = match name {
            "ERP_BASE_URL" => "https://erp.example.com/",
            "ERP_SECRET" => "/order-relay/acme/prod/erp",
            "ERP_CALL_SECONDS" => "60",
            "PAUSE_PROBE_SECONDS" => "900",
            _ => return None,
        };
        Some(text.to_owned())
    }
    let vendor = Settings::of(&variable).vendor("ERP", "ERP_CALL_SECONDS").unwrap();
    assert_eq!(vendor.base_url, "https://erp.example.com");
    assert_eq!(vendor.secret, "/order-relay/acme/prod/erp");
    assert_eq!((vendor.call.as_secs(), vendor.probe_every.as_secs()), (60, 900));
    for missing in [
        "ERP_BASE_URL",
        "ERP_SECRET",
        "ERP_CALL_SECONDS",
        "PAUSE_PROBE_SECONDS",
    ] {
        let but = Box::leak(Box::new(move |name: &str| {
            variable(name).filter(|_| name != missing)
        }));
        let error: SettingsError = Settings::of(but).vendor("ERP", "ERP_CALL_SECONDS").unwrap_err();
        assert_eq!(error.name, missing);
    }
}

#[test]
fn a_duration_must_be_longer_than_a_call() {
    let second = Duration::from_secs(1);
    assert_eq!(nothing().longer("A", Duration::from_millis(1001), second), Ok(()));
    let said = "setting A: 1 s must be longer than the 1 s that a call may take";
    let error = nothing().longer("A", second, second).unwrap_err();
    assert_eq!(error.to_string(), said);
}

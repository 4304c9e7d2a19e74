//! Tests of [`super`].

use serde_json::json;

use super::*;

const HEADER: &str = "source,customer_code,store_code,sparklayer_customer";

fn customer(source: Origin, code: &str, store: Option<&str>) -> CustomerCode {
    CustomerCode {
        source,
        code: code.to_owned(),
        store: store.map(str::to_owned),
    }
}

/// The customers and ids that are taken.
fn taken(judged: &Judged) -> Vec<(CustomerCode, &str)> {
    let good = judged.good.iter();
    good.map(|row| (row.customer.clone(), &*row.sparklayer)).collect()
}

fn lines(judged: &Judged) -> Vec<u64> {
    judged.bad.iter().map(|bad| bad.line).collect()
}

#[test]
fn the_columns_stand_in_any_order_and_in_any_case_of_letters() {
    let text = "\u{feff}SparkLayer_Customer , STORE_CODE,Source,customer_code\r\n\
                CU-1,S1,RepSpark, C1 \r\n\r\nCU-2,,ECAT,C#2\r\n";
    let judged = of_text(text).unwrap();
    assert_eq!(
        taken(&judged),
        [
            (customer(Origin::RepSpark, "C1", Some("S1")), "CU-1"),
            (customer(Origin::Ecat, "C#2", None), "CU-2")
        ]
    );
    assert_eq!(judged.good[1].line, 4);
    let without = of_text("source,customer_code,sparklayer_customer\nrepspark,C1,CU-1").unwrap();
    assert_eq!(
        taken(&without),
        [(customer(Origin::RepSpark, "C1", None), "CU-1")]
    );
}

#[test]
fn each_bad_row_is_named_with_its_line_and_the_good_ones_are_taken_all_the_same() {
    let text = format!(
        "{HEADER}\n\
         shopify,C1,,CU-1\n\
         ,C1,,CU-1\n\
         repspark,,,CU-1\n\
         repspark,C1,,\n\
         repspark,C1,,no id\n\
         repspark,C1,CU-1\n\
         repspark,C1,,CU-1,more\n\
         repspark,\"C1,,CU-1\n\
         repspark,C2,,CU-2,,\n\
         repspark,{},,CU-3\n",
        "x".repeat(101)
    );
    let judged = of_text(&text).unwrap();
    assert_eq!(taken(&judged), [(customer(Origin::RepSpark, "C2", None), "CU-2")]);
    assert_eq!(lines(&judged), [2, 3, 4, 5, 6, 7, 8, 9, 11]);
    for (bad, word) in judged.bad.iter().zip([
        "\"shopify\" is not known",
        "source is empty",
        "customer code is empty",
        "sparklayer customer is empty",
        "\"no id\" is none",
        "3 cells",
        "5 cells",
        "not closed",
        "more than 100 characters",
    ]) {
        assert!(bad.why.contains(word), "{bad:?}: {word}");
    }
    assert!(
        judged.bad.last().unwrap().why.chars().count() < 200,
        "what is wrong is cut"
    );
}

#[test]
fn one_customer_with_two_ids_is_taken_under_neither_and_with_one_id_once() {
    let text = format!(
        "{HEADER}\nrepspark,C1,S1,CU-1\nrepspark,C1,,CU-9\nrepspark,C1,S1,CU-2\nrepspark,C1,S1,CU-1\n\
         repspark,C2,,CU-2\nrepspark,C2,,CU-2\necat,C1,S1,CU-3\nrepspark,c1,S1,CU-4\n"
    );
    let judged = of_text(&text).unwrap();
    assert_eq!(lines(&judged), [2, 4, 5]);
    assert!(judged.bad[0].why.contains("line 4") && judged.bad[1].why.contains("line 2"));
    assert_eq!(
        taken(&judged),
        [
            (customer(Origin::RepSpark, "C1", None), "CU-9"),
            (customer(Origin::RepSpark, "C2", None), "CU-2"),
            (customer(Origin::Ecat, "C1", Some("S1")), "CU-3"),
            // A source may tell codes apart by their case.
            (customer(Origin::RepSpark, "c1", Some("S1")), "CU-4"),
        ]
    );
    assert_eq!(judged.repeated, 1);
}

#[test]
fn a_table_whose_columns_are_not_known_is_no_table() {
    let refused = |header: &str| of_text(&format!("{header}\nrepspark,C1,,CU-1")).unwrap_err();
    // Read as a table without stores, it would map whole customers.
    let misspelt = "source,customer_code,store,sparklayer_customer";
    assert_eq!(refused(misspelt), NoRows::Column("store".to_owned()));
    assert_eq!(
        refused("source,customer_code,store_code"),
        NoRows::NoColumn("sparklayer_customer")
    );
    assert_eq!(refused(&format!("{HEADER},SOURCE")), NoRows::Twice("source"));
    assert!(matches!(of_text("  \n"), Err(NoRows::NoTable(_))));
}

#[test]
fn rows_of_a_list_are_judged_alike_and_named_by_their_place() {
    let judged = of_list(&[
        json!({"source": "repspark", "customer_code": " C1 ", "store_code": "S1", "sparklayer_customer": "CU-1"}),
        json!({"source": "repspark", "customer_code": 10023, "sparklayer_customer": "CU-1"}),
        json!("repspark"),
        json!({"source": "ecat", "customer_code": "C1", "store": "S1", "sparklayer_customer": "CU-1"}),
        json!({"source": "ecat", "customer_code": "C1", "store_code": null, "sparklayer_customer": "CU-2"}),
        json!({"source": "ecat", "customer_code": "C\n1", "sparklayer_customer": "CU-2"}),
    ]);
    assert_eq!(
        taken(&judged),
        [
            (customer(Origin::RepSpark, "C1", Some("S1")), "CU-1"),
            (customer(Origin::Ecat, "C1", None), "CU-2")
        ]
    );
    assert_eq!(lines(&judged), [2, 3, 4, 6]);
}

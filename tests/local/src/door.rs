//! The door for people: with `--keep`, a newcomer puts an order into the local RepSpark or eCat with curl and watches it.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use host::{Reply, Server, json, serve};
use http::{Method, Request};
use serde_json::{Value, json};
use simulators::{Ecat, Erp, RepSpark, SparkLayer, ecat_sample, sample_order};

use crate::Stack;
use crate::fulfilment::packages;

/// Opens the door on a port (0: any).
pub async fn open(stack: &Stack, port: u16) -> std::io::Result<Server> {
    let (repspark, ecat, erp) = (stack.repspark.clone(), stack.ecat.clone(), stack.erp.clone());
    let sparklayer = stack.sparklayer.clone();
    let address: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
    serve(address, move |request| {
        let answer = match request.uri().path().strip_prefix("/ecat/orders") {
            Some(rest) => of_ecat(&request, rest.trim_start_matches('/'), &ecat, &erp),
            None => answer(&request, &repspark, &erp, &sparklayer),
        };
        async move { answer }
    })
    .await
}

fn answer(request: &Request<Bytes>, repspark: &RepSpark, erp: &Erp, sparklayer: &SparkLayer) -> Reply {
    let id = request
        .uri()
        .path()
        .strip_prefix("/orders/")
        .and_then(|id| id.parse::<u64>().ok());
    match (request.method(), request.uri().path(), id) {
        (&Method::POST, "/orders", _) => submit(request.body(), repspark),
        (&Method::GET, _, Some(id)) => look(id, repspark, erp, sparklayer),
        _ => Reply::Answer(json(
            404,
            &json!({"say": "POST /orders, GET /orders/<OrderId>, POST /ecat/orders, or GET /ecat/orders/<order_number>"}),
        )),
    }
}

fn submit(body: &Bytes, repspark: &RepSpark) -> Reply {
    let next = repspark
        .orders()
        .iter()
        .map(|order| order.id)
        .max()
        .unwrap_or(8_000)
        + 1;
    let order = if body.is_empty() {
        Ok(sample_order(next, 3))
    } else {
        serde_json::from_slice::<Value>(body)
    };
    match order {
        Ok(order) if order["OrderId"].is_u64() => {
            let id = order["OrderId"].clone();
            repspark.submit(order);
            Reply::Answer(json(201, &json!({"OrderId": id, "StatusId": 1})))
        }
        _ => Reply::Answer(json(
            400,
            &json!({"say": "the body must be a RepSpark order with a numeric OrderId, or empty for a sample"}),
        )),
    }
}

fn look(id: u64, repspark: &RepSpark, erp: &Erp, sparklayer: &SparkLayer) -> Reply {
    let Some(status) = repspark.status(id) else {
        return Reply::Answer(json(404, &json!({"say": format!("RepSpark has no order {id}")})));
    };
    let in_erp: Vec<_> = erp
        .orders_for(&format!("RS-ACME-{id}"))
        .into_iter()
        .map(|order| order.reference)
        .collect();
    let name = match status {
        1 => "Submitted",
        2 => "Sent",
        4 => "Valid",
        _ => "another status",
    };
    let purchase = sparklayer.purchase(&format!("repspark:{id}"));
    let seen = purchase
        .map(|purchase| packages(&purchase.body))
        .unwrap_or_default();
    let seen: Vec<String> = seen.iter().map(ToString::to_string).collect();
    let answer = json!({
        "OrderId": id, "StatusId": status, "status": name, "erp_number": repspark.erp_number(id), "in_the_erp": in_erp,
        "its_customer_sees": seen,
    });
    Reply::Answer(json(200, &answer))
}

/// A sample is submitted, with the number and the uuid of an order that was not there; or a submission is looked at.
fn of_ecat(request: &Request<Bytes>, number: &str, ecat: &Ecat, erp: &Erp) -> Reply {
    let seen = ecat.orders();
    if request.method() == Method::POST && number.is_empty() {
        // Behind those of any run.
        let order = ecat_sample(100_000 + seen.len() as u64, 3);
        let submitted = ecat.submit(order);
        let answer = json!({"order_number": submitted.number, "uuid": submitted.uuid, "id": submitted.id});
        return Reply::Answer(json(201, &answer));
    }
    let mut found = seen.iter().filter(|one| one.number.as_deref() == Some(number));
    let Some(one) = found.next() else {
        return Reply::Answer(json(
            404,
            &json!({"say": format!("eCat has no submission {number}")}),
        ));
    };
    let in_erp = erp.orders_for(&crate::ecat::erp_key(number)).into_iter();
    let in_erp: Vec<_> = in_erp.map(|order| order.reference).collect();
    let answer =
        json!({"order_number": number, "id": one.id, "received": one.received, "in_the_erp": in_erp});
    Reply::Answer(json(200, &answer))
}

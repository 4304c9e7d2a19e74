//! A server of SQS's protocol, asked in plain HTTP.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that called it")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

pub struct Service {
    address: SocketAddr,
    pass: Box<dyn Fn(Duration)>,
}

/// An answer: its JSON, and an error's code, which is empty where there is none.
pub struct Answer {
    pub code: String,
    pub body: Value,
}

impl Service {
    pub fn new(address: SocketAddr, pass: impl Fn(Duration) + 'static) -> Self {
        Self {
            address,
            pass: Box::new(pass),
        }
    }

    /// Lets a timeout of one second pass.
    pub fn pass_a_second(&self) {
        (self.pass)(Duration::from_millis(1050));
    }

    /// Lets a timeout of zero pass: moto counts a message as visible only in the millisecond after.
    pub fn pass_a_moment(&self) {
        (self.pass)(Duration::from_millis(20));
    }

    /// Calls an operation.
    pub fn ask(&self, operation: &str, body: &Value) -> Answer {
        let body = body.to_string();
        // Moto wants a signature's form, to know whose queues are meant.
        let credential = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, \
                          SignedHeaders=host, Signature=none";
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: AmazonSQS.{operation}\r\nContent-Type: \
             application/x-amz-json-1.0\r\nAuthorization: {credential}\r\nConnection: close\r\nContent-Length: \
             {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        read(&String::from_utf8(reply).unwrap())
    }

    /// Makes a queue and answers with its URL.
    pub fn queue(&self, name: &str, attributes: Value) -> String {
        let answer = self.ask(
            "CreateQueue",
            &json!({ "QueueName": name, "Attributes": attributes }),
        );
        answer.body["QueueUrl"]
            .as_str()
            .unwrap_or_else(|| panic!("no {name}: {}", answer.body))
            .to_owned()
    }

    /// Calls an operation on a queue.
    pub fn on(&self, url: &str, operation: &str, mut fields: Value) -> Answer {
        fields["QueueUrl"] = json!(url);
        self.ask(operation, &fields)
    }

    pub fn send(&self, url: &str, body: &str) -> Answer {
        self.on(url, "SendMessage", json!({ "MessageBody": body }))
    }

    /// Sends to a group; the body is the deduplication id.
    pub fn send_in(&self, url: &str, group: &str, body: &str) -> Answer {
        let fields = json!({ "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": body });
        self.on(url, "SendMessage", fields)
    }

    /// Up to so many messages, hidden for so many seconds.
    pub fn receive(&self, url: &str, max: u8, hide_s: u32) -> Vec<Value> {
        let fields = json!({
            "MaxNumberOfMessages": max, "VisibilityTimeout": hide_s, "MessageSystemAttributeNames": ["All"],
        });
        self.on(url, "ReceiveMessage", fields).body["Messages"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// A receive, told as `body#count` of each message.
    pub fn told(&self, url: &str, max: u8, hide_s: u32) -> String {
        tell(&self.receive(url, max, hide_s))
    }

    pub fn delete(&self, url: &str, message: &Value) -> Answer {
        self.on(
            url,
            "DeleteMessage",
            json!({ "ReceiptHandle": message["ReceiptHandle"] }),
        )
    }

    /// Visible, in flight and delayed messages.
    pub fn depths(&self, url: &str) -> String {
        let told = self
            .on(url, "GetQueueAttributes", json!({ "AttributeNames": ["All"] }))
            .body;
        let of = |kind: &str| {
            told["Attributes"][format!("ApproximateNumberOfMessages{kind}")]
                .as_str()
                .unwrap_or("?")
                .to_owned()
        };
        format!("{}+{}+{}", of(""), of("NotVisible"), of("Delayed"))
    }
}

fn read(reply: &str) -> Answer {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    if head.split(' ').nth(1) == Some("200") {
        return Answer {
            code: String::new(),
            body,
        };
    }
    let header = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("x-amzn-query-error")
            .then(|| value.split(';').next().unwrap_or_default())
    });
    let kind = body["__type"]
        .as_str()
        .map(|kind| kind.rsplit('#').next().unwrap_or(kind));
    let status = head.split(' ').nth(1).unwrap_or_default();
    Answer {
        code: header.or(kind).unwrap_or(status).to_owned(),
        body,
    }
}

/// Messages as `body#receive count`.
pub fn tell(messages: &[Value]) -> String {
    let one = |message: &Value| {
        let count = message["Attributes"]["ApproximateReceiveCount"]
            .as_str()
            .unwrap_or("?");
        format!("{}#{count}", message["Body"].as_str().unwrap_or("?"))
    };
    messages.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What a batch said: `+id` for what succeeded, `-id:code` for what failed, with a `!` where the caller is to blame.
pub fn tell_batch(answer: &Answer) -> String {
    if !answer.code.is_empty() {
        return answer.code.clone();
    }
    let list = |name: &str| answer.body[name].as_array().cloned().unwrap_or_default();
    let id = |entry: &Value| entry["Id"].as_str().unwrap_or("?").to_owned();
    let failed = |entry: &Value| {
        let blame = if entry["SenderFault"] == false { "" } else { "!" };
        format!("-{}:{}{blame}", id(entry), entry["Code"].as_str().unwrap_or("?"))
    };
    let successes = list("Successful")
        .iter()
        .map(|entry| format!("+{}", id(entry)))
        .collect::<Vec<_>>();
    let failures = list("Failed").iter().map(failed).collect::<Vec<_>>();
    [successes, failures].concat().join(" ")
}

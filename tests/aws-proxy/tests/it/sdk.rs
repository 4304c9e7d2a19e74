//! The SDK that the functions use takes the proxy for AWS.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use host::Form;

use crate::support::{Stack, TABLE};

fn client(stack: &Stack) -> Client {
    let own = &stack.credentials;
    let credentials = Credentials::new(&own.access_key_id, &own.secret_access_key, None, None, "test");
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials)
        .region(Region::new("us-east-1"))
        .endpoint_url(stack.proxy.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

async fn put_once(client: &Client) -> Result<(), aws_sdk_dynamodb::Error> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = client
        .put_item()
        .table_name(TABLE)
        .item("pk", text("a"))
        .item("sk", text("state"));
    put.condition_expression("attribute_not_exists(pk)")
        .send()
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_second_put_fails_on_its_condition() {
    let stack = Stack::start().await;
    let client = client(&stack);
    put_once(&client).await.unwrap();
    let error = put_once(&client).await.unwrap_err();
    assert!(
        matches!(error, aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_sdk_repeats_a_put_whose_reply_is_lost_and_finds_it_done() {
    let stack = Stack::start().await;
    stack.break_next(Form::ReplyLost);
    let error = put_once(&client(&stack)).await.unwrap_err();
    assert!(
        matches!(error, aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)),
        "{error:?}"
    );
    assert_eq!(stack.gate.calls(), 2);
}

#[tokio::test]
async fn a_refusal_reaches_the_function_by_its_name() {
    let stack = Stack::with_policy(|_, _| false).await;
    let error = put_once(&client(&stack)).await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
}

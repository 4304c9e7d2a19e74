//! The AWS SDK: the one HTTP client, credentials of the environment, and a time limit on every call.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::SharedCredentialsProvider;

use crate::aws_http::sdk_client;
use crate::{Settings, SettingsError};

/// One try of a call: DynamoDB and SQS answer in milliseconds, so a call that takes this long is not coming back.
const TRY: Duration = Duration::from_secs(4);
/// A call with all its tries.
const CALL: Duration = Duration::from_secs(15);

/// The clients of AWS services.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
}

impl Aws {
    /// Reads what Lambda sets (`AWS_REGION`, credentials), and `AWS_ENDPOINT_URL`, which the local run sets.
    ///
    /// The SDK's own search is left out on purpose: on Lambda credentials come from the environment and from nowhere
    /// else, and the code that would look in files, in containers and at STS is a tenth of each binary.
    pub fn connect(settings: Settings, http: reqwest::Client) -> Result<Self, SettingsError> {
        let limits = TimeoutConfig::builder()
            .operation_attempt_timeout(TRY)
            .operation_timeout(CALL)
            .build();
        let credentials = EnvironmentVariableCredentialsProvider::new();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.text("AWS_REGION")?))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(sdk_client(http))
            .retry_config(RetryConfig::standard())
            .timeout_config(limits);
        config.set_endpoint_url(settings.maybe("AWS_ENDPOINT_URL"));
        Ok(Self {
            config: config.build(),
        })
    }

    /// DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    /// SQS.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config)
    }

    /// EventBridge.
    pub fn events(&self) -> aws_sdk_eventbridge::Client {
        aws_sdk_eventbridge::Client::new(&self.config)
    }

    /// Secrets Manager.
    pub fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config)
    }
}

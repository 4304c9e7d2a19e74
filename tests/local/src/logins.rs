//! The credentials of the local vendors: made up, and looked for in every line that is captured.

use aws_proxy::AwsProxy;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use simulators::{SPARKLAYER_TOKEN, SPREADSHIRT_SESSION};

use crate::Stack;

pub(crate) const CLIENT_KEY: &str = "6f0d2c1e-1111-4222-8333-0123456789ab";
pub(crate) const ENVIRONMENT_KEY: &str = "a8f1c7d2-4444-4555-8666-ba9876543210";
pub(crate) const ERP_TOKEN: &str = "local-erp-token-5f2b9c";
pub(crate) const ECAT_USERNAME: &str = "order-relay-local";
pub(crate) const ECAT_PASSWORD: &str = "local-ecat-9d41f7";
/// What somebody makes of it during a scripted day.
pub(crate) const ECAT_NEW_PASSWORD: &str = "local-ecat-next-07aa";

pub(crate) const SPARKLAYER_CLIENT: &str = "local-sparklayer-client";
pub(crate) const SPARKLAYER_SECRET: &str = "local-sparklayer-77c1e0";
pub(crate) const SPREADSHIRT_KEY: &str = "local-spreadshirt-key-31";
pub(crate) const SPREADSHIRT_SECRET: &str = "local-spreadshirt-b02d44";
pub(crate) const SPREADSHIRT_USERNAME: &str = "partner@acme.example";
pub(crate) const SPREADSHIRT_PASSWORD: &str = "local-spreadshirt-pass-5e";
pub(crate) const SPECTRUM_TOKEN: &str = "local-spectrum-token-c93a18";

/// How what the vendors give for a login begins.
const GIVEN: [&str; 2] = [SPARKLAYER_TOKEN, SPREADSHIRT_SESSION];

/// Keeps them as secrets, where the template's functions look for them.
pub(crate) fn keep(proxy: &AwsProxy) {
    let repspark = json!({"client_key": CLIENT_KEY, "environment_key": ENVIRONMENT_KEY});
    let erp = json!({"token": ERP_TOKEN});
    for (name, secret) in [("repspark", repspark), ("erp", erp)] {
        proxy.put_secret(&format!("/order-relay/ACME/local/{name}"), &secret.to_string());
    }
    keep_sparklayer(proxy, SPARKLAYER_CLIENT, SPARKLAYER_SECRET);
    keep_spreadshirt(proxy, SPREADSHIRT_USERNAME, SPREADSHIRT_PASSWORD);
    keep_spectrum(proxy, SPECTRUM_TOKEN);
    keep_ecat(proxy, ECAT_USERNAME, ECAT_PASSWORD);
}

/// Keeps another login for eCat.
pub(crate) fn keep_ecat(proxy: &AwsProxy, username: &str, password: &str) {
    let secret = json!({"username": username, "password": password});
    proxy.put_secret("/order-relay/ACME/local/ecat", &secret.to_string());
}

/// Keeps another login for SparkLayer.
pub(crate) fn keep_sparklayer(proxy: &AwsProxy, client: &str, secret: &str) {
    let secret = json!({"client_id": client, "client_secret": secret});
    proxy.put_secret("/order-relay/ACME/local/sparklayer", &secret.to_string());
}

/// Keeps another login for Spreadshirt, with the same key.
pub(crate) fn keep_spreadshirt(proxy: &AwsProxy, username: &str, password: &str) {
    let secret = json!({
        "api_key": SPREADSHIRT_KEY, "secret": SPREADSHIRT_SECRET, "username": username, "password": password,
    });
    proxy.put_secret("/order-relay/ACME/local/spreadshirt", &secret.to_string());
}

/// Keeps another token for Spectrum.
pub(crate) fn keep_spectrum(proxy: &AwsProxy, token: &str) {
    let secret = json!({"token": token});
    proxy.put_secret("/order-relay/ACME/local/spectrum", &secret.to_string());
}

/// What must not stand in any line: each secret, eCat's login in the form in which it travels, and what vendors give for a
/// login.
pub(crate) fn secrets() -> Vec<String> {
    let mut secrets = [
        CLIENT_KEY,
        ENVIRONMENT_KEY,
        ERP_TOKEN,
        ECAT_PASSWORD,
        ECAT_NEW_PASSWORD,
        SPARKLAYER_SECRET,
        SPREADSHIRT_KEY,
        SPREADSHIRT_SECRET,
        SPREADSHIRT_PASSWORD,
        SPECTRUM_TOKEN,
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.extend(GIVEN.map(str::to_owned));
    for password in [ECAT_PASSWORD, ECAT_NEW_PASSWORD] {
        secrets.push(STANDARD.encode(format!("{ECAT_USERNAME}:{password}")));
    }
    secrets
}

impl Stack {
    /// Gives Spectrum's functions another token; without one, that which Spectrum has had from the beginning.
    pub fn put_spectrum_token(&self, token: Option<&str>) {
        keep_spectrum(&self.proxy, token.unwrap_or(SPECTRUM_TOKEN));
    }

    /// Gives SparkLayer's functions another login; without one, that which SparkLayer has had from the beginning.
    pub fn put_sparklayer_login(&self, login: Option<(&str, &str)>) {
        let (client, secret) = login.unwrap_or((SPARKLAYER_CLIENT, SPARKLAYER_SECRET));
        keep_sparklayer(&self.proxy, client, secret);
    }

    /// Gives Spreadshirt's functions another login; without one, that which Spreadshirt has had from the beginning.
    pub fn put_spreadshirt_login(&self, login: Option<(&str, &str)>) {
        let (username, password) = login.unwrap_or((SPREADSHIRT_USERNAME, SPREADSHIRT_PASSWORD));
        keep_spreadshirt(&self.proxy, username, password);
    }

    /// Gives the eCat functions another login.
    pub fn put_ecat_login(&self, username: &str, password: &str) {
        keep_ecat(&self.proxy, username, password);
    }

    /// Gives the eCat functions the login that eCat has had from the beginning.
    pub fn mend_ecat_login(&self) {
        self.put_ecat_login(ECAT_USERNAME, ECAT_PASSWORD);
    }
}

//! TLS of requests to other servers: which authorities they trust, in one place.

use std::sync::{Arc, LazyLock};

use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier, crypto::ring};

/// Variables with which operators name other authorities than those of the machine. OpenSSL knows them too.
const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Settings of all connections. They are read once, because the authorities of a machine are hundreds. `None` where the
/// operator has named authorities, and none can be read: nobody is trusted then.
static CONFIG: LazyLock<Option<ClientConfig>> = LazyLock::new(read);

fn builder() -> ConfigBuilder<ClientConfig, WantsVerifier> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    #[expect(clippy::expect_used, reason = "ring has what the default versions of TLS need")]
    builder.with_safe_default_protocol_versions().expect("ring speaks TLS 1.2 and 1.3")
}

/// Trusts the authorities that the operator has named, or else those of the machine, or else, as in an image that has
/// none, those of the browsers.
fn read() -> Option<ClientConfig> {
    let trusting = match builder().with_native_roots() {
        Ok(trusting) => trusting,
        Err(_none) if VARIABLES.iter().any(|name| std::env::var_os(name).is_some()) => return None,
        Err(_none) => builder().with_webpki_roots(),
    };
    Some(trusting.with_no_client_auth())
}

/// Reads the authorities. An error names the variables of the operator, if they lead to none.
pub fn check_authorities() -> Result<(), String> {
    let [file, folders] = VARIABLES;
    CONFIG.as_ref().map(|_| ()).ok_or_else(|| {
        format!("{file} and {folders}: there is no certificate in PEM format; leave both unset to trust the machine's authorities")
    })
}

/// Speaks TLS over the connections to addresses that ask for it.
pub(crate) fn https<C>(connector: C) -> HttpsConnector<C> {
    let nobody = || builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let config = CONFIG.clone().unwrap_or_else(nobody);
    HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().wrap_connector(connector)
}

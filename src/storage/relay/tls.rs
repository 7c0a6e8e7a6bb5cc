//! TLS to the pooler, with the parameters of the URL that sqlx knows too.

use std::{io, sync::Arc};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    WantsVerifier,
    client::{
        WantsClientCert, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};
use sea_orm::{DbErr, RuntimeErr};
use sqlx::postgres::PgSslMode;
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Url;

use super::stream::Stream;

/// Settings of TLS, and the name that the pooler's certificate must have.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// Hand-written, because the connector may hold a private key.
impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the certificates that the URL names.
    pub(super) fn new(url: &str, mode: PgSslMode, host: &str) -> Result<Self, DbErr> {
        let unusable = |wrong: String| DbErr::Conn(RuntimeErr::Internal(format!("DATABASE_URL is wrong: {wrong}")));
        let files = Files::of(url).map_err(unusable)?;
        let config = files.config(mode).map_err(unusable)?;
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|_invalid| unusable("the host is neither a name nor an address".to_owned()))?;
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Speaks TLS over a connection.
    pub(super) async fn connect<S: Stream>(&self, stream: S) -> io::Result<TlsStream<S>> {
        self.connector.connect(self.name.clone(), stream).await
    }
}

/// Names of the parameters for the authority, the client's certificate and its key.
const ROOT: [&str; 3] = ["sslrootcert", "ssl-root-cert", "ssl-ca"];
const CERTIFICATE: [&str; 2] = ["sslcert", "ssl-cert"];
const KEY: [&str; 2] = ["sslkey", "ssl-key"];

/// Certificates and the key that a URL names.
#[derive(Default)]
struct Files {
    roots: Option<Vec<CertificateDer<'static>>>,
    certificates: Option<Vec<CertificateDer<'static>>>,
    key: Option<PrivateKeyDer<'static>>,
}

impl Files {
    fn of(url: &str) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|_cause| "the host cannot be read".to_owned())?;
        let mut files = Self::default();
        for (name, file) in url.query_pairs() {
            let name: &str = &name;
            if ROOT.contains(&name) {
                files.roots = Some(certificates(&file)?);
            } else if CERTIFICATE.contains(&name) {
                files.certificates = Some(certificates(&file)?);
            } else if KEY.contains(&name) {
                let key = PrivateKeyDer::from_pem_file(&*file).map_err(|cause| format!("sslkey: {cause}"))?;
                files.key = Some(key);
            }
        }
        Ok(files)
    }

    fn config(self, mode: PgSslMode) -> Result<ClientConfig, String> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| cause.to_string())?;
        let builder = trusting(builder, self.roots.as_deref(), mode)?;
        match (self.certificates, self.key) {
            (Some(certificates), Some(key)) => {
                builder.with_client_auth_cert(certificates, key).map_err(|cause| format!("sslcert: {cause}"))
            }
            (None, None) => Ok(builder.with_no_client_auth()),
            _ => Err("sslcert and sslkey belong together".to_owned()),
        }
    }
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_none) => Err(format!("{file} has no certificate in PEM format")),
        Err(cause) => Err(format!("{file}: {cause}")),
    }
}

/// Trusts as `sslmode` says: `prefer` and `require` whatever certificate there is, `verify-ca` one of a known authority,
/// `verify-full` only one that also has the host's name.
fn trusting(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    roots: Option<&[CertificateDer<'static>]>,
    mode: PgSslMode,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let is_checked = matches!(mode, PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    let mut store = RootCertStore::empty();
    for root in roots.into_iter().flatten() {
        store.add(root.clone()).map_err(|cause| format!("sslrootcert: {cause}"))?;
    }
    if is_checked && roots.is_none() {
        if matches!(mode, PgSslMode::VerifyFull) {
            return Ok(builder.with_webpki_roots());
        }
        return Err("sslmode=verify-ca needs sslrootcert, because any public authority would do otherwise".to_owned());
    }
    if matches!(mode, PgSslMode::VerifyFull) {
        return Ok(builder.with_root_certificates(store));
    }
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let authorities = if is_checked {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build();
        Some(verifier.map_err(|cause| format!("sslrootcert: {cause}"))?)
    } else {
        None
    };
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName { authorities, algorithms })))
}

/// Takes certificates of any name: of the authorities, or of anybody.
#[derive(Debug)]
struct AnyName {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        match authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

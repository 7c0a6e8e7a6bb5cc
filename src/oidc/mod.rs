//! Providers of OpenID Connect: the authorization code flow with PKCE.
//!
//! The library checks the provider's signed answer; this module decides what is checked. A provider's own errors are
//! never shown or logged, because they may quote what was sent.

mod claims;
mod error;
mod http;
mod sign_out;
mod types;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use cookie::Key;
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
    core::{CoreJwsSigningAlgorithm, CoreResponseType},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::error::ProviderError;
use self::{claims::Told, http::Http, types::Client};
use crate::{
    config::{AccessArgs, OidcProvider, RoleSetting},
    domain::access::{ExternalAccount, ProviderRules},
    entity::role::Role,
    outbound::is_safe,
    public_url::PublicUrl,
};

/// Time for which a provider's metadata and keys are kept.
const METADATA_VALID_FOR: Duration = Duration::from_hours(1);
/// Time for which they are kept when a key is missing, otherwise anybody's tokens would make the server read them again.
const KEYS_VALID_FOR: Duration = Duration::from_secs(10);
/// Longest identifier of an account, by the specification.
const SUBJECT_BYTES_MAX: usize = 255;
/// Algorithms of signatures. None of them has a key that both sides know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The providers by which users may sign in.
#[derive(Debug, Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Takes the providers of the settings. Without a public URL there are none, because they send browsers back to it.
    pub fn new(settings: &AccessArgs) -> Self {
        let Some(public_url) = settings.public_url.as_ref().filter(|_| !settings.oidc.is_empty()) else {
            return Self::default();
        };
        let http = Http::new(settings.oidc_timeout);
        let open = |provider: &OidcProvider| Provider::new(provider.clone(), public_url, http.clone());
        Self(settings.oidc.iter().map(open).collect())
    }

    /// Returns the names of all providers.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|provider| provider.settings.name.as_str())
    }

    /// Returns the provider with a name.
    pub fn get(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.settings.name == name)
    }
}

/// Provider by which users may sign in.
pub struct Provider {
    settings: OidcProvider,
    public_url: PublicUrl,
    http: Http,
    metadata: RwLock<Option<(Arc<ProviderMetadataWithLogout>, Instant)>>,
    cookie_key: Key,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.settings.name).finish()
    }
}

/// Sign-in that has begun, and waits for the browser to come back from the provider. It is a secret of that browser.
#[derive(Deserialize, Serialize)]
pub struct PendingSignIn {
    /// Value that comes back with the browser.
    pub state: String,
    nonce: String,
    verifier: String,
}

impl Provider {
    fn new(settings: OidcProvider, public_url: &PublicUrl, http: Http) -> Self {
        // All replicas know the secret, so that a browser may come back to any of them.
        let digest = Sha256::new()
            .chain_update("liaison sign-in cookie\0")
            .chain_update(&settings.name)
            .chain_update("\0")
            .chain_update(settings.client_secret.expose())
            .finalize();
        let cookie_key = Key::derive_from(&digest);
        Self { settings, public_url: public_url.clone(), http, metadata: RwLock::default(), cookie_key }
    }

    /// Returns the name in the settings.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Returns the key that encrypts pending sign-ins at this provider, and ID tokens.
    pub fn cookie_key(&self) -> &Key {
        &self.cookie_key
    }

    /// Returns true for the issuer that this provider has.
    pub fn is_issuer(&self, issuer: &str) -> bool {
        self.settings.issuer == issuer
    }

    /// Begins a sign-in. Returns the address at the provider to which the browser goes.
    pub async fn begin(&self) -> Result<(String, PendingSignIn), ProviderError> {
        let client = self.client(&*self.metadata().await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        if !is_safe(url.as_str()) {
            return Err(ProviderError::Metadata);
        }
        let pending = PendingSignIn {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url.into(), pending))
    }

    /// Redeems the code that came back with the browser. Returns the account, and the rules for it.
    pub async fn redeem(
        &self,
        code: String,
        pending: PendingSignIn,
    ) -> Result<(ExternalAccount, ProviderRules), ProviderError> {
        let mut metadata = self.metadata().await?;
        let client = self.client(&metadata)?;
        let exchange =
            client.exchange_code(AuthorizationCode::new(code)).map_err(|_missing| ProviderError::Metadata)?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier));
        let tokens = exchange.request_async(&self.http).await?;
        let id_token = tokens.id_token().ok_or(ProviderError::NoIdToken)?;
        let nonce = Nonce::new(pending.nonce);
        let verify = |metadata: &ProviderMetadataWithLogout| {
            let client = self.client(metadata)?;
            let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
            id_token.clone().into_claims(&verifier, &nonce).map_err(ProviderError::from)
        };
        let mut verified = verify(&metadata);
        if matches!(verified, Err(ProviderError::UnknownKey)) {
            // The provider may have changed its keys.
            metadata = self.newer_than(KEYS_VALID_FOR).await?;
            verified = verify(&metadata);
        }
        let claims = verified?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > SUBJECT_BYTES_MAX || subject.chars().any(char::is_control) {
            return Err(ProviderError::IdToken);
        }
        if claims.authorized_party().is_some_and(|party| **party != self.settings.client_id) {
            return Err(ProviderError::Audience);
        }
        let mut told = Told::of_id_token(&claims, &self.settings);
        if told.is_partial(&self.settings)
            && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            told.complete(Told::of_user_info(&request.request_async(&self.http).await?, &self.settings));
        }
        let sign_out_hint = sign_out::seal(&self.cookie_key, &id_token.to_string());
        Ok(self.account(claims.subject().to_string(), told, sign_out_hint))
    }

    fn account(&self, subject: String, told: Told, sign_out_hint: Option<String>) -> (ExternalAccount, ProviderRules) {
        let default_role = role(self.settings.default_role);
        let groups = told.groups.unwrap_or_default();
        let given = self.settings.roles.iter().filter(|(group, _)| groups.contains(group));
        let highest = given.map(|(_, setting)| role(*setting)).max();
        let rules = ProviderRules {
            role: self.settings.role_claim.as_ref().map(|_| highest.unwrap_or(default_role)),
            default_role,
            allow_new: self.settings.allow_new,
        };
        let (email, is_email_verified) = told.email.map_or((None, false), |(email, verified)| (Some(email), verified));
        let account = ExternalAccount {
            provider: self.settings.name.clone(),
            issuer: self.settings.issuer.clone(),
            subject,
            email,
            is_email_verified,
            name: told.name,
            sign_out_hint,
        };
        (account, rules)
    }

    /// Returns the address at the provider that signs the browser out there as well. `None` when it offers none. With the
    /// hint of the session, most providers do so without asking the user.
    pub async fn sign_out_url(&self, hint: Option<String>) -> Option<String> {
        let metadata = self.metadata().await.ok()?;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let hint = hint.and_then(|sealed| sign_out::open(&self.cookie_key, sealed));
        sign_out::url(end, &self.settings.client_id, &self.public_url, hint)
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Result<Client, ProviderError> {
        let redirect = format!("{}/oidc/{}/callback", self.public_url, self.settings.name);
        let redirect = RedirectUrl::new(redirect).map_err(|_wrong| ProviderError::Metadata)?;
        let secret = ClientSecret::new(self.settings.client_secret.expose().to_owned());
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(Client::from_provider_metadata(metadata.clone(), id, Some(secret)).set_redirect_uri(redirect))
    }

    async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        self.newer_than(METADATA_VALID_FOR).await
    }

    /// Returns the provider's metadata and keys, read again when they are older.
    async fn newer_than(&self, age: Duration) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let known = self.metadata.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((metadata, since)) = known
            && since.elapsed() < age
        {
            return Ok(metadata);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|_wrong| ProviderError::Metadata)?;
        let metadata = Arc::new(ProviderMetadataWithLogout::discover_async(issuer, &self.http).await?);
        *self.metadata.write().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&metadata), Instant::now()));
        Ok(metadata)
    }
}

fn role(setting: RoleSetting) -> Role {
    match setting {
        RoleSetting::Contact => Role::Contact,
        RoleSetting::Viewer => Role::Viewer,
        RoleSetting::Member => Role::Member,
        RoleSetting::Admin => Role::Admin,
    }
}

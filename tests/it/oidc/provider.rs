//! A provider of OpenID Connect that answers wrongly when it is told to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use liaison::config::{Hidden, OidcProvider, RoleSetting};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};

pub(super) const CLIENT_ID: &str = "liaison";
pub(super) const CLIENT_SECRET: &str = "the client's secret of the tests";

/// What the provider does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    WrongNonce,
    NoNonce,
    WrongAudience,
    SecondAudience,
    WrongIssuer,
    WrongMetadata,
    AlgorithmNone,
    HmacByPublicKey,
    HmacBySecret,
    OtherKey,
    WrongSignature,
    Expired,
    NoIdToken,
    CodesAgain,
    OtherSubject,
    Redirect,
    Silence,
    Megabyte,
    Garbage,
    MegabyteOfMetadata,
    GarbageOfMetadata,
    UnsafeEndpoints,
}

struct Code {
    nonce: String,
    challenge: String,
    claims: Value,
    is_used: bool,
}

/// What is behind the addresses.
struct Inner {
    fault: Fault,
    key: CoreEdDsaPrivateSigningKey,
    codes: HashMap<String, Code>,
    /// Claims that are told by the second answer only, by the access token.
    user_infos: HashMap<String, Value>,
    token_requests: usize,
    /// `traceparent` of requests for the metadata.
    traces: Vec<String>,
    last_id_token: String,
}

type Shared = Arc<(String, Mutex<Inner>)>;

/// A provider on a port of its own, which ends with it.
pub(super) struct Provider {
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn new_key(id: &str) -> CoreEdDsaPrivateSigningKey {
    // The key in the form of PKCS 8: what always stands before the 32 bytes, and these.
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend(rand::random::<[u8; 32]>());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}

impl Provider {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            fault: Fault::None,
            key: new_key("first"),
            codes: HashMap::new(),
            user_infos: HashMap::new(),
            token_requests: 0,
            traces: Vec::new(),
            last_id_token: String::new(),
        };
        let shared: Shared = Arc::new((issuer, Mutex::new(inner)));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/user-info", get(user_info))
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { axum_serve(listener, router).await });
        Self { shared, serving }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.shared.0
    }

    pub(super) fn settings(&self) -> OidcProvider {
        OidcProvider {
            name: "ours".to_owned(),
            issuer: self.issuer().to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Hidden::from(CLIENT_SECRET.to_owned()),
            scopes: vec!["email".to_owned()],
            role_claim: None,
            roles: Vec::new(),
            default_role: RoleSetting::Contact,
            allow_new: false,
        }
    }

    pub(super) fn fail(&self, fault: Fault) {
        self.shared.1.lock().unwrap().fault = fault;
    }

    pub(super) fn change_keys(&self) {
        self.shared.1.lock().unwrap().key = new_key("second");
    }

    pub(super) fn token_requests(&self) -> usize {
        self.shared.1.lock().unwrap().token_requests
    }

    pub(super) fn traces(&self) -> Vec<String> {
        self.shared.1.lock().unwrap().traces.clone()
    }

    pub(super) fn last_id_token(&self) -> String {
        self.shared.1.lock().unwrap().last_id_token.clone()
    }

    /// The user lets the client in. Returns the code that the browser brings back.
    pub(super) fn consent(&self, asked: &HashMap<String, String>, claims: Value) -> String {
        let code = format!("code {}", self.shared.1.lock().unwrap().codes.len());
        let entry =
            Code { nonce: asked["nonce"].clone(), challenge: asked["code_challenge"].clone(), claims, is_used: false };
        self.shared.1.lock().unwrap().codes.insert(code.clone(), entry);
        code
    }
}

async fn axum_serve(listener: TcpListener, router: Router) {
    use hyper_util::{rt::TokioIo, service::TowerToHyperService};
    while let Ok((stream, _)) = listener.accept().await {
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            drop(
                hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

async fn metadata(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let trace = headers.get("traceparent").map(|trace| trace.to_str().unwrap().to_owned());
    shared.1.lock().unwrap().traces.extend(trace);
    let (issuer, fault) = (&shared.0, shared.1.lock().unwrap().fault);
    let at = |path: &str| match fault {
        Fault::UnsafeEndpoints if path == "/token" => "http://intranet.example/token".to_owned(),
        _ => format!("{issuer}{path}"),
    };
    let told = if fault == Fault::WrongMetadata { "https://other.example" } else { issuer.as_str() };
    match fault {
        Fault::MegabyteOfMetadata => return vec![b' '; 1 << 20].into_response(),
        Fault::GarbageOfMetadata => return "<html>".into_response(),
        _ => {}
    }
    Json(json!({
        "issuer": told,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/user-info"),
        "jwks_uri": at("/keys"),
        "end_session_endpoint": at("/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
    .into_response()
}

async fn keys(State(shared): State<Shared>) -> Response {
    let key = shared.1.lock().unwrap().key.as_verification_key();
    Json(json!({ "keys": [key] })).into_response()
}

async fn user_info(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let token = headers[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    let inner = shared.1.lock().unwrap();
    let mut claims = inner.user_infos[&token].clone();
    if inner.fault == Fault::OtherSubject {
        claims["sub"] = json!("somebody else");
    }
    Json(claims).into_response()
}

async fn token(State(shared): State<Shared>, body: Bytes) -> Response {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let fault = {
        let mut inner = shared.1.lock().unwrap();
        inner.token_requests += 1;
        inner.fault
    };
    match fault {
        Fault::Silence => return std::future::pending().await,
        Fault::Megabyte => return json_text(format!("{{\"access_token\": \"{}\"}}", "x".repeat(1 << 20))),
        Fault::Garbage => return json_text("{\"access_token\": \u{0}<".to_owned()),
        Fault::Redirect => return (StatusCode::FOUND, [(header::LOCATION, "/token")]).into_response(),
        _ => {}
    }
    let mut inner = shared.1.lock().unwrap();
    let Some(code) = inner.codes.get_mut(&form["code"]) else { return refused() };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if code.is_used && fault != Fault::CodesAgain || challenge != code.challenge {
        return refused();
    }
    code.is_used = true;
    let (nonce, mut claims) = (code.nonce.clone(), code.claims.clone());
    let access_token = format!("access to {}", form["code"]);
    let told = claims.as_object_mut().unwrap().remove("user_info");
    inner.user_infos.insert(access_token.clone(), told.unwrap_or_else(|| json!({ "sub": claims["sub"] })));
    let id_token = signed(&shared.0, &inner.key, fault, &nonce, claims);
    inner.last_id_token.clone_from(&id_token);
    let mut answer = json!({ "access_token": access_token, "token_type": "Bearer", "id_token": id_token });
    if fault == Fault::NoIdToken {
        answer.as_object_mut().unwrap().remove("id_token");
    }
    Json(answer).into_response()
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(text)).into_response()
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response()
}

fn signed(issuer: &str, key: &CoreEdDsaPrivateSigningKey, fault: Fault, nonce: &str, mut claims: Value) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    claims["iss"] = json!(if fault == Fault::WrongIssuer { "https://other.example" } else { issuer });
    claims["aud"] = match fault {
        Fault::WrongAudience => json!("another client"),
        Fault::SecondAudience => json!([CLIENT_ID, "another client"]),
        _ => json!(CLIENT_ID),
    };
    claims["nonce"] = json!(if fault == Fault::WrongNonce { "another" } else { nonce });
    if fault == Fault::NoNonce {
        claims.as_object_mut().unwrap().remove("nonce");
    }
    claims["iat"] = json!(now - 120);
    claims["exp"] = json!(if fault == Fault::Expired { now - 60 } else { now + 300 });
    let public = serde_json::to_value(key.as_verification_key()).unwrap();
    let public_bytes = BASE64_URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
    let (algorithm, id) = match fault {
        Fault::AlgorithmNone => ("none", "first"),
        Fault::HmacByPublicKey | Fault::HmacBySecret => ("HS256", "first"),
        Fault::OtherKey => ("EdDSA", "first"),
        _ => ("EdDSA", public["kid"].as_str().unwrap()),
    };
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": algorithm, "kid": id })), part(&claims));
    let hmac =
        |secret: Vec<u8>| CoreHmacKey::new(secret).sign(&CoreJwsSigningAlgorithm::HmacSha256, text.as_bytes()).unwrap();
    let by = |key: &CoreEdDsaPrivateSigningKey| key.sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap();
    let mut signature = match fault {
        Fault::AlgorithmNone => Vec::new(),
        Fault::HmacByPublicKey => hmac(public_bytes),
        Fault::HmacBySecret => hmac(CLIENT_SECRET.as_bytes().to_vec()),
        Fault::OtherKey => by(&new_key("first")),
        _ => by(key),
    };
    if fault == Fault::WrongSignature {
        signature[10] ^= 1;
    }
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

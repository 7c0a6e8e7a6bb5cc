//! Claims of an account that the server looks at.

use openidconnect::{
    AdditionalClaims, EndUserEmail, EndUserName, IdTokenClaims, LocalizedClaim, UserInfoClaims, core::CoreGenderClaim,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::OidcProvider;

/// Claims that the library does not know.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Claims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Claims {}

/// Account details from the claims of a provider.
pub(super) struct Told {
    /// E-mail address, and whether the provider has verified it. The two are never from different answers.
    pub(super) email: Option<(String, bool)>,
    pub(super) name: Option<String>,
    /// Values of the claim that names groups. `None` when there is no such claim.
    pub(super) groups: Option<Vec<String>>,
}

impl Told {
    pub(super) fn of_id_token(claims: &IdTokenClaims<Claims, CoreGenderClaim>, settings: &OidcProvider) -> Self {
        Self::new(claims.email(), claims.email_verified(), claims.name(), claims.additional_claims(), settings)
    }

    pub(super) fn of_user_info(claims: &UserInfoClaims<Claims, CoreGenderClaim>, settings: &OidcProvider) -> Self {
        Self::new(claims.email(), claims.email_verified(), claims.name(), claims.additional_claims(), settings)
    }

    fn new(
        email: Option<&EndUserEmail>,
        is_verified: Option<bool>,
        name: Option<&LocalizedClaim<EndUserName>>,
        others: &Claims,
        settings: &OidcProvider,
    ) -> Self {
        // Microsoft says by a claim of its own that the owner of the address's domain has verified it.
        let is_of_domain_owner = match others.all.get("xms_edov") {
            Some(Value::Bool(is_verified)) => *is_verified,
            Some(Value::String(text)) => text == "1" || text == "true",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        };
        let is_verified = is_verified.unwrap_or(is_of_domain_owner);
        let groups = settings.role_claim.as_ref().and_then(|claim| find(&others.all, claim));
        Self {
            email: email.map(|email| (email.to_string(), is_verified)),
            name: name.and_then(|name| name.get(None)).map(|name| name.to_string()),
            groups: groups.map(texts),
        }
    }

    /// Returns true when another answer of the provider may have more that is needed.
    pub(super) fn is_partial(&self, settings: &OidcProvider) -> bool {
        self.email.is_none() || settings.role_claim.is_some() && self.groups.is_none()
    }

    /// Takes from another answer what this one has not.
    pub(super) fn complete(&mut self, other: Self) {
        self.email = self.email.take().or(other.email);
        self.name = self.name.take().or(other.name);
        self.groups = self.groups.take().or(other.groups);
    }
}

/// Returns a claim by its name, or by names separated by dots, as `realm_access.roles`.
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        find(claims.get(outer)?.as_object()?, inner)
    })
}

/// Returns the texts of a list, or a single one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{find, texts};

    #[test]
    fn groups_are_found_by_a_path() {
        let claims =
            json!({ "groups": ["a", 1, "b"], "realm_access": { "roles": "c" }, "https://x.example/roles": ["d"] });
        let claims = claims.as_object().unwrap();
        let found = |name: &str| find(claims, name).map(texts);
        assert_eq!(found("groups").unwrap(), ["a", "b"]);
        assert_eq!(found("realm_access.roles").unwrap(), ["c"]);
        assert_eq!(found("https://x.example/roles").unwrap(), ["d"]);
        assert_eq!(found("realm_access").unwrap(), [""; 0]);
        assert_eq!(found("groups.roles"), None);
        assert_eq!(found("."), None);
    }
}

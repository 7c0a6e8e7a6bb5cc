//! Settings of OpenID Connect providers. Each provider has a name, and variables of its own that contain the name.

use std::{collections::BTreeMap, fs};

use axum::http::Uri;

use super::Hidden;
use crate::origin::is_loopback_name;

/// Beginning of all variables.
const PREFIX: &str = "LIAISON_OIDC_";
/// Most providers.
const PROVIDERS_MAX: usize = 16;
/// Longest name of a provider, in letters.
const NAME_LETTERS_MAX: usize = 32;

/// Role that a provider's setting names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the roles are documented with the API")]
pub enum RoleSetting {
    Contact,
    Viewer,
    Member,
    Admin,
}

/// Settings of one provider.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    /// Name in paths: lower case, with hyphens.
    pub name: String,
    /// Issuer, by which the provider identifies itself.
    pub issuer: String,
    /// Name of this server at the provider.
    pub client_id: String,
    /// Secret of this server at the provider.
    pub client_secret: Hidden,
    /// Scopes that are requested besides `openid`.
    pub scopes: Vec<String>,
    /// Claim that names the user's groups.
    pub role_claim: Option<String>,
    /// Role of each group.
    pub roles: Vec<(String, RoleSetting)>,
    /// Role of users without such a group.
    pub default_role: RoleSetting,
    /// Registers users that are unknown here.
    pub allow_new: bool,
}

/// Endings of the variables.
const ENDINGS: [&str; 9] = [
    "_ISSUER",
    "_CLIENT_ID",
    "_CLIENT_SECRET",
    "_CLIENT_SECRET_FILE",
    "_SCOPES",
    "_ROLE_CLAIM",
    "_ROLES",
    "_DEFAULT_ROLE",
    "_ALLOW_NEW",
];

/// Reads the providers out of environment variables. An error names the variable, and never its value.
pub fn oidc_providers(variables: impl IntoIterator<Item = (String, String)>) -> Result<Vec<OidcProvider>, String> {
    let mut providers = BTreeMap::<String, BTreeMap<&str, String>>::new();
    for (variable, value) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
        let ending = ENDINGS.into_iter().filter(|ending| rest.ends_with(ending)).max_by_key(|ending| ending.len());
        let named = ending.and_then(|ending| Some((rest.strip_suffix(ending)?, ending)));
        let Some((name, ending)) = named.filter(|(name, _)| is_name(name)) else {
            let endings = ENDINGS.join(", ");
            return Err(format!(
                "{variable}: {PREFIX} is followed by the provider's name in capital letters and digits, and by one of \
                 {endings}"
            ));
        };
        providers.entry(name.to_owned()).or_default().insert(ending, value);
    }
    if providers.len() > PROVIDERS_MAX {
        return Err(format!("{PREFIX}…: at most {PROVIDERS_MAX} providers can be configured"));
    }
    providers.into_iter().map(|(name, values)| Settings { name, values }.provider()).collect()
}

fn is_name(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    name.len() <= NAME_LETTERS_MAX && name.split('_').all(is_word)
}

/// Variables of one provider, by their endings.
struct Settings {
    name: String,
    values: BTreeMap<&'static str, String>,
}

impl Settings {
    fn variable(&self, ending: &str) -> String {
        format!("{PREFIX}{}{ending}", self.name)
    }

    /// Returns a value without blanks around it; none when it is blank.
    fn value(&self, ending: &str) -> Option<&str> {
        self.values.get(ending).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn needed(&self, ending: &str) -> Result<String, String> {
        let value = self.value(ending).map(str::to_owned);
        value.ok_or_else(|| format!("{} must be set for this provider", self.variable(ending)))
    }

    fn provider(self) -> Result<OidcProvider, String> {
        let role_claim = self.value("_ROLE_CLAIM").map(str::to_owned);
        let roles = self.roles()?;
        if role_claim.is_some() == roles.is_empty() {
            let [claim, roles] = ["_ROLE_CLAIM", "_ROLES"].map(|ending| self.variable(ending));
            return Err(format!("{claim} and {roles} must be set together"));
        }
        let default_role = self.value("_DEFAULT_ROLE").map(|role| self.role("_DEFAULT_ROLE", role)).transpose()?;
        let scopes = self.value("_SCOPES").unwrap_or("openid email profile");
        let scopes = scopes.split([' ', ',']).filter(|scope| !["", "openid"].contains(scope));
        Ok(OidcProvider {
            issuer: self.issuer()?,
            client_id: self.needed("_CLIENT_ID")?,
            client_secret: self.secret()?,
            scopes: scopes.map(str::to_owned).collect(),
            role_claim,
            roles,
            default_role: default_role.unwrap_or(RoleSetting::Contact),
            allow_new: self.allow_new()?,
            name: self.name.to_ascii_lowercase().replace('_', "-"),
        })
    }

    fn issuer(&self) -> Result<String, String> {
        let issuer = self.needed("_ISSUER")?;
        let url = issuer.parse::<Uri>().ok();
        let scheme = url.as_ref().and_then(Uri::scheme_str);
        let is_near = url.as_ref().and_then(Uri::host).is_some_and(is_loopback_name);
        let is_plain = url.as_ref().is_some_and(|url| url.query().is_none()) && !issuer.contains('#');
        if is_plain && (scheme == Some("https") || scheme == Some("http") && is_near) {
            return Ok(issuer);
        }
        Err(format!("{} must be an address such as https://accounts.example.com", self.variable("_ISSUER")))
    }

    fn secret(&self) -> Result<Hidden, String> {
        let (plain, file) = (self.variable("_CLIENT_SECRET"), self.variable("_CLIENT_SECRET_FILE"));
        match (self.value("_CLIENT_SECRET"), self.value("_CLIENT_SECRET_FILE")) {
            (Some(secret), None) => Ok(Hidden::from(secret.to_owned())),
            (None, Some(path)) => {
                let text =
                    fs::read_to_string(path).map_err(|cause| format!("{file}: the file cannot be read: {cause}"))?;
                match text.trim() {
                    "" => Err(format!("{file}: the file is empty")),
                    secret => Ok(Hidden::from(secret.to_owned())),
                }
            }
            (Some(_), Some(_)) => Err(format!("{plain} and {file} cannot both be set")),
            (None, None) => Err(format!("{plain} or {file} must be set for this provider")),
        }
    }

    fn roles(&self) -> Result<Vec<(String, RoleSetting)>, String> {
        let pairs = self.value("_ROLES").unwrap_or_default().split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let parse = |pair: &str| {
            let (group, role) =
                pair.rsplit_once('=').filter(|(group, _)| !group.trim().is_empty()).ok_or_else(|| {
                    format!("{} must be pairs of a group and a role, such as staff=member", self.variable("_ROLES"))
                })?;
            Ok((group.trim().to_owned(), self.role("_ROLES", role)?))
        };
        pairs.map(parse).collect()
    }

    fn role(&self, ending: &str, text: &str) -> Result<RoleSetting, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "contact" => Ok(RoleSetting::Contact),
            "viewer" => Ok(RoleSetting::Viewer),
            "member" => Ok(RoleSetting::Member),
            "admin" => Ok(RoleSetting::Admin),
            _ => Err(format!("{} takes the roles contact, viewer, member and admin", self.variable(ending))),
        }
    }

    fn allow_new(&self) -> Result<bool, String> {
        match self.value("_ALLOW_NEW").unwrap_or("false").to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(format!("{} must be true or false", self.variable("_ALLOW_NEW"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{OidcProvider, RoleSetting, oidc_providers};

    const GOOD: [(&str, &str); 3] =
        [("ISSUER", "https://id.example.com"), ("CLIENT_ID", "liaison"), ("CLIENT_SECRET", "s3cret")];

    fn read(changes: &[(&str, &str)]) -> Result<Vec<OidcProvider>, String> {
        let good = GOOD.iter().filter(|(ending, _)| !changes.iter().any(|(changed, _)| changed == ending));
        let all = good.chain(changes).filter(|(_, value)| *value != "-");
        oidc_providers(all.map(|(ending, value)| (format!("LIAISON_OIDC_OUR_ID_{ending}"), (*value).to_owned())))
    }

    #[test]
    fn a_provider_needs_an_issuer_a_name_and_a_secret() {
        let [provider] = read(&[]).unwrap().try_into().unwrap();
        assert_eq!((provider.name.as_str(), provider.issuer.as_str()), ("our-id", "https://id.example.com"));
        assert_eq!(provider.scopes, ["email", "profile"]);
        assert_eq!((provider.default_role, provider.allow_new), (RoleSetting::Contact, false));
        assert!(!format!("{provider:?}").contains("s3cret"));
        assert!(oidc_providers([("PATH".to_owned(), "/bin".to_owned())]).unwrap().is_empty());
    }

    #[test]
    fn groups_have_roles() {
        let changes = [
            ("ROLE_CLAIM", "groups"),
            ("ROLES", "staff=Member, cn=ops=admin"),
            ("DEFAULT_ROLE", "viewer"),
            ("ALLOW_NEW", "yes"),
        ];
        let [provider] = read(&changes).unwrap().try_into().unwrap();
        let roles = [("staff".to_owned(), RoleSetting::Member), ("cn=ops".to_owned(), RoleSetting::Admin)];
        assert_eq!((provider.roles.as_slice(), provider.default_role), (&roles[..], RoleSetting::Viewer));
        assert!(provider.allow_new);
    }

    #[test]
    fn a_secret_may_be_in_a_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"from file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let [provider] = read(&[("CLIENT_SECRET", "-"), ("CLIENT_SECRET_FILE", path)]).unwrap().try_into().unwrap();
        assert_eq!(provider.client_secret.expose(), "from file");
        assert!(read(&[("CLIENT_SECRET_FILE", path)]).unwrap_err().contains("cannot both be set"));
    }

    #[test]
    fn what_is_wrong_is_refused_by_the_name_of_the_variable() {
        for (changes, expected) in [
            (vec![("ISSUER", "-")], "LIAISON_OIDC_OUR_ID_ISSUER must be set"),
            (vec![("ISSUER", "id.example.com")], "LIAISON_OIDC_OUR_ID_ISSUER must be an address"),
            (vec![("ISSUER", "http://id.example.com")], "_ISSUER must be an address"),
            (vec![("ISSUER", "https://id.example.com/?x")], "_ISSUER must be an address"),
            (vec![("CLIENT_ID", " ")], "LIAISON_OIDC_OUR_ID_CLIENT_ID must be set"),
            (
                vec![("CLIENT_SECRET", "-")],
                "LIAISON_OIDC_OUR_ID_CLIENT_SECRET or LIAISON_OIDC_OUR_ID_CLIENT_SECRET_FILE must be",
            ),
            (
                vec![("CLIENT_SECRET", "-"), ("CLIENT_SECRET_FILE", "/nowhere")],
                "_CLIENT_SECRET_FILE: the file cannot be read",
            ),
            (vec![("ROLES", "staff=member")], "must be set together"),
            (vec![("ROLE_CLAIM", "groups")], "must be set together"),
            (vec![("ROLE_CLAIM", "groups"), ("ROLES", "staff")], "LIAISON_OIDC_OUR_ID_ROLES must be pairs"),
            (vec![("ROLE_CLAIM", "groups"), ("ROLES", "staff=king")], "LIAISON_OIDC_OUR_ID_ROLES takes the roles"),
            (vec![("DEFAULT_ROLE", "king")], "LIAISON_OIDC_OUR_ID_DEFAULT_ROLE takes the roles"),
            (vec![("ALLOW_NEW", "perhaps")], "LIAISON_OIDC_OUR_ID_ALLOW_NEW must be true or false"),
            (vec![("SECRET", "x")], "LIAISON_OIDC_OUR_ID_SECRET: LIAISON_OIDC_ is followed by"),
        ] {
            let refused = read(&changes).unwrap_err();
            assert!(refused.contains(expected) && !refused.contains("s3cret"), "{refused}");
        }
        let nameless = [("LIAISON_OIDC_ISSUER".to_owned(), "https://id.example.com".to_owned())];
        assert!(oidc_providers(nameless).is_err());
    }
}

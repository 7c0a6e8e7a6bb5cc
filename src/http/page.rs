//! Pages that the server makes itself.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Shared,
    bundle::{BundledPage, has_graphiql},
};
use crate::public_url::PublicUrl;

/// Policy of the pages: nothing from other origins, and nothing inline.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Page of the server. All pages share one file, and its script shows the part for the page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Page {
    SignIn,
    SetPassword,
    /// Creates the first admin.
    SetUp,
    /// Replaces [`Page::SetUp`] once there is an admin.
    IsSetUp,
    /// Account of the user: who is signed in, and how to sign out.
    Account,
    /// Replaces the console and GraphiQL where the build has none.
    NoConsole,
}

impl Page {
    /// Returns the page's name for its script, and its title.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::SignIn => ("sign-in", "Sign in"),
            Self::SetPassword => ("set-password", "Set your password"),
            Self::SetUp => ("setup", "Make the first admin"),
            Self::IsSetUp => ("set-up", "Liaison is set up"),
            Self::Account => ("account", "Your account"),
            Self::NoConsole => ("no-console", "Liaison is running"),
        }
    }

    pub(super) fn response(self, shared: &Shared) -> Response {
        let (page, title) = self.names();
        let public_url = shared.access.public_url.as_ref().filter(|url| url.is_secure());
        let html = include_str!("pages/account.html")
            .replace("{title}", title)
            .replace("{page}", page)
            .replace("{secure-url}", public_url.map_or("", PublicUrl::as_str))
            .replace("{providers}", &links(shared))
            .replace("{passwords}", if shared.access.passwords { "true" } else { "false" })
            .replace("{has-console}", if BundledPage::Console.exists() { "true" } else { "false" })
            .replace("{has-graphiql}", if has_graphiql(shared) { "true" } else { "false" });
        text("text/html; charset=utf-8", POLICY, html)
    }
}

/// Returns a link to each provider. A provider's name has letters, digits and hyphens only.
fn links(shared: &Shared) -> String {
    let link = |name: &str| {
        let words = name.split('-').map(capitalised).collect::<Vec<_>>().join(" ");
        format!("<a class=\"button\" href=\"oidc/{name}\">Sign in with {words}</a>")
    };
    shared.providers.names().map(link).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Builds a text response with a content security policy.
pub(super) fn text(media_type: &'static str, policy: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (StatusCode::OK, headers, body.into()).into_response()
}

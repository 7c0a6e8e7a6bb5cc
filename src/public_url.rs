//! Public URL: the address at which browsers reach the server.

use std::{fmt, net::SocketAddr, str::FromStr};

use axum::http::Uri;

use crate::origin::{is_kept_in_clear, parse_origin};

/// URL such as `https://contacts.example.com`, or `https://example.com/contacts` behind a proxy that serves the server
/// under a path. It has no slash at its end, and no character that HTML, a header or a mail could misread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Returns the URL of a server that has no public one. A server that listens on all addresses gets the loopback
    /// one, because no link leads to `0.0.0.0`.
    pub fn of_listener(address: SocketAddr) -> Self {
        let mut address = address;
        match address {
            SocketAddr::V4(_) if address.ip().is_unspecified() => address.set_ip([127, 0, 0, 1].into()),
            SocketAddr::V6(_) if address.ip().is_unspecified() => {
                address.set_ip(std::net::Ipv6Addr::LOCALHOST.into());
            }
            _ => {}
        }
        Self(format!("http://{address}"))
    }

    /// Returns the URL of a server that listens at a name.
    pub(crate) fn of_name(name: &str, port: u16) -> Self {
        Self(format!("http://{name}:{port}"))
    }

    /// Returns the whole URL. Anything appended to it begins with a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true when browsers reach the server over TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Returns true when browsers keep the session cookie: over TLS, and on the machine itself.
    pub fn keeps_sessions(&self) -> bool {
        let host = self.0.parse::<Uri>().ok().and_then(|url| url.host().map(is_kept_in_clear));
        self.is_secure() || host.unwrap_or_default()
    }

    /// Returns the URL without its path, as browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        self.0.strip_suffix(self.path()).unwrap_or(&self.0)
    }

    /// Returns the URL without its scheme, as people name a site.
    pub fn site(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, site)| site)
    }

    /// Returns the path under which a proxy serves the server: `/contacts` of `https://example.com/contacts`, otherwise
    /// empty.
    pub fn path(&self) -> &str {
        let site = self.site();
        site.find('/').and_then(|start| site.get(start..)).unwrap_or_default()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = "LIAISON_PUBLIC_URL must be an address such as https://contacts.example.com, or \
                       https://example.com/contacts";
        let (scheme, site) = text.trim_end_matches('/').split_once("://").ok_or(refused)?;
        let (host, path) = site.split_once('/').unwrap_or((site, ""));
        // The parser of origins ignores surrounding blanks.
        if host.contains(char::is_whitespace) {
            return Err(refused);
        }
        let origin = parse_origin(&format!("{scheme}://{host}")).map_err(|_wrong| refused)?;
        let is_web = ["https", "http"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._~%-".contains(&byte));
        let is_direct = path.is_empty() || path.split('/').all(|part| !["", ".", ".."].contains(&part));
        if !is_web || !is_path || !is_direct {
            return Err(refused);
        }
        Ok(Self(if path.is_empty() { origin } else { format!("{origin}/{path}") }))
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, url, site, path) in [
            ("https://h.example", "https://h.example", "h.example", ""),
            ("http://h.example:8080/", "http://h.example:8080", "h.example:8080", ""),
            ("https://h/crm/", "https://h/crm", "h/crm", "/crm"),
            ("HTTPS://H.Example:443/Crm", "https://h.example/Crm", "h.example/Crm", "/Crm"),
            ("https://[::1]/a/b", "https://[::1]/a/b", "[::1]/a/b", "/a/b"),
        ] {
            let parsed: PublicUrl = text.parse().unwrap();
            assert_eq!((parsed.as_str(), parsed.site(), parsed.path()), (url, site, path), "{text}");
            assert_eq!(format!("{}{path}", parsed.origin()), url);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "h.example",
            "https://",
            "https:///crm",
            "https://:443",
            "https://h:",
            "https://h:abc",
            "https://h:0",
            "https://[::",
            "https://h /crm",
            "ftp://h.example",
            "https://user@h.example",
            "https://h.example/?a",
            "https://h.example/#a",
            "https://h.example/a b",
            "https://h.example/a;b",
            "https://h.example/\"><script>",
            "https://h.example//crm",
            "https://h.example/../crm",
            "https://h.example\r\nx",
        ] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn sessions_are_kept_over_tls_and_on_the_machine_itself() {
        for (text, is_kept) in [
            ("https://h.example", true),
            ("http://h.example", false),
            ("http://192.0.2.7:4000", false),
            ("http://localhost:4000/crm", true),
            ("http://crm.localhost", true),
            ("http://127.0.0.1:4000", true),
            ("http://[::1]:4000", true),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().keeps_sessions(), is_kept, "{text}");
        }
    }

    #[test]
    fn a_link_never_leads_to_the_unspecified_address() {
        for (address, url) in [
            ("127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("0.0.0.0:4000", "http://127.0.0.1:4000"),
            ("[::]:4000", "http://[::1]:4000"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
        ] {
            assert_eq!(PublicUrl::of_listener(address.parse().unwrap()).as_str(), url);
        }
    }
}

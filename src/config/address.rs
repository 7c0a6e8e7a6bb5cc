//! Addresses that the operator writes: where to listen, and which web pages may call.

use std::{
    fmt, io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderName;

use crate::public_url::PublicUrl;

/// Host and port to listen on, or to reach a server at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    /// A name or an IP address, without brackets.
    host: String,
    port: u16,
}

/// The host of a port that stands alone: a server is open to the network only where that was asked for.
const LOOPBACK: &str = "127.0.0.1";

impl FromStr for ListenAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "must be a host and a port, such as localhost:4000 or [::1]:4000, or a port alone";
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let port = parse_port(port).ok_or(wrong)?;
        let host = if host.is_empty() { LOOPBACK } else { bare_host(host).ok_or(wrong)? };
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl ListenAddress {
    /// Address of a server that is told none, for `clap`.
    pub const DEFAULT: &'static str = "127.0.0.1:4000";

    /// The URL in a link to a server that listens here and has no public one.
    pub fn url(&self) -> PublicUrl {
        match self.host.parse::<IpAddr>() {
            Ok(address) => PublicUrl::of_listener(SocketAddr::new(address, self.port)),
            Err(_name) => PublicUrl::of_name(&self.host, self.port),
        }
    }

    /// The socket addresses that the host stands for, at least one; those of IPv4 first, because every client of a name
    /// that stands for both tries them.
    pub async fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        let mut addresses: Vec<SocketAddr> = found.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        if addresses.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(addresses) }
    }
}

/// A name, an IPv4 address, or one of IPv6 without the brackets that it stands in.
fn bare_host(text: &str) -> Option<&str> {
    let in_brackets = text.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match in_brackets {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    is_host.then_some(in_brackets.unwrap_or(text))
}

/// A port in digits alone: a number's own parser takes a `+` before it.
pub(super) fn parse_port(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// An origin in the form in which browsers send it; empty text is none.
pub(crate) fn parse_origin(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let origin = text.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, host) = origin.split_once("://").ok_or("must begin with a scheme, such as https://app.example.com")?;
    let is_scheme =
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if host.contains('*') {
        return Err("takes no wildcards: list each origin");
    }
    if !is_scheme || !is_host_with_port(host) {
        return Err("must be a scheme and a host, and a port where it is not the usual one, such as \
                    https://app.example.com: no path, and a name beyond ASCII in its xn-- form");
    }
    let usual = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    Ok(format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(host)))
}

fn is_host_with_port(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    bare_host(host).is_some() && port.is_none_or(|port| parse_port(port).is_some_and(|port| port > 0))
}

/// Reads the name of a header. A wildcard would be taken for a header of that name where cookies are sent along.
pub(super) fn parse_header(text: &str) -> Result<HeaderName, &'static str> {
    match text.trim() {
        "*" => Err("takes no wildcards: list each header"),
        name => name.parse().map_err(|_invalid| "is no name of a header"),
    }
}

#[cfg(test)]
mod tests {
    use super::{ListenAddress, parse_origin};

    #[test]
    fn a_place_to_listen_is_a_host_and_a_port_or_a_port_alone() {
        let shown = |text: &str| text.parse::<ListenAddress>().map(|address| address.to_string());
        for (text, read) in [
            ("4000", "127.0.0.1:4000"),
            (":4000", "127.0.0.1:4000"),
            ("localhost:4000", "localhost:4000"),
            ("db-1.internal:80", "db-1.internal:80"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("[::1]:4000", "[::1]:4000"),
        ] {
            assert_eq!(shown(text).unwrap(), read);
        }
        for text in [
            "",
            "+80",
            "h:+80",
            "localhost",
            "localhost:",
            "::1",
            "::1:4000",
            "h:70000",
            "[h]:1",
            "http://h:1",
            "a b:1",
            "h:1/",
        ] {
            assert!(shown(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_link_leads_to_where_the_server_listens() {
        for (text, url) in [
            (":5000", "http://127.0.0.1:5000"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:5000", "http://[::1]:5000"),
            ("contacts.lan:5000", "http://contacts.lan:5000"),
        ] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().url().as_str(), url);
        }
    }

    #[tokio::test]
    async fn a_name_stands_for_its_addresses() {
        let address: ListenAddress = "localhost:4000".parse().unwrap();
        let found = address.resolve().await.unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 4000), "{found:?}");
        assert!(found.is_sorted_by_key(std::net::SocketAddr::is_ipv6));
    }

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        for (text, read) in [
            ("https://app.example.com", "https://app.example.com"),
            (" https://App.Example.com/ ", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://[::1]", "http://[::1]"),
            ("tauri://localhost", "tauri://localhost"),
            ("", ""),
        ] {
            assert_eq!(parse_origin(text).unwrap(), read);
        }
        for text in [
            "app.example.com",
            "app.example.com:443",
            "localhost:3000",
            "//app.example.com",
            "https://",
            "https://*.example.com",
            "*",
            "null",
            "https://app.example.com/path",
            "https://ann@app.example.com",
            "https://app.example.com:0",
            "https://app.example.com:many",
            "https://app.example.com:+443",
            "https://b\u{fc}cher.example",
            "https://a.example https://b.example",
        ] {
            assert!(parse_origin(text).is_err(), "{text}");
        }
    }
}

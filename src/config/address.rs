//! Addresses in the operator's settings: where to listen, and the web pages that may call.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderName;

use crate::{
    origin::{bare_host, parse_port},
    public_url::PublicUrl,
};

/// Host and port to listen on, or to reach a server at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    /// Name or IP address, without brackets.
    host: String,
    port: u16,
}

/// Host of a port without one. A server is open to the network only when the operator asks for that.
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
    /// Default address of a server, for `clap`.
    pub const DEFAULT: &'static str = "127.0.0.1:4000";

    /// Returns the URL for links to a server that listens here and has no public URL.
    pub fn url(&self) -> PublicUrl {
        match self.host.parse::<IpAddr>() {
            Ok(address) => PublicUrl::of_listener(SocketAddr::new(address, self.port)),
            Err(_name) => PublicUrl::of_name(&self.host, self.port),
        }
    }

    /// Resolves the host to at least one socket address. IPv4 addresses come first, because every client of a name with
    /// both kinds tries them.
    pub async fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        let mut addresses: Vec<SocketAddr> = found.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        if addresses.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(addresses) }
    }
}

/// Reads the name of a header. A wildcard is refused, because browsers that send cookies would take it for a header's
/// name.
pub(super) fn parse_header(text: &str) -> Result<HeaderName, &'static str> {
    match text.trim() {
        "*" => Err("takes no wildcards: list each header"),
        name => name.parse().map_err(|_invalid| "is no name of a header"),
    }
}

#[cfg(test)]
mod tests {
    use super::ListenAddress;

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
}

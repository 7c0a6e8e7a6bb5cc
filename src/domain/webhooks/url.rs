//! URLs of endpoints.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Outbound;
use crate::domain::{Code, UserError, text};

/// Longest URL, in characters.
const URL_CHARS_MAX: usize = 2048;

/// Reads the URL of an endpoint, as an admin has typed it. Names are looked up at each delivery, and their addresses are
/// checked then.
pub fn parse(typed: &str, outbound: &Outbound) -> Result<Url, UserError> {
    let typed = text::trim(typed);
    let refused = |message: &str| UserError::new(Code::Invalid, &["input", "url"], message);
    if typed.is_empty() {
        return Err(UserError::new(Code::Blank, &["input", "url"], "The URL must not be blank."));
    }
    if typed.chars().count() > URL_CHARS_MAX {
        let message = format!("A URL has at most {URL_CHARS_MAX} characters.");
        return Err(UserError::new(Code::TooLong, &["input", "url"], message));
    }
    let malformed = "The URL must be absolute, such as https://example.com/hook, and have no control characters.";
    if typed.chars().any(char::is_control) {
        return Err(refused(malformed));
    }
    let url = Url::parse(typed).map_err(|_malformed| refused(malformed))?;
    if !["http", "https"].contains(&url.scheme()) || url.port() == Some(0) {
        return Err(refused("The URL must begin with https://, and lead to a port other than 0."));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(refused("The URL must have no user, password or #: deliveries are signed instead."));
    }
    check_host(&url, outbound).map_err(refused)?;
    Ok(url)
}

/// Refuses a host that no delivery could reach.
fn check_host(url: &Url, outbound: &Outbound) -> Result<(), &'static str> {
    let with_tls = url.scheme() == "https";
    let addresses: &[IpAddr] = match url.host() {
        Some(Host::Ipv4(address)) => &[address.into()],
        Some(Host::Ipv6(address)) => &[address.into()],
        Some(Host::Domain(name)) if is_loopback(name) => &[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        Some(Host::Domain(_)) if with_tls || outbound.allows_some() => return Ok(()),
        Some(Host::Domain(_)) | None => return Err(NOT_IN_CLEAR),
    };
    if addresses.iter().any(|address| outbound.may_reach(*address, with_tls)) {
        return Ok(());
    }
    if addresses.iter().any(|address| outbound.may_reach(*address, true)) { Err(NOT_IN_CLEAR) } else { Err(NOT_PUBLIC) }
}

const NOT_IN_CLEAR: &str =
    "The URL must begin with https://: http is only for networks that the operator allows (LIAISON_WEBHOOK_ALLOW).";
const NOT_PUBLIC: &str = "The address is not public. The operator can allow its network (LIAISON_WEBHOOK_ALLOW).";

fn is_loopback(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// The scheme, host and port of a URL. The rest of it may be secret, and stands in no log and no mail.
pub fn site(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{parse, site};
    use crate::{config::WebhookArgs, domain::webhooks::Outbound};

    fn outbound(networks: &[&str]) -> Outbound {
        let allowed_networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Outbound::new(&WebhookArgs { allowed_networks, ..WebhookArgs::default() }).unwrap()
    }

    #[test]
    fn public_urls_with_tls_are_taken() {
        for url in [
            "https://example.com",
            " https://example.com/hook?token=1 ",
            "https://bücher.example/",
            "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]:8443/x",
        ] {
            assert!(parse(url, &outbound(&[])).is_ok(), "{url}");
        }
    }

    #[test]
    fn others_are_refused() {
        for url in [
            "",
            "example.com",
            "/hook",
            "ftp://example.com/",
            "https://",
            "https://example.com:0/",
            "https://example.com/#x",
            "https://user@example.com/",
            "https://:secret@example.com/",
            "https://exa\nmple.com/",
            "http://example.com/",
            "http://1.1.1.1/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "http://localhost/",
        ] {
            assert!(parse(url, &outbound(&[])).is_err(), "{url}");
        }
        let long = format!("https://example.com/{}", "a".repeat(2048));
        assert!(parse(&long, &outbound(&[])).is_err());
    }

    #[test]
    fn allowed_networks_need_no_tls() {
        let outbound = outbound(&["127.0.0.0/8", "10.0.0.0/8"]);
        for url in ["http://127.0.0.1:9000/", "http://localhost/", "https://10.1.1.1/", "http://n8n:5678/webhook"] {
            assert!(parse(url, &outbound).is_ok(), "{url}");
        }
        for url in ["http://192.168.0.1/", "http://1.1.1.1/", "http://[::1]/"] {
            assert!(parse(url, &outbound).is_err(), "{url}");
        }
    }

    #[test]
    fn what_may_be_secret_is_no_part_of_the_site() {
        assert_eq!(site("https://Example.com:8443/services/T0KEN?key=s3cret"), "https://example.com:8443");
    }
}

//! Hosts, ports and origins, as operators and browsers write them.

use std::net::Ipv6Addr;

/// Returns a name, an IPv4 address, or an IPv6 address without its brackets.
pub(crate) fn bare_host(text: &str) -> Option<&str> {
    let in_brackets = text.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match in_brackets {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    is_host.then_some(in_brackets.unwrap_or(text))
}

/// Parses a port of digits alone, because the parser of numbers also accepts a leading `+`.
pub(crate) fn parse_port(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Parses an origin into the form that browsers send. Empty text is not an origin.
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

/// Returns true for hosts whose secure cookies browsers keep over plain http. Browsers treat every name below localhost
/// as the machine itself.
pub(crate) fn is_kept_in_clear(host: &str) -> bool {
    is_loopback_name(host) || host.to_ascii_lowercase().ends_with(".localhost")
}

/// Returns true for localhost and loopback addresses, with or without brackets.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::parse_origin;

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

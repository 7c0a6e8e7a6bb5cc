//! Addresses to listen on, as operators write them, and pages that may call.

use std::net::TcpListener;

use crate::support::process::{Process, liaison, printed};

/// A port that nobody has.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn names_and_bare_ports_are_listened_on_and_found_by_healthcheck() {
    let folder = tempfile::tempdir().unwrap();
    for host in ["localhost:", ":", "", "127.0.0.1:"] {
        let place = format!("{host}{}", free_port());
        let mut command = liaison(&["serve", "--dev", "--listen", &place, "--log-format", "json"]);
        command.env("DATABASE_URL", format!("sqlite://{}", folder.path().join("test.db").display()));
        let server = Process::start(command);
        let address: std::net::SocketAddr = server.address().parse().unwrap();
        assert!(address.ip().is_loopback() && place.ends_with(&address.port().to_string()), "{place}: {address}");
        let healthy = liaison(&["healthcheck"]).env("LIAISON_LISTEN", &place).output().unwrap();
        assert!(healthy.status.success(), "{place}: {}", printed(&healthy));
        server.signal("-TERM");
        server.end();
        let gone = liaison(&["healthcheck", "--listen", &place]).output().unwrap();
        assert!(!gone.status.success() && printed(&gone).contains("Nothing listens on"), "{}", printed(&gone));
    }
}

#[test]
fn a_place_that_cannot_be_listened_on_is_named() {
    let run = |arguments: &[&str]| {
        let output = liaison(arguments).env("DATABASE_URL", "sqlite:").output().unwrap();
        assert!(!output.status.success());
        printed(&output)
    };
    let said = run(&["serve", "--listen", "localhost"]);
    assert!(said.contains("--listen") && said.contains("a host and a port"), "{said}");
    let said = run(&["serve", "--listen", "no-such-host.invalid:4000"]);
    assert!(said.contains("LIAISON_LISTEN") && said.contains("no-such-host.invalid:4000"), "{said}");
}

#[test]
fn an_origin_without_a_scheme_is_refused() {
    for (origins, part) in [
        ("app.example.com", "scheme"),
        ("https://app.example.com,b.example.com", "scheme"),
        ("https://*.example.com", "wildcards"),
        ("https://app.example.com/app", "no path"),
    ] {
        let mut command = liaison(&["serve"]);
        let output = command.env("DATABASE_URL", "sqlite:").env("LIAISON_ALLOWED_ORIGINS", origins).output().unwrap();
        let said = printed(&output);
        assert!(!output.status.success() && said.contains("--allowed-origins") && said.contains(part), "{said}");
    }
}

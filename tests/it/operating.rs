//! The parts of the program that a machine's operator meets: completions, the manual, and systemd.

use std::{fs, os::unix::net::UnixDatagram};

use clap::CommandFactory;
use liaison::cli::Cli;

use crate::support::process::{Process, liaison, printed};

#[test]
fn every_shell_has_completions_for_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = liaison(&["completions", shell]).output().unwrap();
        assert!(output.status.success(), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        for command in Cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
    assert!(!liaison(&["completions", "dos"]).output().unwrap().status.success());
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "postgres://liaison:open-sesame@db.internal/liaison";
    let mut command = liaison(&["man", "--dir", folder.path().to_str().unwrap()]);
    let output = command.env("DATABASE_URL", secret).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    for command in Cli::command().get_subcommands() {
        assert!(page(&format!("liaison-{}.1", command.get_name())).starts_with(".ie"), "{}", command.get_name());
    }
    let serve = page("liaison-serve.1");
    assert!(serve.contains("LIAISON_LISTEN") && !serve.contains("open-sesame"), "{serve}");
    let first = String::from_utf8(liaison(&["man"]).output().unwrap().stdout).unwrap();
    assert!(first.contains("liaison\\-serve(1)"), "{first}");
}

#[test]
fn a_folder_that_is_not_there_gets_no_pages() {
    let output = liaison(&["man", "--dir", "/nowhere/at/all"]).output().unwrap();
    assert!(!output.status.success() && printed(&output).contains("/nowhere/at/all"), "{}", printed(&output));
}

#[test]
fn systemd_hears_that_the_server_listens_lives_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    let message = || {
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap().trim().to_owned()
    };
    let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("DATABASE_URL", format!("sqlite://{}", folder.path().join("test.db").display()));
    command.env("LIAISON_MAIL_DIR", folder.path().join("mail"));
    command.env("NOTIFY_SOCKET", folder.path().join("notify")).env("WATCHDOG_USEC", "30000");
    let server = Process::start(command);
    assert_eq!(message(), "READY=1");
    assert!(liaison(&["healthcheck", "--listen", &server.address()]).status().unwrap().success());
    assert_eq!([message(), message()], ["WATCHDOG=1", "WATCHDOG=1"]);
    server.signal("-TERM");
    while message() != "STOPPING=1" {}
    assert!(server.end().0.success());
}

//! The real binary, its log and its end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver},
};

use serde_json::Value;

/// The binary with arguments, and no setting from the environment of the tests.
pub(crate) fn liaison(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
    command.args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("LIAISON_") || ["DATABASE_URL", "RUST_LOG", "NO_COLOR"].contains(&&*name) {
            command.env_remove(name);
        }
    }
    command
}

/// All that a command printed, on either stream.
pub(crate) fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A process whose log is read as it runs. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (log, mut printed) = (BufReader::new(child.stderr.take().unwrap()), child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // Both pipes are read to their ends, so that the process never waits for them.
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        std::thread::spawn(move || printed.read_to_end(&mut Vec::new()));
        Self { child, lines }
    }

    /// The first line from here on that contains a text.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut before = String::new();
        for line in &self.lines {
            if line.contains(text) {
                return line;
            }
            before.push_str(&line);
            before.push('\n');
        }
        panic!("it ended without {text:?}: {before}");
    }

    /// The address that a server listens on; it must log JSON.
    pub(crate) fn address(&self) -> String {
        let event: Value = serde_json::from_str(&self.line("\"address\"")).unwrap();
        event["fields"]["address"].as_str().unwrap().to_owned()
    }

    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    pub(crate) fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.id()]).status().unwrap().success());
    }

    /// Waits for its end; the rest of its log.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>) {
        let status = self.child.wait().unwrap();
        (status, self.lines.iter().collect())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

//! The real binary, its log and its exit.

use std::{
    cell::RefCell,
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

/// Lines of a stream, as they come.
struct Lines {
    coming: Receiver<String>,
    seen: RefCell<Vec<String>>,
}

impl Lines {
    /// Reads the stream to its end, so that the process never waits for a reader.
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, coming) = mpsc::channel();
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
        Self { coming, seen: RefCell::default() }
    }

    /// The first line from here on that contains a text.
    fn find(&self, text: &str) -> String {
        for line in &self.coming {
            self.seen.borrow_mut().push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!("it ended without {text:?}: {:#?}", self.seen.borrow());
    }
}

/// A process whose log is read as it runs. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    log: Lines,
    output: Lines,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (log, output) = (Lines::of(child.stderr.take().unwrap()), Lines::of(child.stdout.take().unwrap()));
        Self { child, log, output }
    }

    /// The first line of the log from here on that contains a text.
    pub(crate) fn line(&self, text: &str) -> String {
        self.log.find(text)
    }

    /// The first line of standard output from here on that contains a text.
    pub(crate) fn printed_line(&self, text: &str) -> String {
        self.output.find(text)
    }

    /// The lines that contain a text, of those that it has printed and that nobody has looked at.
    pub(crate) fn lines_so_far(&self, text: &str) -> Vec<String> {
        self.log.coming.try_iter().filter(|line| line.contains(text)).collect()
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

    /// Waits for its exit; returns the rest of its log.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>) {
        let status = self.child.wait().unwrap();
        (status, self.log.coming.iter().collect())
    }

    /// Asks it to stop, which must succeed; returns its whole log.
    pub(crate) fn stop(self) -> String {
        self.signal("-TERM");
        let mut seen = self.log.seen.take();
        let (status, rest) = self.end();
        assert!(status.success(), "{rest:#?}");
        seen.extend(rest);
        seen.join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

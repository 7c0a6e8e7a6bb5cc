//! Tells the binary its version and commit, and rebuilds it when the web bundle that it embeds has changed.

use std::{env, fs, path::Path, process::Command};

/// In an archive made by `git archive`, git has put the commit here: see `.gitattributes`.
const ARCHIVED: &str = "$Format:%H$";

/// The tracked files that the binary is made of.
const SOURCES: [&str; 6] = ["src", "migration", "Cargo.toml", "Cargo.lock", "build.rs", "web"];

fn main() {
    // A path that is not there would have every build run this again, and compile everything again.
    let bundle = if Path::new("web/dist").exists() { "web/dist" } else { "web" };
    println!("cargo::rerun-if-changed={bundle}");
    // A change to one of these compiles the program again anyway.
    for source in SOURCES.into_iter().filter(|source| *source != "web" && Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-env-changed=LIAISON_COMMIT");
    let given = env::var("LIAISON_COMMIT").ok().filter(|commit| !commit.is_empty()).map(|commit| shortened(&commit));
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match given.or_else(from_git).or_else(from_archive) {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    };
    println!("cargo::rustc-env=LIAISON_VERSION={version}");
}

fn shortened(commit: &str) -> String {
    commit.chars().take(12).collect()
}

/// The commit that is checked out here, with a plus sign where the sources have been changed since; none where this
/// folder is not the top of a repository of its own.
fn from_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    // The log of the head is written at each commit, checkout and reset.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if fs::exists(&path).unwrap_or_default() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let mut status = vec!["--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--"];
    status.extend(SOURCES);
    let changed = if git(&status).is_some() { "+" } else { "" };
    Some(shortened(&commit) + changed)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let printed = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| printed.trim().to_owned()).filter(|printed| !printed.is_empty())
}

fn from_archive() -> Option<String> {
    (!ARCHIVED.starts_with('$')).then(|| shortened(ARCHIVED))
}

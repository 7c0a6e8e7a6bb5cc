//! Path to which a browser goes after signing in.

/// Longest path, in bytes. It is in a cookie.
const PATH_BYTES_MAX: usize = 1024;

/// Returns the path that was asked for, if it is one of this server, and the start page otherwise. A browser would take
/// `//host` and `/\host` for another server.
pub(super) fn checked_path(asked: Option<String>) -> String {
    let is_own = |path: &String| {
        let mut bytes = path.bytes();
        bytes.next() == Some(b'/')
            && !matches!(bytes.next(), Some(b'/' | b'\\'))
            && path.len() <= PATH_BYTES_MAX
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !path.split(['/', '?', '#']).any(is_upwards)
    };
    asked.filter(is_own).unwrap_or_else(|| "/".to_owned())
}

/// Returns true for a part that leads out of the folder, which a browser does for an encoded dot too. The server may be
/// one of several under paths of a host.
fn is_upwards(part: &str) -> bool {
    part.to_ascii_lowercase().replace("%2e", ".") == ".."
}

#[cfg(test)]
mod tests {
    use super::checked_path;

    #[test]
    fn only_paths_of_this_server_are_returned_to() {
        for path in ["/", "/account", "/graphiql?query=%7Bviewer%7D", "/a/b#c"] {
            assert_eq!(checked_path(Some(path.to_owned())), path);
        }
        for path in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\\b",
            "/a b",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "/../other",
            "/a/%2e%2E/../other",
            "/.%2e/other",
            "/ä",
        ] {
            assert_eq!(checked_path(Some(path.to_owned())), "/", "{path}");
        }
        assert_eq!(checked_path(Some(format!("/{}", "a".repeat(1024)))), "/");
        assert_eq!(checked_path(None), "/");
    }
}

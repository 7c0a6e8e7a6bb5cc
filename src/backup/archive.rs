//! The file of a backup: a tar of the manifest, the database, and the SHA-256 of both, in this order. So it can be written
//! to and read from a pipe, and taken apart and verified without Liaison:
//! `tar -xf backup.tar && sha256sum -c SHA256SUMS`.
//!
//! Reading is strict. The headers, the padding and the end must be, byte for byte, those that are written here, and the
//! sums cover all else. So a backup of which any byte was changed is refused.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use ring::digest::{Context, SHA256};
use tar::Header;

use super::{
    error::Error,
    manifest::{DatabaseKind, Manifest},
};

const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";
/// Length of a block of a tar.
const BLOCK: usize = 512;
/// Longest manifest and longest sums.
const TEXT_BYTES_MAX: u64 = 1 << 20;
const BUFFER_BYTES: usize = 1 << 17;

impl DatabaseKind {
    /// Name of the database's file in a backup.
    fn file_name(self) -> &'static str {
        match self {
            Self::Sqlite => "liaison.db",
            Self::Postgres => "liaison.dump",
        }
    }
}

/// Writes a backup of a database's file, and completes the manifest.
pub(super) fn write(manifest: &mut Manifest, database: &Path, out: &mut impl Write) -> Result<(), Error> {
    let failed = |cause| Error::Output(cause);
    let open = || File::open(database).map_err(|cause| Error::file(database, cause));
    (manifest.bytes, manifest.sha256) = copy(&mut open()?, &mut io::sink()).map_err(failed)?;
    let name = manifest.database.file_name();
    let mtime = manifest.made_at.timestamp().unsigned_abs();
    let text = serde_json::to_vec_pretty(manifest).map_err(|cause| Error::Refused(cause.to_string()))?;
    let sums = sums(&text, name, &manifest.sha256);
    entry(MANIFEST, mtime, &mut text.as_slice(), text.len() as u64, out).map_err(failed)?;
    entry(name, mtime, &mut open()?, manifest.bytes, out).map_err(failed)?;
    entry(SUMS, mtime, &mut sums.as_bytes(), sums.len() as u64, out).map_err(failed)?;
    out.write_all(&[0; 2 * BLOCK]).and_then(|()| out.flush()).map_err(failed)
}

/// Lines as `sha256sum` writes them.
fn sums(manifest: &[u8], name: &str, sha256: &str) -> String {
    let mut hash = Context::new(&SHA256);
    hash.update(manifest);
    format!("{}  {MANIFEST}\n{sha256}  {name}\n", hex(hash))
}

fn hex(hash: Context) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default());
    hash.finish().as_ref().iter().flat_map(digits).collect()
}

fn header(name: &str, mtime: u64, length: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_path(name)?;
    header.set_mode(0o600);
    header.set_mtime(mtime);
    header.set_size(length);
    header.set_cksum();
    Ok(header)
}

fn entry(name: &str, mtime: u64, content: &mut impl Read, length: u64, out: &mut impl Write) -> io::Result<()> {
    out.write_all(header(name, mtime, length)?.as_bytes())?;
    if copy(&mut content.take(length), out)?.0 != length {
        return Err(io::Error::other("the file became shorter while it was read"));
    }
    out.write_all(padding(length))
}

/// Zeros after a content, up to the next block.
fn padding(length: u64) -> &'static [u8] {
    let beyond = usize::try_from(length % BLOCK as u64).unwrap_or_default();
    [0; BLOCK].get(..(BLOCK - beyond) % BLOCK).unwrap_or_default()
}

/// Copies all, and returns its length and its hash.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut hash, mut length, mut buffer) = (Context::new(&SHA256), 0, vec![0; BUFFER_BYTES]);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        to.write_all(part)?;
        length += read as u64;
    }
    Ok((length, hex(hash)))
}

/// Reads a backup, and copies the database's file of it to `into`. Nothing of it may be used before this has returned.
pub(super) fn read(input: &mut impl Read, into: &mut impl Write) -> Result<Manifest, Error> {
    let mut text = Vec::new();
    content(input, MANIFEST, TEXT_BYTES_MAX, &mut text)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_cause| damaged("its manifest cannot be read"))?;
    let name = manifest.database.file_name();
    let found = content(input, name, u64::MAX, into)?;
    if found != (manifest.bytes, manifest.sha256.clone()) {
        return Err(damaged("the database in it is not the one that was backed up"));
    }
    let mut expected = Vec::new();
    content(input, SUMS, TEXT_BYTES_MAX, &mut expected)?;
    if expected != sums(&text, name, &manifest.sha256).into_bytes() {
        return Err(damaged("its manifest was changed"));
    }
    let mut end = Vec::new();
    input.take(2 * BLOCK as u64 + 1).read_to_end(&mut end).map_err(Error::Input)?;
    if end != [0; 2 * BLOCK] {
        return Err(damaged("it does not end where it should"));
    }
    Ok(manifest)
}

fn content(input: &mut impl Read, name: &str, most: u64, into: &mut impl Write) -> Result<(u64, String), Error> {
    let mut block = [0; BLOCK];
    exactly(input, &mut block)?;
    let found = Header::from_byte_slice(&block);
    let (Ok(length), Ok(mtime)) = (found.size(), found.mtime()) else { return Err(no_backup()) };
    let expected = header(name, mtime, length).map_err(Error::Input)?;
    if expected.as_bytes() != &block || length > most {
        return Err(no_backup());
    }
    let copied = copy(&mut input.take(length), into).map_err(Error::Input)?;
    let mut pad = vec![0; padding(length).len()];
    exactly(input, &mut pad)?;
    if copied.0 != length || pad.iter().any(|byte| *byte != 0) {
        return Err(damaged("it is cut off, or was changed"));
    }
    Ok(copied)
}

fn exactly(input: &mut impl Read, into: &mut [u8]) -> Result<(), Error> {
    input.read_exact(into).map_err(|cause| match cause.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
        _ => Error::Input(cause),
    })
}

fn damaged(why: &str) -> Error {
    Error::Damaged(why.to_owned())
}

fn no_backup() -> Error {
    damaged("it is no backup of Liaison, or was changed")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{super::manifest::Manifest, *};

    fn archive() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("liaison.db");
        fs::write(&database, vec![7; 700]).unwrap();
        let mut manifest = Manifest::of_test();
        let mut out = Vec::new();
        write(&mut manifest, &database, &mut out).unwrap();
        out
    }

    fn is_refused(bytes: &[u8]) -> bool {
        matches!(read(&mut &*bytes, &mut Vec::new()), Err(Error::Damaged(_)))
    }

    #[test]
    fn what_was_written_is_read() {
        let (mut database, archive) = (Vec::new(), archive());
        let manifest = read(&mut archive.as_slice(), &mut database).unwrap();
        assert_eq!((database, manifest.bytes), (vec![7; 700], 700));
    }

    #[test]
    fn a_change_of_any_byte_is_noticed() {
        let archive = archive();
        for place in 0..archive.len() {
            for flip in [1, 0x20, 0x80, 0xff] {
                let mut changed = archive.clone();
                changed[place] ^= flip;
                assert!(is_refused(&changed), "byte {place} ^ {flip}");
            }
        }
    }

    #[test]
    fn every_other_length_is_noticed() {
        let archive = archive();
        for length in 0..archive.len() {
            assert!(is_refused(&archive[..length]), "{length} bytes");
        }
        assert!(is_refused(&[archive.as_slice(), &[0]].concat()));
    }
}

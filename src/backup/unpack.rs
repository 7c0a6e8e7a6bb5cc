//! Taking a backup apart, as the first step of a restore.

use std::{
    io::{self, BufReader, Read},
    path::Path,
};

use super::{
    archive,
    error::Error,
    folder,
    manifest::{DatabaseKind, Manifest},
    task,
};

/// Reads a backup of a database of this kind, and leaves the database in a file.
pub(super) async fn unpack(file: &Path, into: &Path, kind: DatabaseKind) -> Result<Manifest, Error> {
    let (file, into) = (file.to_owned(), into.to_owned());
    task::blocking(move |_waiter| {
        let input: Box<dyn Read> = if file.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(std::fs::File::open(&file).map_err(|cause| Error::file(&file, cause))?)
        };
        let mut out = folder::create_private(&into)?;
        let manifest = archive::read(&mut BufReader::new(input), &mut out)?;
        out.sync_all().map_err(|cause| Error::file(&into, cause))?;
        manifest.check(kind)?;
        Ok(manifest)
    })
    .await
}

//! Backup and restore of a database on PostgreSQL, by its own `pg_dump`, `pg_restore` and `psql`.

mod dump;
mod load;
mod tools;

pub(super) use self::{dump::dump, load::restore};

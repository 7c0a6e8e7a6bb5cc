//! Damage below the rows: pages, indexes, and constraints that do not hold.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{
    Finding, Mode, Report,
    checks::{Check, Mend},
};
use crate::storage::{Db, SqliteFile};

/// Advice for what nobody can derive.
const RESTORE: &str = "Restore the newest backup that `liaison restore` accepts (docs/backup.md).";
/// Messages of SQLite about indexes that disagree with their tables, which REINDEX writes anew.
const OF_INDEXES: [&str; 3] = ["missing from index", "wrong # of entries in index", "non-unique entry in index"];

/// Checks SQLite's file, and writes indexes anew if nothing else is wrong.
pub(super) async fn of_file(file: SqliteFile, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
    let look = move || {
        let before = file.problems(|| false)?;
        let is_of_indexes =
            before.iter().all(|problem| OF_INDEXES.iter().any(|of_indexes| problem.contains(of_indexes)));
        let is_mended = mode == Mode::Mend && !before.is_empty() && is_of_indexes && {
            file.write_indexes()?;
            file.problems(|| false)?.is_empty()
        };
        Ok::<_, DbErr>((before, is_of_indexes, is_mended))
    };
    let looked = tokio::task::spawn_blocking(look).await.map_err(|cause| DbErr::Custom(cause.to_string()))?;
    let (problems, is_of_indexes, is_mended) = looked.unwrap_or_else(|cause| (vec![cause.to_string()], false, false));
    let found = (!problems.is_empty()).then(|| {
        let finding = Finding::problem(problems.len(), format!("The file is damaged: {}", problems.join("; ")));
        if is_of_indexes { finding.mended(is_mended) } else { finding.mend(RESTORE) }
    });
    report.add("integrity", found);
    Ok(())
}

/// Checks PostgreSQL's indexes and constraints.
pub(super) async fn of_server(db: &Db, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
    let invalid = "SELECT CAST(CAST(indexrelid AS regclass) AS text) FROM pg_index \
                   JOIN pg_class ON pg_class.oid = indexrelid \
                   WHERE relnamespace = current_schema()::regnamespace AND NOT (indisvalid AND indisready)";
    for index in texts(db, invalid).await? {
        let what = format!("The index {index} is not valid, so it is not used");
        if mode == Mode::Mend {
            execute(db, &format!("REINDEX INDEX {index}")).await?;
        }
        report.add("integrity", [Finding::problem(1, what).mended(mode == Mode::Mend)]);
    }
    btrees(db, report).await?;
    let constraints = Check {
        name: "constraints",
        what: "A constraint was never checked for all rows".to_owned(),
        wrong: "SELECT conrelid::regclass || '.' || conname AS wrong FROM pg_constraint \
                WHERE connamespace = current_schema()::regnamespace AND NOT convalidated"
            .to_owned(),
        mend: Mend::Advice("ALTER TABLE … VALIDATE CONSTRAINT … checks it, and names the first row that breaks it."),
    };
    constraints.make(db, mode, report).await
}

/// Checks each B-tree by the extension `amcheck`, where the server has it.
async fn btrees(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    if texts(db, "SELECT extname::text FROM pg_extension WHERE extname = 'amcheck'").await?.is_empty() {
        let advice = "Indexes are not compared with their tables".to_owned();
        let mend = "CREATE EXTENSION amcheck (PostgreSQL's contrib package) lets `liaison doctor` do that.";
        report.add("integrity", [Finding::advice(advice).mend(mend)]);
        return Ok(());
    }
    let indexes = "SELECT CAST(pg_class.oid AS text) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
                   JOIN pg_am ON pg_am.oid = relam \
                   WHERE amname = 'btree' AND relnamespace = current_schema()::regnamespace AND indisvalid";
    for index in texts(db, indexes).await? {
        let sql = format!("SELECT CAST(bt_index_check({index}, TRUE) AS text)");
        if let Err(cause) = texts(db, &sql).await {
            report.add(
                "integrity",
                [Finding::problem(1, format!("An index is damaged: {cause}")).mend(
                    "REINDEX writes it anew. Look for the cause first: the disk, or a collation that has changed.",
                )],
            );
        }
    }
    report.add("integrity", None);
    Ok(())
}

/// Rows that refer to one that is not there.
pub(super) async fn references(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    let found = if db.config().is_sqlite() {
        let sql = "SELECT \"table\" || ' (row ' || COALESCE(rowid, '?') || ') refers to a row of ' || parent \
                   FROM pragma_foreign_key_check LIMIT 1000";
        texts(db, sql).await?
    } else {
        let mut found = Vec::new();
        for sql in texts(db, REFERENCES).await? {
            found.extend(texts(db, &sql).await?);
        }
        found
    };
    report.add(
        "orphans",
        found.first().map(|first| {
            let what = format!("A row refers to one that does not exist ({}, such as {first})", found.len());
            Finding::problem(found.len(), what).mend("Delete the row, or restore a backup that has the other one.")
        }),
    );
    Ok(())
}

/// For each foreign key the statement that finds rows without their other end. All are of one column.
const REFERENCES: &str = "SELECT format(\
    'SELECT %L || '' '' || CAST(child.%I AS text) || '' is in no row of %s'' FROM %s AS child WHERE child.%I IS NOT NULL \
     AND NOT EXISTS (SELECT FROM %s AS parent WHERE parent.%I = child.%I) LIMIT 1000', \
    conrelid::regclass || '.' || own.attname, own.attname, confrelid::regclass, conrelid::regclass, own.attname, \
    confrelid::regclass, other.attname, own.attname) \
    FROM pg_constraint JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = conkey[1] \
    JOIN pg_attribute AS other ON other.attrelid = confrelid AND other.attnum = confkey[1] \
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND array_length(conkey, 1) = 1";

/// Reads a column of texts.
pub(super) async fn texts(db: &Db, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = db.reads().query_all_raw(Statement::from_string(db.backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn execute(db: &Db, sql: &str) -> Result<(), DbErr> {
    db.writer().execute_raw(Statement::from_string(db.backend(), sql)).await.map(drop)
}

//! A check by one statement, and mending by others.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{Finding, Mode, Report};
use crate::storage::Db;

/// Rows that are mended in one transaction.
const ROWS_PER_TRANSACTION: usize = 500;

/// A check.
pub(super) struct Check {
    pub(super) name: &'static str,
    /// Description of the problem, without a count or an example.
    pub(super) what: String,
    /// Selects what is wrong, as texts. For [`Mend::ById`] they are literals of SQL.
    pub(super) wrong: String,
    pub(super) mend: Mend,
}

/// How to mend what a check finds.
pub(super) enum Mend {
    /// By statements for some ids at a time, which stand for `{ids}`.
    ById(Vec<String>),
    /// By one statement.
    AtOnce(String),
    /// By the operator.
    Advice(&'static str),
}

impl Check {
    /// Makes the check, mends what it finds, and checks again.
    pub(super) async fn make(&self, db: &Db, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
        let (count, example) = self.count(db).await?;
        let finding = example.filter(|_| count > 0).map(|example| {
            let finding = Finding::problem(count, format!("{} ({count}, such as {})", self.what, plain(&example)));
            if let Mend::Advice(advice) = self.mend { finding.mend(advice) } else { finding }
        });
        let Some(finding) = finding else {
            report.add(self.name, None);
            return Ok(());
        };
        let is_mended = mode == Mode::Mend && self.mend(db).await? && self.count(db).await?.0 == 0;
        report.add(self.name, [finding.mended(is_mended)]);
        Ok(())
    }

    async fn count(&self, db: &Db) -> Result<(usize, Option<String>), DbErr> {
        let sql = format!("SELECT count(*), min(wrong) FROM ({}) AS found", self.wrong);
        let row = db.reads().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
        let Some(row) = row else { return Ok((0, None)) };
        let count: i64 = row.try_get_by_index(0)?;
        Ok((usize::try_from(count).unwrap_or_default(), row.try_get_by_index(1)?))
    }

    /// False where only the operator can.
    async fn mend(&self, db: &Db) -> Result<bool, DbErr> {
        match &self.mend {
            Mend::Advice(_) => Ok(false),
            Mend::AtOnce(sql) => run(db, std::slice::from_ref(sql)).await.map(|()| true),
            Mend::ById(statements) => {
                let sql = format!("SELECT DISTINCT wrong FROM ({}) AS found", self.wrong);
                let rows = db.reads().query_all_raw(Statement::from_string(db.backend(), sql)).await?;
                let ids: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
                for some in ids.chunks(ROWS_PER_TRANSACTION) {
                    let list = some.join(", ");
                    let statements: Vec<String> = statements.iter().map(|sql| sql.replace("{ids}", &list)).collect();
                    run(db, &statements).await?;
                }
                Ok(true)
            }
        }
    }
}

/// Runs statements as one transaction.
async fn run(db: &Db, statements: &[String]) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    for sql in statements {
        tx.execute_raw(Statement::from_string(db.backend(), sql)).await?;
    }
    tx.commit().await
}

/// An example as people read it: a literal without its signs.
fn plain(example: &str) -> &str {
    example.trim_start_matches("x'").trim_matches('\'')
}

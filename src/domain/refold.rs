//! Rebuilding the folded keys when a newer program folds differently.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement,
};
use uuid::Uuid;

use super::{folding, text};
use crate::{
    db::Db,
    entity::{company, contact, interaction, membership, user},
};

/// Rows rewritten by one transaction.
const BATCH: u64 = 500;

/// Compares the stored folding's version with the program's, and rewrites all keys when it is older. Nothing is lost
/// when it is cut off: the version is written last.
pub(crate) async fn bring_up_to_date(db: &Db) -> Result<(), DbErr> {
    let row = db.reads().query_one_raw(sql(db, "SELECT version FROM folding")).await?;
    let stored: Option<i32> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    if stored.is_some_and(|version| version >= folding::VERSION) {
        return Ok(());
    }
    // No version means an empty, new database, or a first start that was cut off; both have nothing much to rewrite.
    tracing::info!(from = stored, to = folding::VERSION, "Rebuilding the search keys");
    rewrite_all(db).await?;
    let tx = db.begin().await?;
    let upsert = format!(
        "INSERT INTO folding (only_row, version) VALUES (1, {0}) ON CONFLICT (only_row) DO UPDATE SET version = {0}",
        folding::VERSION
    );
    tx.execute_raw(sql(db, &upsert)).await?;
    tx.commit().await
}

fn sql(db: &Db, text: &str) -> Statement {
    Statement::from_string(db.backend(), text)
}

/// Goes through a table in the order of its ids and writes each row's keys anew.
macro_rules! rewrite {
    ($db:ident, $entity:ident, |$row:ident, $new:ident| $body:block) => {
        let mut after = Uuid::nil();
        loop {
            let tx = $db.begin().await?;
            let rows = $entity::Entity::find()
                .filter($entity::Column::Id.gt(after))
                .order_by_asc($entity::Column::Id)
                .limit(BATCH)
                .all(&tx)
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for $row in rows {
                let mut $new = $row.clone().into_active_model();
                $body
                $new.update(&tx).await?;
            }
            tx.commit().await?;
        }
    };
}

async fn rewrite_all(db: &Db) -> Result<(), DbErr> {
    rewrite!(db, contact, |row, new| {
        new.name_key = Set(folding::key(&row.name));
        new.email_key = Set(text::key(row.email.as_ref()));
        new.phone_key = Set(text::key(row.phone.as_ref()));
        new.external_id_key = Set(text::key(row.external_id.as_ref()));
    });
    rewrite!(db, company, |row, new| {
        new.name_key = Set(folding::key(&row.name));
        new.email_key = Set(text::key(row.email.as_ref()));
        new.website_key = Set(text::key(row.website.as_ref()));
        new.industry_key = Set(text::key(row.industry.as_ref()));
        new.external_id_key = Set(text::key(row.external_id.as_ref()));
    });
    rewrite!(db, membership, |row, new| {
        new.role_key = Set(text::key(row.role.as_ref()));
        new.department_key = Set(text::key(row.department.as_ref()));
    });
    rewrite!(db, user, |row, new| {
        new.email_key = Set(folding::key(&row.email));
        new.name_key = Set(text::key(row.name.as_ref()));
    });
    rewrite!(db, interaction, |row, new| {
        new.subject_key = Set(text::key(row.subject.as_ref()));
        new.body_key = Set(row.body.as_deref().map(folding::fold));
    });
    Ok(())
}

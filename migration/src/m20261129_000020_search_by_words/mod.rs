//! Search by words in any order: contacts are found by their primary company's name, all their e-mail addresses and
//! their phone numbers too.
//!
//! Each company has its people in the order of their names, so a company's name is written in one place only. On SQLite
//! companies stand in the indexes that find contacts: one look into an index finds both.

mod postgres;
mod sqlite;

use sea_orm_migration::prelude::*;

use crate::{dialect, m20261101_000006_search::TABLES};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) {
            return sqlite::up(manager).await;
        }
        dialect::run(manager, postgres::PEOPLE).await?;
        dialect::run(manager, postgres::OWN_TEXTS).await?;
        dialect::run(manager, postgres::GRAMS).await?;
        for table in TABLES {
            for template in postgres::FUNCTIONS {
                manager.get_connection().execute_unprepared(&postgres::function(template, table)).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) {
            return sqlite::down(manager).await;
        }
        for table in TABLES {
            let statement = postgres::FUNCTIONS_DOWN.replace("{table}", table);
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        dialect::run(manager, postgres::GRAMS_DOWN).await?;
        dialect::run(manager, postgres::OWN_TEXTS_DOWN).await?;
        dialect::run(manager, postgres::PEOPLE_DOWN).await
    }
}

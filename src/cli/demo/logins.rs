//! Logins of the demo, one for each role, so that roles can be tried.

use std::io::{self, Write};

use rand::{Rng, distr::Alphanumeric};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    cli::operator::explain,
    domain::{Context, access},
    engine::checks::access::role_name,
    entity::{role::Role, user},
};

/// Login that the demo makes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Login {
    pub(super) role: Role,
    pub(super) email: &'static str,
}

/// All logins. Their addresses are at a domain reserved for examples, so that nobody receives their mail.
static LOGINS: [Login; 4] = [
    Login { role: Role::Admin, email: "demo-admin@example.com" },
    Login { role: Role::Member, email: "demo-member@example.com" },
    Login { role: Role::Viewer, email: "demo-viewer@example.com" },
    Login { role: Role::Contact, email: "demo-contact@example.com" },
];

/// Letters and digits of a password: more than 100 random bits.
const PASSWORD_LETTERS: usize = 20;

/// Returns the logins whose addresses no user has.
pub(super) async fn missing(db: &impl ConnectionTrait) -> Result<Vec<Login>, DbErr> {
    let emails = LOGINS.iter().map(|login| login.email);
    let taken = user::Entity::find().select_only().column(user::Column::EmailLower);
    let taken: Vec<String> = taken.filter(user::Column::EmailLower.is_in(emails)).into_tuple().all(db).await?;
    Ok(LOGINS.iter().filter(|login| taken.iter().all(|email| email != login.email)).copied().collect())
}

/// Gives the new users random passwords and prints them, only once. A fixed password would open every server that was
/// filled with the demo.
pub(super) async fn give_passwords(ctx: &Context, users: &[user::Model]) -> anyhow::Result<()> {
    let mut out = io::stdout();
    if !users.is_empty() {
        writeln!(out, "Logins, with passwords that are shown this once:\n")?;
    }
    for user in users {
        let password: String = rand::rng().sample_iter(Alphanumeric).take(PASSWORD_LETTERS).map(char::from).collect();
        let link = access::make_link(ctx, Some(user)).await.map_err(explain)?;
        access::set_password(ctx, link.expose(), &password).await.map_err(explain)?;
        // Setting a password signs in, and that session must not stay open.
        access::end_sessions(ctx, &user.id.to_string()).await.map_err(explain)?;
        writeln!(out, "    {:<8} {:<25} {password}", role_name(user.role), user.email)?;
    }
    let kept = LOGINS.iter().map(|login| login.email).filter(|email| users.iter().all(|user| user.email != *email));
    let kept: Vec<&str> = kept.collect();
    if !kept.is_empty() {
        writeln!(out, "Logins of an earlier demo keep their passwords: {}.", kept.join(", "))?;
        writeln!(out, "For a new password: liaison user reset-link --email ADDRESS")?;
    }
    Ok(())
}

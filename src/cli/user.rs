//! `liaison user …`: the operator's commands for users.

use std::io::{self, Write};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};

use super::operator::{self, explain};
use crate::{
    config::{DatabaseArgs, ListenAddress},
    domain::{Context, access},
    engine::checks::access::role_name,
    entity::role::Role,
    mail::link,
    public_url::PublicUrl,
};

/// Create users, give them roles, and make links with which they sign in
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(flatten)]
    database: DatabaseArgs,

    /// URL at which browsers reach the server, for links; by default the address that the server listens on
    #[arg(long, global = true, env = "LIAISON_PUBLIC_URL")]
    public_url: Option<PublicUrl>,

    /// Address that the server listens on
    #[arg(long, global = true, env = "LIAISON_LISTEN", default_value = ListenAddress::DEFAULT)]
    listen: ListenAddress,

    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a user, and print the one-time link with which it sets its password
    Create {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
        /// Role of the user
        #[arg(long)]
        role: RoleArg,
    },
    /// List the users by address
    List,
    /// Give a user a role; a user that loses rights is signed out
    SetRole {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
        /// New role of the user
        #[arg(long)]
        role: RoleArg,
    },
    /// Print a one-time link with which a user sets its password
    ResetLink {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
    /// End all sessions of a user
    SignOut {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
    /// Name a user
    Rename {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
        /// New name of the user; an empty one takes the name away
        #[arg(long)]
        name: String,
    },
    /// Switch an account off: it cannot sign in, and its sessions and keys end
    Deactivate {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
    /// Switch an account on again; its keys stay revoked
    Reactivate {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
    /// Delete a user for good; its contact stays
    Delete {
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
}

/// Role, as the command line writes it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleArg {
    /// Sees itself and its own contact
    Contact,
    /// Reads everything
    Viewer,
    /// Reads and writes
    Member,
    /// Does everything
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Contact => Self::Contact,
            RoleArg::Viewer => Self::Viewer,
            RoleArg::Member => Self::Member,
            RoleArg::Admin => Self::Admin,
        }
    }
}

/// Users listed in one statement.
const USERS_PER_PAGE: u64 = 1000;

impl User {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let public_url = self.public_url.unwrap_or_else(|| self.listen.url());
        let outcome = act(&ctx, self.action, &public_url).await;
        ctx.db.close().await?;
        outcome
    }
}

async fn act(ctx: &Context, action: Action, public_url: &PublicUrl) -> anyhow::Result<()> {
    let mut out = io::stdout();
    let find = async |email: &str| access::find_user(ctx.db.reads(), email).await.map_err(explain);
    match action {
        Action::Create { email, role } => {
            let (user, token) = access::create_user(ctx, &email, role.into()).await.map_err(explain)?;
            writeln!(out, "{} {} {}", user.id, user.email, role_name(user.role))?;
            writeln!(out, "{}", link(public_url, &token))?;
        }
        Action::List => list(ctx, &mut out).await?,
        Action::SetRole { email, role } => {
            let user = find(&email).await?;
            let user = access::set_role(ctx, &user.id.to_string(), role.into()).await.map_err(explain)?;
            writeln!(out, "{} {} {}", user.id, user.email, role_name(user.role))?;
        }
        Action::ResetLink { email } => {
            let user = find(&email).await?;
            let token = access::make_link(ctx, Some(&user)).await.map_err(explain)?;
            writeln!(out, "{}", link(public_url, &token))?;
        }
        Action::SignOut { email } => {
            let user = find(&email).await?;
            let (_, ended) = access::end_sessions(ctx, &user.id.to_string()).await.map_err(explain)?;
            writeln!(out, "{ended} sessions ended")?;
        }
        Action::Rename { email, name } => {
            let user = find(&email).await?;
            let user = access::rename(ctx, &user.id.to_string(), Some(&name)).await.map_err(explain)?;
            writeln!(out, "{} {} {}", user.id, user.email, user.name.unwrap_or_default())?;
        }
        Action::Deactivate { email } => {
            let user = find(&email).await?;
            let user = access::deactivate(ctx, &user.id.to_string()).await.map_err(explain)?;
            writeln!(out, "{} {} {}", user.id, user.email, state(&user))?;
        }
        Action::Reactivate { email } => {
            let user = find(&email).await?;
            let user = access::reactivate(ctx, &user.id.to_string()).await.map_err(explain)?;
            writeln!(out, "{} {} {}", user.id, user.email, state(&user))?;
        }
        Action::Delete { email } => {
            let user = find(&email).await?;
            access::delete(ctx, &user.id.to_string()).await.map_err(explain)?;
            writeln!(out, "{} {} deleted", user.id, user.email)?;
        }
    }
    Ok(())
}

fn state(user: &access::Account) -> &'static str {
    match (user.deactivated_at, user.is_placeholder) {
        (Some(_), _) => "deactivated",
        (None, true) => "unclaimed",
        (None, false) => "claimed",
    }
}

async fn list(ctx: &Context, out: &mut impl Write) -> anyhow::Result<()> {
    let mut after: Option<String> = None;
    loop {
        let users = access::list_users(ctx.db.reads(), after.as_deref(), USERS_PER_PAGE).await.context("The users")?;
        for user in &users {
            writeln!(out, "{} {} {} {}", user.id, user.email, role_name(user.role), state(user))?;
        }
        match users.last() {
            Some(last) if users.len() as u64 == USERS_PER_PAGE => after = Some(last.email_lower.clone()),
            _ => return Ok(()),
        }
    }
}

//! Mails: what they say, and how they leave.

mod outbox;

use std::{fs, io, path::Path, time::Duration};

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType},
    },
};

use crate::{
    config::{AccessArgs, Hidden},
    domain::access::{LINK_MINUTES, Secret},
    entity::outbox::MailKind,
    public_url::PublicUrl,
};

pub use outbox::{deliver_due, run};

/// Sends mails, or writes them to files where no server is configured.
pub struct Mailer {
    transport: Transport,
    from: Mailbox,
    public_url: PublicUrl,
    /// How long a server may take for one mail, however it passes the time: the library bounds connecting only.
    patience: Duration,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(AsyncFileTransport<Tokio1Executor>),
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Why a mail could not be sent. It quotes neither the mail nor the server, whose words may hold the recipient.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server was not reached, or did not take it.
    #[error("the mail server did not take it: {}", without_its_words(.0))]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The server said nothing for too long.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The file could not be written.
    #[error("the mail could not be written to a file: {0}")]
    File(#[from] lettre::transport::file::Error),
    /// The recipient's address is not one that mail can be sent to.
    #[error("mail cannot be sent to this address: {0}")]
    Recipient(#[from] lettre::address::AddressError),
    /// The mail could not be put together.
    #[error("the mail could not be written: {0}")]
    Message(#[from] lettre::error::Error),
}

impl MailError {
    /// True when another try will go the same way.
    fn is_permanent(&self) -> bool {
        match self {
            Self::Smtp(cause) => cause.is_permanent(),
            Self::File(_) | Self::Timeout => false,
            Self::Recipient(_) | Self::Message(_) => true,
        }
    }
}

/// The code of an answer; of other failures what the network says.
fn without_its_words(cause: &lettre::transport::smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("code {code}"),
        None if cause.is_response() => "its answer was not understood".to_owned(),
        None => cause.to_string(),
    }
}

impl Mailer {
    /// Checks the settings; an error names the one that is wrong.
    pub fn open(settings: &AccessArgs, public_url: PublicUrl) -> Result<Self, String> {
        let from = settings.mail_from.parse().map_err(|cause| {
            format!(
                "LIAISON_MAIL_FROM (--mail-from) must be a mail address, such as Liaison <mail@example.com>: {cause}"
            )
        })?;
        let transport = match &settings.smtp_url {
            Some(url) => Transport::Smtp(smtp(url)?),
            None => Transport::Files(files(&settings.mail_dir).map_err(|cause| {
                let folder = settings.mail_dir.display();
                format!("LIAISON_MAIL_DIR (--mail-dir): the folder {folder} could not be made: {cause}")
            })?),
        };
        Ok(Self { transport, from, public_url, patience: Duration::from_millis(settings.smtp_timeout_ms) })
    }

    /// Sends the mail with a one-time link.
    pub async fn send_link(&self, kind: MailKind, recipient: &str, token: &Secret) -> Result<(), MailError> {
        let (subject, text) = words(kind, &self.public_url, token);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient.parse()?))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(plain(text))?;
        match &self.transport {
            Transport::Smtp(server) => {
                let sending = tokio::time::timeout(self.patience, server.send(message));
                drop(sending.await.map_err(|_elapsed| MailError::Timeout)??);
            }
            Transport::Files(folder) => drop(folder.send(message).await?),
        }
        Ok(())
    }
}

/// The subject and the text of a mail. Both name the product and the site, because a reader may have accounts elsewhere.
fn words(kind: MailKind, public_url: &PublicUrl, token: &Secret) -> (String, String) {
    let (link, site) = (link(public_url, token), public_url.site());
    let (subject, why) = match kind {
        MailKind::PasswordLink => (
            format!("Set your password for Liaison at {site}"),
            format!(
                "Somebody, hopefully you, asked for a link to set the password of your\r\naccount with Liaison, the \
                 contacts server at {site}."
            ),
        ),
        MailKind::Invitation => (
            format!("You are invited to Liaison at {site}"),
            format!(
                "You are invited to Liaison, the contacts server at {site}.\r\nSet the password of your account to begin."
            ),
        ),
    };
    let text = format!(
        "{why}\r\n\r\n{link}\r\n\r\nThe link works once, within {LINK_MINUTES} minutes. If you did not expect\r\n\
         this mail, you need not do anything.\r\n"
    );
    (subject, text)
}

/// Where a one-time link leads. The token stands behind the #, which browsers keep to themselves.
pub fn link(public_url: &PublicUrl, token: &Secret) -> String {
    format!("{public_url}/set-password#{}", token.expose())
}

/// Sent as it is where that can be (RFC 5322 allows lines of 998 letters): encoded, the link would be cut in two, which
/// mail programs put right, but people who read files do not.
fn plain(text: String) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() < 998) {
        Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text)
    }
}

fn smtp(url: &Hidden) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    // The cause is left out: it may quote the URL, which may hold a password.
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).map_err(|_cause| {
        "LIAISON_SMTP_URL (--smtp-url) must be smtps://user:password@host, or smtp://user:password@host:587?tls=required"
    })?;
    let is_near = ["//localhost", "//127.0.0.1", "//[::1]", "@localhost", "@127.0.0.1", "@[::1]"];
    let in_clear = url.expose().starts_with("smtp://") && !url.expose().contains("tls=");
    if in_clear && !is_near.iter().any(|host| url.expose().contains(host)) {
        tracing::warn!("LIAISON_SMTP_URL sends mails and their links in clear; add ?tls=required, or use smtps://");
    }
    Ok(builder.build())
}

/// The folder is for the server's user alone, because the links in it let people in.
fn files(folder: &Path) -> io::Result<AsyncFileTransport<Tokio1Executor>> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
        let folder = folder.display();
        tracing::warn!("Others on this machine can read {folder}/, and the links in its mails: chmod 700 {folder}");
    }
    Ok(AsyncFileTransport::new(folder))
}

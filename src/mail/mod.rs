//! Mails: their texts, and their delivery.

mod outbox;

use std::{fs, io, path::Path, time::Duration};

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType},
    },
};
use uuid::Uuid;

use crate::{
    config::{AccessArgs, Hidden},
    domain::access::{LINK_MINUTES, Secret},
    public_url::PublicUrl,
};

pub use outbox::{deliver_due, run};

/// Sends mails, or writes them to files when no server is configured.
pub struct Mailer {
    transport: Transport,
    from: Mailbox,
    public_url: PublicUrl,
    /// Passwords let users in.
    passwords: bool,
    /// Timeout for delivering one mail. The library limits only the time to connect.
    timeout: Duration,
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

/// Reason why a mail could not be sent. It quotes neither the mail nor the server, whose messages may contain the
/// recipient.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server was not reached, or did not accept the mail.
    #[error("the mail server did not take it: {}", without_its_words(.0))]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The server took too long.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The file could not be written.
    #[error("the mail could not be written to a file: {0}")]
    File(#[from] lettre::transport::file::Error),
    /// The recipient's address cannot receive mail.
    #[error("mail cannot be sent to this address: {0}")]
    Recipient(#[from] lettre::address::AddressError),
    /// The mail could not be built.
    #[error("the mail could not be written: {0}")]
    Message(#[from] lettre::error::Error),
}

impl MailError {
    /// Returns true when another attempt would fail in the same way.
    fn is_permanent(&self) -> bool {
        match self {
            Self::Smtp(cause) => cause.is_permanent(),
            Self::File(_) | Self::Timeout => false,
            Self::Recipient(_) | Self::Message(_) => true,
        }
    }
}

/// Describes an SMTP error without the server's words: by its status code, or by the network's error.
fn without_its_words(cause: &lettre::transport::smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("code {code}"),
        None if cause.is_response() => "its answer was not understood".to_owned(),
        None => cause.to_string(),
    }
}

impl Mailer {
    /// Checks the settings. An error names the wrong one.
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
        Ok(Self {
            transport,
            from,
            public_url,
            passwords: settings.passwords,
            timeout: Duration::from_millis(settings.smtp_timeout_ms),
        })
    }

    /// Sends a letter to an address.
    pub async fn send(&self, recipient: &str, letter: Letter<'_>) -> Result<(), MailError> {
        let (subject, text) = match letter {
            Letter::PasswordLink(token) => self.password_link(token),
            Letter::Invitation(_) if !self.passwords => self.invitation_without_link(),
            Letter::Invitation(token) => self.invitation(token),
            Letter::WebhookOff(webhook) => self.webhook_off(webhook),
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient.parse()?))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(plain(text))?;
        match &self.transport {
            Transport::Smtp(server) => {
                let sending = tokio::time::timeout(self.timeout, server.send(message));
                drop(sending.await.map_err(|_elapsed| MailError::Timeout)??);
            }
            Transport::Files(folder) => drop(folder.send(message).await?),
        }
        Ok(())
    }
}

/// The subjects and the texts. They name the product and the site, because a reader may have accounts elsewhere.
impl Mailer {
    fn password_link(&self, token: &Secret) -> (String, String) {
        let site = self.public_url.site();
        let why = format!(
            "Somebody, hopefully you, asked for a link to set the password of your\r\naccount with Liaison, the \
             contacts server at {site}."
        );
        (format!("Set your password for Liaison at {site}"), self.with_link(&why, token))
    }

    fn invitation(&self, token: &Secret) -> (String, String) {
        let site = self.public_url.site();
        let why = format!(
            "You are invited to Liaison, the contacts server at {site}.\r\nSet the password of your account to begin."
        );
        (format!("You are invited to Liaison at {site}"), self.with_link(&why, token))
    }

    /// The invitation where passwords let nobody in.
    fn invitation_without_link(&self) -> (String, String) {
        let (site, public_url) = (self.public_url.site(), &self.public_url);
        let text = format!(
            "You are invited to Liaison, the contacts server at {site}.\r\nSign in with the account that has this \
             address:\r\n\r\n{public_url}/sign-in\r\n\r\nIf you did not expect this mail, you need not do anything.\r\n"
        );
        (format!("You are invited to Liaison at {site}"), text)
    }

    fn with_link(&self, why: &str, token: &Secret) -> String {
        let link = link(&self.public_url, token);
        format!(
            "{why}\r\n\r\n{link}\r\n\r\nThe link works once, within {LINK_MINUTES} minutes. If you did not expect\r\n\
             this mail, you need not do anything.\r\n"
        )
    }

    fn webhook_off(&self, webhook: &WebhookOff) -> (String, String) {
        let (site, WebhookOff { id, endpoint, reason }) = (self.public_url.site(), webhook);
        let text = format!(
            "Liaison, the contacts server at {site}, no longer tells this webhook of\r\nchanges:\r\n\r\n    \
             {endpoint} ({id})\r\n\r\nThe reason:\r\n\r\n    {reason}\r\n\r\n\
             Once it works again, switch it on with the mutation updateWebhook. It goes on\r\nwhere it stopped.\r\n"
        );
        (format!("A webhook of Liaison at {site} was switched off"), text)
    }
}

/// Mail to be sent.
#[derive(Clone, Copy, Debug)]
pub enum Letter<'a> {
    /// A link to set the password, which somebody asked for.
    PasswordLink(&'a Secret),
    /// An invitation, with a link to set the password.
    Invitation(&'a Secret),
    /// A webhook was switched off.
    WebhookOff(&'a WebhookOff),
}

/// Webhook that was switched off. Its URL may be secret, so a mail has only a part of it.
#[derive(Clone, Debug)]
pub struct WebhookOff {
    /// Id of the webhook.
    pub id: Uuid,
    /// Scheme, host and port of its URL.
    pub endpoint: String,
    /// Reason why.
    pub reason: String,
}

/// Returns the URL of a one-time link. The token follows the #, which browsers do not send.
pub fn link(public_url: &PublicUrl, token: &Secret) -> String {
    format!("{public_url}/set-password#{}", token.expose())
}

/// Builds the body without an encoding when possible (RFC 5322 allows lines of 998 letters). An encoding would split
/// the link. Mail programs repair that, but people who read the files cannot.
fn plain(text: String) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() < 998) {
        Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text)
    }
}

fn smtp(url: &Hidden) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    // The cause is left out, because it may quote the URL and its password.
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

/// Opens the folder. Only the server's user may read it, because its links sign people in.
fn files(folder: &Path) -> io::Result<AsyncFileTransport<Tokio1Executor>> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
        let folder = folder.display();
        tracing::warn!("Others on this machine can read {folder}/, and the links in its mails: chmod 700 {folder}");
    }
    Ok(AsyncFileTransport::new(folder))
}

//! Log lines on stderr.

use std::{env, io, io::IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogFormat;
#[cfg(feature = "otlp")]
use crate::telemetry;

/// Log filter of a server, unless `RUST_LOG` says otherwise.
const SERVER_FILTER: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn";
/// Log filter of a command whose output matters: errors, and the reason for waiting.
const COMMAND_FILTER: &str = "warn,liaison::storage=info";

/// Starts logging for a server.
pub(super) fn start(format: LogFormat) {
    start_with(format, SERVER_FILTER);
}

/// Starts logging for a command in a terminal.
pub(super) fn start_quietly() {
    start_with(LogFormat::Text, COMMAND_FILTER);
}

/// Starts logging with a filter, which `RUST_LOG` replaces.
fn start_with(format: LogFormat, default: &str) {
    let wanted = env::var("RUST_LOG").unwrap_or_default();
    let read = EnvFilter::try_new(&wanted);
    let is_unreadable = read.is_err();
    let filter = read.ok().filter(|_| !wanted.trim().is_empty()).unwrap_or_else(|| EnvFilter::new(default));
    // These crates would log whole messages, which contain tokens and passwords.
    let quiet = "tungstenite=info".parse().into_iter().chain("tokio_tungstenite=info".parse());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let is_terminal = io::stderr().is_terminal();
    let as_text = match format {
        LogFormat::Auto => is_terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    #[cfg(feature = "otlp")]
    let (spans, unexported) = telemetry::otlp::layer().map_or_else(|cause| (None, Some(cause)), |layer| (layer, None));
    let registry = tracing_subscriber::registry().with(filter);
    #[cfg(feature = "otlp")]
    let registry = registry.with(spans);
    if as_text {
        let colours = is_terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        registry.with(fmt::layer().with_ansi(colours).with_writer(io::stderr)).init();
    } else {
        // The list would repeat the fields of the span itself.
        registry.with(fmt::layer().json().with_span_list(false).with_writer(io::stderr)).init();
    }
    #[cfg(feature = "otlp")]
    if let Some(cause) = unexported {
        tracing::warn!(%cause, "Spans are not exported");
    }
    if is_unreadable {
        tracing::warn!("RUST_LOG cannot be read, so the default is logged; it must be like info or liaison=debug");
    }
}

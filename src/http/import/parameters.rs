//! Parameters of `POST /import`.

use axum::{
    extract::Request,
    http::{StatusCode, header},
};

use crate::{
    card::encoding_named,
    domain::{
        imports::{ColumnMapping, MatchKey, NewJob, Options},
        parse_id,
        upsert::OnTrashed,
    },
    entity::import_job::{ImportFormat, ImportSubject},
};

type Refused = (StatusCode, String);

fn wrong(message: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, message.into())
}

/// Reads what is asked for: the query's parameters, and the format by its name or by the media type.
pub(super) fn read(request: &Request) -> Result<NewJob, Refused> {
    let mut new = NewJob {
        subject: ImportSubject::Contacts,
        format: ImportFormat::Csv,
        file_name: None,
        is_dry_run: false,
        id: None,
        options: Options::default(),
    };
    let mut format = None;
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "of" => new.subject = subject(&value)?,
            "format" => format = Some(format_named(&value)?),
            "dryRun" => new.is_dry_run = flag(&name, &value)?,
            "emptyClears" => new.options.empty_clears = flag(&name, &value)?,
            "keepUnknown" => new.options.keeps_unknown = flag(&name, &value)?,
            "matchBy" => new.options.match_by = keys(&value)?,
            "onTrashed" => new.options.on_trashed = policy(&value)?,
            "fileName" => new.file_name = Some(value.into_owned()),
            "id" => new.id = Some(id(&value)?),
            "map" => new.options.mapping.push(column_mapping(&value)?),
            other => {
                let known = "of, format, dryRun, matchBy, onTrashed, emptyClears, keepUnknown, fileName, id, map";
                let other: String = other.chars().take(50).collect();
                return Err(wrong(format!("There is no parameter `{other}`; there are {known}.")));
            }
        }
    }
    new.format = match format {
        Some(format) => format,
        None => by_media_type(request)?,
    };
    new.options.encoding = charset(request)?;
    Ok(new)
}

fn subject(value: &str) -> Result<ImportSubject, Refused> {
    match value {
        "contacts" => Ok(ImportSubject::Contacts),
        "companies" => Ok(ImportSubject::Companies),
        _ => Err(wrong("`of` must be contacts or companies.")),
    }
}

fn format_named(value: &str) -> Result<ImportFormat, Refused> {
    match value {
        "csv" => Ok(ImportFormat::Csv),
        "vcard" => Ok(ImportFormat::Vcard),
        "jscontact" => Ok(ImportFormat::Jscontact),
        _ => Err(wrong("`format` must be csv, vcard or jscontact.")),
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Refused> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(wrong(format!("`{name}` must be true or false."))),
    }
}

fn keys(value: &str) -> Result<Vec<MatchKey>, Refused> {
    let keys: Option<Vec<MatchKey>> = value.split(',').filter(|key| !key.is_empty()).map(MatchKey::named).collect();
    keys.ok_or_else(|| wrong("`matchBy` must list some of ID, EXTERNAL_ID, UID, EMAIL and PHONE, separated by commas."))
}

fn policy(value: &str) -> Result<OnTrashed, Refused> {
    match value {
        "RESTORE" => Ok(OnTrashed::Restore),
        "IGNORE" => Ok(OnTrashed::Ignore),
        "REJECT" => Ok(OnTrashed::Reject),
        _ => Err(wrong("`onTrashed` must be RESTORE, IGNORE or REJECT.")),
    }
}

/// `COLUMN=FIELD`, as on the command line; without a field the column is left out.
fn column_mapping(value: &str) -> Result<ColumnMapping, Refused> {
    let (column, field) = value.rsplit_once('=').ok_or_else(|| wrong("`map` must be COLUMN=FIELD, or COLUMN=."))?;
    Ok(ColumnMapping { column: column.to_owned(), field: (!field.is_empty()).then(|| field.to_owned()) })
}

fn id(value: &str) -> Result<uuid::Uuid, Refused> {
    let id = parse_id(value).filter(|id| id.get_version_num() == 7);
    id.ok_or_else(|| wrong("`id` must be a UUIDv7."))
}

fn media_type(request: &Request) -> &str {
    request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The character set that the media type names. Programs that know of none write "us-ascii".
fn charset(request: &Request) -> Result<Option<String>, Refused> {
    let mut parameters = media_type(request).split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let named = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let Some(name) = named.map(|(_, name)| name.trim().trim_matches('"')) else { return Ok(None) };
    if name.is_empty() || name.eq_ignore_ascii_case("us-ascii") {
        return Ok(None);
    }
    let message = "The charset of Content-Type is none that is known; leave it out to have it found out.";
    let encoding = encoding_named(name).ok_or_else(|| (StatusCode::UNSUPPORTED_MEDIA_TYPE, message.to_owned()))?;
    Ok(Some(encoding.name().to_owned()))
}

fn by_media_type(request: &Request) -> Result<ImportFormat, Refused> {
    let essence = media_type(request).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/csv" | "text/tab-separated-values" => Ok(ImportFormat::Csv),
        "text/vcard" | "text/x-vcard" => Ok(ImportFormat::Vcard),
        "application/jscontact+json" => Ok(ImportFormat::Jscontact),
        _ => {
            let message = "Send Content-Type: text/csv, text/vcard or application/jscontact+json, or say `format`.";
            Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message.to_owned()))
        }
    }
}

//! Texts for snapshots, laid out so that a difference is a few lines.

/// Keys of an answer whose values are random.
const RANDOM: [&str; 3] = ["\"token\": \"", "\"secret\": \"", "\"prefix\": \""];

/// A JSON text with a line for each value, its keys in the order in which they came.
pub(crate) fn pretty(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut is_escaped) = (String::new(), 0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            _ if in_text => {
                out.push(letter);
                in_text = is_escaped || letter != '"';
                is_escaped = letter == '\\' && !is_escaped;
            }
            '{' | '[' if letters.peek().is_some_and(|next| matches!(next, '}' | ']')) => out.push(letter),
            '}' | ']' if out.ends_with(['{', '[']) => out.push(letter),
            '{' | '[' => {
                depth += 1;
                out.push(letter);
                break_line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                break_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                break_line(&mut out, depth);
            }
            ':' => out += ": ",
            _ => {
                in_text = letter == '"';
                out.push(letter);
            }
        }
    }
    out.lines().map(|line| without_time(&without_secret(line)) + "\n").collect::<String>().trim_end().to_owned()
}

/// The line without the steps of the stepping clock: how often it is read depends on how soon caches expire.
fn without_time(line: &str) -> String {
    match line.split_once("2026-01-01T00:00:") {
        Some((before, time)) => format!("{before}2026-01-01T00:00:…{}", time.trim_start_matches(|sign| sign != 'Z')),
        None => line.to_owned(),
    }
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn without_secret(line: &str) -> String {
    match RANDOM.iter().find(|key| line.trim_start().starts_with(**key)) {
        Some(key) => {
            let (before, value) = line.split_once(key).unwrap();
            format!("{before}{key}…\"{}", value.split_once('"').unwrap().1)
        }
        None => line.to_owned(),
    }
}

/// Statements, each with a line for each of its larger parts.
pub(crate) fn sql(statements: &[String]) -> String {
    let parts = ["FROM", "LEFT JOIN", "INNER JOIN", "WHERE", "ORDER BY", "RETURNING", "SELECT", "UNION", "VALUES"];
    let broken = statements.iter().map(|statement| {
        let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = without_whole_records(&words);
        parts.iter().fold(words, |text, part| text.replace(&format!(" {part} "), &format!("\n    {part} "))) + ";\n"
    });
    broken.collect()
}

/// The statement with the first of a record's columns for all of them: a new column changes no snapshot.
fn without_whole_records(statement: &str) -> String {
    let table = |column: &str| column.rsplit(' ').find(|word| word.contains("\".\"")).map(str::to_owned);
    let mut kept: Vec<&str> = Vec::new();
    for column in statement.split(", ") {
        // `"contacts"."name"`, or the same with a name of its own.
        let is_column = column.starts_with('"') && column.ends_with('"') && !column.contains(['(', '$', '?', '=']);
        let (this, last) = (table(column), kept.last().and_then(|last| table(last)));
        let of = |column: Option<String>| column.and_then(|column| column.split('.').next().map(str::to_owned));
        let repeats = is_column && this.is_some() && of(this) == of(last);
        if !repeats {
            kept.push(column);
        }
    }
    kept.join(", ")
}

#!/usr/bin/env python3
"""Writes the expected results of the files beside it, as other readers see them: vobject (0.9.9) and Python's csv.

    pip install vobject && python3 tests/import/expected.py

Each file's encoding is named here, so nothing is guessed. Files that are broken are mended before they are read, and the few
places where vobject is wrong are listed with the right value.
"""

import csv
import io
import json
import re
from pathlib import Path

import vobject

HERE = Path(__file__).resolve().parent

# Encodings of cards; all others are UTF-8.
CHARSETS = {
    "cp1252-unnamed": "cp1252",
    "gbk-01": "gbk",
    "koi8-01": "koi8-r",
    "outlook-03-raw-cp1252": "cp1252",
    "sjis-01": "cp932",
    "utf16-be": "utf-16",
    "utf16-le": "utf-16",
}

# Values that vobject reads otherwise than their writers meant them: it cuts texts at commas that are not escaped, and it
# does not know the escapes of RFC 6868.
RIGHT = {
    ("cp1252-unnamed", "notes"): "Déjà vu à l'été, œuvre complète",
    ("odoo", "name"): "Azure Interior, Brandon Freeman",
    ("unescaped-commas", "name"): "Commas, Unescaped",
    ("unescaped-commas", "notes"): "one, two; three",
}


def mended(name, text):
    """The text with the ends of its cards, and without lines that no card has."""
    text = re.sub(r"\r\n|\r|\n", "\r\n", text)
    if name.startswith("broken"):
        lines, is_open = [], False
        for line in text.split("\r\n"):
            if line.upper() == "BEGIN:VCARD":
                if is_open:
                    lines.append("END:VCARD")
                is_open = True
            if is_open and (re.match(r"[\w.;=-]+:", line) or line.startswith(" ")):
                lines.append(line)
            if line.upper() == "END:VCARD":
                is_open = False
        text = "\r\n".join(lines + ["END:VCARD"] * is_open) + "\r\n"
    # A property that holds a card is no card of the file.
    return re.sub(r"AGENT:\r\nBEGIN.*?END:VCARD\r\n", "AGENT:nested\r\n", text, flags=re.S)


def flat(value):
    """A value's texts, one after another."""
    return [text for item in value for text in flat(item)] if isinstance(value, (list, tuple)) else [value]


def text(value):
    value = ",".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return value.replace("\r\n", "\n").strip()


def date(line):
    """A birthday as Liaison writes it; none where it is none."""
    day = line.value.split("T")[0].strip()
    match = re.fullmatch(r"(\d{4}|--)-?(\d\d)-?(\d\d)", day) or re.fullmatch(r"(\d{4})(?:-(\d\d))?()", day)
    if not match:
        return None
    year, month, day = match.groups()
    if [year] == line.params.get("X-APPLE-OMIT-YEAR"):
        year = "--"
    return "-".join([year.replace("--", "-")] + [part for part in (month, day) if part])


def card(name, parsed):
    def values(*properties):
        return [text(line.value) for line in parsed.getChildren() if line.name in properties and text(line.value)]

    def name_part(part):
        return [part for part in flat(getattr(parsed.n.value, part)) if part] if hasattr(parsed, "n") else []

    addresses = []
    for line in parsed.contents.get("adr", []):
        value = line.value
        street = [text(getattr(value, part)) for part in ("street", "extended", "box")]
        parts = ["\n".join(part for part in street if part)]
        addresses.append(parts + [text(getattr(value, part)) for part in ("city", "region", "code", "country")])
    dates = [date(line) for line in parsed.contents.get("bday", [])]
    summary = {
        "name": (values("FN") or [""])[0],
        "family": sorted(name_part("family")),
        "given": sorted(name_part("given")),
        "additional": sorted(name_part("additional")),
        "emails": sorted(values("EMAIL")),
        "phones": sorted(value.removeprefix("tel:") for value in values("TEL")),
        # Apple escapes the colon, which vobject does not undo.
        "links": sorted(value.replace("\\:", ":") for value in values("URL")),
        "organizations": [
            [part for part in map(text, line.value) if part]
            for line in parsed.contents.get("org", [])
            if any(map(text, line.value))
        ],
        "titles": sorted(values("TITLE", "ROLE")),
        "notes": "\n\n".join(values("NOTE")),
        "birthday": next((date for date in dates if date), None),
        "tags": sorted({tag for line in parsed.contents.get("categories", []) for tag in flat(line.value)}),
        "addresses": [parts for parts in addresses if any(parts)],
        "uid": (values("UID") or [""])[0],
        "properties": sorted(
            {line.name for line in parsed.lines() if flat(line.value) != [""]} - {"VERSION", "X-ABLABEL", "N"}
        ),
    }
    for (file, field), value in RIGHT.items():
        if file == name:
            summary[field] = value
    return summary


def cards():
    for file in sorted(HERE.glob("vcard/*.vcf")):
        content = file.read_bytes().replace(b"\xc3\r\n \xb6", b"\xc3\xb6")
        content = mended(file.stem, content.decode(CHARSETS.get(file.stem, "utf-8-sig")))
        yield file.stem, [card(file.stem, parsed) for parsed in vobject.readComponents(content, allowQP=True)]


# Encoding, separator, lines before the header, and the field that each column feeds, in short.
NUMBERS = "emails.label emails emails.label emails phones.label phones"
TABLES = {
    "google-old": (
        "utf-8",
        ",",
        0,
        "name name.given name.additional name.family - name.prefix name.suffix nickname birthday - notes - tags "
        + NUMBERS
        + " phones.label phones addresses.label addresses addresses.street addresses.locality addresses.street"
        " addresses.region addresses.postalCode addresses.country - company role department links.label links",
    ),
    "google-new": (
        "utf-8",
        ",",
        0,
        "name.given name.additional name.family - name.prefix name.suffix nickname - company role department birthday"
        " notes - tags "
        + NUMBERS
        + " addresses.label addresses addresses.street addresses.locality addresses.street addresses.region"
        " addresses.postalCode addresses.country addresses.street links.label links",
    ),
    "outlook-en": (
        "utf-8",
        ",",
        0,
        "name.prefix name.given name.additional name.family name.suffix company department role addresses.street"
        " addresses.street addresses.locality addresses.region addresses.postalCode addresses.country addresses.street"
        " addresses.locality addresses.region addresses.postalCode addresses.country phones phones phones phones phones"
        " phones birthday tags emails emails.label - emails emails.label - notes links",
    ),
    "outlook-de": (
        "cp1252",
        ",",
        0,
        "name.prefix name.given name.additional name.family name.suffix company department role addresses.street"
        " addresses.locality addresses.region addresses.postalCode addresses.country addresses.street"
        " addresses.locality addresses.postalCode phones phones phones phones emails - - emails birthday tags notes"
        " links",
    ),
    "outlook-fr": (
        "cp1252",
        ";",
        0,
        "name.prefix name.given name.additional name.family name.suffix company department role addresses.street"
        " addresses.locality addresses.region addresses.postalCode addresses.country phones phones phones phones emails"
        " - emails birthday tags notes links",
    ),
    "outlook-es": (
        "utf-8",
        ",",
        0,
        "name.prefix name.given name.additional name.family name.suffix company department role addresses.street"
        " addresses.locality addresses.region addresses.postalCode addresses.country phones phones phones phones emails"
        " - emails birthday tags notes links",
    ),
    "hubspot": (
        "utf-8",
        ",",
        0,
        "externalId name.given name.family emails phones phones company role links addresses.street addresses.locality"
        " addresses.region addresses.postalCode addresses.country - - -",
    ),
    "salesforce": (
        "utf-8",
        ",",
        0,
        "externalId name.prefix name.given name.family role company department addresses.street addresses.locality"
        " addresses.region addresses.postalCode addresses.country phones phones phones phones emails birthday notes -",
    ),
    "linkedin": ("utf-8", ",", 3, "name.given name.family links emails company role -"),
    "icloud": (
        "utf-8",
        ",",
        0,
        "name.given name.family company phones emails addresses.street addresses.locality addresses.region"
        " addresses.postalCode addresses.country birthday notes",
    ),
    "twenty": (
        "utf-8",
        ",",
        0,
        "id name.given name.family emails emails phones role addresses.locality links company -",
    ),
    "odoo": (
        "utf-8",
        ",",
        0,
        "externalId name company role emails phones phones addresses.street addresses.street addresses.locality"
        " addresses.region addresses.postalCode addresses.country tags links notes",
    ),
    "espocrm": (
        "utf-8",
        ";",
        0,
        "name.given name.family company role emails phones addresses.street addresses.locality addresses.region"
        " addresses.postalCode addresses.country notes",
    ),
    "monica": (
        "utf-8",
        ",",
        0,
        "name.given name.family name.additional nickname - birthday emails phones company role addresses.street"
        " addresses.locality addresses.region addresses.postalCode addresses.country tags notes",
    ),
    "semicolon-utf8-bom": ("utf-8-sig", ";", 0, "name emails phones company"),
    "tab-utf16le": ("utf-16", "\t", 0, "name emails phones addresses.locality"),
    "tab-utf16be": ("utf-16", "\t", 0, "name emails"),
    "pipe": ("utf-8", "|", 0, "name emails phones notes"),
    "shift-jis": (
        "shift_jis",
        ",",
        0,
        "name.family name.given company department role emails phones addresses.postalCode addresses.street",
    ),
    "cp1251": ("cp1251", ";", 0, "name.given name.family company role phones emails addresses.locality"),
    "cp1250": ("cp1250", ";", 0, "name.given name.family company emails -"),
    "excel-sep": ("utf-8", ";", 1, "name emails notes"),
    "title-lines": ("utf-8", ",", 3, "name emails phones company"),
    "no-header": ("utf-8", ",", None, "name emails phones company"),
    "line-breaks": ("utf-8", ",", 0, "name emails notes"),
    "ragged": ("utf-8", ",", 0, "name emails phones"),
    "formulas": ("utf-8", ",", 0, "name emails phones notes"),
    "contacts-in-one-cell": ("utf-8", ",", 0, "name emails phones tags"),
    "cr-only": ("utf-8", ",", 0, "name emails"),
    "unknown-columns": ("utf-8", ";", 0, "- emails - -"),
    "unclosed-quote": ("utf-8", ",", 0, "name emails notes"),
}
COMPANIES = {
    "companies-hubspot": (
        "utf-8",
        ",",
        0,
        "externalId name website phone industry address.street address.locality address.region address.postalCode"
        " address.country notes",
    ),
    "companies-salesforce": (
        "utf-8",
        ",",
        0,
        "externalId name website phone industry address.street address.locality address.region address.postalCode"
        " address.country notes",
    ),
}


def table(name, charset, separator, skipped, fields):
    content = (HERE / "csv" / f"{name}.csv").read_bytes().decode(charset)
    if name == "unclosed-quote":
        # The row is lost, and those after it are read.
        content = re.sub('"Bad Two.*\n', "", content)
    rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=separator) if row]
    header = rows[skipped] if skipped is not None and name != "linkedin" else None
    first = 0 if skipped is None else skipped + 1
    if name == "linkedin":
        # Its note has a blank line after it.
        header, first = rows[2], 3
    fields = [None if field == "-" else field for field in fields.split()]
    people = []
    rows = [row for row in rows[first:] if any(cell.strip() for cell in row)]
    for row in rows:
        of = lambda field: [cell.strip() for cell, name in zip(row, fields) if name == field and cell.strip()]
        split = lambda cells, marks: [part.strip() for cell in cells for part in re.split(marks, cell) if part.strip()]
        emails = [email for cell in of("emails") for email in (json.loads(cell) if cell[0] == "[" else [cell])]
        people.append(
            {
                "name": (of("name") or [" ".join(of("name.given") + of("name.family"))])[0],
                "emails": split(emails, ":::|; "),
                "phones": split(of("phones"), ":::|; "),
                "companies": of("company"),
                "roles": of("role"),
                "notes": "\n\n".join(of("notes")).replace("\r\n", "\n"),
                "localities": of("addresses.locality"),
            }
        )
    return {"columns": header, "fields": fields, "rows": rows, "people": people}


def main():
    tables = {name: table(name, *how) for name, how in (TABLES | COMPANIES).items()}
    for name, expected in (("vcard", dict(cards())), ("csv", tables)):
        text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
        (HERE / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

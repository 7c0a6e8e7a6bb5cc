//! Invented interactions: what people write down after calls, mails and meetings.

use rand::{Rng, seq::IndexedRandom};

use super::names::word;

/// The text of an invented interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InteractionText {
    /// One of `call`, `email`, `meeting`, `note` and `other`.
    pub kind: &'static str,
    /// What it was about, on one line.
    pub subject: Option<String>,
    /// What was said and agreed.
    pub body: Option<String>,
}

/// What is written about one kind of interaction. `{topic}` and `{name}` are filled in.
///
/// Subjects leave the name out: it may be nearly as long as a subject may be.
#[derive(Clone, Copy, Debug)]
struct Kind {
    name: &'static str,
    subjects: &'static [&'static str],
    openings: &'static [&'static str],
    /// How common it is, relative to the others.
    weight: u32,
}

/// The kind to use were there no list.
const NOTE: Kind = Kind {
    name: "note",
    subjects: &["Note on {topic}", "Background: {topic}", "Idea for {topic}", "Internal: {topic}"],
    openings: &[
        "Heard from a colleague that {name} is looking into {topic}.",
        "{name} is the right person to ask about {topic}.",
        "Keep {name} informed about {topic}.",
        "{name} mentioned {topic} in passing; worth following up.",
    ],
    weight: 15,
};

/// All kinds.
static KINDS: &[Kind] = &[
    Kind {
        name: "email",
        subjects: &[
            "Re: {topic}",
            "Re: Re: {topic}",
            "Fwd: {topic}",
            "Question about {topic}",
            "Your request: {topic}",
            "Reminder: {topic}",
            "Documents for {topic}",
        ],
        openings: &[
            "Sent {name} the documents on {topic}.",
            "{name} wrote to ask about {topic}.",
            "Answered {name}'s questions about {topic}.",
            "{name} confirmed {topic} in writing.",
            "Reminded {name} of {topic}; no answer to the first mail.",
        ],
        weight: 35,
    },
    Kind {
        name: "call",
        subjects: &["Call about {topic}", "Follow-up call: {topic}", "Missed call", "Called back: {topic}", "{topic}"],
        openings: &[
            "Spoke with {name} about {topic}.",
            "{name} called about {topic} and was in a hurry.",
            "Left a message for {name} on the answering machine regarding {topic}.",
            "Long call with {name}, mostly on {topic}.",
            "{name} returned my call; we went through {topic}.",
        ],
        weight: 25,
    },
    Kind {
        name: "meeting",
        subjects: &["Meeting: {topic}", "Kick-off for {topic}", "Workshop on {topic}", "Lunch", "Review of {topic}"],
        openings: &[
            "Met {name} at their office to discuss {topic}.",
            "Video meeting with {name} and two colleagues on {topic}.",
            "{name} visited us; the main subject was {topic}.",
            "Coffee with {name} after the conference, talked about {topic}.",
        ],
        weight: 20,
    },
    NOTE,
    Kind {
        name: "other",
        subjects: &["Letter: {topic}", "Parcel sent", "Trade fair", "Chat message about {topic}", "Signed: {topic}"],
        openings: &[
            "Sent {name} a letter about {topic}.",
            "{name} stopped by our booth and asked about {topic}.",
            "Sample parcel for {name} left the warehouse, together with the papers on {topic}.",
            "Short chat with {name} on {topic}.",
        ],
        weight: 5,
    },
];

/// What business is about.
static TOPICS: &[&str] = &[
    "the quarterly review",
    "the renewal of the contract",
    "the offer for next year",
    "delivery dates",
    "the open invoice",
    "the pilot project",
    "onboarding",
    "the price list",
    "the data processing agreement",
    "the new warehouse",
    "training for the team",
    "the product demo",
    "the support plan",
    "the complaint about the last shipment",
    "the invitation to the summer party",
    "the partnership agreement",
    "the migration schedule",
    "the audit in November",
    "the tender documents",
    "a change of contact person",
    "quantities for the spring order",
    "the roadmap",
    "the annual maintenance",
    "the budget for 2027",
];

/// What follows from it.
static OUTCOMES: &[&str] = &[
    "Everything is agreed; nothing left to do on our side.",
    "They will decide by the end of the month.",
    "I promised an updated offer by Friday.",
    "Price is still a concern, quality is not.",
    "Next step: a short demo for the whole team.",
    "They asked for two references.",
    "Legal has to look at clause 7 first.",
    "Call again in two weeks.",
    "Very friendly, sounded interested.",
    "They compare us with two other suppliers.",
    "The order should be 15 % larger than last year.",
    "Needs an invoice with the purchase order number on it.",
    "Not now; ask again next quarter.",
    "Delivery moved to the second half of March.",
    "Please keep the whole team in copy.",
];

/// Subjects and bodies in other languages.
static FOREIGN: &[(&str, &str)] = &[
    ("Angebot für die Wartung", "{name} bittet um ein Angebot für die jährliche Wartung. Rückmeldung bis Montag."),
    ("Rückruf wegen Lieferung", "Die Lieferung an {name} verspätet sich um drei Tage. Größere Menge ab März möglich."),
    (
        "Réunion de préparation",
        "Réunion avec {name} : l'échéance est repoussée à la rentrée, le devis reste à valider.",
    ),
    ("Facture impayée", "{name} a promis le règlement avant la fin du mois."),
    ("Renovación del contrato", "{name} quiere renovar, pero pide un descuento del 5 %. Enviar propuesta mañana."),
    ("Reunião de acompanhamento", "Conversa com {name} sobre a próxima fase; não há questões em aberto."),
    ("Spotkanie w sprawie umowy", "{name} prosi o zmianę terminu. Następne spotkanie w środę."),
    ("Möte om leveranser", "{name} vill flytta leveransen till nästa vecka. Återkommer på måndag."),
    ("Sözleşme görüşmesi", "{name} ile sözleşmenin son hâli konuşuldu, imza önümüzdeki hafta."),
    ("Συνάντηση για την προσφορά", "Ο/Η {name} ζήτησε νέα προσφορά έως την Παρασκευή."),
    ("Вопрос по договору", "Обсудили договор: {name}. Ждём подписанный экземпляр до пятницы."),
    ("Питання щодо рахунку", "Контакт: {name}. Рахунок надіслано повторно, оплата наступного тижня."),
    ("متابعة العرض", "تم الاتصال مع {name} بخصوص العرض، والرد متوقع الأسبوع القادم."),
    ("פגישת המשך", "נפגשנו עם {name}. יש לשלוח הצעת מחיר מעודכנת."),
    ("अनुबंध का नवीनीकरण", "{name} से बात हुई। नया प्रस्ताव सोमवार तक भेजना है।"),
    ("关于报价的电话", "与{name}通话,对方希望下周收到新的报价。"),
    ("納期の確認", "{name}様より納期のお問い合わせ。来週中に回答予定。"),
    ("계약 갱신 문의", "{name} 님과 계약 갱신 조건을 논의함. 다음 주에 다시 연락."),
    ("Gia hạn hợp đồng", "{name} đề nghị gia hạn hợp đồng thêm một năm."),
];

/// What was written about an interaction with the contact.
pub(super) fn interaction(rng: &mut impl Rng, contact_name: &str) -> InteractionText {
    let kind = KINDS.choose_weighted(rng, |kind| kind.weight).unwrap_or(&NOTE);
    let (subject, body) = if rng.random_bool(0.2) { foreign(rng) } else { english(rng, kind) };
    // Notes often are a body alone, and calls a subject alone; there is always at least one of the two.
    let draw = rng.random_range(0..100_u32);
    let body = body.replace("{name}", contact_name);
    match (kind.name, draw) {
        ("note", 0..30) | (_, 0..5) => InteractionText { kind: kind.name, subject: None, body: Some(body) },
        ("call", 60..) | (_, 78..) => InteractionText { kind: kind.name, subject: Some(subject), body: None },
        _ => InteractionText { kind: kind.name, subject: Some(subject), body: Some(body) },
    }
}

/// Subject and body in English.
fn english(rng: &mut impl Rng, kind: &Kind) -> (String, String) {
    let topic = word(rng, TOPICS);
    let subject = capitalized(&word(rng, kind.subjects).replace("{topic}", topic));
    let mut body = word(rng, kind.openings).replace("{topic}", topic);
    let count = rng.random_range(0..=3);
    for outcome in OUTCOMES.choose_multiple(rng, count) {
        // Longer ones get paragraphs, so that lists have line breaks to cope with.
        body.push_str(if count == 3 { "\n\n" } else { " " });
        body.push_str(outcome);
    }
    (subject, body)
}

/// Subject and body in another language.
fn foreign(rng: &mut impl Rng) -> (String, String) {
    let (subject, body) = FOREIGN.choose(rng).copied().unwrap_or_default();
    (subject.to_owned(), body.to_owned())
}

/// The text with an upper-case first letter.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    first.into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{capitalized, interaction};

    #[test]
    fn every_interaction_says_something() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for _ in 0..3_000 {
            let text = interaction(&mut rng, "Ada Ørsted");
            assert!(["call", "email", "meeting", "note", "other"].contains(&text.kind), "{text:?}");
            assert!(text.subject.is_some() || text.body.is_some());
            for part in text.subject.iter().chain(&text.body) {
                assert!(!part.is_empty() && part.trim() == part && !part.contains(['{', '}', '\0']), "{part}");
            }
            assert!(text.subject.is_none_or(|subject| subject.chars().count() <= 255 && !subject.contains('\n')));
        }
    }

    #[test]
    fn capitalized_keeps_the_rest() {
        assert_eq!(capitalized("delivery dates"), "Delivery dates");
        assert_eq!(capitalized(""), "");
    }
}

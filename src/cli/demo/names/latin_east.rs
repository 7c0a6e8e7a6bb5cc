//! Names of northern and eastern Europe, Turkey and Vietnam, in Latin letters.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::{Extra, Locale};

/// Polish; adjectives among the family names follow the gender.
#[rustfmt::skip]
pub(in super::super) const POLISH: Locale = Locale {
    given: &[
        "Małgorzata", "Łukasz", "Agnieszka", "Paweł", "Zofia", "Michał", "Bożena", "Grzegorz", "Elżbieta",
        "Krzysztof", "Żaneta", "Stanisław", "Kinga", "Wojciech", "Jolanta", "Błażej",
    ],
    family: &[
        "Kowalska", "Kowalski", "Wiśniewska", "Wiśniewski", "Wójcik", "Łuczak", "Zielińska", "Zieliński",
        "Dąbrowska", "Dąbrowski", "Gołębiowska", "Gołębiowski", "Błaszczyk", "Wróbel", "Śliwa", "Żak",
    ],
    latin_given: &[
        "malgorzata", "lukasz", "agnieszka", "pawel", "zofia", "michal", "bozena", "grzegorz", "elzbieta",
        "krzysztof", "zaneta", "stanislaw", "kinga", "wojciech", "jolanta", "blazej",
    ],
    latin_family: &[
        "kowalska", "kowalski", "wisniewska", "wisniewski", "wojcik", "luczak", "zielinska", "zielinski",
        "dabrowska", "dabrowski", "golebiowska", "golebiowski", "blaszczyk", "wrobel", "sliwa", "zak",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["dr", "inż."],
    phone_prefix: "+48",
    phone_rest: "22 000 ## ##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

/// Czech; family names follow the gender.
#[rustfmt::skip]
pub(in super::super) const CZECH: Locale = Locale {
    given: &[
        "Kateřina", "Jiří", "Božena", "Ondřej", "Zdeňka", "Matěj", "Šárka", "Tomáš", "Lucie", "Vojtěch", "Žofie",
        "Luděk", "Markéta", "Řehoř", "Eliška", "Štěpán",
    ],
    family: &[
        "Nováková", "Novák", "Dvořáková", "Dvořák", "Černá", "Černý", "Procházková", "Procházka", "Kučerová",
        "Kučera", "Veselá", "Veselý", "Růžičková", "Růžička", "Křížová", "Kříž",
    ],
    latin_given: &[
        "katerina", "jiri", "bozena", "ondrej", "zdenka", "matej", "sarka", "tomas", "lucie", "vojtech", "zofie",
        "ludek", "marketa", "rehor", "eliska", "stepan",
    ],
    latin_family: &[
        "novakova", "novak", "dvorakova", "dvorak", "cerna", "cerny", "prochazkova", "prochazka", "kucerova",
        "kucera", "vesela", "vesely", "ruzickova", "ruzicka", "krizova", "kriz",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["Ing.", "Mgr."],
    phone_prefix: "+420",
    phone_rest: "200 0## ###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};

/// Hungarian: the family name comes first.
#[rustfmt::skip]
pub(in super::super) const HUNGARIAN: Locale = Locale {
    given: &[
        "Zsófia", "Gergő", "Ágnes", "Béla", "Réka", "Ádám", "Enikő", "László", "Csilla", "Ödön", "Katalin", "Győző",
        "Tünde", "Zoltán", "Boglárka", "Szabolcs",
    ],
    family: &[
        "Nagy", "Kovács", "Tóth", "Szabó", "Horváth", "Kiss", "Molnár", "Németh", "Farkas", "Balogh", "Győri",
        "Ördögh", "Fűzfa", "Lakatos", "Szűcs", "Pintér",
    ],
    latin_given: &[
        "zsofia", "gergo", "agnes", "bela", "reka", "adam", "eniko", "laszlo", "csilla", "odon", "katalin", "gyozo",
        "tunde", "zoltan", "boglarka", "szabolcs",
    ],
    latin_family: &[
        "nagy", "kovacs", "toth", "szabo", "horvath", "kiss", "molnar", "nemeth", "farkas", "balogh", "gyori",
        "ordogh", "fuzfa", "lakatos", "szucs", "pinter",
    ],
    gendered: false,
    family_first: true,
    separator: " ",
    extra: Extra::None,
    titles: &["Dr."],
    phone_prefix: "+36",
    phone_rest: "1 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 3,
};

/// Icelandic: patronymics follow the gender.
#[rustfmt::skip]
pub(in super::super) const ICELANDIC: Locale = Locale {
    given: &[
        "Guðrún", "Þórður", "Sigríður", "Ólafur", "Þórunn", "Björgvin", "Ásdís", "Guðmundur", "Ragnheiður",
        "Sæmundur", "Hrafnhildur", "Eiríkur", "Æsa", "Ævar", "Steinunn", "Höður",
    ],
    family: &[
        "Jónsdóttir", "Jónsson", "Þorsteinsdóttir", "Þorsteinsson", "Sigurðardóttir", "Sigurðsson", "Ægisdóttir",
        "Ægisson", "Guðjónsdóttir", "Guðjónsson", "Halldórsdóttir", "Halldórsson", "Björnsdóttir", "Björnsson",
        "Einarsdóttir", "Einarsson",
    ],
    latin_given: &[
        "gudrun", "thordur", "sigridur", "olafur", "thorunn", "bjorgvin", "asdis", "gudmundur", "ragnheidur",
        "saemundur", "hrafnhildur", "eirikur", "aesa", "aevar", "steinunn", "hodur",
    ],
    latin_family: &[
        "jonsdottir", "jonsson", "thorsteinsdottir", "thorsteinsson", "sigurdardottir", "sigurdsson", "aegisdottir",
        "aegisson", "gudjonsdottir", "gudjonsson", "halldorsdottir", "halldorsson", "bjornsdottir", "bjornsson",
        "einarsdottir", "einarsson",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+354",
    phone_rest: "000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 2,
};

/// Danish, Norwegian, Swedish and Finnish.
#[rustfmt::skip]
pub(in super::super) const NORDIC: Locale = Locale {
    given: &[
        "Søren", "Åsa", "Bjørn", "Märta", "Håkon", "Ingrid", "Jørgen", "Päivi", "Göran", "Solveig", "Lærke",
        "Øyvind", "Åke", "Kaisa", "Frøydis", "Väinö", "Maj-Britt", "Rasmus",
    ],
    family: &[
        "Sørensen", "Åkesson", "Kjær", "Bergström", "Nygård", "Ødegård", "Lindqvist", "Mäkelä", "Møller", "Sjöberg",
        "Hämäläinen", "Bækgaard", "Høyer", "Östlund", "Dahl", "Virtanen", "Ågren", "Thorsen",
    ],
    latin_given: &[
        "soren", "asa", "bjorn", "marta", "hakon", "ingrid", "jorgen", "paivi", "goran", "solveig", "laerke",
        "oyvind", "ake", "kaisa", "froydis", "vaino", "majbritt", "rasmus",
    ],
    latin_family: &[
        "sorensen", "akesson", "kjaer", "bergstrom", "nygard", "odegard", "lindqvist", "makela", "moller", "sjoberg",
        "hamalainen", "baekgaard", "hoyer", "ostlund", "dahl", "virtanen", "agren", "thorsen",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::HyphenFamily,
    titles: &[],
    phone_prefix: "+46",
    phone_rest: "8 465 004 ##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 7,
};

/// Turkish, with dotted and dotless i.
#[rustfmt::skip]
pub(in super::super) const TURKISH: Locale = Locale {
    given: &[
        "Ayşe", "Çağrı", "Işıl", "Oğuz", "Gülşah", "Kağan", "İpek", "Barış", "Şebnem", "Uğur", "Özge", "Yiğit",
        "Nazlı", "Ömer", "Tuğba", "İlker",
    ],
    family: &[
        "Yılmaz", "Kaya", "Şahin", "Çelik", "Yıldız", "Öztürk", "Aydın", "Özdemir", "Doğan", "Kılıç", "Güneş",
        "Çetin", "Işık", "Koç", "Ünal", "İnce",
    ],
    latin_given: &[
        "ayse", "cagri", "isil", "oguz", "gulsah", "kagan", "ipek", "baris", "sebnem", "ugur", "ozge", "yigit",
        "nazli", "omer", "tugba", "ilker",
    ],
    latin_family: &[
        "yilmaz", "kaya", "sahin", "celik", "yildiz", "ozturk", "aydin", "ozdemir", "dogan", "kilic", "gunes",
        "cetin", "isik", "koc", "unal", "ince",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["Dr.", "Av."],
    phone_prefix: "+90",
    phone_rest: "212 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 5,
};

/// Vietnamese: the family name comes first, vowels carry two marks.
#[rustfmt::skip]
pub(in super::super) const VIETNAMESE: Locale = Locale {
    given: &[
        "Thị Ánh", "Văn Dũng", "Minh Châu", "Quốc Bảo", "Thị Hồng", "Đức Thắng", "Ngọc Diệp", "Tuấn Kiệt",
        "Thanh Thủy", "Xuân Trường", "Mỹ Lệ", "Hữu Phước", "Thu Hiền", "Đình Quyết",
    ],
    family: &[
        "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
        "Lý",
    ],
    latin_given: &[
        "thianh", "vandung", "minhchau", "quocbao", "thihong", "ducthang", "ngocdiep", "tuankiet", "thanhthuy",
        "xuantruong", "myle", "huuphuoc", "thuhien", "dinhquyet",
    ],
    latin_family: &[
        "nguyen", "tran", "le", "pham", "huynh", "hoang", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
        "ly",
    ],
    gendered: false,
    family_first: true,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+84",
    phone_rest: "24 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 5,
};

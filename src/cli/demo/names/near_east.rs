//! Names of the Near East and the Caucasus, the first three written from right to left.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::{Extra, Locale};

/// Arabic, written from right to left.
#[rustfmt::skip]
pub(in super::super) const ARABIC: Locale = Locale {
    given: &[
        "فاطمة", "محمد", "مريم", "أحمد", "ليلى", "يوسف", "نور", "خالد", "عائشة", "عمر", "سلمى", "إبراهيم", "هدى",
        "طارق", "رانيا", "زياد",
    ],
    family: &[
        "الحسن", "المصري", "حداد", "الخطيب", "نجار", "العلي", "منصور", "الشامي", "خليل", "بغدادي", "سليمان",
        "الزهراني", "عبد الرحمن", "درويش", "القاسم", "فرح",
    ],
    latin_given: &[
        "fatima", "mohamed", "maryam", "ahmed", "layla", "yousef", "nour", "khaled", "aisha", "omar", "salma",
        "ibrahim", "huda", "tarek", "rania", "ziad",
    ],
    latin_family: &[
        "alhassan", "almasri", "haddad", "alkhatib", "najjar", "alali", "mansour", "alshami", "khalil", "baghdadi",
        "sulaiman", "alzahrani", "abdelrahman", "darwish", "alqasim", "farah",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["د.", "م."],
    phone_prefix: "+962",
    phone_rest: "6 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

/// Hebrew, written from right to left.
#[rustfmt::skip]
pub(in super::super) const HEBREW: Locale = Locale {
    given: &[
        "נועה", "יוסף", "תמר", "דוד", "שירה", "איתן", "מיכל", "אורי", "רחל", "עומר", "יעל", "אבישי", "הדס", "גיל",
    ],
    family: &[
        "כהן", "לוי", "מזרחי", "פרץ", "ביטון", "אברהם", "פרידמן", "אזולאי", "שפירא", "בן־דוד", "קליין", "דהן",
        "גולן", "רוזן",
    ],
    latin_given: &[
        "noa", "yosef", "tamar", "david", "shira", "eitan", "michal", "uri", "rachel", "omer", "yael", "avishai",
        "hadas", "gil",
    ],
    latin_family: &[
        "cohen", "levi", "mizrahi", "peretz", "biton", "avraham", "friedman", "azoulay", "shapira", "bendavid",
        "klein", "dahan", "golan", "rosen",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["ד״ר"],
    phone_prefix: "+972",
    phone_rest: "3 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};

/// Persian, with letters that Arabic lacks.
#[rustfmt::skip]
pub(in super::super) const PERSIAN: Locale = Locale {
    given: &[
        "زهرا", "رضا", "مهناز", "پرویز", "شیرین", "بهرام", "نسرین", "آرش", "مینا", "کامران", "گلناز", "سهراب",
        "پریسا", "داریوش",
    ],
    family: &[
        "احمدی", "کریمی", "حسینی", "رضایی", "موسوی", "جعفری", "پورمحمد", "تهرانی", "شیرازی", "نیک‌پور", "گلستانی",
        "صادقی", "یزدانی", "فرهادپور",
    ],
    latin_given: &[
        "zahra", "reza", "mahnaz", "parviz", "shirin", "bahram", "nasrin", "arash", "mina", "kamran", "golnaz",
        "sohrab", "parisa", "dariush",
    ],
    latin_family: &[
        "ahmadi", "karimi", "hosseini", "rezaei", "mousavi", "jafari", "pourmohammad", "tehrani", "shirazi",
        "nikpour", "golestani", "sadeghi", "yazdani", "farhadpour",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+98",
    phone_rest: "21 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};

/// Georgian: a script without capitals.
#[rustfmt::skip]
pub(in super::super) const GEORGIAN: Locale = Locale {
    given: &[
        "ნინო", "გიორგი", "თამარ", "დავით", "მარიამ", "ლევან", "ქეთევან", "ირაკლი", "ანა", "ზურაბ", "ეკა", "ვახტანგ",
    ],
    family: &[
        "ბერიძე", "კაპანაძე", "გელაშვილი", "მაისურაძე", "გიორგაძე", "ლომიძე", "წიკლაური", "ხუციშვილი", "ჩხეიძე",
        "მელაძე", "ყიფიანი", "ჯაფარიძე",
    ],
    latin_given: &[
        "nino", "giorgi", "tamar", "davit", "mariam", "levan", "ketevan", "irakli", "ana", "zurab", "eka",
        "vakhtang",
    ],
    latin_family: &[
        "beridze", "kapanadze", "gelashvili", "maisuradze", "giorgadze", "lomidze", "tsiklauri", "khutsishvili",
        "chkheidze", "meladze", "kipiani", "japaridze",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+995",
    phone_rest: "32 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 2,
};

/// Armenian.
#[rustfmt::skip]
pub(in super::super) const ARMENIAN: Locale = Locale {
    given: &[
        "Անի", "Արմեն", "Նարեկ", "Լուսինե", "Տիգրան", "Մարիամ", "Հայկ", "Գոհար", "Վահե", "Սոնա", "Դավիթ", "Շուշան",
    ],
    family: &[
        "Հակոբյան", "Գրիգորյան", "Սարգսյան", "Պետրոսյան", "Հարությունյան", "Խաչատրյան", "Ավետիսյան", "Մկրտչյան",
        "Վարդանյան", "Ղազարյան", "Ստեփանյան", "Զաքարյան",
    ],
    latin_given: &[
        "ani", "armen", "narek", "lusine", "tigran", "mariam", "hayk", "gohar", "vahe", "sona", "davit", "shushan",
    ],
    latin_family: &[
        "hakobyan", "grigoryan", "sargsyan", "petrosyan", "harutyunyan", "khachatryan", "avetisyan", "mkrtchyan",
        "vardanyan", "ghazaryan", "stepanyan", "zakaryan",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+374",
    phone_rest: "10 000 0##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 2,
};

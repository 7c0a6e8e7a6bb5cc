//! Names of southern and eastern Asia.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::{Extra, Locale};

/// Hindi, in Devanagari.
#[rustfmt::skip]
pub(in super::super) const HINDI: Locale = Locale {
    given: &[
        "प्रिया", "राहुल", "अंजलि", "विक्रम", "सुनीता", "अर्जुन", "कविता", "संजय", "मीरा", "आदित्य", "पूजा", "कृष्ण",
        "ज्योति", "श्याम",
    ],
    family: &[
        "शर्मा", "वर्मा", "गुप्ता", "सिंह", "मिश्रा", "चौधरी", "त्रिपाठी", "अग्रवाल", "यादव", "जोशी", "पाण्डेय",
        "श्रीवास्तव", "मेहता", "भट्ट",
    ],
    latin_given: &[
        "priya", "rahul", "anjali", "vikram", "sunita", "arjun", "kavita", "sanjay", "meera", "aditya", "pooja",
        "krishna", "jyoti", "shyam",
    ],
    latin_family: &[
        "sharma", "verma", "gupta", "singh", "mishra", "chaudhary", "tripathi", "agarwal", "yadav", "joshi",
        "pandey", "srivastava", "mehta", "bhatt",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["डॉ."],
    phone_prefix: "+91",
    phone_rest: "11 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

/// Bengali.
#[rustfmt::skip]
pub(in super::super) const BENGALI: Locale = Locale {
    given: &[
        "অনন্যা", "সুব্রত", "মৌসুমী", "রফিক", "শর্মিষ্ঠা", "তানভীর", "নাসরিন", "অভিজিৎ", "ফারহানা", "দেবাশিস",
        "রুমা", "কামাল",
    ],
    family: &[
        "চক্রবর্তী", "রহমান", "ঘোষ", "ইসলাম", "মুখার্জি", "হোসেন", "দাস", "আহমেদ", "সেনগুপ্ত", "চৌধুরী",
        "বন্দ্যোপাধ্যায়", "মণ্ডল",
    ],
    latin_given: &[
        "ananya", "subrata", "mousumi", "rafiq", "sharmistha", "tanvir", "nasrin", "abhijit", "farhana", "debashis",
        "ruma", "kamal",
    ],
    latin_family: &[
        "chakraborty", "rahman", "ghosh", "islam", "mukherjee", "hossain", "das", "ahmed", "sengupta", "chowdhury",
        "bandyopadhyay", "mondal",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+880",
    phone_rest: "2 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};

/// Thai: no spaces inside a name, vowels before and above their consonant.
#[rustfmt::skip]
pub(in super::super) const THAI: Locale = Locale {
    given: &[
        "สมชาย", "สุดารัตน์", "กิตติ", "พิมพ์ชนก", "อนันต์", "วราภรณ์", "ณัฐพล", "ศิริพร", "ธนากร", "มาลี", "ปรีชา",
        "กัญญา",
    ],
    family: &[
        "ใจดี", "ศรีสุข", "วงศ์ใหญ่", "แก้วมณี", "ทองคำ", "รุ่งเรือง", "บุญมี", "เจริญผล", "พงษ์พันธุ์", "สายทอง",
        "อินทร์แก้ว", "มั่นคง",
    ],
    latin_given: &[
        "somchai", "sudarat", "kitti", "pimchanok", "anan", "waraporn", "nattapon", "siriporn", "thanakorn", "malee",
        "preecha", "kanya",
    ],
    latin_family: &[
        "jaidee", "srisuk", "wongyai", "kaewmanee", "thongkham", "rungrueang", "boonmee", "charoenphon", "phongphan",
        "saithong", "inkaew", "mankhong",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+66",
    phone_rest: "2 000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 3,
};

/// Chinese: the family name comes first, without a space.
#[rustfmt::skip]
pub(in super::super) const CHINESE: Locale = Locale {
    given: &[
        "芳", "伟", "秀英", "建国", "敏", "志强", "静怡", "浩然", "雨桐", "子轩", "丽华", "明", "雪梅", "俊杰", "晓燕", "文博", "欣妍", "海涛",
    ],
    family: &[
        "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳", "朱", "林", "司马", "吕", "谢",
    ],
    latin_given: &[
        "fang", "wei", "xiuying", "jianguo", "min", "zhiqiang", "jingyi", "haoran", "yutong", "zixuan", "lihua",
        "ming", "xuemei", "junjie", "xiaoyan", "wenbo", "xinyan", "haitao",
    ],
    latin_family: &[
        "wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "ouyang", "zhu",
        "lin", "sima", "lyu", "xie",
    ],
    gendered: false,
    family_first: true,
    separator: "",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+86",
    phone_rest: "10 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 10,
};

/// Japanese, in kanji: the family name comes first.
#[rustfmt::skip]
pub(in super::super) const JAPANESE: Locale = Locale {
    given: &[
        "花子", "健太", "美咲", "翔太", "陽菜", "大輔", "由美子", "直樹", "さくら", "拓也", "恵", "誠", "結衣", "蓮", "千尋", "浩一", "葵", "隆",
    ],
    family: &[
        "佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "齋藤", "長谷川", "森", "清水", "佐々木", "五十嵐", "髙木",
    ],
    latin_given: &[
        "hanako", "kenta", "misaki", "shota", "hina", "daisuke", "yumiko", "naoki", "sakura", "takuya", "megumi",
        "makoto", "yui", "ren", "chihiro", "koichi", "aoi", "takashi",
    ],
    latin_family: &[
        "sato", "suzuki", "takahashi", "tanaka", "watanabe", "ito", "yamamoto", "nakamura", "kobayashi", "kato",
        "yoshida", "saito", "hasegawa", "mori", "shimizu", "sasaki", "igarashi", "takagi",
    ],
    gendered: false,
    family_first: true,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+81",
    phone_rest: "3 0000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 8,
};

/// Korean: the family name comes first, without a space.
#[rustfmt::skip]
pub(in super::super) const KOREAN: Locale = Locale {
    given: &[
        "지은", "민준", "서연", "현우", "수빈", "도윤", "하늘", "영호", "은정", "준서", "미경", "태양", "소라", "성훈", "예린", "동현",
    ],
    family: &["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "남궁", "황보"],
    latin_given: &[
        "jieun", "minjun", "seoyeon", "hyunwoo", "subin", "doyun", "haneul", "youngho", "eunjung", "junseo",
        "mikyung", "taeyang", "sora", "sunghoon", "yerin", "donghyun",
    ],
    latin_family: &[
        "kim", "lee", "park", "choi", "jung", "kang", "cho", "yoon", "jang", "lim", "han", "oh", "seo", "shin",
        "namgung", "hwangbo",
    ],
    gendered: false,
    family_first: true,
    separator: "",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+82",
    phone_rest: "2 000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

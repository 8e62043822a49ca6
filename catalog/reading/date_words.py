"""The words of the date grammar: names of days and parts, and the pieces that its patterns share."""

WEEKEND, WORKDAYS = (5, 6), (0, 1, 2, 3, 4)
DAYS = "月火水木金土日"
KANA_DAYS = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}

THIS = {"今": 0, "こん": 0, "来": 1, "らい": 1, "翌": 1, "再来": 2, "さらい": 2, "先": -1, "昨": -1}
RELATIVE_DAYS = {
    0: ("今日", "本日", "きょう", "当日中", "today", "今夜", "今晩", "今夕", "tonight"),
    1: ("明日", "あした", "あす", "翌日", "tomorrow", "明晩"),
    2: ("明後日", "あさって", "day after tomorrow"),
    3: ("明々後日", "明明後日", "しあさって"),
}
SHORT_KANA = ("きょう", "あす")  # they also begin other words: きょうしつ
PARTS = {
    "上旬": ("上旬", "じょうじゅん"),
    "中旬": ("中旬", "ちゅうじゅん"),
    "下旬": ("下旬", "げじゅん"),
    "前半": ("前半", "ぜんはん"),
    "後半": ("後半", "こうはん"),
    "初め": ("初め", "始め", "はじめ", "頭", "初旬", "あたま"),
    "半ば": ("半ば", "なかば", "真ん中"),
    "末": ("終わり頃", "終わりごろ", "終わり", "おわり", "末日", "末", "すえ", "月末", "げつまつ"),
}
PART_OF = {term: name for name, terms in PARTS.items() for term in terms}
RELATIVE_OF = {term: count for count, terms in RELATIVE_DAYS.items() for term in terms}
YEAR = r"(?:20\d{2}年|(?:令和|平成|昭和)(?:\d{1,2}|元)年)"
WEEKDAY = r"[月火水木金土日]よう(?:日|び)?|[月火水木金土日]曜日?|(?:げつ|すい|もく|きん|にち|か|ど)よう(?:び|日)?"
NOT_A_DAY = r"(?!間|制|目|程度|コース|体験|乗|ほど|分|単位|前|坊|系|数|本[^日])"
AFTER = (
    r"(?P<count>\d{1,3}|一|二|三|四|五|六|半)\s?(?P<of>日|週間|週|[かヶヵカケ箇]月|年)(?P<way>後|以内|先|間以内|のうち)"
)
HOLIDAYS = (
    *("元日", "元旦", "成人の日", "建国記念の日", "天皇誕生日", "春分の日", "昭和の日", "憲法記念日", "みどりの日"),
    *("こどもの日", "海の日", "山の日", "敬老の日", "秋分の日", "スポーツの日", "文化の日", "勤労感謝の日"),
)
SETS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("土日祝日", "土日祝", "土日", "土・日", "どにち", "週末", "しゅうまつ"), WEEKEND),
    **dict.fromkeys(("休みの日", "休日", "weekends", "weekend"), WEEKEND),
    **dict.fromkeys(("平日", "へいじつ", "weekdays", "weekday", "ウィークデー", "ウイークデー"), WORKDAYS),
    **dict.fromkeys(("祝日", "祭日"), ()),
}

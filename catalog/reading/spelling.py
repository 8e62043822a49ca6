"""How residents spell: by ear, in any kana, a space after each word, with slips; in the spelling of the grammars.

らいしゅうの ドヨウビ becomes 来週の土曜日, ろくじゅうごさい 65歳, 八十二になります 82歳になります.
Announcements need none of it. The words are in `data/spellings.toml`; numbers are put together by rule.
"""

import re
from collections.abc import Callable
from functools import cache, partial

from catalog.reading.normalise import hiragana, kanji_number, plain
from catalog.reading.vocabulary import any_of, vocabulary

_ONES = {
    sound: number
    for number, sounds in enumerate(
        ("いち いっ", "に", "さん", "よん よ し", "ご", "ろく ろっ", "なな しち", "はち はっ", "きゅう く"), 1
    )
    for sound in sounds.split()
}
_DAYS = ("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか")
_SCHOOLS = {
    **dict.fromkeys(("しょうがっこう", "しょうがく", "しょう"), "小学"),
    **dict.fromkeys(("ちゅうがっこう", "ちゅうがく", "ちゅう"), "中学"),
    **dict.fromkeys(("こうこう", "こう"), "高校"),
}
_UNITS = ((1000, "せん|ぜん"), (100, "ひゃく|びゃく|ぴゃく"), (10, "じゅう|じゅっ|じっ"))
_ONE = any_of(_ONES)
_TENS = rf"(?:{_ONE})?(?:{_UNITS[2][1]})"
_TO_99 = rf"(?:{_TENS}(?:{_ONE})?|{_ONE})"
_TO_9999 = "".join(rf"(?:(?:{_ONE})?(?:{sound}))?" for _, sound in _UNITS)
# A number is one only before what it counts. くさい, よえん and いちにち are words.
_COUNTED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?P<school>{any_of(_SCHOOLS)})の?\s?(?P<n>{_ONE}|[1-6])ねん(?:せい)?"), "年生"),
    (re.compile(rf"(?P<n>{_ONE})ねんせい"), "年生"),
    (re.compile(rf"(?P<n>{_TENS})だい(?![すじど])"), "代"),
    (
        re.compile(
            rf"(?!くさ|しさ|じっさ|いっさい(?!じ|の|か|と|で))(?P<n>{_TO_99})\s?さい(?!しょ|ご|ふ|ばん|がい|り|とり|つみ)"
        ),
        "歳",
    ),
    (
        re.compile(rf"(?=(?:{_ONE})?(?:{'|'.join(sound for _, sound in _UNITS)}))(?P<n>{_TO_9999})\s?えん(?![だげそ])"),
        "円",
    ),
    (re.compile(rf"(?P<n>{_TO_99})がつ"), "月"),
    (re.compile(rf"(?<=月)の?(?P<day>{any_of(_DAYS)}|はつか)|(?<=月)の?(?P<n>{_TENS}(?:{_ONE})?)にち"), "日"),
    (re.compile(rf"(?P<n>{_TO_99})じ(?=から|ごろ|まで|いこう|以降|すぎ|はん)"), "時"),
)
# Of spaced kana only what the grammars read is joined: elsewhere a space tells where words begin.
_BEFORE_A_PARTICLE = re.compile(r"(?<=[一-龠\d]) (?=(?:の|に|を|は|が|と|で|から|まで|も|より|です|だけ)(?:[ 、。]|$))")
_AFTER_A_PARTICLE = re.compile(r"(?<=[一-龠\d][のにをはがとでも]) (?=[一-龠\d])")
_LONE_PARTICLE = re.compile(r"(?<= )(?:ノ|ニ|ヲ|ハ|ガ|ト|デ|モ|カラ|マデ|ダケ)(?= |$)")
_JAPANESE = re.compile("[ぁ-ゖ一-龠]")
_KATAKANA = re.compile("[ァ-ヺー]")
_TEENS = r"[一二三四五六七八九]?十[一二三四五六七八九]?|[1-9]\d"
_WHO = (
    r"(?:母|父|親|妻|夫|主人|家内|祖母|祖父|おかん|おとん|(?:母|父|かあ|とう|ばあ|じい)(?:さん|ちゃん)|私|わたし|わし|僕|ぼく|俺"
    r"|娘|息子|孫|子)(?:は|が|も|、)?\s?(?:もう|今年で?|ことしで?)?\s?"
)
# An age told without 歳: 今年で八十二になります, 5つになる孫, 母は70です.
_TOLD = re.compile(
    rf"(?:今年で?|ことしで?)?(?<![\d一-龠])(?P<turns>{_TEENS})(?=\s?に(?:なり|なる|なっ|なろ))"
    rf"|(?:^|(?<=[。!?])|(?:もう|今年で|ことしで|満で?|数えで?)\s?)(?P<now>{_TEENS})(?=です|で[、。 ]|や|だ|じゃ)"
    r"|(?P<small>[一二三四五六七八九1-9])つ(?=\s?に(?:なり|なる|なっ)|の(?:子|娘|息子|孫|男の子|女の子))"
    rf"|(?P<who>{_WHO})(?:(?P<is>{_TEENS}|[1-9])|(?P<of>[一二三四五六七八九1-9])つ)"
    r"(?=です|で[、。 ]|や|だ|なん|なの|じゃ|[、。]|$)"
)


def as_written(text: str) -> str:
    """A resident's plain text in the spelling that the grammars read. Words that it does not know stay."""
    table = vocabulary("spellings")
    text = _pattern("signs").sub(lambda sign: f" {table['signs'][sign[0]]} ", text)
    mixed = _JAPANESE.search(text) is not None
    if not mixed:
        text = _LONE_PARTICLE.sub(lambda particle: hiragana(particle[0]), text)
    for pattern, meant in table["slips"].items():
        text = re.sub(pattern, meant, text)
    for counted, unit in _COUNTED:
        text = _heard(text, counted, partial(_in_digits, unit), mixed=mixed)
    for name in ("words", "bounds", "alone"):
        text = _heard(text, _pattern(name), partial(_known, table[name]), mixed=mixed)
    text = _AFTER_A_PARTICLE.sub("", _BEFORE_A_PARTICLE.sub("", text))
    return plain(_TOLD.sub(_told, text))


def _heard(text: str, pattern: re.Pattern[str], written: Callable[[re.Match[str]], str], *, mixed: bool) -> str:
    """Writes what sounds so. Beside other scripts katakana counts only as a whole word: デザイン has no サイ."""
    parts, at = [], 0
    for match in pattern.finditer(hiragana(text)):
        start, end = match.span()
        around = text[max(start - 1, 0) : start] + text[end : end + 1]
        if mixed and _KATAKANA.search(text, start, end) and _KATAKANA.search(around):
            continue
        parts += [text[at:start], written(match)]
        at = end
    return "".join([*parts, text[at:]])


def _known(words: dict[str, str], match: re.Match[str]) -> str:
    return words[match[0]]


def _in_digits(unit: str, match: re.Match[str]) -> str:
    """A number by ear with what it counts, in digits."""
    found = match.groupdict()
    if day := found.get("day"):
        return f"{20 if day == 'はつか' else _DAYS.index(day) + 1}{unit}"
    return f"{_SCHOOLS.get(found.get('school') or '', '')}{_number(found['n'])}{unit}"


def _number(sound: str) -> int:
    """The value of a number by ear: ろくじゅうご, せんごひゃく; digits as they are."""
    if sound.isdigit():
        return int(sound)
    total = 0
    for unit, called in _UNITS:
        if match := re.match(rf"(?P<times>{_ONE})?(?:{called})", sound):
            total += _ONES.get(match["times"] or "", 1) * unit
            sound = sound[match.end() :]
    return total + _ONES.get(sound, 0)


def _told(match: re.Match[str]) -> str:
    numeral = match["turns"] or match["now"] or match["small"] or match["is"] or match["of"]
    return f"{match['who'] or ''}{numeral if numeral.isdigit() else kanji_number(numeral)}歳"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Any word of a table of the vocabulary, where the table says that it may stand."""
    known = f"(?:{any_of(vocabulary('spellings')[name])})"
    match name:
        case "words":
            return re.compile(rf"{known}(?![ゃゅょぁぃぅぇぉっー])")
        case "bounds":
            return re.compile(rf"(?<=[円歳生月日時曜代後]){known}")
        case "alone":
            return re.compile(
                rf"(?<![ぁ-んー]){known}(?=$|[^ぁ-んー]|[のにはで]|だけ|しか)|(?<=の){known}(?=$|[\s、。のにはがでだ])"
            )
    return re.compile(known)

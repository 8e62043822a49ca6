"""Whom a running text is for, where no label says it: 小学生20人, 60歳以上の方ならどなたでも, 親子10組.

Not every age in a text is a limit (地元の高校生が演奏, 80歳の語り部). It is one where the clause counts people of that
age, asks them to come, or names nothing else.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from catalog.reading.ages import Ages, read_ages, spelled_out
from catalog.reading.clauses import clauses
from catalog.reading.groups import divisions
from catalog.reading.sections import Topic, without_topics
from catalog.reading.spans import Found

# What the words for people end with, and what counts them or asks them to come.
PERSON = (
    r"(?:方(?:々)?|かた|人|ひと|者|さん|様|さま|民|女子|男子|女性|男性|男女|大人|おとな|シニア|世代|初心者|経験者|個人|同士"
    r"|子|子ども|こども|子供|キッズ|児|児童|生徒|生|学生|親|親御さん|ママ|パパ|夫婦|家族|家庭|世帯|孫|グループ|団体|ペア"
    r"|メンバー|パートナー|歳|代|以上|以下|未満|まで|から|年生|[小中高][1-6])"
)
_COUNTED = (
    r"(?:を|の|のうち)?(?:(?:各(?:回|日)?|毎回|先着順?で?|抽選で?|限定|計|合計|定員|で|から|が|約|およそ|最大|、|:)){0,3}"
    r"\d{1,4}\s?(?:人|名|組|家族|世帯|ペア)(?!に|が|で(?!す|抽|、|締|行う|開)|の(?!方|定)|以上|1組|分|家族|前|用|乗|とも|ほどが)"
)
_CALLED = (
    r"(?:(?:を|が|のみ|だけ)?(?:を?対象(?!外)|限定|に限(?:り|る|定)|を?(?:大)?募集)|向け(?!て)"
    r"|なら(?!で)|(?:は|、)?(?:どなた|誰|だれ)でも|であれば|でしたら|のための|の皆(?:さん|様|さま)"
    r"|で(?:一緒に)?ご?参加(?:して)?ください|(?:だけ)?(?:が|は)?(?:ご?参加|ご?応募|お?申し?込み?|体験|入場|入会|受講|聴講|利用)(?:いただけ|でき(?!ま?せん|ない)|可|ok))"
)
_TAIL = re.compile(rf"(?P<who>.{{0,60}}?{PERSON}(?:\([^()]{{0,40}}\))?)\s?(?:{_COUNTED}|{_CALLED})")
_ANYBODY = re.compile(
    r"(?<!なら)(?<!なら )(?<!なら、)(?<!れば)(?<!れば、)(?<!したら)(?:どなた|誰|だれ)でも"
    r"|年齢(?:や|・|、|も|は)?(?:性別|経験)?(?:は|を|も)?(?:問わず|問いません|不問)|全年齢"
    r"|(?:子ども|こども|子供)から(?:大人|高齢者|お年寄り)まで"
)
# What may stand before an age that is alone in its clause, between two, and behind.
_BEFORE = re.compile(
    r"(?:(?:参加|応募|受講|申し?込み?|体験)(?:でき|いただけ)る(?:の|方|人)は|対象は|参加は)?(?:\(\d\))?"
    r"(?:[^はがをもで]{0,25}(?:在住|在勤|在学|市内|区内|町内|[のなるいたうむ・新満約市]|おおむね|概ね|原則|として|主に|ほぼ))?"
    r"(?:[^はをも]{1,12}(?:[がの]好きな|[にが](?:興味|関心)の?ある|を(?:習い|学び|始め|し)たい|が(?:できる|初めての)))?"
)
_BETWEEN = re.compile(
    r"(?:児|の方|の子|のお子さん|の子ども|さん)?(?:\s?(?:と|や|か|及び|および|または|又は|・|~|から|,|、|の|\()\s?){1,2}(?:新|満)?"
)
_CARER = r"(?:保護者|親|母親|父親|家族|お母さん|お父さん|ママ|パパ|大人|祖父母|お?孫さん?)(?:の方)?"
_BEHIND = re.compile(
    rf"(?:児|生|た)?(?:(?:の|である)[^はがをにもで]{{0,8}}?(?={PERSON}))?"
    rf"(?:{PERSON}(?:(?:または|又は|や|か|・|と|及び){PERSON})?)?(?:\([^()]*\))?"
    rf"(?:(?:・|と|や|及び|および)(?:その|同伴の)?{_CARER}(?:の(?:ペア|組))?(?:\([^()]*\))?)?(?:まで|から)?(?:です|で|のみ|限定|対象)?\)?"
)
_SPACED_BOUND = re.compile(r"(\d{1,2}(?:歳|才|さい))\s+(いじょう|以上|いか|以下|まで|みまん|未満)")  # 16さい いじょう
_BUILDING = re.compile(r"[小中高]学?校$|大学$")
_WHO_ACTS = re.compile(
    r"(?P<who>[^はがをもで]{0,12}\d{1,2}歳(?:以上|~\d{1,2}歳|代)[^はがをもで]{0,8}の(?:方|人))が"
)  # 55歳以上の方が、団体を訪ねます
# 就学前のお子さんと保護者20組、65歳以上の方20人が、杵をにぎります: of several groups the last one acts.
_LAST_OF_SEVERAL = re.compile(
    r"(?<=\d[人名組])(?:と、?|、)(?=(?P<who>[^、。()]{1,25}\d{1,4}[人名組])が)(?P=who)が(?=、|一緒|いっしょ)"
)
_COUNTED_APART = re.compile(rf"{PERSON}(?:\([^()]{{0,40}}\))?\s?\d{{1,4}}\s?(?:人|名|組)")
_LONGEST = 80  # characters of a clause that may name nobody but who may come
# Nobody's age, and yet who may come, where nothing else stands in the clause.
_WORDS_ALONE = re.compile(
    r"(?:ひとり親(?:家庭)?の)?親子(?:または|や|か|・)?.{0,10}|.{0,6}(?:お?孫さん?)|どなたでも|(?:女性|男性)(?:限定)?"
    rf"|(?:妊婦|妊娠中)(?:の方|さん)?(?:と(?:その)?.{{1,8}})?|(?:乳幼児|幼児|子ども|こども|お子さん|子)(?:さん)?(?:と|及び|・)(?:その)?{_CARER}"
    r"|(?:市内(?:に|在住)?|市)[^はがを]{0,14}(?:方|人|かた|者)"
)
# Who acts, who must come along or stay away, who came in other years, what something costs.
_NOT_WHO = re.compile(
    r"講師|先生|演奏|出演|指導|選手|団員|会員は|スタッフ|ボランティアが|主催|協力|監修|著者|作家"
    r"|同伴|付き添|付添|歓迎|除く|優先|ご?遠慮|不可|ません|代理|団体で|のべ|延べ|累計|昨年|これまで|経験した|現在|在籍|集まって|まとめて"
    r"|最[少小]催行|相当|多数|多い|締切|\d月|円|無料|保育|託児|つき\d|につき|あたり|\d[人名]1組|1組"
)
# A sentence that is nothing but people: 2〜4歳で言葉の遅れが気になる子の保護者。 飼い主の方へ。
_PEOPLE = (
    r"(?:方(?:々)?|かた|(?<!\d)人|ひと|保護者|赤ちゃん|親|父親|母親|お父さん|お母さん|パパ|ママ|ご?家族|ご?夫婦|パートナー|女性|男性|市民|児童|生徒|学生|飼い主"
    r"|初心者|経験者)"
)
_NOTHING_BUT_PEOPLE = re.compile(rf"(?P<who>[^はもで。\n].{{0,70}}?{_PEOPLE}(?:\([^()]*\))?)(?:へ|のみ|限定)?")
# A sentence that says what they do here: 子育て中の方が、自分の時間を楽しむ講座です。
_DOING = re.compile(
    rf"(?P<who>[^はもでが。\n]{{1,60}}?{_PEOPLE}(?:\([^()]*\))?)が、?[^は。\n]{{4,60}}"
    r"(?:講座|教室|クラス|会|サロン|場|つどい|集い)(?:です)?"
)
# A sentence about people is no call: 話すのは地元の方。 演奏も市内の方。
_TOPIC = re.compile(r"は(?![じがく]|でき)|(?<![にと])も(?!の|う|し|ら|た|ち|っ|りも|くも)")
_SENTENCE = re.compile(r"(?:\([^()\n]{0,120}\)|[^。\n!?※【】▽■●◆])+")
_BRACKET = re.compile(r"\([^()]*\)")
_ASIDE = re.compile(rf"{_NOT_WHO.pattern}|は(?:必ず)?(?:保護者|大人|親)と\)")  # in brackets: who must come along, too
_EXCEPT = re.compile(r"^[^。、]{1,20}を除く(?=.)")
_LEADING = re.compile(r"^.*(?:参加(?:でき|いただけ)る(?:の|方|人)は|対象は|参加は|定員は|募集は)")


@dataclass(frozen=True, slots=True)
class Audience:
    """What a text says of who may come, in its own words: 市内在住の小学生, 親子. `anybody`: it says that all may."""

    words: str = ""
    anybody: bool = False


def read_audience(text: str) -> Audience:
    """Reads a plain running text; empty where nothing in it is said of who may come."""
    text = _LAST_OF_SEVERAL.sub(r"、または\g<who>", _SPACED_BOUND.sub(r"\1\2", text))
    text_of_whom = without_topics(text, Topic.WHEN, Topic.WHERE, Topic.CONTENT, Topic.OTHER)
    divided = divisions(text_of_whom)
    if any(_ages(spelled_out(one)) for one in divided):
        return Audience("、または".join(divided), says_anybody(text))
    said: list[str] = []
    for sentence in _SENTENCE.findall(text_of_whom):
        found = [people] if (people := _nothing_but_people(sentence)) else _whom_by_clause(sentence)
        said += [words for words in found if words not in said]
    return Audience("、".join(said), says_anybody(text))


def _whom_by_clause(sentence: str) -> list[str]:
    """Those whom the clauses of a sentence name; who is counted apart is another group (小学生10人、60歳以上20人)."""
    found: list[str] = []
    counted = False
    for clause in clauses(sentence):
        if words := _whom(clause):
            apart = bool(_COUNTED_APART.search(clause))
            found.append(f"または{words}" if counted and apart and not words.startswith("または") else words)
            counted |= apart
    return found


def says_anybody(text: str) -> bool:
    """Whether a plain text says in so many words that all may come."""
    return bool(_ANYBODY.search(text))


def _nothing_but_people(sentence: str) -> str:
    """Those whom a sentence names that says nothing else, or only what they do here: they are meant. Else nothing."""
    sentence = sentence.strip()
    found = _NOTHING_BUT_PEOPLE.fullmatch(sentence) or _DOING.fullmatch(sentence)
    if found is None:
        return ""
    plain = _BRACKET.sub("", found["who"])
    return "" if _NOT_WHO.search(plain) or _TOPIC.search(plain) else found["who"]


def _whom(clause: str) -> str:
    clause = _EXCEPT.sub("", clause)
    if acting := _WHO_ACTS.fullmatch(clause):
        return acting["who"]
    if (tail := _TAIL.match(clause)) and not _NOT_WHO.search(_BRACKET.sub("", tail["who"])) and _is_people(tail["who"]):
        return _LEADING.sub("", tail["who"])
    clause = _BRACKET.sub(lambda bracket: "" if _ASIDE.search(bracket[0]) else bracket[0], clause)
    if _NOT_WHO.search(clause):
        return ""
    alone = _WORDS_ALONE.fullmatch(clause) or _is_nothing_but_ages(clause)
    return _LEADING.sub("", clause) if alone else ""


def _is_people(words: str) -> bool:
    """Whether words before a number are people who may come, not 会場 or あと."""
    return not re.search(r"(?:から|まで|で)$", words) or bool(_ages(spelled_out(words)))


def _is_nothing_but_ages(clause: str) -> bool:
    if len(clause) > _LONGEST:
        return False
    text = spelled_out(clause)
    found = _ages(text)
    if not found or any(_BUILDING.search(text[one.start : one.end]) for one in found):
        return False
    if not _BEFORE.fullmatch(text[: found[0].start]) or not _BEHIND.fullmatch(text[found[-1].end :]):
        return False
    return all(_BETWEEN.fullmatch(text[one.end : other.start]) for one, other in pairwise(found))


def _ages(text: str) -> list[Found[Ages]]:
    return read_ages(text, by_resident=False)

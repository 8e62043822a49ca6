"""What a long text tells beside its wish: 夏に母が骨折して、退院してから私がみています。話を聞いてほしいです。

The days and hours of a story are those of the story. Only where something is asked for, or where somebody says when
they can come, do they narrow what is looked for.
"""

import re
from collections.abc import Iterator

from catalog.reading.spans import Found

_STORY = 40  # characters from which a text has room for more than a wish
_PART = re.compile(
    r".+?(?:[。、!?\n]+|(?<=ので)(?!、)|(?<=けど)(?!、)|(?<=ですが)(?!、)|(?<=ますが)(?!、)|$)", re.DOTALL
)
_SENTENCE = re.compile(r"[。!?\n]\s*$")
_WISH = (
    r"(?<!み)たい|ほしい|欲しい|希望|ください|下さ|お願い|教え|探し|さがし|いただけ|もらえ(?!な)|くれる"
    r"|助か|ありがた|うれし|が(?:良|よ)い|いい(?:です|な|[。、]|$)|(?:か|かしら|かな|でしょう|\?)[。、!?\s]*$"
)
_FREE = (
    r"都合|空い|あいて|(?<![冬夏春])休み|ひま|暇|時間|しか(?!った)|なら|だけ|以外|以降|まで(?:に|の|$)|限定|無理|だめ|ダメ|駄目"
    r"|行け(?!て)|いけ[るまそ]|通え|来られ|出られ|出かけ|受けられ|始められ|はじめられ|間に合(?!わな)|取れ|とれ[るま]"
    r"|でき[るまれ]|出来[るまれ]|可能|大丈夫|ok|オッケー|れば(?!い)|あると|仕事が終わ|仕事のあと"
)
_OFFER = (
    r"参加|開催|やって(?:い)?る(?![のと])|講座|教室|イベント|催し|行事|体験|セミナー|クラス|コース|集まり|レッスン"
    r"|コンサート"
)
_ENGLISH = r"\b(?:can|free|available|only|want|would like|looking)\b"
_COMING_DAY = r"\d日(?![前間目])(?!.*(?:た|まして)[。、]?$)"  # 12日に孫が来るの
_ASKS = re.compile("|".join((_WISH, _FREE, _OFFER, _ENGLISH, _COMING_DAY)))
_GOES_ON = re.compile(r"[一-龠々ァ-ヶー\d](?:の|に|で|は|が|も|と|を|から|より|まで|には|では|とか)?[、\s]*$")


def told_beside(text: str) -> list[Found[None]]:
    """Where a plain text only tells, clause by clause; nowhere in a short one, nor in one that asks for nothing."""
    if len(text) < _STORY:
        return []
    found = [Found(None, start, end) for start, end in _clauses(text)]
    told = [clause for clause in found if not _ASKS.search(text[clause.start : clause.end].strip())]
    return told if len(told) < len(found) else []


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a plain text stand; what has no verb yet (平日の夜、) goes with the next."""
    start = 0
    for part in _PART.finditer(text):
        if part.end() == len(text) or _SENTENCE.search(part[0]) or not _GOES_ON.search(part[0]):
            yield start, part.end()
            start = part.end()

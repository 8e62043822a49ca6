"""The words of the concierge in other languages than Japanese, which is the language of the source.

`_("日本語の文")` gives the sentence in the language of the turn. Sentences with facts in them use named places:
`_("{title}に申し込みました。").format(title=title)`.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE_LANGUAGE = "ja"

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def _(sentence: str) -> str:
    """The sentence in the language of this turn; Japanese where no translation is there yet."""
    return _translations(_language.get()).gettext(sentence)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block, `_` speaks this language."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("manabi", Path(__file__).parent, languages=[language], fallback=True)

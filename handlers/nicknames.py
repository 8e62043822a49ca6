"""Nicknames, which are all that is kept of a name: as they are told in free text."""

import unicodedata

from handlers.locales import _
from handlers.messages import Button, Reply, say

_MAX = 10


def read(text: str) -> str:
    """The nickname without signs that cannot be seen; empty for what is none, or is too long."""
    name = "".join(sign for sign in text.strip() if unicodedata.category(sign)[0] != "C")
    return name if len(name) <= _MAX else ""


def once_more(*buttons: Button) -> Reply:
    """What was told is no nickname."""
    return say(_("10文字までで教えてください。あだ名で大丈夫です。"), buttons=buttons)

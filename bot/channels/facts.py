"""Facts of a sheet: what a line is about, and what it says."""

import re

# A tab is put there on purpose; a colon may be part of a sentence, unless what stands before it is short.
_LABELLED = re.compile(r"(?:([^\t\n]{1,40})\t|([^：\t\n]{1,10})：)\s*(\S.*)", re.DOTALL)


def label_and_value(line: str) -> tuple[str, str] | None:
    """会場 and 田無公民館 of 「会場：田無公民館」 or of the two with a tab between; None for a plain line."""
    match = _LABELLED.fullmatch(line)
    if match is None:
        return None
    label = (match[1] or match[2]).strip()
    return (label, match[3]) if label else None

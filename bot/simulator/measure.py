"""How the platforms count characters. Python's `len` counts neither way."""

import regex  # type: ignore[import-untyped]  # ships no types


def units(text: str) -> int:
    """UTF-16 code units: LINE's general unit, and Telegram's for entity offsets."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def graphemes(text: str) -> int:
    """What a person calls a character; LINE counts labels and display texts so."""
    return len(regex.findall(r"\X", text))

"""Numbers that people read aloud, copy by hand and cannot guess: receipts, entry codes, codes on the wall."""

import secrets

# No letter or digit that is mistaken for another.
_ALPHABET = "234679ACDEFHJKMNPRTWXY"
_GROUP = 4


def new_code(groups: int = 2) -> str:
    """Groups of four signs, such as `4K7M-W2XA`: two of them are 54,000 million numbers."""
    signs = [secrets.choice(_ALPHABET) for _ in range(groups * _GROUP)]
    return "-".join("".join(signs[at : at + _GROUP]) for at in range(0, len(signs), _GROUP))

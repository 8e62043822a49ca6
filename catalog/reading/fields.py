"""Fields of learning (分野) from wordings, by `data/fields.toml`, which a city edits."""

from catalog.reading.themes import read_themes, theme_names


def read_fields(title: str, body: str = "", category: str = "") -> tuple[str, ...]:
    """The codes of at most three fields that plain texts are about, the likeliest first; empty when none is named."""
    return read_themes("fields", title, body, category)


def field_names() -> dict[str, str]:
    """Code → name of every field of the vocabulary, in its order."""
    return theme_names("fields")

"""Errors with words of their own. What a resident may meet is a value or a `Refusal`, never a crash."""


class ManabiError(Exception):
    """Base of everything this project raises on purpose; its text is one clear line for a person."""


class ConfigurationError(ManabiError):
    """A setting, a file or a schema is not usable; shown at start as one line, without a traceback."""


class UnreadableFileError(ManabiError):
    """An imported file is not a municipal event list in any known layout or encoding."""

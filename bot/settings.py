"""The environment, read once at start. A wrong value is one clear line, never a traceback."""

import os
import tempfile
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.database import async_url
from catalog.errors import ConfigurationError


class TelegramMode(StrEnum):
    WEBHOOK = "webhook"
    POLLING = "polling"


def user_cache() -> Path:
    """Where this user's programs keep what they can work out again."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        folder = Path(tempfile.gettempdir())
    return folder / "manabi"


class Settings(BaseSettings):
    """All of `MANABI_…`. A platform without credentials is off."""

    model_config = SettingsConfigDict(env_prefix="MANABI_", env_ignore_empty=True, extra="ignore")

    database_url: str = "sqlite:///./manabi.db"
    line_channel_secret: SecretStr | None = None
    line_channel_access_token: SecretStr | None = None
    line_api_base: str = "https://api.line.me"
    line_data_api_base: str = "https://api-data.line.me"
    telegram_token: SecretStr | None = None
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = None
    telegram_mode: TelegramMode = TelegramMode.WEBHOOK
    cache_dir: Path = Field(
        default_factory=user_cache, description="folder for what is read of the catalogue on a server"
    )
    public_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Tokyo"
    clock: datetime | None = Field(default=None, description="ISO instant at which the process's clock starts")
    city_name: str = "西東京市"
    counter_phone: str = ""
    line_id: str = Field(default="", description="basic id of the LINE account, such as @manabi")
    telegram_name: str = Field(default="", description="username of the Telegram bot, without @")

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        try:
            async_url(value)
        except ConfigurationError as error:
            raise ValueError(str(error).removeprefix("MANABI_DATABASE_URL ")) from None
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a region such as Asia is a folder
            raise ValueError("is not a time zone name such as Asia/Tokyo") from None
        return value

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs an offset, such as 2026-06-10T10:00:00+09:00")
        return value

    @field_validator("public_url", "line_api_base", "line_data_api_base", "telegram_api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with https:// or http://")
        if not urlsplit(value).hostname:
            raise ValueError("names no host")
        return value.rstrip("/")

    @field_validator("line_channel_secret", "line_channel_access_token", "telegram_token")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        """Credentials travel in headers and addresses. The line end of a file that they were read from is cut off."""
        secret = value.get_secret_value().strip() if value else ""
        if not all("!" <= sign <= "~" for sign in secret):
            raise ValueError("holds a space, a line end or a sign that is not ASCII")
        return SecretStr(secret) if secret else None

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_secret(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else "x"
        if not (
            1 <= len(secret) <= 256 and all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in secret)
        ):
            raise ValueError("may hold 1 to 256 letters, digits, _ and -")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def has_line(self) -> bool:
        return self.line_channel_secret is not None and self.line_channel_access_token is not None

    @property
    def has_telegram(self) -> bool:
        """Webhooks need their secret as well: without it anybody could speak for a resident."""
        return self.telegram_token is not None and (
            self.telegram_webhook_secret is not None or self.telegram_mode is TelegramMode.POLLING
        )


def load_settings() -> Settings:
    """The settings of this process. Raises ConfigurationError naming every wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"MANABI_{'_'.join(map(str, problem['loc'])).upper()} {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
        raise ConfigurationError(wrong) from None

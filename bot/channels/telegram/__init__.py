"""Telegram: updates, HTML messages with inline keyboards, the Bot API."""

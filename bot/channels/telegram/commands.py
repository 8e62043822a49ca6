"""The slash commands: what each does, and how the platform's menu describes it in each language."""

from dataclasses import dataclass

from handlers.actions import encode


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    action: str
    ja: str
    en: str


COMMANDS = (
    Command("find", encode("find"), "講座をさがす", "Find a course"),
    Command("recommend", encode("recommend"), "おすすめを見る", "See what suits you"),
    Command("mine", encode("mine"), "申込を見る", "Your applications"),
    Command("calendar", encode("mine.calendar"), "予定をカレンダーで見る", "Your calendar"),
    Command("settings", encode("settings"), "家族・お知らせ・ことばの設定", "Family, reminders, language"),
    Command("help", encode("help"), "使いかた", "How it works"),
)
ACTIONS = {command.name: command.action for command in COMMANDS}

LANGUAGES = ("", "en")  # "" is what everybody sees whose language is not among the others: Japanese

# What the profile says, by the method that sets it.
DESCRIPTIONS = {
    "setMyDescription": {
        "": {"description": "講座さがしから申込、当日のお知らせまで、まちの学びをお手伝いします。"},
        "en": {"description": "Find courses in your city, apply for them, and be reminded in time."},
    },
    "setMyShortDescription": {
        "": {"short_description": "講座さがしと申込のお手伝い"},
        "en": {"short_description": "Courses in your city: find, apply, be reminded"},
    },
}


def menu(language: str) -> list[dict[str, str]]:
    """The platform's command menu: names with what they do."""
    return [{"command": command.name, "description": command.en if language else command.ja} for command in COMMANDS]

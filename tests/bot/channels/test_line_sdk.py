"""The SDK's connection without its models; each in an interpreter of its own, since a module is loaded only once."""

import subprocess
import sys


def run(code: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 - our own code


def test_it_brings_no_models() -> None:
    load = "import sys; from bot.channels.line import sdk; print(*(module.__name__ for module in sdk.load()))"
    left = "print(*(name for name in sys.modules if name.startswith('linebot')))"
    loaded = ["linebot.v3.messaging.configuration", "linebot.v3.messaging.async_rest"]
    assert run(f"{load}; {left}") == loaded


def test_the_whole_sdk_can_be_imported_before_and_after() -> None:
    whole = "from linebot.v3.messaging import AsyncApiClient, TextMessage; print(TextMessage(text='x').text)"
    load = "from bot.channels.line import sdk; print(sdk.load()[1].RESTClientObject.__name__)"
    assert run(f"{load}; {whole}") == ["RESTClientObject", "x"]
    assert run(f"{whole}; {load}") == ["x", "RESTClientObject"]

"""The connection of LINE's SDK, without the models that its packages bring along."""

import importlib
import importlib.util
import sys
from importlib.metadata import version
from types import ModuleType
from typing import Any

_PACKAGES = ("linebot", "linebot.v3", "linebot.v3.messaging")
_MODULES = ("linebot.v3.messaging.configuration", "linebot.v3.messaging.async_rest")

USER_AGENT = f"line-bot-sdk-python/{version('line-bot-sdk')}"


def load() -> tuple[Any, Any]:
    """The SDK's modules `configuration` and `async_rest`.

    Whatever is imported of the SDK, its packages import hundreds of pydantic models first: 1.4 s of processor time
    for a connection that uses none of them. So empty packages stand in for them while these two load; afterwards the
    SDK can be imported as ever.
    """
    if "linebot" in sys.modules:
        configuration, rest = map(importlib.import_module, _MODULES)
        return configuration, rest
    found = importlib.util.find_spec("linebot")
    assert found is not None and found.submodule_search_locations  # noqa: S101, PT018 - it is among the requirements
    [root] = found.submodule_search_locations
    for name in _PACKAGES:
        package = ModuleType(name)
        package.__path__ = ["/".join([root, *name.split(".")[1:]])]
        sys.modules[name] = package
    try:
        configuration, rest = map(importlib.import_module, _MODULES)
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "linebot"]:
            del sys.modules[name]
    return configuration, rest

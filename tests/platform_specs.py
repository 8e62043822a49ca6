"""Checks of calls and webhooks against the platforms' machine-readable specifications, where these are at hand.

The specifications are not part of this project: they are read from `shared/specs` beside it. Without that folder
the checks do nothing, and `needs_specs` skips the tests that are about them.
"""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

SPECS = Path(__file__).resolve().parents[2] / "shared" / "specs"
needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the platforms' specifications are not at hand")

Json = dict[str, Any]


class SpecViolationError(AssertionError):
    """Something that the specification does not allow; the text lists where and what."""


def validate_line_request(path: str, body: Any, method: str = "POST") -> None:
    """A call of LINE's Messaging API: `path` as in the reference (`/v2/bot/message/push`), `body` the decoded JSON."""
    if not SPECS.is_dir():
        return
    schema = _line_body_schema(path, method.lower())
    if schema is None:
        if body is not None:
            raise SpecViolationError(f"{method} {path} takes no JSON body")
        return
    _check(_line_validator("messaging-api.yml", schema), body, f"{method} {path}")


def validate_line_event(event: Json) -> None:
    """One event of a LINE webhook."""
    if SPECS.is_dir():
        _check(_line_validator("webhook.yml", "Event"), event, f"event {event.get('type')}")


def validate_line_webhook(body: Json) -> None:
    """A whole webhook body of LINE."""
    if SPECS.is_dir():
        _check(_line_validator("webhook.yml", "CallbackRequest"), body, "webhook")


def validate_telegram_call(method: str, params: Json) -> None:
    """A call of the Bot API with decoded parameters (`simulator.calls` has them so)."""
    if not SPECS.is_dir():
        return
    spec = {name.lower(): content for name, content in _telegram()["methods"].items()}.get(method.lower())
    if spec is None:
        raise SpecViolationError(f"no such method: {method}")
    _raise_for(method, list(_telegram_fields(spec.get("fields", []), params, method)))


def validate_telegram_update(update: Json) -> None:
    """One update of the Bot API."""
    if SPECS.is_dir():
        _raise_for("update", list(_telegram_value(["Update"], update, "update")))


def _raise_for(what: str, faults: list[str]) -> None:
    if faults:
        raise SpecViolationError(f"{what}: " + "; ".join(faults))


def _check(validator: jsonschema_rs.Draft202012Validator, value: Any, what: str) -> None:
    faults = [f"{_place(error)}: {error.message[:300]}" for error in validator.iter_errors(value)]
    _raise_for(what, faults)


def _place(error: jsonschema_rs.ValidationError) -> str:
    return ".".join(["$", *map(str, error.instance_path)])


# LINE: OpenAPI's discriminators become conditions, and what the specification does not name is refused


@functools.cache
def _line(file: str) -> Json:
    spec: Json = yaml.load((SPECS / "line" / file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return spec


@functools.cache
def _line_body_schema(path: str, method: str) -> str | None:
    for template, operations in _line("messaging-api.yml")["paths"].items():
        pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template))
        if method in operations and re.fullmatch(pattern, path):
            content = operations[method].get("requestBody", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref")
            return reference.rpartition("/")[2] if reference else None
    raise SpecViolationError(f"no such endpoint: {method.upper()} {path}")


@functools.cache
def _line_validator(file: str, name: str) -> jsonschema_rs.Draft202012Validator:
    schemas = _line(file)["components"]["schemas"]
    definitions: Json = {}
    for schema_name, schema in schemas.items():
        if "discriminator" in schema:
            plain = {key: value for key, value in schema.items() if key != "discriminator"}
            definitions[f"{schema_name}.base"] = _translated(plain, schemas)
            definitions[schema_name] = _chosen_by_type(schema["discriminator"])
        else:
            definitions[schema_name] = _closed(_translated(schema, schemas))
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def _translated(part: Any, schemas: Json, *, inherited: bool = False) -> Any:
    if isinstance(part, list):
        return [_translated(each, schemas, inherited=inherited) for each in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("$ref"), str):
        name = part["$ref"].rpartition("/")[2]
        is_base = inherited and "discriminator" in schemas[name]
        return {"$ref": f"#/$defs/{name}.base" if is_base else f"#/$defs/{name}"}
    return {key: _translated(value, schemas, inherited=key == "allOf") for key, value in part.items()}


def _closed(schema: Json) -> Json:
    has_properties = "properties" in schema or "allOf" in schema
    return {**schema, "unevaluatedProperties": False} if has_properties else schema


def _chosen_by_type(discriminator: Json) -> Json:
    name, mapping = discriminator["propertyName"], discriminator["mapping"]
    chosen = [
        {
            "if": {"properties": {name: {"const": value}}, "required": [name]},
            "then": {"$ref": f"#/$defs/{reference.rpartition('/')[2]}"},
        }
        for value, reference in mapping.items()
    ]
    return {"type": "object", "required": [name], "properties": {name: {"enum": list(mapping)}}, "allOf": chosen}


# Telegram: a table of types and methods, each with its fields


@functools.cache
def _telegram() -> Json:
    spec: Json = json.loads((SPECS / "telegram" / "api.min.json").read_text(encoding="utf-8"))
    return spec


_SIMPLE: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
    "InputFile": (dict, str),
}


def _telegram_fields(fields: list[Json], value: Json, path: str) -> Iterator[str]:
    known = {field["name"]: field for field in fields}
    for name in value.keys() - known.keys():
        yield f"{path}.{name} is unknown"
    for name, field in known.items():
        if name in value:
            yield from _telegram_value(field["types"], value[name], f"{path}.{name}")
        elif field["required"]:
            yield f"{path}.{name} is missing"


def _telegram_value(types: list[str], value: Any, path: str) -> Iterator[str]:
    """Nothing where one of the types fits; the fewest faults of any otherwise."""
    tries = [list(_telegram_typed(name, value, path)) for name in types]
    yield from min(tries, key=len)


def _telegram_typed(name: str, value: Any, path: str) -> Iterator[str]:
    if name in _SIMPLE:
        if not isinstance(value, _SIMPLE[name]) or (isinstance(value, bool) and name not in {"Boolean", "True"}):
            yield f"{path} is not {name}: {value!r:.60}"
    elif name.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{path} is not a list"
            return
        for position, item in enumerate(value):
            yield from _telegram_value(re.split(r", | and | or ", name[9:]), item, f"{path}[{position}]")
    elif "subtypes" in (spec := _telegram()["types"][name]):
        yield from _telegram_value(spec["subtypes"], value, path)
    elif isinstance(value, dict):
        yield from _telegram_fields(spec.get("fields", []), value, path)
    else:
        yield f"{path} is not {name}"

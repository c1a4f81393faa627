"""What vendors themselves say of their interfaces (OpenAPI 3), and whether a call and its reply agree.

Checked in this process with `jsonschema`: that sees the pretends' replies as well as our calls, needs no
Node, and takes nested forms as vendors mean them.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.contract.connectors.vendor import Json

HOUSE = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("DSAR_VENDOR_SPECS") or HOUSE.parent / "shared" / "specs")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "post", "put", "patch", "delete")


class Description:
    """One description file, and where its paths begin."""

    def __init__(self, name: str, prefix: str) -> None:
        self._prefix = prefix
        self._said = _read(name)
        literal_first = sorted(self._said["paths"], key=lambda path: path.count("{"))
        self._paths = [(_pattern(path), path) for path in literal_first]
        strict, loose = _plain(self._said, strict=True), _plain(self._said, strict=False)
        self._registry = Registry().with_resources(
            (uri, Resource.from_contents(spec, default_specification=DRAFT4))
            for uri, spec in (("urn:strict", strict), ("urn:loose", loose))
        )

    def wrong(self, request: httpx.Request, response: httpx.Response) -> list[str] | None:
        """Return what does not agree; None if this description does not know the operation at all."""
        path = request.url.path.removeprefix(self._prefix)
        template = next((t for pattern, t in self._paths if pattern.fullmatch(path)), None)
        method = request.method.lower()
        if template is None or method not in self._said["paths"][template]:
            return None
        operation = self._said["paths"][template][method]
        where = ["paths", template, method]
        return [
            *self._parameters(request, [*operation.get("parameters", ()), *self._shared(template)]),
            *self._body(request, operation, where),
            *self._reply(response, operation, where),
        ]

    def _shared(self, template: str) -> list[Json]:
        shared: list[Json] = self._said["paths"][template].get("parameters", [])
        return shared

    def _parameters(self, request: httpx.Request, parameters: list[Json]) -> Iterator[str]:
        listed = [p for p in map(self._followed, parameters) if p["in"] == "query"]
        known = {name: p for parameter in listed for name, p in _exploded(parameter).items()}
        given = dict(request.url.params)
        for name in given:
            if name not in known and name.partition("[")[0] not in known:
                yield f"query {name} is unknown"
        for name, parameter in known.items():
            if parameter.get("required") and name not in given:
                yield f"query {name} is missing"
            allowed = parameter.get("schema", {}).get("enum")
            if name in given and allowed and given[name] not in allowed:
                yield f"query {name} is none of its values"

    def _body(self, request: httpx.Request, operation: Json, where: list[str]) -> Iterator[str]:
        content = self._followed(operation.get("requestBody", {})).get("content", {})
        if not request.content:
            return
        kind = request.headers["Content-Type"].partition(";")[0]
        if kind not in content:
            yield f"a body of {kind} is not taken"
        elif kind == "application/json":
            pointer = [*where, "requestBody", "content", kind, "schema"]
            yield from self._errors("urn:strict", pointer, json.loads(request.content))
        else:
            known = {*self._followed(content[kind]["schema"]).get("properties", {})}
            names = {name.partition("[")[0] for name in httpx.QueryParams(request.content.decode())}
            yield from (f"form {name} is unknown" for name in sorted(names - known))

    def _reply(self, response: httpx.Response, operation: Json, where: list[str]) -> Iterator[str]:
        """A pretend's reply may lack what it does not need, but what it has is of the right type."""
        status = str(response.status_code)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        described = self._followed(operation["responses"].get(status, {})).get("content", {}).get(kind)
        if status.startswith("2") and status not in operation["responses"]:
            yield f"status {status} is not described"
        if described and kind == "application/json":
            pointer = [*where, "responses", status, "content", kind, "schema"]
            yield from self._errors("urn:loose", pointer, response.json())

    def _errors(self, uri: str, pointer: list[str], value: object) -> Iterator[str]:
        escaped = "/".join(part.replace("~", "~0").replace("/", "~1").replace("{", "%7B") for part in pointer)
        schema = {"$ref": f"{uri}#/{escaped.replace('}', '%7D')}"}
        checker = jsonschema.Draft4Validator(schema, registry=self._registry)
        for error in checker.iter_errors(value):
            yield f"{'/'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:120]}"

    def _followed(self, part: Json) -> Json:
        while "$ref" in part:
            found: Any = self._said
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/")]
            part = found
        return part


@cache
def description(name: str, prefix: str) -> Description:
    """Return a description; it is read once."""
    return Description(name, prefix)


def _read(name: str) -> Json:
    text = (FOLDER / name).read_text("utf-8")
    said: Json = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
    return said


def _exploded(parameter: Json) -> dict[str, Json]:
    """Return what stands in the address: an object that is exploded stands there by its fields."""
    schema = parameter.get("schema", {})
    if schema.get("type") != "object" or not parameter.get("explode"):
        return {parameter["name"]: parameter}
    fields = [name for kind in schema.get("oneOf", [schema]) for name in kind.get("properties", {})]
    return {name: {} for name in fields}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def _plain(part: Any, *, strict: bool) -> Any:
    """Return it as JSON Schema: `nullable` is OpenAPI's own word. If not strict, nothing is required."""
    if isinstance(part, list):
        return [_plain(each, strict=strict) for each in part]
    if not isinstance(part, Mapping):
        return part
    said = {
        str(k): _plain(v, strict=strict)
        for k, v in part.items()
        if strict or k != "required" or not isinstance(v, list)
    }
    return {"anyOf": [{"enum": [None]}, said]} if said.pop("nullable", None) is True else said

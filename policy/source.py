"""Reads a YAML file of facts, and knows on which line each of them stands."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from dsar.errors import InputError

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]


def read(path: Path, model: type[Model]) -> Model:
    """Read `path` and hold it to `model`.

    Raises:
        InputError: `policy_unreadable`, `policy_malformed` or `policy_invalid`; the hint names the file, the
            line, the field and the next move, and never repeats a value.
    """
    root, plain = _parsed(path)
    repeated = next(_repeated(root), None)
    if repeated is not None:
        raise _complaint(path, _line(repeated), "policy_malformed", "this key stands here twice; keep one")
    try:
        return model.model_validate_json(TypeAdapter(Any).dump_json(plain))
    except ValidationError as problem:
        place, move = _first(problem)
        raise _complaint(path, _line(_node_at(root, place)), "policy_invalid", move, place) from None


def _parsed(path: Path) -> tuple[yaml.Node, Any]:
    """Return the file as nodes, which know their lines, and as plain values."""
    try:
        text = path.read_text(encoding="utf-8")
        alias = next((e for e in yaml.parse(text, yaml.SafeLoader) if isinstance(e, yaml.AliasEvent)), None)
        if alias is not None:  # a reference to itself would never end
            raise _complaint(
                path, _line(alias), "policy_malformed", "write it out instead of referring to it"
            )
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        plain = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise _complaint(
            path, line, "policy_malformed", "no valid YAML; mend it here or just above"
        ) from None
    except (OSError, ValueError, RecursionError) as problem:
        hint = (
            f"{path.name}: cannot be read ({type(problem).__name__}); it must be UTF-8 YAML with real dates"
        )
        raise InputError("policy_unreadable", hint) from None
    if not isinstance(root, yaml.MappingNode):
        raise _complaint(path, 1, "policy_malformed", "write 'field: value' lines")
    return root, plain


def _first(problem: ValidationError) -> tuple[Place, str]:
    """Return where the first thing is wrong, and what to do. A misspelt field explains a missing one."""
    errors = problem.errors(include_input=False, include_url=False)
    first = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    if first["type"] == "extra_forbidden":
        return first["loc"], "no such field is known; take it out or correct its spelling"
    return first["loc"], first["msg"]


def _complaint(path: Path, line: int, reason: str, move: str, place: Place = ()) -> InputError:
    field = ".".join(str(step) for step in place)
    return InputError(reason, f"{path.name}, line {line}: {move}", field=field)


def _line(place: yaml.Node | yaml.Event) -> int:
    return place.start_mark.line + 1 if place.start_mark else 1


def _node_at(node: yaml.Node, place: Sequence[str | int]) -> yaml.Node:
    """Return the node at `place`, or the last one on the way that exists (a missing field has none)."""
    for step in place:
        found = _child(node, step)
        if found is None:
            return node
        node = found
    return node


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]  # type: ignore[no-any-return]  # PyYAML's nodes hold nodes
    return None


def _repeated(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield keys that stand twice in one mapping: YAML forbids it, PyYAML lets the last one win."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(str(key.value))
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child)

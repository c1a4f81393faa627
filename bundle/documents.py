"""The documents beside the data: what was searched, what is withheld, how the files are described."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bundle.members import Member
from bundle.records import Part, Written
from bundle.values import escaped, plain
from dsar.case import Decision, SystemAnswer
from dsar.evidence import instant
from dsar.hands import without_owner
from dsar.ports import BundleFacts
from dsar.vocabulary import Found

UNFINISHED = frozenset({Found.UNKNOWN, Found.AMBIGUOUS})
SUMMARY, UNNAMED = "summary.pdf", "?"
COMPLETE, WITH_GAPS, INCOMPLETE = "complete", "complete_with_accepted_gaps", "incomplete"

_MEDIA = {
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "txt": "text/plain",
}


def document(body: object) -> bytes:
    """Return JSON for people and machines: indented, UTF-8, valid whatever came in."""
    text = escaped(json.dumps(plain(body), ensure_ascii=False, indent=2))
    return (text + "\n").encode("utf-8", "backslashreplace")


def statement(answers: Iterable[SystemAnswer]) -> str:
    """Say whether each system has answered (DESIGN §1.1). One open answer makes the whole incomplete."""
    found = {answer.found for answer in answers}
    if found & UNFINISHED:
        return INCOMPLETE
    return WITH_GAPS if Found.FAILED_ACCEPTED in found else COMPLETE


def completeness(facts: BundleFacts, written: Iterable[Written]) -> dict[str, Any]:
    """Return the completeness statement: each system's answer, the gaps and who accepted them."""
    collections: dict[str, list[Written]] = {}
    for one in written:
        collections.setdefault(one.system, []).append(one)
    gaps = {d.system: d for d in facts.decisions if d.kind == "accept-gap"}
    return {
        "case": facts.case_id,
        "right": facts.right,
        "regime": facts.regime,
        "received_on": facts.received_on,
        "answered_at": instant(facts.answered_at),
        "statement": statement(facts.answers),
        "systems": [_system(a, collections.get(a.system, []), gaps.get(a.system)) for a in facts.answers],
    }


def _system(answer: SystemAnswer, written: list[Written], gap: Decision | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "system": answer.system,
        "answer": answer.found,
        "records_found": answer.records,
        "records_in_this_bundle": sum(one.rows for one in written),
        "collections": [{"collection": one.collection.name, "records": one.rows} for one in written],
    }
    if answer.reason:
        said["reason"] = without_owner(answer.reason)
    if gap:
        said["gap_accepted"] = {"by": gap.by, "role": gap.role, "ground": gap.ground, "at": _at(gap)}
    return said


def _at(decision: Decision) -> str | None:
    return instant(decision.decided_at) if decision.decided_at else None


def withheld(facts: BundleFacts) -> dict[str, Any]:
    """Return what is left out, and why. `explanation` is in the language of the answer."""
    return {
        "withheld": [
            {
                "system": w.system,
                "collection": w.collection,
                **({"field": w.field} if w.field else {}),
                "ground": w.ground,
                "explanation": w.explanation,
            }
            for w in facts.withheld
        ]
    }


def notes(written: Iterable[Written], summary: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a file says something differently than the data, or must be handled with care, and why.
    `summary` is the code of what was changed for the summary on paper, if anything was.
    """
    found = [note for one in written for note in (*_cells(one), *_files(one))]
    if summary:
        found.append({"file": SUMMARY, "code": summary})
    codes = sorted({str(note["code"]) for note in found})
    return {"codes": {code: words["notes"][code] for code in codes}, "notes": found}


def _cells(one: Written) -> Iterable[Mapping[str, Any]]:
    for part in one.parts:
        for note in part.notes:
            if part.csv:
                yield {"file": part.csv.path, "column": note.column, "code": note.code, "cells": note.cells}


def _files(one: Written) -> Iterable[Mapping[str, Any]]:
    for file in one.files:
        for code in file.codes:
            yield {"file": file.member.path, "found_as": file.name, "code": code}


def datapackage(facts: BundleFacts, written: Iterable[Written], others: Iterable[Member]) -> dict[str, Any]:
    """Describe every file after the Data Package standard (version 1, which all tools read).

    JSONL is described as a plain file: validators read it as a table only with an extra installed, and
    its rows may differ in their fields.
    """
    resources = [resource for one in written for resource in _tables(one)]
    return {
        "profile": "data-package",
        "name": facts.case_id,
        "created": instant(facts.answered_at),
        "resources": [*resources, *(described(member) for member in others)],
    }


def _tables(one: Written) -> Iterable[Mapping[str, Any]]:
    title = one.collection.title or one.collection.name
    for part in one.parts:
        yield {
            **_named(part.jsonl, "application/jsonl"),
            "type": "file",
            "title": title,
            "records": part.rows,
            "schema": {"fields": [{"name": field, "type": "any"} for field in part.fields]},
        }
        if part.csv:
            yield {**_named(part.csv, "text/csv"), "title": title, **_tabular(part)}
    for file in one.files:
        yield {**_named(file.member, file.media), "type": "file", "title": file.name or UNNAMED}


def _tabular(part: Part) -> Mapping[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "rows": part.rows,
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"},
        # an empty cell is an empty text: CSV cannot say null, the JSONL file can
        "schema": {
            "fields": [{"name": column, "type": "string"} for column in part.columns],
            "missingValues": [],
        },
        "notes": [{"column": n.column, "code": n.code, "cells": n.cells} for n in part.notes],
    }


def _named(member: Member, media: str) -> Mapping[str, Any]:
    name = member.path.removeprefix("data/").replace("/", ".")
    return {"name": name, **_described(member, media, member.path.rpartition(".")[2])}


def described(member: Member) -> Mapping[str, Any]:
    """Describe one file that is no table."""
    ending = member.path.rpartition(".")[2]
    return {"name": member.path.lower(), **_described(member, _MEDIA[ending], ending), "type": "file"}


def _described(member: Member, media: str, ending: str) -> Mapping[str, Any]:
    return {
        "path": member.path,
        "format": ending,
        "mediatype": media,
        **({"encoding": "utf-8"} if media.startswith("text/") or "json" in media else {}),
        "bytes": member.size,
        "hash": f"sha256:{member.sha256}",
    }

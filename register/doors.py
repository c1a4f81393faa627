"""What may come into the register. Keys and digests have a shape that no name and no address has."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dsar.canaries import CanaryLook
from dsar.case import CASE_ID, RightsRequest, SystemAnswer
from dsar.errors import ContractError, InputError
from dsar.evidence import Fact
from dsar.holdings import Holding
from dsar.suppression import Suppressed

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,199}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FACTS_MAX = 16_384  # characters of JSON: facts are counts and codes, never texts
_TEXT_MAX = 200  # characters; longer ones do not fit an index of PostgreSQL
_COUNT_MAX = 2**63 - 1
PURPOSES = frozenset({"identity", "delivery"})


def key(value: str, field: str) -> str:
    """Let a key through that cannot be an address, a name or a piece of a query.

    Raises:
        InputError: `key_invalid`.
    """
    if not _KEY.fullmatch(value):
        raise InputError("key_invalid", "use 1 to 200 of A-Z a-z 0-9 . _ : / + = -", field=field)
    return value


def digest(value: str, field: str) -> str:
    """Let a keyed digest through, never the thing itself.

    Raises:
        InputError: `digest_invalid`.
    """
    if not _DIGEST.fullmatch(value):
        raise InputError("digest_invalid", "give the vault's fingerprint: 64 hex digits", field=field)
    return value


def purpose(value: str) -> str:
    """Let one of the two purposes of a code through.

    Raises:
        InputError: `purpose_unknown`.
    """
    if value not in PURPOSES:
        raise InputError("purpose_unknown", "a code is for 'identity' or 'delivery'", field="purpose")
    return value


def instant(value: datetime, field: str) -> datetime:
    """Let an aware instant through.

    Raises:
        InputError: `instant_naive`.
    """
    if value.utcoffset() is None:
        raise InputError("instant_naive", "give the instant with its time zone", field=field)
    return value


def request(value: RightsRequest) -> RightsRequest:
    """Let a request through whose ids and handles have the shape of ids and handles.

    Raises:
        InputError: `case_id_invalid`, `key_invalid` or `instant_naive`.
    """
    if not CASE_ID.fullmatch(value.case_id):
        raise InputError("case_id_invalid", "a case id is 'case_' and 20 hex digits", field="case_id")
    for field in ("subject_id", "regime", "owner", "locale"):
        key(getattr(value, field), field)
    instant(value.received_at, "received_at")
    return value


def answer(value: SystemAnswer, holdings: tuple[Holding, ...]) -> SystemAnswer:
    """Let an answer through whose holdings are its own, one per collection.

    Raises:
        InputError: `key_invalid`, `reason_invalid`.
        ContractError: `holding_misplaced`, `holding_repeated`, `count_invalid`.
    """
    key(value.system, "system")
    if value.reason:
        key(value.reason, "reason")
    if any(holding.system != value.system for holding in holdings):
        raise ContractError(value.system, "holding_misplaced")
    if len({holding.collection for holding in holdings}) != len(holdings):
        raise ContractError(value.system, "holding_repeated")
    for count in (value.records, value.collections, *(holding.count for holding in holdings)):
        if not 0 <= count <= _COUNT_MAX:
            raise ContractError(value.system, "count_invalid")
    for holding in holdings:
        text(holding.collection, "collection")
    return value


def look(value: CanaryLook) -> CanaryLook:
    """Let the names of a canary and a system through, and a code.

    Raises:
        InputError: `key_invalid`.
    """
    key(value.canary, "canary")
    key(value.system, "system")
    if value.reason:
        key(value.reason, "reason")
    return value


def suppressed(line: Suppressed) -> Suppressed:
    """Let a line of the suppression list through that names nobody.

    Raises:
        InputError: `digest_invalid`, `case_id_invalid` or `instant_naive`.
    """
    digest(line.fingerprint, "fingerprint")
    if not CASE_ID.fullmatch(line.case_id):
        raise InputError("case_id_invalid", "a case id is 'case_' and 20 hex digits", field="case_id")
    instant(line.since_at, "since_at")
    return line


def text(value: str, field: str) -> str:
    """Let a text through that both databases can keep.

    Raises:
        InputError: `text_unwritable`.
    """
    if len(value) > _TEXT_MAX or "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise InputError("text_unwritable", "use a shorter text without control characters", field=field)
    return value


def facts(fact: Fact) -> str:
    """Spell a fact's content as JSON that returns to the letter from any database: ASCII only.

    Raises:
        InputError: `key_invalid`, `instant_naive`, `facts_too_large`, `facts_unwritable`.
    """
    key(fact.key, "key")
    instant(fact.at, "at")
    spelled = _json(fact.facts)
    if len(spelled) > _FACTS_MAX:
        raise InputError("facts_too_large", "record counts and codes, not texts", field="facts")
    return spelled


def _json(content: Mapping[str, Any]) -> str:
    try:
        json.dumps(dict(content), ensure_ascii=False, default=_day).encode()  # half a character has no hash
        return json.dumps(dict(content), separators=(",", ":"), sort_keys=True, default=_day)
    except (TypeError, ValueError):
        raise InputError("facts_unwritable", "record plain values only", field="facts") from None


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError

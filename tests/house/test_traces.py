"""Nothing in the repository tells where it was written, or names a real person."""

import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, files, text

BINARY = (".png", ".ico", ".zip", ".woff2", ".pdf", ".gz", ".db")
GENERATED = {"uv.lock"}
HOME = re.compile(r"(?i)(?<![\w.])(?:/home/|/users/|/ro{2}t/|[a-z]:\\users\\)[\w.-]+")

# Folders that mean the same on every machine. Any other folder above this checkout must not be named.
SHARED = {"/", "/app", "/builds", "/data", "/home", "/mnt", "/opt", "/src", "/srv", "/tmp", "/usr", "/var"}  # noqa: S108

ADDRESS = re.compile(r"[\w.+'-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))$", re.IGNORECASE)


def written() -> list[str]:
    return [name for name in files() if not name.endswith(BINARY) and name not in GENERATED]


def places() -> list[str]:
    """Folders of this very machine: the checkout, what is above it, and the home of whoever runs this."""
    above = [path.as_posix() for path in (ROOT, *ROOT.parents, Path.home())]
    return [place.rstrip("/") + "/" for place in above if place not in SHARED]


def traces(content: str, here: list[str]) -> list[str]:
    found = [match.group() for match in HOME.finditer(content)]
    return found + [place for place in here if re.search(rf"(?<![\w.}}]){re.escape(place)}", content)]


def strangers(content: str) -> list[str]:
    """Mail addresses that could be somebody's: those outside the reserved domains (RFC 2606, RFC 6761)."""
    return [match.group() for match in ADDRESS.finditer(content) if not RESERVED.search(match.group(1))]


@pytest.mark.parametrize("name", written())
def test_no_file_tells_on_which_machine_it_was_written(name: str) -> None:
    assert traces(text(name), places()) == []


@pytest.mark.parametrize("name", written())
def test_every_mail_address_is_on_a_reserved_domain(name: str) -> None:
    assert strangers(text(name)) == []


def test_a_trace_is_noticed() -> None:
    home = "home"  # spelled apart, or this file would tell on itself

    assert traces(f"see /{home}/somebody/project", [])
    assert traces("see /build-farm/job/7", ["/build-farm/"])
    assert traces("see docs/home/page.md and /app/config", ["/build-farm/"]) == []
    assert traces("GET https://acme.example/build-farm/job", ["/build-farm/"]) == []


def test_an_address_that_could_be_somebodys_is_noticed() -> None:
    assert strangers("write to ada.osei" + chr(64) + "mail.com")
    assert strangers("write to ada@subject.example or info@example.com") == []

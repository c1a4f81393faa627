"""A bundle that was changed anywhere is never called intact; an unchanged one is, by all tools."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.members import Shelf
from bundle.signing import public_pem
from bundle.verify import VerifyReport, verify
from dsar.errors import InputError
from tests.bundles import GAP, HOSTILE_ROWS, KEY, Pipe, contents, facts, section, written

ROWS = [{"id": n, "text": f"row {n}", "more": "=1+1"} for n in range(40)]
ARCHIVE, RECEIPT = written(section(ROWS), section(HOSTILE_ROWS, collection="odd"), about=facts(**GAP))
FILES = contents(ARCHIVE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "pub.pem").write_bytes(public_pem(KEY))
    return folder


def checked(desk: Path, data: bytes, *, trusted: bool = True) -> VerifyReport:
    path = desk / "bundle.zip"
    path.write_bytes(data)
    return verify(path, desk / "pub.pem" if trusted else None)


def codes(report: VerifyReport) -> set[str]:
    return {problem.code for problem in report.problems}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Write an archive of our own layout with whatever is in it."""
    pipe = Pipe()
    with Shelf(pipe, facts().answered_at) as shelf:
        for name, data in files.items():
            shelf.put(name, data)
    return pipe.bytes()


def signed_again(files: dict[str, bytes], key: Ed25519PrivateKey = KEY) -> bytes:
    """What an attacker, or a signer in error, would make: a fitting manifest and signature."""
    files = {n: d for n, d in files.items() if not n.startswith("MANIFEST")}
    pipe = Pipe()
    with Shelf(pipe, facts().answered_at) as shelf:
        for name, data in (files | {"MANIFEST.pub.pem": public_pem(key)}).items():
            shelf.put(name, data)
        manifest = "".join(f"{m.sha256}  {m.path}\n" for m in shelf.members).encode()
        shelf.put("MANIFEST.sha256", manifest)
        shelf.put("MANIFEST.sha256.sig", key.sign(manifest))
    return pipe.bytes()


@pytest.mark.parametrize("trusted", [True, False])
def test_an_untouched_bundle_is_intact(desk: Path, *, trusted: bool) -> None:
    report = checked(desk, ARCHIVE, trusted=trusted)

    assert report.ok, report.lines()
    assert (report.files, report.records, report.size) == (RECEIPT.files, RECEIPT.rows, RECEIPT.size)
    assert report.statement == "complete_with_accepted_gaps"
    assert report.sender_known is trusted
    assert report.lines()[0].startswith("intact")


@given(place=st.integers(0, len(ARCHIVE) - 1), change=st.integers(1, 255))
@settings(max_examples=500, deadline=None)
def test_a_changed_byte_is_found_or_changed_nothing(desk: Path, place: int, change: int) -> None:
    """Deflate has spare bits and several spellings of one text: only those may pass."""
    data = bytearray(ARCHIVE)
    data[place] ^= change
    report = checked(desk, bytes(data))

    assert not report.ok or contents(bytes(data)) == FILES


def test_each_byte_outside_the_folded_data_counts(desk: Path) -> None:
    """Headers, descriptors, directory and end: 100 % of them, by flipping every one."""
    small, _ = written(section([{"a": 1}]))
    folded: set[int] = set()
    with zipfile.ZipFile(io.BytesIO(small)) as archive:
        for info in archive.infolist():
            start = info.header_offset + 30 + len(info.filename) + 20
            folded |= set(range(start, start + info.compress_size))
    passed = []
    for place in sorted(set(range(len(small))) - folded):
        data = bytearray(small)
        data[place] ^= 0x01
        if checked(desk, bytes(data)).ok:
            passed.append(place)

    assert passed == []


@given(cut=st.integers(0, len(ARCHIVE) - 1))
@settings(max_examples=60, deadline=None)
def test_a_torn_archive_is_never_intact(desk: Path, cut: int) -> None:
    assert not checked(desk, ARCHIVE[:cut]).ok


@given(junk=st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_bytes_before_or_behind_the_archive_and_mere_junk_are_found(desk: Path, junk: bytes) -> None:
    assert not checked(desk, junk).ok
    assert codes(checked(desk, ARCHIVE + junk + b"!")) == {"layout_changed"}
    assert not checked(desk, junk + b"!" + ARCHIVE).ok


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_file_that_is_changed_or_left_out_is_found(desk: Path, name: str) -> None:
    changed = FILES | {name: FILES[name] + b" "}
    missing = {n: d for n, d in FILES.items() if n != name}

    assert not checked(desk, packed(changed)).ok
    assert not checked(desk, packed(missing)).ok


def test_a_file_that_was_added_is_found(desk: Path) -> None:
    assert codes(checked(desk, packed({**FILES, "data/crm/more.jsonl": b"{}\n"}))) >= {"file_not_in_manifest"}


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "data/../../x.csv",
        "C:\\x",
        "data/CRM/x.csv",
        "a\nb",
        "data/crm/x.exe",
        "ü.txt",
    ],
)
def test_names_that_climb_or_deceive_are_refused_even_when_signed(desk: Path, name: str) -> None:
    assert "name_refused" in codes(checked(desk, signed_again(FILES | {name: b"x"})))


def test_the_same_name_twice_is_refused(desk: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of what this test does on purpose
        pipe = Pipe()
        with Shelf(pipe, facts().answered_at) as shelf:
            for name, data in (*FILES.items(), ("README.txt", b"another")):
                shelf.put(name, data)

    assert "name_twice" in codes(checked(desk, pipe.bytes()))


def test_a_symbolic_link_is_refused(desk: Path) -> None:
    place = ARCHIVE.rindex(b"index.html") - 46 + 38
    link = ARCHIVE[:place] + struct.pack("<L", 0o120777 << 16) + ARCHIVE[place + 4 :]

    assert "layout_changed" in codes(checked(desk, link))


def test_another_signer_is_found_only_with_the_senders_key(desk: Path) -> None:
    forged = signed_again(dict(FILES), Ed25519PrivateKey.generate())

    assert codes(checked(desk, forged)) == {"signature_wrong"}
    unproven = checked(desk, forged, trusted=False)
    assert unproven.ok
    assert not unproven.sender_known
    assert "compare" in unproven.lines()[-1]


def _with_json(name: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    said = json.loads(FILES[name])
    change(said)
    return signed_again(FILES | {name: json.dumps(said).encode()})


def test_a_description_that_does_not_fit_is_found_even_when_signed(desk: Path) -> None:
    def wrong(key: str, value: object) -> Callable[[dict[str, Any]], object]:
        return lambda said: said["resources"][0].update({key: value})

    assert codes(checked(desk, _with_json("datapackage.json", wrong("bytes", 1)))) == {"description_wrong"}
    assert codes(checked(desk, _with_json("datapackage.json", wrong("records", 1)))) == {"count_wrong"}
    dropped = _with_json("datapackage.json", lambda said: said.pop("resources"))
    assert codes(checked(desk, dropped)) == {"not_described"}
    assert "not_described" in codes(checked(desk, signed_again(FILES | {"datapackage.json": b"[1]"})))


def test_a_missing_completeness_statement_is_found_even_when_signed(desk: Path) -> None:
    changed = _with_json("completeness.json", lambda said: said.pop("statement"))

    assert "statement_missing" in codes(checked(desk, changed))


def test_an_unproven_archive_cannot_unfold_without_bound(desk: Path) -> None:
    pipe, zeros = Pipe(), bytes(16 * 1024 * 1024)
    with Shelf(pipe, facts().answered_at) as shelf:
        for name, data in FILES.items():
            if name.startswith("MANIFEST.sha256"):
                with shelf.file(name) as bomb:
                    for _ in range(6):
                        bomb.write(zeros)
            else:
                shelf.put(name, data)

    assert codes(checked(desk, pipe.bytes(), trusted=False)) == {"too_big"}


def test_a_wrong_path_or_key_is_said_with_the_next_move(desk: Path) -> None:
    (desk / "bundle.zip").write_bytes(ARCHIVE)
    with pytest.raises(InputError, match="path of a bundle"):
        verify(desk / "nowhere.zip")
    with pytest.raises(InputError, match="PEM"):
        verify(desk / "bundle.zip", desk / "bundle.zip")

"""Whether a bundle is what its sender signed: offline, in flat memory, without unpacking anything.

Order matters: first the layout (so that all readers see the same files), then the signature over the
manifest, then the hash of each file, and only then what the files say of themselves.
"""

import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bundle.archive import COMPLETENESS, DATAPACKAGE, MANIFEST, PUBLIC_KEY, SIGNATURE
from bundle.documents import COMPLETE, INCOMPLETE, WITH_GAPS
from bundle.layout import Tail, strays, tail
from bundle.reading import Limits, Read, TooBig, read_file
from bundle.signing import fingerprint, read_public
from bundle.verify_chain import CHECKPOINTS, EVIDENCE, Chain
from dsar.errors import InputError
from dsar.kinds import ENDINGS

_NAME = re.compile(
    r"(?:data/[a-z0-9_-]+/[a-z0-9_-]+(?:\.[0-9]+)?\.(?:jsonl|csv)"
    rf"|data/[a-z0-9_-]+/[a-z0-9_-]+/[0-9]{{6}}-[a-z0-9_-]+\.(?:{'|'.join(ENDINGS)})"
    r"|[A-Za-z0-9_-]+(?:\.[a-z0-9]+){1,2})"
)
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")
_UNSIGNED = frozenset({MANIFEST, SIGNATURE})  # the manifest cannot name itself
_UNDESCRIBED = _UNSIGNED | {DATAPACKAGE, PUBLIC_KEY}
_KEPT = frozenset({DATAPACKAGE, COMPLETENESS, EVIDENCE, CHECKPOINTS})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one file (empty: with the archive). `code` is stable."""

    file: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was checked. `sender_known` is False when only the key inside the archive vouches for it:
    then nothing was changed since the signing, but who signed is for the reader to compare.
    """

    problems: tuple[Problem, ...]
    files: int = 0
    records: int = 0
    size: int = 0
    statement: str = ""
    key_fingerprint: str = ""
    sender_known: bool = False
    evidence: str = ""  # what an evidence pack proves beside; a bundle has none

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def lines(self) -> tuple[str, ...]:
        """Return the report as lines to print. Names from the archive are shown with escapes."""
        found = tuple(f"{p.code}: {_printable(p.file)}" if p.file else p.code for p in self.problems)
        if found:
            return ("NOT intact", *found)
        sender = "given by you" if self.sender_known else "from the archive: compare it with the sender's"
        return (
            f"intact: {self.files} files, {self.records} records, {self.size} bytes",
            f"completeness: {self.statement}",
            f"signed by {self.key_fingerprint} (key {sender})",
            *filter(None, [self.evidence]),
        )


def verify(path: Path, public_key: Path | None = None) -> VerifyReport:
    """Check a bundle against the sender's public key (PEM), or against the key it carries.

    Raises:
        InputError: `file_unreadable`, `public_key_unreadable`.
    """
    try:
        trusted = read_public(public_key.read_bytes()) if public_key else None
    except OSError:
        raise InputError("public_key_unreadable", "give the path of a PEM file", field="public key") from None
    try:
        file = path.open("rb")
    except OSError:
        raise InputError("file_unreadable", "give the path of a bundle", field="bundle") from None
    with file:
        return _Check(file, trusted).report()


@dataclass
class _Check:
    """One verification, in the order told above. A later step only runs if the former gave it ground."""

    file: IO[bytes]
    trusted: Ed25519PublicKey | None
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    read: dict[str, Read] = field(default_factory=dict)
    believed: Ed25519PublicKey | None = None
    key: str = ""
    chain: str = ""

    def report(self) -> VerifyReport:
        try:
            self._all()
        except TooBig:
            self._wrong("", "too_big")
        except _BROKEN:
            self._wrong("", "archive_broken")
        return VerifyReport(
            problems=tuple(self.problems),
            files=len(self.read),
            records=sum(read.lines for name, read in self.read.items() if name.endswith(".jsonl")),
            size=self.file.seek(0, 2),
            statement=str(self._json(COMPLETENESS).get("statement", "")),
            key_fingerprint=self.key,
            sender_known=self.trusted is not None,
            evidence=self.chain,
        )

    def _wrong(self, name: str, code: str) -> None:
        self.problems.append(Problem(file=name, code=code))

    def _all(self) -> None:
        end = tail(self.file)
        if end is None:
            return self._wrong("", "layout_changed")
        with zipfile.ZipFile(self.file) as archive:
            self._layout(archive, end)
            if not self.problems and self._signed(archive):
                self._hashes(archive)
        if not self.problems:
            self._package()
            self._completeness()
            self._chain()
        return None

    def _layout(self, archive: zipfile.ZipFile, end: Tail) -> None:
        names = archive.namelist()
        for name in names:
            if not _NAME.fullmatch(name):
                self._wrong(name, "name_refused")
        for name in _twice(names):
            self._wrong(name, "name_twice")
        for name in sorted({MANIFEST, SIGNATURE, PUBLIC_KEY, DATAPACKAGE, COMPLETENESS} - set(names)):
            self._wrong(name, "file_missing")
        for name in strays(self.file, archive, end):
            self._wrong(name, "layout_changed")

    def _signed(self, archive: zipfile.ZipFile) -> bool:
        """Check the signature before any other file is unfolded."""
        small = Limits.small()
        for name in (PUBLIC_KEY, SIGNATURE, MANIFEST):
            self.kept[name] = b"".join(read_file(self.file, archive.getinfo(name), small))
        try:
            carried = read_public(self.kept[PUBLIC_KEY])
            self.believed = self.trusted or carried
            self.key = fingerprint(self.believed)
            self.believed.verify(self.kept[SIGNATURE], self.kept[MANIFEST])
        except (InputError, InvalidSignature):
            self._wrong(SIGNATURE, "signature_wrong")
        return not self.problems

    def _hashes(self, archive: zipfile.ZipFile) -> None:
        listed = self._manifest()
        for name in sorted(listed.keys() ^ (set(archive.namelist()) - _UNSIGNED)):
            self._wrong(name, "file_missing" if name in listed else "file_not_in_manifest")
        limits = Limits.trusted() if self.trusted else Limits.cautious(self.file)
        for info in archive.infolist():
            self.read[info.filename] = read = self._one(info, limits)
            if info.filename in listed and listed[info.filename] != read.sha256:
                self._wrong(info.filename, "hash_wrong")

    def _one(self, info: zipfile.ZipInfo, limits: Limits) -> Read:
        read = Read()
        keep = bytearray()
        try:
            for piece in read_file(self.file, info, Limits.small() if info.filename in _KEPT else limits):
                read.take(piece)
                if info.filename in _KEPT:
                    keep += piece
        except TooBig:
            self._wrong(info.filename, "too_big")
        except _BROKEN:
            self._wrong(info.filename, "file_broken")
        self.kept[info.filename] = bytes(keep)
        return read

    def _manifest(self) -> dict[str, str]:
        text = self.kept[MANIFEST].decode("ascii", "replace")
        lines = _LINE.findall(text)
        if "".join(f"{digest}  {name}\n" for digest, name in lines) != text or _twice([n for _, n in lines]):
            self._wrong(MANIFEST, "manifest_unreadable")
        return {name: digest for digest, name in lines}

    def _package(self) -> None:
        """Check what the data package says of each file: a signer may be wrong as well."""
        listed = self._json(DATAPACKAGE).get("resources")
        listed = listed if isinstance(listed, list) else []
        resources = {str(r.get("path")): r for r in listed if isinstance(r, dict)}
        for name in sorted(resources.keys() ^ (self.read.keys() - _UNDESCRIBED)):
            self._wrong(name, "not_described" if name in self.read else "file_missing")
        for name, said in resources.items():
            read = self.read.get(name)
            if read and (said.get("bytes"), said.get("hash")) != (read.size, f"sha256:{read.sha256}"):
                self._wrong(name, "description_wrong")
            elif read and name.endswith(".jsonl") and said.get("records") != read.lines:
                self._wrong(name, "count_wrong")

    def _completeness(self) -> None:
        said = self._json(COMPLETENESS)
        systems = said.get("systems")
        if said.get("statement") not in {COMPLETE, WITH_GAPS, INCOMPLETE} or not isinstance(systems, list):
            self._wrong(COMPLETENESS, "statement_missing")

    def _chain(self) -> None:
        """Check what an evidence pack carries beside the files of a bundle."""
        if EVIDENCE in self.kept and self.believed:
            found = Chain(self.kept, self.believed)
            self.problems += [Problem(file=name, code=code) for name, code in found.flaws]
            self.chain = found.told()

    def _json(self, name: str) -> Mapping[str, Any]:
        try:
            said = json.loads(self.kept.get(name, b"{}"))
        except (ValueError, RecursionError):
            said = None
        return said if isinstance(said, dict) else {}


def _twice(names: list[str]) -> list[str]:
    counts = Counter(name.casefold() for name in names)
    return [name for name, count in counts.items() if count > 1]


def _printable(name: str) -> str:
    return name[:80].encode("unicode_escape").decode()

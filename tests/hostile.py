"""A corpus of hostile content: what people, vendors and attackers put into fields, names and files."""

import gzip
import io
import zipfile
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A file as found, the ending that it must get in the bundle, and the codes that must be noted."""

    name: str
    data: bytes
    ending: str
    codes: frozenset[str] = frozenset()


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


_TEXT, _INERT = frozenset({"file_shown_as_text"}), frozenset({"file_kept_inert"})
_CLOSED, _OTHER = frozenset({"archive_kept_closed"}), frozenset({"ending_changed"})
_OFFICE = _zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})

TRAPS: tuple[Trap, ...] = (
    Trap(name="scan.pdf", data=b"%PDF-1.7\n1 0 obj", ending="pdf"),
    Trap(name="Photo.JPEG", data=b"\xff\xd8\xff\xe0\0\x10JFIF", ending="jpg"),
    Trap(name="letter.docx", data=_OFFICE, ending="docx"),
    Trap(name="letter.docm", data=_OFFICE, ending="zip", codes=_OTHER | _CLOSED),
    Trap(name="old.doc", data=bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), ending="bin", codes=_INERT),
    Trap(name="notes.txt", data="Grüße".encode(), ending="txt"),
    Trap(name="page.html", data=b"<!doctype html><script>alert(1)</script>", ending="txt", codes=_TEXT),
    Trap(name="logo.svg", data=b"<svg onload='alert(1)'/>", ending="txt", codes=_TEXT),
    Trap(name="run.js", data=b"WScript.Shell('calc')", ending="txt", codes=_TEXT),
    Trap(name="go.sh", data=b"#!/bin/sh\nrm -rf ~\n", ending="txt", codes=_TEXT),
    Trap(name="table.csv", data=b"=cmd|' /C calc'!A0\r\n", ending="txt", codes=_TEXT),
    Trap(name="invoice.pdf.exe", data=b"MZ\x90\0" + bytes(300), ending="bin", codes=_INERT),
    Trap(name="holiday.jpg", data=b"MZ\x90\0" + bytes(300), ending="bin", codes=_INERT),
    Trap(name="link.lnk", data=b"L\0\0\0\x01\x14\x02\0", ending="bin", codes=_INERT),
    Trap(name="bomb.zip", data=_zip(zeros=bytes(4_000_000)), ending="zip", codes=_CLOSED),
    Trap(name="bomb.gz", data=gzip.compress(bytes(4_000_000), mtime=0), ending="gz", codes=_CLOSED),
    Trap(name="folded.txt", data=b"a" * 4_000_000, ending="txt"),
    Trap(name="../../../etc/cron.d/x", data=b"* * * * *", ending="txt", codes=_TEXT),
    Trap(name="C:\\Windows\\CON.png", data=b"\x89PNG\r\n\x1a\n\0", ending="png"),
    Trap(name="photo\u202egpj.exe", data=b"MZ\x90\0" + bytes(60), ending="bin", codes=_INERT),
    Trap(name="nul", data=b"", ending="txt", codes=_TEXT),
    Trap(name="a\0b.txt", data=b"x", ending="txt"),
    Trap(name="half \ud800.txt", data=b"x", ending="txt"),
    Trap(name="trailing. . .", data=b"x", ending="txt", codes=_TEXT),
    Trap(name="x" * 5000 + ".png", data=b"\x89PNG\r\n\x1a\n\0", ending="png"),
    Trap(name="", data=b"\xff\xfea\0b\0", ending="txt", codes=_TEXT),
    Trap(name="broken.txt", data=b"caf\xe9 is no UTF-8", ending="bin", codes=_INERT),
)

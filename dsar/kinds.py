"""What kind of file some bytes are, by their own signature: a name and a declared type prove nothing."""

import re
from dataclasses import dataclass

HEAD = 4096  # how many first bytes are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file: the ending it may safely carry, its media type, and whether it holds other files."""

    ending: str
    media: str
    archive: bool = False


TEXT = Kind(ending="txt", media="text/plain")
UNKNOWN = Kind(ending="bin", media="application/octet-stream")  # also programs: nothing opens it by itself
_ZIP = Kind(ending="zip", media="application/zip", archive=True)
_OFFICE = "application/vnd.openxmlformats-officedocument"

# Only kinds that a reader merely shows or lists keep an ending of their own. What may act when it is opened
# (programs, old office files with macros, pages with scripts) is TEXT or UNKNOWN.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], Kind], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-", Kind(ending="pdf", media="application/pdf")),
        (rb"\x89PNG\r\n\x1a\n", Kind(ending="png", media="image/png")),
        (rb"\xff\xd8\xff", Kind(ending="jpg", media="image/jpeg")),
        (rb"GIF8[79]a", Kind(ending="gif", media="image/gif")),
        (rb"RIFF.{4}WEBP", Kind(ending="webp", media="image/webp")),
        (rb"(?:II\*\0|MM\0\*)", Kind(ending="tiff", media="image/tiff")),
        (rb".{4}ftyp(?:heic|heix|mif1)", Kind(ending="heic", media="image/heic")),
        (rb".{4}ftyp", Kind(ending="mp4", media="video/mp4")),
        (rb"RIFF.{4}WAVE", Kind(ending="wav", media="audio/wav")),
        (rb"(?:ID3|\xff[\xfb\xf3\xf2])", Kind(ending="mp3", media="audio/mpeg")),
        (rb"OggS", Kind(ending="ogg", media="audio/ogg")),
        (rb"fLaC", Kind(ending="flac", media="audio/flac")),
        (rb"PK(?:\x03\x04|\x05\x06)", _ZIP),
        (rb"\x1f\x8b", Kind(ending="gz", media="application/gzip", archive=True)),
        (rb"7z\xbc\xaf\x27\x1c", Kind(ending="7z", media="application/x-7z-compressed", archive=True)),
        (rb"Rar!\x1a\x07", Kind(ending="rar", media="application/vnd.rar", archive=True)),
        (rb"\xfd7zXZ\0", Kind(ending="xz", media="application/x-xz", archive=True)),
        (rb"\x28\xb5\x2f\xfd", Kind(ending="zst", media="application/zstd", archive=True)),
        (rb"BZh[1-9]", Kind(ending="bz2", media="application/x-bzip2", archive=True)),
    )
)
# An office file is a ZIP; the program that its ending calls refuses macros under these endings.
_OFFICES = {
    "docx": Kind(ending="docx", media=f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": Kind(ending="xlsx", media=f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": Kind(ending="pptx", media=f"{_OFFICE}.presentationml.presentation"),
}
# Every ending that a file in a bundle can have.
ENDINGS = sorted({TEXT.ending, UNKNOWN.ending, *_OFFICES, *(kind.ending for _signature, kind in _SIGNATURES)})
_CONTENT_TYPES = b"[Content_Types].xml"
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(head: bytes, name: str) -> Kind:
    """Return the kind of a file by its first bytes. `name` only tells office files apart."""
    for signature, kind in _SIGNATURES:
        if signature.match(head):
            office = _OFFICES.get(ending_of(name)) if kind is _ZIP and _CONTENT_TYPES in head else None
            return office or kind
    return TEXT if head.startswith(_UTF16) or _is_text(head) else UNKNOWN


def ending_of(name: str) -> str:
    """Return the ending of a name as it was found, lower case, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_text(head: bytes) -> bool:
    """Whether these bytes are UTF-8 text, or begin one that was cut within a character."""
    if _NO_TEXT.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4
    return True

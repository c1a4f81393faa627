"""An answer in a closed envelope, for a way that others may look into: only the person can open it.

With a passphrase it is a ZIP with AES-256 (WinZip's AE-2), which 7-Zip, WinRAR, Keka and others open. With
the person's own public key it is an age file (age-encryption.org/v1), which needs no secret of ours.
Both are made on the way out: memory stays flat, and nothing is written anywhere.
"""

import queue
import threading
from collections.abc import Iterable, Iterator

import pyrage
from pyzipper import WZ_AES, ZIP_STORED, AESZipFile

from dsar.errors import InputError

_WAITING = 16  # pieces between the two threads
_LOOK = 0.2  # seconds after which a thread that waits looks whether the other has gone


def with_passphrase(chunks: Iterable[bytes], name: str, passphrase: str) -> Iterator[bytes]:
    """Give a ZIP that holds one encrypted file. It is stored in it: the archive inside is folded already."""
    outlet = _Outlet()
    with AESZipFile(outlet, "w", compression=ZIP_STORED, encryption=WZ_AES) as archive:
        archive.setpassword(passphrase.encode())
        with archive.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                yield outlet.taken()
    yield outlet.taken()


def to_public_key(chunks: Iterable[bytes], key: str) -> Iterator[bytes]:
    """Give an age file that the owner of this public key can open.

    Raises:
        InputError: `key_malformed`.
    """
    recipient = recipient_of(key)
    passage = _Passage(filter(None, chunks))  # an empty piece would look like the end
    sealing = threading.Thread(target=passage.seal, args=(recipient,), name="envelope", daemon=True)
    sealing.start()
    try:
        yield from passage.pieces()
    finally:
        passage.abandoned.set()
        sealing.join()


def recipient_of(key: str) -> pyrage.x25519.Recipient | pyrage.ssh.Recipient:
    """Read a public key: `age1…`, or an SSH one (`ssh-ed25519 …`, `ssh-rsa …`).

    Raises:
        InputError: `key_malformed`.
    """
    kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(key.strip())
    except (pyrage.RecipientError, ValueError):  # a ValueError: no text at all
        hint = "give the person's public key: age1… or ssh-ed25519 …, never a secret one"
        raise InputError("key_malformed", hint, field="age-key") from None


class _Outlet:
    """Where the ZIP is written to; it is emptied as fast as it fills."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is held goes at the next `taken`."""

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


class _Passage:
    """Between the thread that seals, which pulls and pushes by itself, and whoever takes the pieces."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""
        self._ready: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._trouble: BaseException | None = None
        self.abandoned = threading.Event()

    def seal(self, recipient: pyrage.x25519.Recipient | pyrage.ssh.Recipient) -> None:
        try:
            pyrage.encrypt_io(self, self, [recipient])
        except BaseException as error:  # noqa: BLE001 - raised again where the pieces are taken
            self._trouble = self._trouble or error
        self._put(None)

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes of what is to be sealed. The library shows no error of ours: it is kept."""
        try:
            self._left = self._left or next(self._chunks, b"")
        except BaseException as error:
            self._trouble = error
            raise
        given, self._left = self._left[:size], self._left[size:]
        return given

    def write(self, data: bytes) -> int:
        self._put(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: each piece goes at once."""

    def pieces(self) -> Iterator[bytes]:
        while (piece := self._ready.get()) is not None:
            yield piece
        if self._trouble:
            raise self._trouble

    def _put(self, piece: bytes | None) -> None:
        while not self.abandoned.is_set():
            try:
                return self._ready.put(piece, timeout=_LOOK)
            except queue.Full:
                continue
        if piece is not None:
            raise BrokenPipeError
        return None

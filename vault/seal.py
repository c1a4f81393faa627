"""How bytes are sealed: AES-256-GCM in chunks, so that a large object is checked before it is believed.

    object  = magic(4) salt(16) chunk…
    chunk   = AES-256-GCM(plain ≤ 1 MiB) tag(16)
    key     = HKDF-SHA-256(data key, salt, format name): each object has its own, so counters never repeat
    nonce   = position(11) last?(1)
    AAD     = magic, salt, scope and name: an object of another case or of another name does not open

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015), as age and Tink use it: a chunk
that was changed, moved, left out, or taken from another object breaks the seal, and so does a missing end.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dsar.errors import OperatorError

CHUNK = 1024 * 1024  # bytes of plain text in every chunk but the last
KEY_BYTES = 32
_TAG = 16
_SALT = 16
_MAGIC = b"DSV1"
_HEADER = len(_MAGIC) + _SALT


class DataKey:
    """The key of one scope: a case, or a purpose of ours. It never shows itself."""

    __slots__ = ("_key", "scope")

    def __init__(self, scope: str, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            msg = "a data key has 32 bytes"
            raise ValueError(msg)
        self.scope = scope
        self._key = key

    def __repr__(self) -> str:
        return f"DataKey({self.scope!r})"

    def seal(self, name: str, data: bytes) -> bytes:
        """Return `data` sealed under `name`."""
        sealer = Sealer(self, name)
        return b"".join((*sealer.add(data), *sealer.finish()))

    def open(self, name: str, sealed: bytes) -> bytes:
        """Return what was sealed under `name`.

        Raises:
            OperatorError: `seal_broken`: changed, cut short, or sealed for another scope or name.
        """
        rest = memoryview(sealed)

        def read(size: int) -> bytes:
            nonlocal rest
            taken, rest = rest[:size], rest[size:]
            return bytes(taken)

        return b"".join(opened(self, name, read))

    def digest(self, *parts: str) -> str:
        """Return the HMAC-SHA-256 of `parts` in hex. Lone surrogates are taken as they are."""
        encoded = (part.encode(errors="surrogatepass") for part in parts)
        return hmac.digest(self._key, _framed(*encoded), hashlib.sha256).hex()

    def cipher(self, salt: bytes) -> AESGCM:
        """Return the cipher of the one object that has this salt."""
        return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"dsar vault object 1").derive(self._key))


class Sealer:
    """Seals a stream piece by piece. It holds back at most one chunk, because the last one is marked."""

    def __init__(self, key: DataKey, name: str) -> None:
        salt = os.urandom(_SALT)
        self._cipher = key.cipher(salt)
        self._header = _MAGIC + salt
        self._bound = _bound(self._header, key, name)
        self._held = bytearray()
        self._position = 0

    def add(self, data: bytes) -> Iterator[bytes]:
        """Take more data and return what is ready to be stored. Exhaust it before the next call."""
        self._held += data
        while len(self._held) > CHUNK:
            yield self._next(last=False)

    def finish(self) -> Iterator[bytes]:
        """Return the end. Without it the object does not open."""
        yield self._next(last=True)

    def _next(self, *, last: bool) -> bytes:
        plain = bytes(self._held[:CHUNK])
        del self._held[:CHUNK]
        sealed = self._cipher.encrypt(_nonce(self._position, last=last), plain, self._bound)
        first = self._position == 0
        self._position += 1
        return self._header + sealed if first else sealed


def opened(key: DataKey, name: str, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Check and open a sealed stream. `read(n)` gives up to n bytes, and none at the end.

    Raises:
        OperatorError: `seal_broken`. What was yielded before is genuine, but not the whole.
    """
    header = _exactly(read, _HEADER)
    if len(header) != _HEADER or not header.startswith(_MAGIC):
        raise OperatorError("vault", "seal_broken")
    cipher, bound = key.cipher(header[len(_MAGIC) :]), _bound(header, key, name)
    chunk, position, last = _exactly(read, CHUNK + _TAG), 0, False
    while not last:
        following = _exactly(read, CHUNK + _TAG)
        last = not following
        yield _plain(cipher, _nonce(position, last=last), chunk, bound)
        chunk, position = following, position + 1


def _plain(cipher: AESGCM, nonce: bytes, chunk: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, chunk, bound)
    except InvalidTag:
        raise OperatorError("vault", "seal_broken") from None


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """Read until `size` bytes are there or the stream ends: a socket may give less than was asked for."""
    first = read(size)
    if len(first) == size or not first:
        return first
    gathered = bytearray(first)
    while len(gathered) < size and (more := read(size - len(gathered))):
        gathered += more
    return bytes(gathered)


def _nonce(position: int, *, last: bool) -> bytes:
    return position.to_bytes(11, "big") + bytes([last])


def _bound(header: bytes, key: DataKey, name: str) -> bytes:
    return _framed(header, key.scope.encode(), name.encode())


def _framed(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)

"""How bytes are sealed: AES-256-GCM in chunks, so that a large object is checked before it is believed.

    object 1  = "DSV1" salt(16) chunk…      what is put whole
    chunk     = AES-256-GCM(plain ≤ 1 MiB) tag(16)
    key       = HKDF-SHA-256(data key, salt, format name): each object has its own, so counters never repeat
    nonce     = position(11) last?(1)
    AAD       = magic, salt, scope and name: an object of another case or of another name does not open

    object 2  = "DSV2" chunk…               what is streamed in, and may be begun again by another worker
    chunk     = mark(32) AES-256-GCM(plain ≤ 1 MiB) tag(16)
    mark      = HMAC-SHA-256(marking key, mark of the chunk before, nonce, plain)
    key       = HMAC-SHA-256(sealing key, mark): other bytes, or the same after others, have another key
    AAD       = the mark of the chunk before
    marking key, sealing key = HKDF-SHA-256(data key, format name, purpose, scope and name)

The first is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015), as age and Tink use it. The
second seals the same object to the same bytes, so that what a killed worker sent is known again; it is a
chain of SIVs (Rogaway and Shrimpton, 2006), and decision 19 argues why that is safe and what it tells.
Of both, a chunk that was changed, moved, left out, or taken from another object breaks the seal, and so
does a missing end.
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
_MARK = 32
_SALTED, _CHAINED = b"DSV1", b"DSV2"


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
        sealer = Sealer(Salted(self, name, os.urandom(_SALT)))
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

    def derived(self, salt: bytes, purpose: bytes) -> bytes:
        """Return a key of 32 bytes for one purpose."""
        return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(self._key)


class Salted:
    """Format 1: a key for each object, out of a salt that no other has."""

    grows = _TAG

    def __init__(self, key: DataKey, name: str, salt: bytes) -> None:
        self.header = _SALTED + salt
        self._cipher = AESGCM(key.derived(salt, b"dsar vault object 1"))
        self._bound = _framed(self.header, key.scope.encode(), name.encode())

    def seal(self, nonce: bytes, plain: bytes) -> bytes:
        return self._cipher.encrypt(nonce, plain, self._bound)

    def open(self, nonce: bytes, sealed: bytes) -> bytes:
        return self._cipher.decrypt(nonce, sealed, self._bound)


class Chained:
    """Format 2: a key for each chunk, out of its own bytes and all that come before it in the object.

    Whoever opens need not make the mark again: under a mark that we did not make there is no key, and under
    one that we made only its own chunk opens, after the same chunk as then.
    """

    grows = _MARK + _TAG
    header = _CHAINED

    def __init__(self, key: DataKey, name: str) -> None:
        for_this = key.scope.encode(), name.encode()
        self._marking, self._sealing = (
            key.derived(b"", _framed(b"dsar vault object 2", purpose, *for_this))
            for purpose in (b"mark", b"seal")
        )
        self._before = bytes(_MARK)

    def seal(self, nonce: bytes, plain: bytes) -> bytes:
        made = hmac.new(self._marking, self._before + nonce, hashlib.sha256)
        made.update(plain)
        mark = made.digest()
        sealed = self._cipher(mark).encrypt(nonce, plain, self._before)
        self._before = mark
        return mark + sealed

    def open(self, nonce: bytes, sealed: bytes) -> bytes:
        mark = sealed[:_MARK]
        plain = self._cipher(mark).decrypt(nonce, sealed[_MARK:], self._before)
        self._before = mark
        return plain

    def _cipher(self, mark: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._sealing, mark, hashlib.sha256))


class Sealer:
    """Seals a stream piece by piece. It holds back at most one chunk, because the last one is marked."""

    def __init__(self, lock: Salted | Chained) -> None:
        self._lock = lock
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
        sealed = self._lock.seal(_nonce(self._position, last=last), plain)
        first = self._position == 0
        self._position += 1
        return self._lock.header + sealed if first else sealed


def opened(key: DataKey, name: str, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Check and open a sealed stream. `read(n)` gives up to n bytes, and none at the end.

    Raises:
        OperatorError: `seal_broken`. What was yielded before is genuine, but not the whole.
    """
    lock = _lock_of(key, name, read)
    size = CHUNK + lock.grows
    chunk, position, last = _exactly(read, size), 0, False
    while not last:
        following = _exactly(read, size)
        last = not following
        yield _plain(lock, _nonce(position, last=last), chunk)
        chunk, position = following, position + 1


def _plain(lock: Salted | Chained, nonce: bytes, chunk: bytes) -> bytes:
    try:
        return lock.open(nonce, chunk)
    except InvalidTag:
        raise OperatorError("vault", "seal_broken") from None


def _lock_of(key: DataKey, name: str, read: Callable[[int], bytes]) -> Salted | Chained:
    magic = _exactly(read, len(_SALTED))
    if magic == _CHAINED:
        return Chained(key, name)
    salt = _exactly(read, _SALT) if magic == _SALTED else b""
    if len(salt) != _SALT:
        raise OperatorError("vault", "seal_broken")
    return Salted(key, name, salt)


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


def _framed(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)

"""A gate before the Temporal server that speaks TLS and lets in only who shows a certificate (mutual TLS)."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
_PIECE = 65_536  # bytes carried at a time


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority of our own, and what it signed for the gate and for one guest."""

    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)


def issue(folder: Path) -> Certificates:
    """Write `ca.pem`, and certificates with keys for `gate` and `guest`."""
    authority, key = _certificate("authority", None)
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    for name in ("gate", "guest"):
        certificate, own = _certificate(name, (authority, key))
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        secret = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.key").write_bytes(secret)
    return Certificates(folder)


@contextmanager
def gate(certificates: Certificates, target: str) -> Iterator[str]:
    """Stand before `target` (host:port). Yields the gate's own address."""
    loop, door, closed = asyncio.new_event_loop(), socket.create_server((LOOPBACK, 0)), asyncio.Event()
    keeper = threading.Thread(
        target=loop.run_until_complete, args=[_keep(door, certificates, target, closed)]
    )
    keeper.start()
    yield f"{LOOPBACK}:{door.getsockname()[1]}"
    loop.call_soon_threadsafe(closed.set)
    keeper.join()
    loop.close()


async def _keep(door: socket.socket, certificates: Certificates, target: str, closed: asyncio.Event) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.path("ca.pem"))
    context.load_cert_chain(certificates.path("gate.pem"), certificates.path("gate.key"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])  # gRPC speaks HTTP/2
    host, _, port = target.rpartition(":")

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, answer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_carry(reader, answer), _carry(inside, writer))

    async with await asyncio.start_server(through, sock=door, ssl=context):
        await closed.wait()
    guests = asyncio.all_tasks() - {asyncio.current_task()}
    for guest in guests:
        guest.cancel()
    await asyncio.gather(*guests, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass  # one side hung up; the other is told below
    finally:
        writer.close()


def _certificate(
    name: str, signer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(LOOPBACK))]), critical=False)
    )
    return builder.sign(signer[1] if signer else key, SHA256()), key

"""What the tests of the post share: a letter, a way to send it, and a certificate for a loopback server."""

import datetime as dt
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dsar.errors import DsarError
from dsar.ports import Post
from dsar.vocabulary import LetterKind
from letters.post import SmtpPost, SmtpSettings
from letters.writer import LetterWriter
from rehearsal.mail import MailCatcher
from tests.letter_facts import facts
from tests.people import ADA_EMAIL

SENDER = "privacy@larkfield.example"
MESSAGE_ID = "case_0123456789abcdef0123.acknowledgement@larkfield.example"
LETTER = LetterWriter().render(LetterKind.ACKNOWLEDGEMENT, "de", facts())


def post_to(catcher: MailCatcher, **changes: object) -> SmtpPost:
    plain = {"host": catcher.host, "port": catcher.port, "sender": SENDER, "starttls": False, "timeout": 5.0}
    return SmtpPost(SmtpSettings(**{**plain, **changes}))  # type: ignore[arg-type]  # a test's shorthand


def refusal(post: Post, to: str = ADA_EMAIL, message_id: str = MESSAGE_ID) -> DsarError:
    with pytest.raises(DsarError) as refused:
        post.send(LETTER, to=to, message_id=message_id)
    return refused.value


def certify(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the loopback address that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(loopback, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(pem)
    return folder / "cert.pem", folder / "key.pem"

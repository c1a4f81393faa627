"""The mail servers that the letters are sent to."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.mail import MailCatcher
from tests.letter_post import certify


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "letters") as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certify(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: tuple[Path, Path]) -> Path:
    return certificate[0]


@pytest.fixture
def strict(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[MailCatcher]:
    """Yield a catcher that demands TLS and a login."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    with MailCatcher(tmp_path / "letters", tls=tls, login=("post", "right")) as running:
        yield running

"""The mail catcher is a fair witness: what it says arrived did arrive, whole, and once."""

import smtplib
import socket
from pathlib import Path

import pytest

from rehearsal.mail import MailCatcher, Mood


def post(catcher: MailCatcher, subject: str = "Hello") -> None:
    with smtplib.SMTP(catcher.host, catcher.port, timeout=60) as server:
        server.sendmail("a@a.example", ["b@b.example"], f"Subject: {subject}\r\n\r\nWords\r\n".encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


def test_each_letter_is_kept_as_a_file_and_as_a_value(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        post(catcher, "First letter")
        post(catcher, "Second letter")
        caught = catcher.wait_for(2)

    assert [letter.path.name for letter in caught] == ["0001-first-letter.eml", "0002-second-letter.eml"]
    assert sorted(folder.iterdir()) == [letter.path for letter in caught]
    assert b"Words" in caught[0].path.read_bytes()


@pytest.mark.parametrize("subject", ["../../etc/passwd", "/abs", "..", "", "ä" * 300, "a\\b:c*?"])
def test_a_subject_never_leads_a_file_out_of_the_folder(folder: Path, subject: str) -> None:
    with MailCatcher(folder) as catcher:
        post(catcher, subject)
        (caught,) = catcher.wait_for(1)

    assert caught.path.parent == folder
    assert caught.path.name.isascii()
    assert len(caught.path.name) < 80


def test_a_later_rehearsal_writes_over_nothing(folder: Path) -> None:
    for _ in range(2):
        with MailCatcher(folder) as catcher:
            post(catcher)

    assert [path.name for path in sorted(folder.iterdir())] == ["0001-hello.eml", "0002-hello.eml"]


def test_waiting_in_vain_ends_and_says_how_many_arrived(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        post(catcher)

        with pytest.raises(TimeoutError, match="1 arrived"):
            catcher.wait_for(2, timeout=0.05)


async def test_waiting_for_a_certain_letter_leaves_the_event_loop_free(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        post(catcher, "Other")
        post(catcher, "Wanted")

        letters = await catcher.arrival(lambda caught: any(letter.subject == "Wanted" for letter in caught))

    assert letters[-1].subject == "Wanted"


def test_down_and_up_again_is_the_same_server(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        port = catcher.port
        catcher.stop()
        with pytest.raises(ConnectionRefusedError):
            post(catcher)
        catcher.stop()
        catcher.start()
        post(catcher)

        assert catcher.port == port
        assert len(catcher.wait_for(1)) == 1


def test_a_taken_port_is_an_error_and_not_another_port(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        MailCatcher(folder, port=taken.getsockname()[1]).start()


def test_a_refused_letter_is_not_kept(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        catcher.mood = Mood.REFUSES_CONTENT
        with pytest.raises(smtplib.SMTPDataError):
            post(catcher)

        assert catcher.letters == ()
        assert list(folder.iterdir()) == []


def test_a_caught_letter_does_not_show_its_addresses(folder: Path) -> None:
    with MailCatcher(folder) as catcher:
        post(catcher)

        assert "b.example" not in repr(catcher.wait_for(1))

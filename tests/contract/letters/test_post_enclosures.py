"""What lies sealed beside a letter arrives whole, under a name that says nothing, and opens for one alone."""

from dataclasses import replace

import pyrage
import pytest

from dsar.errors import ContractError
from dsar.vocabulary import LetterKind
from letters.post import ENCLOSED
from letters.writer import LetterWriter
from rehearsal.mail import MailCatcher
from tests.letter_facts import facts
from tests.letter_post import LETTER, MESSAGE_ID, post_to

HOSTILE = "O'Brien\u202e \ud83d <b>&amp;\r\nBcc: x@evil.example"


def test_a_sealed_file_arrives_beside_text_and_html(catcher: MailCatcher) -> None:
    key = pyrage.x25519.Identity.generate()
    told = facts(seal_to=str(key.to_public()), identifiers=[{"kind": "name", "value": HOSTILE}])
    letter = LetterWriter().render(LetterKind.PROCESSOR_REQUEST, "en", told)

    post_to(catcher).send(letter, to="privacy@mill.example", message_id=MESSAGE_ID)
    (caught,) = catcher.wait_for(1)

    [enclosed] = caught.message.iter_attachments()
    opened = pyrage.decrypt(enclosed.get_content(), [key]).decode()
    assert (letter.text, letter.html) == (caught.text, caught.html)
    assert "multipart/mixed" == caught.message.get_content_type()
    assert ENCLOSED == enclosed.get_filename()
    assert opened.startswith("Name: O'Brien")
    assert len(opened.splitlines()) == 1 + len(told["corrections"])
    assert "O'Brien" not in caught.path.read_text()
    for header in ("From", "To", "Subject", "Message-ID", "MIME-Version"):
        assert 1 == len(caught.message.get_all(header, []))


@pytest.mark.parametrize("locale", ["en", "de"])
def test_what_is_right_about_a_person_is_sealed_as_they_are(locale: str) -> None:
    key = pyrage.x25519.Identity.generate()
    told = facts(verb="rectify", seal_to=str(key.to_public()), corrections=["email: new@subject.example"])
    letter = LetterWriter().render(LetterKind.PROCESSOR_REQUEST, locale, told)

    assert "new@subject.example" not in letter.text + letter.html
    assert "email: new@subject.example" in pyrage.decrypt(letter.enclosed, [key]).decode()


def test_a_letter_without_one_is_as_it_was(catcher: MailCatcher) -> None:
    post_to(catcher).send(replace(LETTER, enclosed=b""), to="privacy@mill.example", message_id=MESSAGE_ID)

    assert "multipart/alternative" == catcher.wait_for(1)[0].message.get_content_type()


@pytest.mark.parametrize("key", ["age1nobody", "AGE-SECRET-KEY-1", "x"])
def test_nothing_goes_to_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ContractError, match="key_malformed"):
        LetterWriter().render(LetterKind.PROCESSOR_REQUEST, "en", facts(seal_to=key))

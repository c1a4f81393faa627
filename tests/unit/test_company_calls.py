"""Recipients that take calls are named with an address, a credential's name, and whom they know people by."""

from pathlib import Path

import pytest

from dsar.errors import InputError
from dsar.opendsr import Endpoint
from dsar.vocabulary import Category
from policy.company import Company, load

FILE = Path("policy/company.yaml")
EMAIL = "email: privacy@postmill.example"
URL = "https://opendsr.postmill.example/v3/requests"


def called(directory: Path, url: str, credential: str = "env:T", knows_by: str = "email") -> Company:
    there = f'{{url: "{url}", credential: "{credential}", knows_by: [{knows_by}]}}'
    text = FILE.read_text(encoding="utf-8")
    path = directory / "company.yaml"
    path.write_text(text.replace(EMAIL, f"{EMAIL}\n    opendsr: {there}", 1), encoding="utf-8")
    return load(path)


def test_a_recipient_that_takes_calls_is_known_by_its_endpoint(tmp_path: Path) -> None:
    found = {one.code: one.endpoint for one in called(tmp_path, URL).recipients(Category)}

    assert Endpoint(url=URL, credential="env:T") == found["mailing"]
    assert found["cloud"] is None


@pytest.mark.parametrize(
    ("url", "credential", "knows_by", "move"),
    [
        (URL, "T0ken", "email", "match pattern"),
        ("http://d.example/r", "env:T", "email", "use https"),
        ("https://u:p@d.example/r", "env:T", "email", "without a name"),
        ("https://d.example/r?k=1", "env:T", "email", "without a name"),
        (URL, "env:T", "phone", "choose of account_id, email"),
        (URL, "env:T", "", "at least 1 item"),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_next_move(
    tmp_path: Path, url: str, credential: str, knows_by: str, move: str
) -> None:
    with pytest.raises(InputError) as refused:
        called(tmp_path, url, credential, knows_by)

    assert "recipients.3.opendsr" in str(refused.value)
    assert move in str(refused.value)
    assert "T0ken" not in str(refused.value)

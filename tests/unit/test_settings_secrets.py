"""A secret may stand in a file: then it stands in no environment."""

from pathlib import Path

import pytest

from dsar.errors import InputError
from settings import load


def test_both_halves_of_the_store_credential_may_come_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("s3_access_key", "s3_secret"):
        (tmp_path / name).write_text(f"value of {name}\n")
        monkeypatch.setenv(f"DSAR_{name.upper()}_FILE", str(tmp_path / name))

    found = load()

    assert found.secret("s3_access_key") == "value of s3_access_key"
    assert found.secret("s3_secret") == "value of s3_secret"


@pytest.mark.parametrize("half", ["DSAR_S3_ACCESS_KEY", "DSAR_S3_ACCESS_KEY_FILE", "DSAR_S3_SECRET_FILE"])
def test_half_a_credential_is_refused_and_not_repeated(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(half, "only-half")

    with pytest.raises(InputError, match="together, or neither") as caught:
        load()
    assert "only-half" not in str(caught.value)

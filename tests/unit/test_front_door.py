"""The front desk as a program: whatever bytes come in and whatever letters the terminal knows."""

import io
import sys

import pytest
import typer
from typer.testing import CliRunner

import starter
from commands import opening
from dsar.errors import InputError
from dsar.intake import check_email


def test_bytes_that_are_no_text_are_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ad\xffa@subject.example\n"), "utf-8"))
    monkeypatch.setattr(sys, "argv", ["starter.py"])

    starter.main()

    with pytest.raises(InputError, match="one plain address"):
        check_email(sys.stdin.readline().strip())


def test_a_terminal_with_few_letters_still_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, "latin-1"))
    monkeypatch.setattr(sys, "argv", ["starter.py"])

    starter.main()
    sys.stdout.write("Łódź…")
    sys.stdout.flush()

    assert shown.getvalue().endswith(b"\\u0141\xf3d\\u017a\\u2026")


def test_a_script_that_gives_no_address_is_told_where_it_goes() -> None:
    app = typer.Typer()
    app.command()(opening.open_one)

    found = CliRunner().invoke(app, ["--regime", "UK-ENG"], input="")

    assert found.exit_code == 2
    assert "--email -" in found.output

"""The front desk as a program: whatever bytes come in and whatever letters the terminal knows."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import starter
from commands import opening
from commands._counter import guarded
from commands._private import kept
from dsar.errors import InputError, OperatorError
from dsar.intake import check_email
from tests.full_disk import full_disk


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


def test_a_name_that_looks_like_markup_is_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise InputError("file_exists", "name [another] file", field="[/bold].zip")

    with pytest.raises(typer.Exit):
        guarded(work, as_json=False)
    assert "[/bold].zip: name [another] file" in capsys.readouterr().err


def cut_short() -> Iterator[bytes]:
    """Give half an answer."""
    yield b"half"
    raise OperatorError("vault", "seal_broken")


def test_an_answer_that_breaks_off_leaves_no_half_file(tmp_path: Path) -> None:
    out = tmp_path / "answer.zip"
    with pytest.raises(OperatorError):
        kept(cut_short(), out)

    assert not out.exists()
    assert 5 == kept([b"whole"], out)
    assert 0o600 == out.stat().st_mode & 0o777


def test_a_disk_without_room_is_told_and_keeps_nothing(tmp_path: Path) -> None:
    out = tmp_path / "answer.zip"
    with full_disk(), pytest.raises(InputError, match="has room"):
        kept([b"x" * 100_000], out)

    assert not out.exists()


@pytest.mark.parametrize("name", ["x" * 300, "file/x.zip", "nowhere/x.zip", "file"])
def test_a_place_that_cannot_be_written_is_told_and_nothing_is_written_over(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("before")
    with pytest.raises(InputError, match="name a file"):
        kept([b"x"], tmp_path / name)

    assert "before" == (tmp_path / "file").read_text()

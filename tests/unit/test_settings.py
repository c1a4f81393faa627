"""Settings: an error names the variable or the field and the next move, never the value."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.errors import InputError
from settings import load, load_systems

SECRET = "hunter2-Quartermaine"  # what must not be told


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Live in another environment for a while; the real one comes back."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("DSAR_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def refused(values: Mapping[str, str]) -> InputError:
    with environment(values), pytest.raises(InputError) as error:
        load()
    return error.value


def systems(text: str | bytes, values: Mapping[str, str] | None = None) -> object:
    """Load a file of systems; what comes back is the error, if there is one."""
    with TemporaryDirectory() as folder, environment(values or {}):
        path = Path(folder) / "systems.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        try:
            return load_systems(path)
        except InputError as error:
            return error


def reason(found: object) -> str:
    assert isinstance(found, InputError)
    assert SECRET not in f"{found} {found!r}"
    return found.reason


@pytest.mark.parametrize("name", ["DSAR_WINDOW_ADDRESS", "DSAR_HEALTH_ADDRESS", "DSAR_METRICS_ADDRESS"])
@pytest.mark.parametrize("said", ["", "8080", "localhost", "localhost:", "127.0.0.1:http", "127.0.0.1:65536"])
def test_an_address_without_a_port_is_refused_before_anything_listens(name: str, said: str) -> None:
    error = refused({name: said})

    assert name == error.field
    assert "host:port" in error.hint


@pytest.mark.parametrize("name", ["DSAR_SMTP_PORT", "DSAR_SMTP_STARTTLS"])
@given(text=st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=9))
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(name: str, text: str) -> None:
    error = refused({name: SECRET + text})

    assert (name, "setting_unusable") == (error.field, error.reason)
    assert SECRET not in f"{error} {error!r}"


@pytest.mark.parametrize("port", ["0", "-1", "65536", "25.5", ""])
def test_a_port_is_a_port(port: str) -> None:
    assert "DSAR_SMTP_PORT" == refused({"DSAR_SMTP_PORT": port}).field


@pytest.mark.parametrize("name", ["DSAR_S3_ACCESS_KEY", "DSAR_S3_SECRET", "DSAR_S3_SECRET_FILE"])
def test_half_a_pair_of_keys_is_refused(name: str) -> None:
    error = refused({name: SECRET})

    assert "together, or neither" in str(error)
    assert SECRET not in str(error)


def test_a_secret_is_given_in_place_or_by_file_and_never_printed(tmp_path: Path) -> None:
    written = tmp_path / "secret"
    written.write_text(f"  {SECRET} from a file\n", encoding="utf-8")
    given_by_file = {"DSAR_S3_ACCESS_KEY": "key", "DSAR_S3_SECRET_FILE": str(written)}
    with environment({"DSAR_S3_ACCESS_KEY": "key", "DSAR_S3_SECRET": SECRET}):
        in_place = load()
    with environment(given_by_file):
        by_file = load()
    with environment({**given_by_file, "DSAR_S3_SECRET": ""}):
        emptied = load()

    assert SECRET == in_place.secret("s3_secret")
    assert SECRET not in repr(in_place)
    assert f"{SECRET} from a file" == by_file.secret("s3_secret") == emptied.secret("s3_secret")
    assert by_file.secret("smtp_password") is None


@pytest.mark.parametrize("content", [None, SECRET.encode() + b"\xff\xfe"])
def test_a_secret_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    if content:
        path.write_bytes(content)
    with environment({"DSAR_SMTP_PASSWORD_FILE": str(path)}), pytest.raises(InputError) as error:
        load().secret("smtp_password")

    assert "file_unreadable" == reason(error.value)
    assert "DSAR_SMTP_PASSWORD_FILE" == error.value.field


def test_values_are_fetched_from_where_they_are_kept(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    found = systems(
        f"systems:\n- name: crm\n  connector: sql\n  settings:\n    token: file:{tmp_path}/token\n"
        "    url: env:CRM_URL\n    size: 100\n    plain: 'environment'\n",
        {"CRM_URL": "https://crm.example"},
    )

    assert isinstance(found, tuple)
    expected = {"token": SECRET, "url": "https://crm.example", "size": 100, "plain": "environment"}
    assert [("crm", "sql", expected)] == [(s.name, s.connector, s.settings) for s in found]


@pytest.mark.parametrize("text", ["", "systems:", "systems: []", "{}", "# nothing yet"])
def test_no_system_is_no_error_here(text: str) -> None:
    assert () == systems(text)


ROW = f"systems:\n- name: crm\n  connector: sql\n  settings: {{token: {SECRET}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"systems: {SECRET}", "systems_malformed"),
        ("systems: 5", "systems_malformed"),
        (f"systems: {{crm: {SECRET}}}", "systems_malformed"),
        (SECRET, "systems_malformed"),
        (ROW, "systems_malformed"),
        (f"{ROW}, since: 2026-13-45}}", "systems_malformed"),
        (f"{ROW}, other: \x01}}", "systems_malformed"),
        (ROW.encode() + b"\xff}", "systems_malformed"),
        (f"{ROW}, run: !!python/name:os.system }}", "systems_malformed"),
        (f"systems:\n- {SECRET}", "system_malformed"),
        (f"systems:\n- name: {SECRET}\n  connector: sql", "system_malformed"),
        (f"{ROW}}}\n  password: {SECRET}", "system_malformed"),
        (f"{ROW}}}{ROW.removeprefix('systems:')}}}", "system_twice"),
        (f"{ROW}, 5: {SECRET}}}", "system_malformed"),
        (f"{ROW}, key: env:NOT_SET_ANYWHERE}}", "setting_missing"),
        (f"{ROW}, key: file:/nowhere/at/all}}", "file_unreadable"),
        (f'{ROW}, key: "file:/nowhere\\0"}}', "file_unreadable"),
    ],
)
def test_a_file_of_systems_that_is_wrong_is_told_without_its_values(text: str | bytes, expected: str) -> None:
    assert expected == reason(systems(text))


def test_an_error_says_which_system_and_which_field() -> None:
    missing = systems(f"{ROW}, key: env:NOT_SET_ANYWHERE}}")
    malformed = systems("systems:\n- {name: crm, connector: sql}\n- {name: CRM, connector: sql}")

    assert "crm.key: set the environment variable NOT_SET_ANYWHERE" == str(missing)
    assert "system 2: name" in str(malformed)


@pytest.mark.parametrize("name", ["CRM", "1crm", "c r m", "../crm", "crm\n", "a" * 41, ""])
def test_a_system_has_a_name_fit_for_a_file(name: str) -> None:
    assert "system_malformed" == reason(systems(f"systems: [{{name: {name!r}, connector: sql}}]"))


def test_a_file_that_is_not_there_is_named_with_the_page_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="connect-a-system") as error:
        load_systems(tmp_path / "systems.yaml")
    assert "systems_unreadable" == error.value.reason

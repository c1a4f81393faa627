"""A secret that is rotated is used from then on, without a restart; an unreadable one changes nothing."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dsar.errors import InputError
from fetching import fetched
from pacing import Paces
from register.register import SqlRegister
from rotating import LOOK_AGAIN, Systems
from settings import load_systems
from tests.unit.test_settings import environment

PACES = Paces(SqlRegister("sqlite:///nowhere.db"))  # which is never asked: no system here has a budget
FIRST, SECOND = "tok-first-hunter2", "tok-second-hunter2"


def written(folder: Path, token: str) -> Path:
    path = folder / "systems.yaml"
    path.write_text(f"systems: [{{name: crm, connector: hubspot, settings: {{token: '{token}'}}}}]", "utf-8")
    return path


def sent(systems: Systems) -> str:
    """What the system would be shown as a credential."""
    connector: Any = systems["crm"]
    return str(connector._api.client.headers["Authorization"])


def rotated(path: Path, secret: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(secret, "utf-8")
    os.utime(path, ns=(before + 1, before + 1))  # also on a disk whose clock is coarse


async def test_a_file_that_changes_is_read_anew_and_nothing_else_is_connected_again(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(FIRST, "utf-8")
    systems = Systems(written(tmp_path, f"file:{secret}"), PACES)
    before = systems["crm"]
    same = systems["crm"]
    rotated(secret, FIRST)
    touched = systems["crm"]

    rotated(secret, SECOND)
    after = sent(systems)
    await systems.close()

    assert before is same is touched
    assert after == f"Bearer {SECOND}"
    assert 1 == len(systems.retired)


async def test_a_secret_that_cannot_be_read_changes_nothing_and_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "token"
    secret.write_text(FIRST, "utf-8")
    systems = Systems(written(tmp_path, f"file:{secret}"), PACES)
    secret.unlink()

    kept = sent(systems)
    secret.write_text(SECOND, "utf-8")
    renewed = sent(systems)
    await systems.close()

    told = capsys.readouterr()
    assert (kept, renewed) == (f"Bearer {FIRST}", f"Bearer {SECOND}")
    assert "secret.unreadable" in told.out
    assert not [s for s in (FIRST, SECOND) if s in told.out + told.err + repr(systems._held)]


class Vendor:
    """AWS Secrets Manager, as far as one question goes."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.asked = 0

    def answer(self, body: bytes) -> tuple[int, dict[str, str]]:
        self.asked += 1
        name = json.loads(body)["SecretId"]
        if name in self.secrets:
            return 200, {"Name": name, "SecretString": self.secrets[name]}
        return 400, {"__type": "ResourceNotFoundException"}


@contextmanager
def serving(vendor: Vendor) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, said = vendor.answer(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        known = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-2"}
        where = {"AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://127.0.0.1:{server.server_port}"}
        with environment({**known, **where}):
            yield
        server.shutdown()


async def test_a_secret_in_aws_is_fetched_and_looked_at_again_in_time(tmp_path: Path) -> None:
    vendor, now = Vendor(), [0.0]
    vendor.secrets["crm"] = json.dumps({"token": FIRST})
    with serving(vendor):
        systems = Systems(written(tmp_path, "aws:crm#token"), PACES, clock=lambda: now[0])
        vendor.secrets["crm"] = json.dumps({"token": SECOND})
        soon, asked = sent(systems), vendor.asked
        now[0] += LOOK_AGAIN + 1
        later = sent(systems)
        await systems.close()

    assert (soon, asked, later) == (f"Bearer {FIRST}", 1, f"Bearer {SECOND}")


@pytest.mark.parametrize("place", ["aws:missing", "aws:crm#nothing", "aws:plain#token"])
def test_a_secret_that_is_not_there_is_named_by_its_place_alone(place: str) -> None:
    vendor = Vendor()
    vendor.secrets = {"crm": json.dumps({"token": FIRST}), "plain": SECOND}
    with serving(vendor), pytest.raises(InputError) as caught:
        fetched(place, "crm.token")

    assert caught.value.reason == "secret_unreadable"
    assert caught.value.field == "crm.token"
    assert not [s for s in (FIRST, SECOND) if s in f"{caught.value} {caught.value!r}"]


def test_a_system_knows_where_its_settings_came_from_and_no_file_can_say_so(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(FIRST, "utf-8")
    [system] = load_systems(written(tmp_path, f"file:{secret}"))
    (tmp_path / "systems.yaml").write_text("[{name: crm, connector: x, files: [a]}]", "utf-8")

    assert ((secret,), False) == (system.files, system.remote)
    with pytest.raises(InputError, match="files"):
        load_systems(tmp_path / "systems.yaml")

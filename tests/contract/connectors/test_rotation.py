"""A secret that was rotated at the vendor's, over real HTTP: one refused call is made once more with the new
one; with no other secret the refusal stands, as it was.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml

from dsar.errors import OperatorError
from pacing import Paces
from register.register import SqlRegister
from rehearsal import posthog_server
from rotating import Systems
from tests.contract.connectors.reading import pages
from tests.contract.connectors.systems.posthog import TOKEN, VARIANTS
from tests.people import ADA, ADA_EMAIL
from tests.unit.test_rotating import FIRST, SECOND, Vendor, rotated, serving


class Service:
    """The analytics service behind a lock whose key changes: after `lasts` more calls, if that is said."""

    def __init__(self, path: Path) -> None:
        self.key, self.next, self.lasts = FIRST, "", -1
        self.statuses: list[int] = []
        self.port = 0
        self._app = posthog_server.app(path, TOKEN)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            shown = dict(scope["headers"]).get(b"authorization", b"").decode()
            if self.lasts == 0:
                self.key = self.next
            self.lasts -= 1
            known = shown == f"Bearer {self.key}"
            self.statuses.append(200 if known else 401)
            passed = f"Bearer {TOKEN}" if known else "Bearer nobody"
            kept = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
            scope = {**scope, "headers": [*kept, (b"authorization", passed.encode())]}
        await self._app(scope, receive, send)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with VARIANTS["rehearsal"](tmp_path):
        found = Service(tmp_path / "posthog.sqlite")
        with listening(found):
            yield found


@contextmanager
def listening(service: Service) -> Iterator[None]:
    config = uvicorn.Config(service, host="127.0.0.1", port=0, access_log=False, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end, "the service did not come up"
        thread.join(0.01)
    service.port = server.servers[0].sockets[0].getsockname()[1]
    yield
    server.should_exit = True
    thread.join(20)


def systems_with(service: Service, folder: Path, secret: str) -> Systems:
    settings = {
        "base_url": f"http://127.0.0.1:{service.port}",
        "project_id": posthog_server.PROJECT,
        "api_key": secret,
        "page_rows": 5,
    }
    rows = [{"name": "analytics", "connector": "posthog", "settings": settings}]
    (folder / "systems.yaml").write_text(yaml.safe_dump({"systems": rows}), "utf-8")
    unasked = Paces(SqlRegister("sqlite:///nowhere.db"))  # no system here has a budget
    return Systems(folder / "systems.yaml", unasked)


async def test_a_refused_call_reads_the_file_anew_and_is_made_once_more(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "key"
    secret.write_text(FIRST, "utf-8")
    systems = systems_with(service, tmp_path, f"file:{secret}")
    held = systems["analytics"]  # as an activity holds it, while the key is rotated
    before = await held.find(ADA)
    service.key = SECOND
    rotated(secret, SECOND)
    after = await held.find(ADA)
    again = await systems["analytics"].find(ADA)
    await systems.close()

    said = capsys.readouterr()
    assert before == after == again
    assert 1 == service.statuses.count(401)
    assert 1 == len(systems.retired)
    assert "secret.rotated" in said.out
    assert not [word for word in (FIRST, SECOND, ADA_EMAIL) if word in said.out + said.err + repr(held)]


async def test_an_export_goes_on_after_the_page_before_the_refusal(service: Service, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(FIRST, "utf-8")
    systems = systems_with(service, tmp_path, f"file:{secret}")
    whole = await pages(systems["analytics"], ADA, "events")
    calls = len(service.statuses)
    held = systems["analytics"]
    service.next, service.lasts = SECOND, calls - 2  # in the middle of the same export
    rotated(secret, SECOND)
    resumed = await pages(held, ADA, "events")
    await systems.close()

    rows = [row["uuid"] for page in resumed for row in page.rows]
    assert [row["uuid"] for page in whole for row in page.rows] == rows
    assert len(rows) == len(set(rows)) == 23
    assert 1 == service.statuses.count(401)


async def test_a_secret_in_aws_is_fetched_as_soon_as_the_old_one_is_refused(
    service: Service, tmp_path: Path
) -> None:
    """Without a refusal it would be used for five minutes more."""
    vendor = Vendor()
    vendor.secrets["analytics"] = json.dumps({"key": FIRST})
    with serving(vendor):
        systems = systems_with(service, tmp_path, "aws:analytics#key")
        held = systems["analytics"]
        await held.check()
        asked = vendor.asked
        service.key = SECOND
        vendor.secrets["analytics"] = json.dumps({"key": SECOND})
        await held.check()
        await held.check()  # held on to, it meets the same refusal, and nobody asks AWS again
        await systems.close()

    assert (1, 2) == (asked, vendor.asked)
    assert 2 == service.statuses.count(401)


@pytest.mark.parametrize("gone", [False, True])
async def test_without_another_secret_the_refusal_stands_after_one_call(
    service: Service, tmp_path: Path, *, gone: bool
) -> None:
    secret = tmp_path / "key"
    secret.write_text(FIRST, "utf-8")
    systems = systems_with(service, tmp_path, f"file:{secret}")
    held = systems["analytics"]
    service.key = SECOND
    if gone:
        secret.unlink()
    with pytest.raises(OperatorError) as found:
        await held.find(ADA)
    with pytest.raises(OperatorError) as exported:
        await pages(held, ADA, "events")
    await systems.close()

    assert ["credentials_refused"] * 2 == [found.value.reason, exported.value.reason]
    assert [401, 401] == service.statuses
    assert [] == systems.retired


async def test_a_new_secret_that_is_refused_too_is_tried_once(service: Service, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(FIRST, "utf-8")
    systems = systems_with(service, tmp_path, f"file:{secret}")
    held = systems["analytics"]
    service.key = "tok-third-hunter2"
    rotated(secret, SECOND)
    with pytest.raises(OperatorError) as caught:
        await held.check()
    await systems.close()

    assert "credentials_refused" == caught.value.reason
    assert [401, 401] == service.statuses


async def test_what_is_no_refusal_is_not_tried_again(service: Service, tmp_path: Path) -> None:
    """Several people share her address there: a person must look, and another key changes nothing of it."""
    secret = tmp_path / "key"
    secret.write_text(FIRST, "utf-8")
    systems = systems_with(service, tmp_path, f"file:{secret}")
    with closing(sqlite3.connect(tmp_path / "posthog.sqlite")) as database, database:
        database.execute("update persons set properties = json_set(properties, '$.email', ?)", [ADA_EMAIL])
    held = systems["analytics"]
    rotated(secret, SECOND)
    with pytest.raises(OperatorError) as caught:
        await pages(held, ADA, "events")
    await systems.close()

    assert "several_people" == caught.value.reason
    assert 401 not in service.statuses
    assert not hasattr(held, "suppress")  # what its connector cannot do, it cannot do either

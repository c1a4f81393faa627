"""Our calls, sent to an open-source mock server that validates them by the vendors' own descriptions."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from rehearsal.processes import LOOPBACK, Program, free_ports, running
from tests.contract.connectors.conftest import SYSTEMS
from tests.contract.connectors.descriptions import FOLDER
from tests.contract.connectors.test_vendor_truth import TRUTHS, used
from tests.contract.connectors.vendor import PretendVendor

_NESTED = "--validator-form-object-format=brackets"  # metadata[key]=value
# What the mock server refuses, and the vendor takes.
EXCUSED = {
    "intercom": {
        f"GET /events: query.{name}" for name in ("filter", "intercom_user_id", "per_page")
    },  # its own text
    "mixpanel": {"GET /api/2.0/export: header.Accept-Encoding"},  # gzip is offered beside others
}
MOCK = os.environ.get("DSAR_STEADY", "")  # the script of `@stdy/cli`, from npm


@contextmanager
def mock(description: Path, log: Path) -> Iterator[str]:
    """Serve a description."""
    node = shutil.which("node")
    if not node or not Path(MOCK).is_file():
        pytest.skip("no Node, or DSAR_STEADY does not name the script of @stdy/cli")
    [port] = free_ports(1)
    command = (node, MOCK, "--host", LOOPBACK, "-p", str(port), _NESTED, str(description))
    address = f"http://{LOOPBACK}:{port}"
    with running(Program(name="steady", command=command, log=log, ready=partial(answers, address))):
        yield address


def answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=2)
    except httpx.HTTPError:
        return False
    return True


@pytest.mark.parametrize("kind", TRUTHS)
async def test_the_mock_server_takes_every_call_that_its_description_knows(kind: str, tmp_path: Path) -> None:
    truth = TRUTHS[kind]
    if missing := [name for name in truth.files if not (FOLDER / name).is_file()]:
        pytest.skip(f"no description {missing[0]}: DSAR_VENDOR_SPECS names the folder that has it")
    [opener] = import_module(f"{SYSTEMS}.{kind}").VARIANTS.values()
    with opener(tmp_path) as vendor:
        assert isinstance(vendor, PretendVendor)
        await used(vendor.connector())

    taken, refused = set(), set()
    for number, (name, prefix) in enumerate(truth.files.items()):
        described = [call for call in vendor.log if call[0].url.path.startswith(prefix)]
        # A connection each: a kept one may be closed by the server just as we use it again.
        async with httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0)) as client:
            with mock(FOLDER / name, tmp_path / f"{number}.log") as address:
                for request, _, route in described:
                    reply = await asked(client, elsewhere(client, request, address, prefix))
                    if reply.status_code == httpx.codes.BAD_REQUEST:
                        wrong = reply.json()["steady"]["errors"]
                        refused |= {f"{route}: {each['path']}" for each in wrong}
                    elif reply.is_success:
                        taken.add(route)

    assert refused == set(EXCUSED.get(kind, ()))
    assert len(taken) >= truth.at_least - len(refused), sorted(taken)


async def asked(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """Send a call, and once more if the mock server hangs up (on a busy machine it did)."""
    try:
        return await client.send(request)
    except httpx.RemoteProtocolError:
        return await client.send(request)


def elsewhere(client: httpx.AsyncClient, request: httpx.Request, address: str, prefix: str) -> httpx.Request:
    """Return a call that was made, addressed to the mock server."""
    path = request.url.raw_path.decode().removeprefix(prefix)
    headers = [(k, v) for k, v in request.headers.items() if k != "host"]
    return client.build_request(request.method, address + path, headers=headers, content=request.content)

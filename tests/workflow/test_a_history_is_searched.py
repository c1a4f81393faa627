"""The search that ends every test of a workflow can find something: in clear, and under the seal."""

from dataclasses import replace

import pytest

from tests.histories import opened
from tests.people import ADA_EMAIL
from tests.workflow.conftest import House, assert_nobody_is_named
from workflows.case import DsarCase


async def test_an_address_that_a_caller_put_into_a_field_is_found_under_the_seal(house: House) -> None:
    case = await house.open()
    request = replace(house.register.case(case).request, owner=ADA_EMAIL)
    client = house.environment.client
    leaking = await client.start_workflow(
        DsarCase.run, args=[request, None], id=f"{case}/leaking", task_queue=house.queue
    )

    history = await leaking.fetch_history()

    assert_nobody_is_named(b"".join(event.SerializeToString() for event in history.events))
    with pytest.raises(AssertionError, match="names the person"):
        assert_nobody_is_named(await opened(history, house.vault.keyring))
    await leaking.terminate()

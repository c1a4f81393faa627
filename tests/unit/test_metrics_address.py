"""A worker whose metrics have no place says so, and which setting moves them."""

import socket

import pytest

from dsar.errors import InputError
from settings import Settings
from worker import runtime


@pytest.mark.parametrize("host", ["127.0.0.1", "no.such.host.invalid"])
def test_metrics_that_have_no_place_name_the_setting_to_change(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = Settings(metrics_address=f"{host}:{taken.getsockname()[1]}")

        with pytest.raises(InputError, match="DSAR_METRICS_ADDRESS: is taken"):
            runtime(config)

"""Unit tests know no environment: what an engine of another lane exported to this process is not theirs."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("DSAR_", "TEMPORAL_")):
            monkeypatch.delenv(name)

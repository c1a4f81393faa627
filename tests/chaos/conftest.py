"""The engine of the end-to-end tests, to be hurt."""

from tests.end_to_end.conftest import engine, stage

__all__ = ["engine", "stage"]

"""The engine of the end-to-end tests, the vault on its real server, and pretends that lie: to be hurt."""

from tests.contract.vault.conftest import bucket, key_file, s3_vault, server, settings
from tests.end_to_end.conftest import engine, stage
from tests.workflow.conftest import environment

__all__ = ["bucket", "engine", "environment", "key_file", "s3_vault", "server", "settings", "stage"]

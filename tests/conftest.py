"""What every test run shares. Fixtures of one lane live beside that lane's tests."""

import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

# Examples are found again in CI exactly as before; a slow shared machine is no reason to fail.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.register_profile("mutants", derandomize=True, deadline=None, max_examples=15)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

NO_SKIPS = bool(os.environ.get("DSAR_CI_NO_SKIPS"))
SKIPPED = pytest.StashKey[list[str]]()


class SkipsAreFailures:
    """In CI a skipped test has been run nowhere: the run fails and names each, with its reason."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.note(report)

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            self.skipped.append(f"{report.nodeid}: {reason}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped, and nothing may be skipped here", red=True)
            terminalreporter.write_line("\n".join(self.skipped))


def pytest_configure(config: pytest.Config) -> None:
    if NO_SKIPS:
        config.pluginmanager.register(SkipsAreFailures(), "skips-are-failures")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_cmdline_main() -> Generator[None, int, int]:
    """Leave at once after the closing line. Threads of Temporal's core can outlive and abort the interpreter,
    which turns a passed run into a failed one. Coverage still needs the ordinary way out.
    """
    result = yield
    if "temporalio.bridge.temporal_sdk_bridge" in sys.modules and "coverage" not in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(result)
    return result

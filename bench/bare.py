"""The yardstick: a workflow that takes the steps of an access case and does nothing in them.

As many activities and updates as a case has, in the same order, with the timer that a case arms while it
waits for the proof; but no codec, no letters, no register, no data. Run as a program it is a worker with the
engine's own settings. It rings where the driver must send the next update.
"""

import asyncio
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bench-bare"
BEFORE_PROOF, BEFORE_DECISION, AFTER_DECISION = 3, 3, 5  # activities of an access case with one system
BELL = "BENCH_BELL"  # the environment variable that names the driver's port
_PATIENCE = timedelta(minutes=5)


@activity.defn(name="bare-step")
def step(number: int) -> int:
    """Do nothing."""
    return number


@activity.defn(name="bare-ring")
def ring(number: int) -> int:
    """Tell the driver that the workflow waits for an update."""
    words = f"{activity.info().workflow_id} {number}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
        bell.sendto(words.encode(), ("127.0.0.1", int(os.environ[BELL])))
    return number


@workflow.defn(name="bare-case")
class BareCase:
    """The steps of an access case, empty."""

    def __init__(self) -> None:
        self._told = 0

    @workflow.run
    async def run(self) -> int:
        """Take all steps."""
        await self._steps(BEFORE_PROOF, 1)
        await workflow.wait_condition(lambda: self._told >= 1, timeout=timedelta(days=7))
        await self._steps(BEFORE_DECISION, 2)
        await workflow.wait_condition(lambda: self._told >= 2)
        await self._steps(AFTER_DECISION, 0)
        return self._told

    async def _steps(self, count: int, bell: int) -> None:
        for number in range(count):
            last = bell and number == count - 1
            await workflow.execute_activity(
                ring if last else step, bell if last else number, start_to_close_timeout=_PATIENCE
            )

    @workflow.update(name="go-on")
    def go_on(self, number: int) -> int:
        """Note that the driver answered the bell."""
        self._told = number
        return number


async def _work() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    with ThreadPoolExecutor(32) as threads:
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[BareCase],
            activities=[step, ring],
            activity_executor=threads,
            max_concurrent_activities=32,
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        )
        await worker.run()


if __name__ == "__main__":
    asyncio.run(_work())

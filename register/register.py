"""The register: one address in, the whole port of `dsar.ports.Register` out."""

from dsar.errors import OperatorError
from register.answers import Answers
from register.arrivals import ArrivalBook
from register.audit import Auditor
from register.batches import BatchQueue
from register.budgets import Budgets
from register.canaries import CanaryBook
from register.cases import Cases
from register.challenges import Challenges, Deliveries
from register.checkpoints import Checkpoints
from register.database import Database
from register.endings import Endings
from register.evidence import EvidenceLog, Outbox
from register.months import Months
from register.relays import Relays
from register.revision import is_current
from register.suppression import SuppressionList


class SqlRegister(
    Cases,
    Answers,
    Challenges,
    Deliveries,
    EvidenceLog,
    Checkpoints,
    Endings,
    Auditor,
    Outbox,
    ArrivalBook,
    Relays,
    SuppressionList,
    CanaryBook,
    Budgets,
    Months,
    BatchQueue,
):
    """The register in a SQL database (`sqlite:///register.db`, `postgresql://host/name`).

    Safe for many threads and many processes at once. It connects when it is first asked, so that making
    one never fails for a database that is down. Run `register.schema.prepare` first.

    Raises:
        OperatorError: `url_invalid`.
    """

    def __init__(self, url: str) -> None:
        super().__init__(Database(url))

    def check(self) -> None:
        """Prove that the database answers and has the newest schema.

        Raises:
            OperatorError: `schema_old` (run `starter.py prepare`), `access_refused`.
            TemporaryError: it cannot be reached now.
        """
        if not is_current(self._database):
            raise OperatorError("register", "schema_old")

    def close(self) -> None:
        """Close all connections. Safe to repeat."""
        self._database.close()

"""The tables of the register. They stay behind this wall: the room gives and takes dataclasses of `dsar`.

Enums are kept as their public values, so that a new value needs no change of schema. What must return
to the letter (facts, events) is kept as JSON text: a JSON type of the database may respell it.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows only in a column that it calls INTEGER.
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Table(SQLModel):
    """Tables with a catalogue of their own, so that no other room's tables come into our migrations."""

    metadata = METADATA


class CaseRow(Table, table=True):
    """A case. `entries` and `head` seal the length and the end of its chain of evidence."""

    __tablename__ = "cases"
    # No index on what changes with each step: PostgreSQL would then rewrite every index at every record.
    __table_args__ = (sa.Index(None, "fingerprint", "right"),)

    case_id: str = Field(primary_key=True)
    subject_id: str
    right: str
    regime: str
    received_at: datetime
    received_on: date
    channel: str
    requester: str
    owner: str
    locale: str
    intake_key: str = Field(unique=True)
    fingerprint: str | None = None
    status: str
    opened_at: datetime
    due_on: date | None = None
    started: bool = False
    outcome: str | None = None
    closed_at: datetime | None = None
    entries: int = 0
    head: str


class AnswerRow(Table, table=True):
    """What one system answered in one case. `learned` is a JSON list of identifier kinds."""

    __tablename__ = "answers"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    system: str = Field(primary_key=True)
    found: str
    records: int = Field(sa_type=sa.BigInteger)
    collections: int
    learned: str
    reason: str


class HoldingRow(Table, table=True):
    """How many records one system holds in one collection. Never the records."""

    __tablename__ = "holdings"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    system: str = Field(primary_key=True)
    collection: str = Field(primary_key=True)
    category: str
    records: int = Field(sa_type=sa.BigInteger)


class ChallengeRow(Table, table=True):
    """The latest one-time code of a case for one purpose, as a keyed digest. `round` counts the codes set."""

    __tablename__ = "challenges"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    purpose: str = Field(primary_key=True)
    round: int
    digest: str
    expires_at: datetime
    attempts: int
    accepted: bool


class DeliveryRow(Table, table=True):
    """Under which link, as a keyed digest, an answer may be fetched and until when."""

    __tablename__ = "deliveries"

    token_digest: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.case_id", index=True)
    expires_at: datetime


class EvidenceRow(Table, table=True):
    """One entry of a chain. Its place is taken once, and so is its key."""

    __tablename__ = "evidence"
    __table_args__ = (sa.UniqueConstraint("case_id", "key"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    seq: int = Field(primary_key=True)
    key: str
    kind: str
    at: datetime
    facts: str = Field(sa_type=sa.Text)
    previous: str
    hash: str


class SuppressionRow(Table, table=True):
    """One line of the suppression list. It outlives the case whose id it names: no key ties them."""

    __tablename__ = "suppression"

    fingerprint: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    kind: str
    case_id: str
    since_at: datetime


class OutboxRow(Table, table=True):
    """An event waiting to be sent. A position is never given twice, not even after a row was removed."""

    __tablename__ = "outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: int = Field(sa_column=sa.Column(_POSITION, primary_key=True, autoincrement=True))
    case_id: str
    body: str = Field(sa_type=sa.Text)


class CheckpointRow(Table, table=True):
    """A signed root over the chains that grew since the checkpoint before."""

    __tablename__ = "checkpoints"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    cases: int
    root: str
    previous: str
    signature: str
    key: str


class CanaryRow(Table, table=True):
    """What the last round found of one canary in one system. `reason` is empty where it was found."""

    __tablename__ = "canaries"

    canary: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    reason: str
    since_at: datetime
    looked_at: datetime


class HeadRow(Table, table=True):
    """The head of one chain as a checkpoint fixed it. No key ties it to its case: it outlasts a removal."""

    __tablename__ = "heads"

    case_id: str = Field(primary_key=True)
    entries: int = Field(primary_key=True)
    hash: str
    checkpoint: int = Field(foreign_key="checkpoints.number", index=True)


class EndedRow(Table, table=True):
    """A signed statement in the place of a chain that was removed because its time was over."""

    __tablename__ = "ended"

    case_id: str = Field(primary_key=True)
    entries: int
    hash: str
    at: datetime
    signature: str
    key: str


class RelayRow(Table, table=True):
    """How far a destination was told, and who tells it until when. An empty holder: nobody does now."""

    __tablename__ = "relays"

    destination: str = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger)
    holder: str
    until: datetime
    trouble: str


class ParkedRow(Table, table=True):
    """An event of the outbox that a destination did not take yet."""

    __tablename__ = "parked"

    destination: str = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_id: str
    attempts: int
    next_at: datetime
    reason: str
    since_at: datetime
    dead: bool


class ArrivalRow(Table, table=True):
    """An event that brought a request, as keyed digests of its id and of what it said."""

    __tablename__ = "arrivals"

    event: str = Field(primary_key=True)
    content: str
    at: datetime


CASES = METADATA.tables["cases"]
ANSWERS = METADATA.tables["answers"]
HOLDINGS = METADATA.tables["holdings"]
CHALLENGES = METADATA.tables["challenges"]
DELIVERIES = METADATA.tables["deliveries"]
EVIDENCE = METADATA.tables["evidence"]
OUTBOX = METADATA.tables["outbox"]
SUPPRESSION = METADATA.tables["suppression"]
CANARIES = METADATA.tables["canaries"]
CHECKPOINTS = METADATA.tables["checkpoints"]
HEADS = METADATA.tables["heads"]
ARRIVALS = METADATA.tables["arrivals"]
ENDED = METADATA.tables["ended"]
RELAYS = METADATA.tables["relays"]
PARKED = METADATA.tables["parked"]

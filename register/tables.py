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


class _Table(SQLModel):
    """Tables with a catalogue of their own, so that no other room's tables come into our migrations."""

    metadata = METADATA


class CaseRow(_Table, table=True):
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


class AnswerRow(_Table, table=True):
    """What one system answered in one case. `learned` is a JSON list of identifier kinds."""

    __tablename__ = "answers"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    system: str = Field(primary_key=True)
    found: str
    records: int = Field(sa_type=sa.BigInteger)
    collections: int
    learned: str
    reason: str


class HoldingRow(_Table, table=True):
    """How many records one system holds in one collection. Never the records."""

    __tablename__ = "holdings"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    system: str = Field(primary_key=True)
    collection: str = Field(primary_key=True)
    category: str
    records: int = Field(sa_type=sa.BigInteger)


class ChallengeRow(_Table, table=True):
    """The latest one-time code of a case for one purpose, as a keyed digest. `round` counts the codes set."""

    __tablename__ = "challenges"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    purpose: str = Field(primary_key=True)
    round: int
    digest: str
    expires_at: datetime
    attempts: int
    accepted: bool


class DeliveryRow(_Table, table=True):
    """Under which link, as a keyed digest, an answer may be fetched and until when."""

    __tablename__ = "deliveries"

    token_digest: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="cases.case_id", index=True)
    expires_at: datetime


class EvidenceRow(_Table, table=True):
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


class OutboxRow(_Table, table=True):
    """An event waiting to be sent. A position is never given twice, not even after a row was removed."""

    __tablename__ = "outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    position: int = Field(sa_column=sa.Column(_POSITION, primary_key=True, autoincrement=True))
    case_id: str
    body: str = Field(sa_type=sa.Text)


CASES = METADATA.tables["cases"]
ANSWERS = METADATA.tables["answers"]
HOLDINGS = METADATA.tables["holdings"]
CHALLENGES = METADATA.tables["challenges"]
DELIVERIES = METADATA.tables["deliveries"]
EVIDENCE = METADATA.tables["evidence"]
OUTBOX = METADATA.tables["outbox"]

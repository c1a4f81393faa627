"""The register: cases, answers, holdings, challenges, deliveries, evidence, outbox.

A register goes forward only: there is no downgrade, because it would drop evidence.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cases()
    _answers()
    _holdings()
    _challenges()
    _deliveries()
    _evidence()
    _outbox()


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("intake_key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
        sa.UniqueConstraint("intake_key", name=op.f("uq_cases_intake_key")),
    )
    op.create_index(op.f("ix_cases_fingerprint_right"), "cases", ["fingerprint", "right"])


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("collections", sa.Integer(), nullable=False),
        sa.Column("learned", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_answers_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "system", name=op.f("pk_answers")),
    )


def _holdings() -> None:
    op.create_table(
        "holdings",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_holdings_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "system", "collection", name=op.f("pk_holdings")),
    )


def _challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_challenges_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "purpose", name=op.f("pk_challenges")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_deliveries_case_id_cases")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_case_id"), "deliveries", ["case_id"])


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_evidence_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_evidence")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_evidence_case_id_key")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )

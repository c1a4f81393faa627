"""The ports: what each tool of floor 2 promises. Nothing to subclass; the contract tests hold them to it."""

from dsar.ports.bundle import BundleFacts, BundleReceipt, BundleWriter, Section, Withheld
from dsar.ports.carrier import Carrier
from dsar.ports.company import Calendars, CompanyFacts
from dsar.ports.connector import Connector, Erases, Polls, Rectifies, Restricts, Suppresses, Verifies
from dsar.ports.letters import Letter, Letters, Notice, Post
from dsar.ports.messenger import Messenger
from dsar.ports.notary import Judge, Notary, Signer
from dsar.ports.register import CaseRecord, Change, Opened, OutboxEvent, Register
from dsar.ports.vault import Sink, Vault

__all__ = [
    "BundleFacts",
    "BundleReceipt",
    "BundleWriter",
    "Calendars",
    "Carrier",
    "CaseRecord",
    "Change",
    "CompanyFacts",
    "Connector",
    "Erases",
    "Judge",
    "Letter",
    "Letters",
    "Messenger",
    "Notary",
    "Notice",
    "Opened",
    "OutboxEvent",
    "Polls",
    "Post",
    "Rectifies",
    "Register",
    "Restricts",
    "Section",
    "Signer",
    "Sink",
    "Suppresses",
    "Vault",
    "Verifies",
    "Withheld",
]

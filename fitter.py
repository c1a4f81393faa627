"""The fitter: the one place that knows every tool, and plugs each into the port it fills."""

from dataclasses import dataclass

from temporalio.runtime import Runtime

import wire
from bundle.pack import PackWriter
from bundle.statements import StatementSigner
from calendars import HolidayCalendars
from desk.desk import Desk
from letters.post import SmtpPost, SmtpSettings
from letters.writer import LetterWriter
from pacing import Paces
from policy.company import Company
from policy.company import load as load_company
from register.register import SqlRegister
from rotating import Systems
from settings import Settings
from stores import register_url, vault_settings
from vault.vault import S3Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The tools of one process, made once."""

    settings: Settings
    register: SqlRegister
    vault: S3Vault
    company: Company
    calendars: HolidayCalendars


def tools(settings: Settings) -> Tools:
    """Make register, vault and company facts. Nothing is connected yet.

    Raises:
        InputError, OperatorError: names the setting or file to mend.
    """
    return Tools(
        settings=settings,
        register=SqlRegister(register_url(settings)),
        vault=S3Vault(vault_settings(settings)),
        company=load_company(settings.company_file),
        calendars=HolidayCalendars(),
    )


async def desk(kit: Tools, *, runtime: Runtime | None = None, lazy: bool = True) -> Desk:
    """Open the desk. A lazy client connects when it is first used, so that reading works without Temporal."""
    return Desk(
        client=await wire.connect(kit.vault.keyring, runtime=runtime, lazy=lazy),
        register=kit.register,
        vault=kit.vault,
        company=kit.company,
        calendars=kit.calendars,
        task_queue=kit.settings.task_queue,
        relays=kit.register,
        arrivals=kit.register,
    )


def connectors(kit: Tools) -> Systems:
    """Connect every system that `systems.yaml` names, each at the pace of its account."""
    return Systems(kit.settings.systems_file, Paces(kit.register))


def signer(kit: Tools) -> StatementSigner:
    """Return what signs our statements. The key is read when it is first needed."""
    return StatementSigner(kit.settings.signing_key_file)


def packs(kit: Tools) -> PackWriter:
    """Return what writes evidence packs."""
    return PackWriter(kit.settings.signing_key_file)


def letters() -> LetterWriter:
    """Return what writes letters."""
    return LetterWriter()


def post(kit: Tools) -> SmtpPost:
    """Return what carries letters. Nothing is connected yet."""
    settings = kit.settings
    return SmtpPost(
        SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            starttls=settings.smtp_starttls,
            username=settings.smtp_login or "",
            password=settings.secret("smtp_password") or "",
            sender=kit.company.facts.mail.address,
            sender_name=kit.company.facts.mail.name,
        )
    )

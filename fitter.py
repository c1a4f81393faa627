"""The fitter: the one place that knows every tool, and plugs each into the port it fills."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from temporalio.runtime import Runtime

import wire
from activities.closing import Closing
from activities.correspondence import Correspondence
from activities.disclosure import Disclosure
from activities.discovery import Discovery
from activities.intake import Intake
from activities.shredding import Shredding
from activities.timekeeping import Timekeeping
from bundle.archive import ArchiveWriter
from calendars import HolidayCalendars
from connectors import load as load_connector
from desk.desk import Desk
from dsar.ports import Connector
from letters.notice import StaffNotices
from letters.post import SmtpPost, SmtpSettings
from letters.writer import LetterWriter
from policy.company import Company
from policy.company import load as load_company
from register.register import SqlRegister
from settings import Settings, load_systems
from vault.master import FileMasterKey, KmsMasterKey
from vault.vault import S3Vault, VaultSettings


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
        vault=S3Vault(_vault_settings(settings)),
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
    )


def connectors(settings: Settings) -> Mapping[str, Connector]:
    """Connect every system that `systems.yaml` names."""
    systems = load_systems(settings.systems_file)
    return {s.name: load_connector(s.connector, s.name, s.settings) for s in systems}


def activities(kit: Tools, systems: Mapping[str, Connector]) -> Sequence[Callable[..., Any]]:
    """Return every activity with its tools in hand."""
    letters = Correspondence(
        register=kit.register,
        vault=kit.vault,
        letters=LetterWriter(),
        post=post(kit),
        company=kit.company,
        domain=kit.company.facts.mail.address.partition("@")[2],
    )
    intake = Intake(register=kit.register, vault=kit.vault, calendars=kit.calendars, correspondence=letters)
    discovery = Discovery(register=kit.register, vault=kit.vault, connectors=systems)
    closing = Closing(register=kit.register, vault=kit.vault, correspondence=letters)
    timekeeping = _timekeeping(kit, letters)
    shredding = Shredding(register=kit.register, vault=kit.vault)
    disclosure = Disclosure(
        register=kit.register,
        vault=kit.vault,
        connectors=systems,
        bundles=ArchiveWriter(kit.settings.signing_key_file),
        company=kit.company,
        correspondence=letters,
        public_url=kit.settings.public_url.rstrip("/"),
    )
    return (
        intake.acknowledge_request,
        intake.ask_for_proof,
        intake.send_letter,
        timekeeping.reckon_deadline,
        timekeeping.remind_staff,
        discovery.plan_search,
        discovery.find_holdings,
        closing.call_a_person,
        closing.record_decision,
        closing.close_case,
        disclosure.export_holdings,
        disclosure.write_bundle,
        disclosure.send_answer,
        shredding.forget_execution,
        shredding.destroy_key,
    )


def _timekeeping(kit: Tools, letters: Correspondence) -> Timekeeping:
    return Timekeeping(
        register=kit.register,
        calendars=kit.calendars,
        company=kit.company,
        notices=StaffNotices(),
        post=letters.post,
        domain=letters.domain,
    )


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


def register_url(settings: Settings) -> str:
    """Put the password from its file into the URL, so that no URL with a password stands in a setting."""
    password = settings.secret("register_password")
    if not password:
        return settings.register_url
    scheme, _, rest = settings.register_url.partition("://")
    who, _, where = rest.partition("@")
    return f"{scheme}://{who}:{quote(password, safe='')}@{where}"


def _vault_settings(settings: Settings) -> VaultSettings:
    kms = settings.kms_key_id
    return VaultSettings(
        bucket=settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.secret("s3_access_key"),
        secret=SecretStr(secret) if (secret := settings.secret("s3_secret")) else None,
        master=KmsMasterKey(kms, region=settings.s3_region)
        if kms
        else FileMasterKey(settings.master_key_file),
    )

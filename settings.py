"""What the environment says, once, typed. Nobody below this floor reads the environment.

Names start with `DSAR_`; Temporal's own settings keep Temporal's names (TEMPORAL_ADDRESS, …) and AWS's keep
AWS's. A secret may come from a file: `DSAR_SMTP_PASSWORD_FILE`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from dsar.errors import InputError
from fetching import fetched, file_of, is_remote, read


def _is_heard_at(said: str) -> str:
    """Let an address pass on which a server can listen."""
    _, colon, port = said.rpartition(":")
    if not (colon and port.isascii() and port.isdigit() and int(port) < 2**16):
        msg = "write host:port, such as 127.0.0.1:8080"
        raise ValueError(msg)
    return said


Address = Annotated[str, AfterValidator(_is_heard_at)]


class Settings(BaseSettings):
    """The engine's settings. Defaults suit one machine; `docker-compose.yml` shows a production-like set."""

    model_config = SettingsConfigDict(
        env_prefix="DSAR_", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    register_url: str = "sqlite:///.dev/register.db"
    """The register's database: `sqlite:///FILE` or `postgresql+psycopg://LOGIN@HOST:PORT/DATABASE`."""
    register_password_file: Path | None = None
    """Holds the password that belongs into that URL, so that no URL with a password stands in a setting."""
    s3_endpoint: str | None = None
    """The S3-compatible store. Unset: AWS itself."""
    s3_bucket: str = "dsar"
    """The vault's bucket. `starter.py prepare` creates it."""
    s3_keys_bucket: str | None = None
    """A bucket of their own for the wrapped keys, for back-ups of the data to miss. Unset: the same."""
    s3_region: str = "eu-west-2"
    """The region of the store, of the key in KMS, and of the queue of requests."""
    s3_access_key: SecretStr | None = None
    """The access key's id. Without it the AWS SDK finds credentials by itself (a role, web identity, …)."""
    s3_access_key_file: Path | None = None
    """Holds the access key's id."""
    s3_secret: SecretStr | None = None
    """The access key's secret. It belongs into a file."""
    s3_secret_file: Path | None = None
    """Holds the access key's secret."""
    s3_kms_key_id: str | None = None
    """The key in AWS KMS under which the store encrypts what it takes. Unset: a key of the store's own."""
    s3_checksum: Literal["CRC32", "SHA256"] = "CRC32"
    """By which sum the store checks what it takes."""
    s3_path_style: bool | None = None
    """Whether the bucket stands in the path, not in the host's name. Unset: if there is an endpoint."""
    master_key_file: Path = Path(".dev/master.key")
    """32 random bytes, readable by their owner alone: they wrap the key of every case."""
    kms_key_id: str | None = None
    """A key in AWS KMS, in place of the master key file."""
    master_passphrase_file: Path | None = None
    """Holds a passphrase (20 characters or more), in place of the master key file."""
    old_master_key_file: Path | None = None
    """The master key file that retires. Set until `starter.py keys rotate` says that nothing is left."""
    old_kms_key_id: str | None = None
    """The key in AWS KMS that retires."""
    old_master_passphrase_file: Path | None = None
    """Holds the passphrase that retires."""
    signing_key_file: Path = Path(".dev/signing.pem")
    """An Ed25519 key (PKCS 8, PEM), readable by its owner alone: it signs bundles."""
    smtp_host: str = "127.0.0.1"
    """The mail server that takes our letters."""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    """Its port."""
    smtp_starttls: bool = False
    """Whether to insist on TLS (STARTTLS). A server without it is then refused."""
    smtp_login: str | None = None
    """The name to log in with. Unset: no login."""
    smtp_password_file: Path | None = None
    """Holds the password of that login."""
    company_file: Path = Path("policy/company.yaml")
    """What the company says of itself: Art. 15 information, addresses, staff handles and their roles."""
    erasure_file: Path = Path("policy/erasure.yaml")
    """What must stay although somebody wants it gone: retention duties, legal holds, and the grace period."""
    retention_file: Path = Path("policy/retention.yaml")
    """How long the engine keeps its own records, kind by kind."""
    events_file: Path | None = None
    """Names who is told what happens to cases: webhooks, SQS, SNS, EventBridge. Unset: nobody."""
    intake_secret_file: Path | None = None
    """Holds the secret (`whsec_…`) of who may post requests to the window's `/requests`. Unset: nobody."""
    intake_queue_url: str | None = None
    """A queue of Amazon SQS from which workers take requests. Unset: none."""
    canaries_file: Path = Path("policy/canaries.yaml")
    """Which invented people are planted in which systems, to be found there every six hours."""
    systems_file: Path = Path("systems.yaml")
    """Which systems are connected."""
    public_url: str = "http://127.0.0.1:8080"
    """Where people reach the window from outside. Letters link to it."""
    task_queue: str = "dsar"
    """Temporal's task queue. Desk, window and worker need the same one."""
    metrics_address: Address = "127.0.0.1:9464"
    """Where a worker serves Prometheus metrics (`GET /metrics`)."""
    health_address: Address = "127.0.0.1:8081"
    """Where a worker answers `GET /live` and `GET /ready`."""
    window_address: Address = "127.0.0.1:8080"
    """Where `starter.py serve` listens; it answers `GET /live` as well."""
    log_level: str = "INFO"
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`."""

    @model_validator(mode="after")
    def _s3_keys_come_in_pairs(self) -> Self:
        key, secret = self.s3_access_key or self.s3_access_key_file, self.s3_secret or self.s3_secret_file
        if bool(key) != bool(secret):
            msg = "set DSAR_S3_ACCESS_KEY and DSAR_S3_SECRET (each perhaps as …_FILE) together, or neither"
            raise ValueError(msg)
        return self

    def secret(self, name: str) -> str | None:
        """Return a secret given in place or by file; `name` is `s3_secret`, `smtp_password`, ….

        Raises:
            InputError: the file cannot be read.
        """
        in_place = getattr(self, name, None)
        if in_place:
            return str(in_place.get_secret_value())
        path: Path | None = getattr(self, f"{name}_file")
        return read(path, f"DSAR_{name.upper()}_FILE") if path else None


class RateBudget(BaseModel):
    """How fast, and how often in a month, a system's account may be asked by all workers together; `account`
    where several systems share one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int | None = Field(default=None, ge=1)
    seconds: int = Field(default=1, ge=1, le=3600)
    abreast: int = Field(default=0, ge=0)
    per_month: int | None = Field(default=None, ge=1)
    account: str = Field(default="", pattern=r"^[a-z0-9_-]{0,40}$")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        rate = {"seconds", "abreast"} & self.model_fields_set
        if self.calls is None and (rate or self.per_month is None):
            msg = "give `calls` (how fast), `per_month` (how many orders), or both"
            raise ValueError(msg)
        return self


class System(BaseModel):
    """One connected system as `systems.yaml` names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    connector: str
    settings: dict[str, Any] = Field(default_factory=dict)
    budget: RateBudget | None = None
    _said: dict[str, Any] = PrivateAttr(default_factory=dict)  # its settings as they stand in the file

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that its settings were read from."""
        return tuple(path for value in self._said.values() if (path := file_of(value)))

    @property
    def remote(self) -> bool:
        """Whether a setting was fetched from elsewhere, where it may change unseen."""
        return any(map(is_remote, self._said.values()))

    def fetched(self) -> "System":
        """Return the same system with the values as they are now where its settings lead.

        Raises:
            InputError: names the system and the setting, never a value.
        """
        now = {key: fetched(value, f"{self.name}.{key}") for key, value in self._said.items()}
        return self.model_copy(update={"settings": now})


def load() -> Settings:
    """Read the environment.

    Raises:
        InputError: names the variable that cannot be used and what it should be.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "DSAR_" + "_".join(map(str, first["loc"])).upper()
        raise InputError("setting_unusable", first["msg"], field=name.rstrip("_")) from None


def load_systems(path: Path) -> tuple[System, ...]:
    """Read which systems are connected. Values like `env:NAME` and `file:/path` are fetched from there.

    Raises:
        InputError: names the system and the setting, never a value.
    """
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        hint = f"cannot be read: write {path} (see docs/how-to/connect-a-system.md) or set DSAR_SYSTEMS_FILE"
        raise InputError("systems_unreadable", hint, field=str(path)) from None
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2026-13-45, or what is no UTF-8
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "its YAML"
        raise InputError(
            "systems_malformed", f"cannot be understood: mend {where}", field=str(path)
        ) from None
    rows = found.get("systems") if isinstance(found, Mapping) else found
    if not isinstance(rows, list | None):
        hint = "write a list under `systems:` (see docs/how-to/connect-a-system.md)"
        raise InputError("systems_malformed", hint, field=str(path))
    systems = tuple(_system(path, number, row) for number, row in enumerate(rows or (), start=1))
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        raise InputError("system_twice", "give each system a name of its own", field=str(path))
    return systems


def _system(path: Path, number: int, row: object) -> System:
    try:
        system = System.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = f"{path}: system {number}: {'.'.join(map(str, first['loc']))}"
        raise InputError("system_malformed", first["msg"], field=field) from None
    system._said = dict(system.settings)  # noqa: SLF001 - our own
    return system.fetched()

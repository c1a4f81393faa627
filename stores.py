"""Where the register and the vault are, as the settings say it."""

from urllib.parse import quote

from pydantic import SecretStr

from settings import Settings
from vault.master import FileMasterKey, KmsMasterKey, MasterKey, PassphraseMasterKey
from vault.vault import VaultSettings


def register_url(settings: Settings) -> str:
    """Put the password from its file into the URL, so that no URL with a password stands in a setting."""
    password = settings.secret("register_password")
    if not password:
        return settings.register_url
    scheme, _, rest = settings.register_url.partition("://")
    who, _, where = rest.partition("@")
    return f"{scheme}://{who}:{quote(password, safe='')}@{where}"


def vault_settings(settings: Settings) -> VaultSettings:
    """Say where the vault is, and which master key wraps its keys."""
    master = _master(settings) or FileMasterKey(settings.master_key_file)
    return VaultSettings(
        bucket=settings.s3_bucket,
        keys_bucket=settings.s3_keys_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.secret("s3_access_key"),
        secret=SecretStr(secret) if (secret := settings.secret("s3_secret")) else None,
        kms_key=settings.s3_kms_key_id,
        checksum=settings.s3_checksum,
        path_style=settings.s3_path_style,
        master=master,
        retiring=_master(settings, "old_"),
    )


def _master(settings: Settings, which: str = "") -> MasterKey | None:
    """Return the master key in use, or the `old_` one; None if it is the key file of the usual place."""
    if kms := getattr(settings, f"{which}kms_key_id"):
        return KmsMasterKey(kms, region=settings.s3_region)
    if passphrase := settings.secret(f"{which}master_passphrase"):
        return PassphraseMasterKey(SecretStr(passphrase), salt=settings.s3_bucket)
    return FileMasterKey(file) if which and (file := settings.old_master_key_file) else None

"""The bucket's own settings: what we switch on, and what makes it unsafe, with the command that mends it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore import UNSIGNED
from botocore.exceptions import ClientError

from dsar.errors import OperatorError
from dsar.ports.vault import Doubt
from vault.store import Store, StoreSettings, client
from vault.translate import code_of, status_of, store_errors

ANSWERS = "answers/"
ANSWER_DAYS = 90  # the engine removes answers when their link ends; this is the net under it
UPLOAD_DAYS = 2  # an export is given half a day
VERSION_DAYS = 1
_PREPARE = "starter.py prepare"
_RULES_TOO = f"{_PREPARE} (a store that has no lifecycle rules stays as it is)"
_NOT_OFFERED = frozenset({400, 405, 501})  # how stores answer to what they do not have
_NONE_YET = frozenset(
    {
        "NoSuchLifecycleConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
        "NoSuchBucketPolicy",
        "ObjectLockConfigurationNotFoundError",
        "NoSuchPublicAccessBlockConfiguration",
    }
)
_SERVER_FAULT = 500
_EVERYBODY = ("AllUsers", "AuthenticatedUsers")
_ALL = {"Status": "Enabled", "Filter": {"Prefix": ""}}
_CLOSED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
# Which action of a rule catches what, and the rule that we add where none does.
_RULES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "answers_never_expire": (
        "Expiration",
        {
            "ID": "dsar-answers",
            "Status": "Enabled",
            "Filter": {"Prefix": ANSWERS},
            "Expiration": {"Days": ANSWER_DAYS},
        },
    ),
    "uploads_never_aborted": (
        "AbortIncompleteMultipartUpload",
        {
            "ID": "dsar-uploads",
            **_ALL,
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UPLOAD_DAYS},
        },
    ),
    "versions_kept": (
        "NoncurrentVersionExpiration",
        {"ID": "dsar-versions", **_ALL, "NoncurrentVersionExpiration": {"NoncurrentDays": VERSION_DAYS}},
    ),
}


class Bucket:
    """One bucket as a whole. Every method raises what `store_errors` names.

    What a store says it does not offer is left out, here and in the doubts: nobody could mend it.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._named = {"Bucket": settings.bucket}
        self._s3 = client(settings)

    def prepare(self) -> list[str]:
        """Create the bucket if it is missing; let it encrypt, clean up and stay shut. Returns what changed.

        Rules that are there already are kept.
        """
        done = [] if self._exists() else ["bucket created"]
        if done:
            self._create()
        if self._asked(self._s3.get_bucket_encryption) == {} and self._offered(self._encrypt):
            done.append("default encryption switched on")
        missing = self._missing_rules()
        if missing and self._offered(lambda: self._add(missing)):
            done.append("lifecycle rules added: " + ", ".join(_RULES[code][1]["ID"] for code in missing))
        return done

    def doubts(self) -> tuple[Doubt, ...]:
        """Return what is unsafe, each with its remedy; the gravest first."""
        found = [self._public(), self._locked(), *self._forgetful()]
        return tuple(doubt for doubt in found if doubt)

    def _public(self) -> Doubt | None:
        """Ask as a stranger, and read what the bucket says of itself."""
        policy = self._asked(self._s3.get_bucket_policy_status) or {}
        granted = (self._asked(self._s3.get_bucket_acl) or {}).get("Grants", ())
        if policy.get("PolicyStatus", {}).get("IsPublic"):
            return Doubt(code="bucket_public", grave=True, mend=self._aws("delete-bucket-policy"))
        if self._strangers_list() or any(self._everybodys(grant) for grant in granted):
            return Doubt(code="bucket_public", grave=True, mend=self._aws("put-bucket-acl --acl private"))
        return None

    def _locked(self) -> Doubt | None:
        lock = self._asked(self._s3.get_object_lock_configuration) or {}
        if "Rule" not in lock.get("ObjectLockConfiguration", {}):
            return None
        mend = "put-object-lock-configuration --object-lock-configuration ObjectLockEnabled=Enabled"
        return Doubt(code="objects_locked", mend=self._aws(mend))

    def _forgetful(self) -> Iterator[Doubt]:
        if self._asked(self._s3.get_bucket_encryption) == {}:
            yield Doubt(code="encryption_not_the_habit", mend=_PREPARE)
        versions = (self._asked(self._s3.get_bucket_versioning) or {}).get("Status")
        for code in self._missing_rules():
            if versions or code != "versions_kept":
                yield Doubt(code=code, mend=_RULES_TOO)

    def _missing_rules(self) -> list[str]:
        asked = self._asked(self._s3.get_bucket_lifecycle_configuration)
        rules = [] if asked is None else asked.get("Rules", [])
        return [] if asked is None else [code for code in _RULES if not _caught(code, rules)]

    def _asked(self, call: Callable[..., Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Return what is set: nothing yet is empty, not offered is None."""
        with store_errors():
            try:
                return call(**self._named)
            except ClientError as error:
                if code_of(error) in _NONE_YET:
                    return {}
                if status_of(error) in _NOT_OFFERED:
                    return None
                raise

    def _offered(self, deed: Callable[[], object]) -> bool:
        """Do it, unless the store knows no such thing."""
        with store_errors():
            try:
                deed()
            except ClientError as error:
                if status_of(error) not in _NOT_OFFERED:
                    raise
                return False
        return True

    def _exists(self) -> bool:
        try:
            Store(self._settings).check()
        except OperatorError as error:
            if error.reason == "bucket_missing":
                return False
            raise
        return True

    def _create(self) -> None:
        home = self._settings.region == "us-east-1"  # which S3 does not let us name
        where = {"CreateBucketConfiguration": {"LocationConstraint": self._settings.region}}
        with store_errors():
            try:
                self._s3.create_bucket(**self._named, **({} if home else where))
            except ClientError as error:
                if code_of(error) != "BucketAlreadyOwnedByYou":  # another `prepare` came first
                    raise
        shut = dict.fromkeys(_CLOSED, True)
        self._offered(
            lambda: self._s3.put_public_access_block(**self._named, PublicAccessBlockConfiguration=shut)
        )

    def _encrypt(self) -> None:
        asked = self._settings.encryption
        habit = {"SSEAlgorithm": asked["ServerSideEncryption"]}
        if "SSEKMSKeyId" in asked:
            habit["KMSMasterKeyID"] = asked["SSEKMSKeyId"]
        self._s3.put_bucket_encryption(
            **self._named,
            ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": habit}]},
        )

    def _add(self, codes: Sequence[str]) -> None:
        before = (self._asked(self._s3.get_bucket_lifecycle_configuration) or {}).get("Rules", [])
        rules = [*before, *(_RULES[code][1] for code in codes)]
        self._s3.put_bucket_lifecycle_configuration(**self._named, LifecycleConfiguration={"Rules": rules})

    def _strangers_list(self) -> bool:
        stranger = client(self._settings, signature_version=UNSIGNED)
        with store_errors():
            try:
                stranger.list_objects_v2(**self._named, MaxKeys=1)
            except ClientError as error:
                if status_of(error) >= _SERVER_FAULT:
                    raise
                return False  # some say that there is no such bucket
        return True

    @staticmethod
    def _everybodys(grant: Mapping[str, Any]) -> bool:
        return str(grant.get("Grantee", {}).get("URI", "")).endswith(_EVERYBODY)

    def _aws(self, command: str) -> str:
        verb, _, rest = command.partition(" ")
        where = f" --endpoint-url {self._settings.endpoint}" if self._settings.endpoint else ""
        return f"aws s3api {verb} --bucket {self._settings.bucket}{where} {rest}".rstrip()


def _caught(code: str, rules: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a rule does it for all that is meant."""
    action, ours = _RULES[code]
    meant = str(ours["Filter"]["Prefix"])
    return any(
        rule.get("Status") == "Enabled" and action in rule and meant.startswith(_reach(rule))
        for rule in rules
    )


def _reach(rule: Mapping[str, Any]) -> str:
    """Return the prefix that a rule is for; one with other conditions reaches nothing we rely on."""
    only = rule.get("Filter", {"Prefix": rule.get("Prefix", "")})
    return str(only.get("Prefix", "")) if set(only) <= {"Prefix"} else "\0"

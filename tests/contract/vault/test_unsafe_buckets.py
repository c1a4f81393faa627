"""A bucket that is not safe is reported with the command that mends it, and `prepare` mends what it can."""

import json
from dataclasses import replace
from typing import Any

import pytest

from dsar.errors import TemporaryError
from rehearsal.s3 import S3Server
from vault.bucket import ANSWERS
from vault.store import client as s3_client
from vault.vault import S3Vault, VaultSettings

from .conftest import RawBucket, new_case

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": ["s3:ListBucket", "s3:GetObject"]}
RULE = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "other/"}, "Expiration": {"Days": 7}}


@pytest.fixture
def client(bucket: RawBucket) -> Any:  # boto3 makes its classes as it runs
    return bucket.client


@pytest.fixture
def name(case: str) -> str:
    return case.replace("_", "-")


def vault_on(settings: VaultSettings, name: str) -> S3Vault:
    return S3Vault(replace(settings, bucket=name))


def codes(vault: S3Vault) -> list[str]:
    return [doubt.code for doubt in vault.doubts()]


def test_a_bucket_made_by_somebody_else_is_doubted_and_then_prepared(
    settings: VaultSettings, client: Any, name: str
) -> None:
    client.create_bucket(Bucket=name)
    vault = vault_on(settings, name)
    before = vault.doubts()
    changed = vault.prepare()

    assert [
        "encryption_not_the_habit",
        "answers_never_expire",
        "uploads_never_aborted",
    ] == [doubt.code for doubt in before]
    assert all(doubt.mend.startswith("starter.py prepare") and not doubt.grave for doubt in before)
    assert changed[:2] == [
        "default encryption switched on",
        "lifecycle rules added: dsar-answers, dsar-uploads, dsar-versions",
    ]
    assert () == vault.doubts()
    assert [] == vault.prepare()


def test_the_rules_that_were_there_stay(settings: VaultSettings, client: Any, name: str) -> None:
    client.create_bucket(Bucket=name)
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [RULE]})
    vault_on(settings, name).prepare()
    rules = client.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]

    assert ["dsar-answers", "dsar-uploads", "dsar-versions", "theirs"] == sorted(rule["ID"] for rule in rules)


@pytest.mark.parametrize(
    "useless",
    [
        {"Status": "Disabled"},
        {"Filter": {"Prefix": "cases/"}},
        {"Filter": {"And": {"Prefix": "answers/", "Tags": [{"Key": "a", "Value": "b"}]}}},
    ],
    ids=["switched off", "elsewhere", "for some only"],
)
def test_a_rule_that_does_not_reach_every_answer_is_no_net(
    settings: VaultSettings, client: Any, name: str, useless: dict[str, Any]
) -> None:
    client.create_bucket(Bucket=name)
    rules = [{**RULE, "Filter": {"Prefix": "answers/"}, **useless}]
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})

    assert "answers_never_expire" in codes(vault_on(settings, name))


def test_a_bucket_that_strangers_may_read_is_a_grave_doubt_until_it_is_shut(
    settings: VaultSettings, server: S3Server, client: Any, name: str
) -> None:
    vault = vault_on(settings, name)
    vault.prepare()
    on = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    policy = {"Version": "2012-10-17", "Statement": [{**ANYBODY, "Resource": on}]}
    client.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    [doubt] = vault.doubts()
    client.delete_bucket_policy(Bucket=name)

    assert ("bucket_public", True) == (doubt.code, doubt.grave)
    assert doubt.mend.startswith("aws s3api ")
    assert f"--bucket {name} --endpoint-url {server.endpoint}" in doubt.mend
    assert () == vault.doubts()


def test_versions_that_keep_what_was_shredded_are_doubted(
    settings: VaultSettings, client: Any, name: str
) -> None:
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    vault = vault_on(settings, name)

    assert "versions_kept" in codes(vault)
    vault.prepare()
    assert [] == codes(vault)


def test_a_lock_that_keeps_what_was_shredded_is_doubted(
    settings: VaultSettings, client: Any, name: str
) -> None:
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    client.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    [doubt] = [doubt for doubt in vault_on(settings, name).doubts() if doubt.code == "objects_locked"]

    assert "put-object-lock-configuration" in doubt.mend


def test_a_bucket_whose_list_of_grants_lets_everybody_in_is_a_grave_doubt(
    settings: VaultSettings, client: Any, name: str
) -> None:
    vault = vault_on(settings, name)
    vault.prepare()
    client.put_bucket_acl(Bucket=name, ACL="public-read")
    [doubt] = vault.doubts()

    assert ("bucket_public", True) == (doubt.code, doubt.grave)
    assert "put-bucket-acl --bucket" in doubt.mend
    assert "--acl private" in doubt.mend


def test_a_store_without_lifecycle_rules_stays_doubtful_and_says_so(swift_vault: S3Vault) -> None:
    assert [] == swift_vault.prepare()
    doubts = swift_vault.doubts()

    assert ["answers_never_expire", "uploads_never_aborted"] == [doubt.code for doubt in doubts]
    assert all("stays as it is" in doubt.mend for doubt in doubts)


def test_answers_lie_where_the_rule_reaches_them_and_everything_else_where_it_does_not(
    s3_vault: S3Vault, bucket: RawBucket, case: str
) -> None:
    s3_vault.open_case(case)
    for name in ("bundle/answer.zip", "identity", "parcels/crm/000001"):
        s3_vault.put(case, name, b"x")
    expiring = {place for place in bucket.places() if place.startswith(ANSWERS) and case in place}

    assert {f"answers/{case}/bundle/answer.zip"} == expiring
    assert ("bundle/answer.zip", "identity", "parcels/crm/000001") == s3_vault.names(case)
    assert ("bundle/answer.zip",) == s3_vault.names(case, "bundle/") == s3_vault.names(case, "b")
    assert 3 == s3_vault.shred(case)
    assert f"answers/{case}/bundle/answer.zip" not in bucket.places()


@pytest.mark.parametrize("checksum", ["CRC32", "SHA256"])
def test_the_store_keeps_the_sum_that_was_asked_for(
    settings: VaultSettings, client: Any, case: str, checksum: str
) -> None:
    vault = S3Vault(replace(settings, checksum=checksum))
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    with vault.sink(case, "bundle/answer.zip") as sink:
        sink.write(bytes(20 * 1024 * 1024))
    head = client.head_object(Bucket=settings.bucket, Key=f"cases/{case}/identity", ChecksumMode="ENABLED")

    assert f"Checksum{checksum}" in head
    assert bytes(20 * 1024 * 1024) == vault.get(case, "bundle/answer.zip")


def test_with_a_key_in_kms_the_store_encrypts_under_that_key(
    settings: VaultSettings, client: Any, name: str
) -> None:
    case = new_case()
    vault = S3Vault(replace(settings, bucket=name, kms_key="dsar-answers"))
    vault.prepare()
    vault.open_case(case)
    vault.put(case, "identity", b"x")
    with vault.sink(case, "bundle/answer.zip") as sink:
        sink.write(bytes(20 * 1024 * 1024))
    heads = [
        client.head_object(Bucket=name, Key=key)
        for key in (f"cases/{case}/identity", f"answers/{case}/bundle/answer.zip")
    ]

    assert {("aws:kms", "dsar-answers")} == {(h["ServerSideEncryption"], h["SSEKMSKeyId"]) for h in heads}
    assert b"x" == vault.get(case, "identity")


@pytest.mark.parametrize("style", ["unset", "path"])
def test_the_bucket_stands_in_the_path_where_the_endpoint_is_our_own(
    settings: VaultSettings, case: str, style: str
) -> None:
    said = None if style == "unset" else True
    vault = S3Vault(replace(settings, path_style=said, region="eu-central-1"))
    vault.open_case(case)
    vault.put(case, "identity", b"x")

    assert b"x" == vault.get(case, "identity")


def test_the_bucket_stands_in_the_name_of_the_host_where_that_is_asked_for(settings: VaultSettings) -> None:
    """Which loopback has no name for, so that the way there is all that can be shown."""
    asked = replace(settings, path_style=False, endpoint="http://store.invalid:1")
    with pytest.raises(TemporaryError, match="store_unreachable"):
        S3Vault(asked).check()
    made = s3_client(asked).generate_presigned_url("get_object", {"Bucket": "dsar-vault", "Key": "k"})

    assert made.startswith("http://dsar-vault.store.invalid:1/k?")

"""The real servers that the demo and the tests stand on."""

import json
import urllib.request
from pathlib import Path

from rehearsal import s3, temporal


def answers(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=60) as page:  # noqa: S310  loopback
        return bool(page.status == 200)


def test_temporal_keeps_its_file_its_address_and_its_search_attributes_through_a_kill(tmp_path: Path) -> None:
    with temporal.start(tmp_path, {"DsarStatus": "Keyword", "DsarDueOn": "Datetime"}, ui=True) as server:
        assert answers(server.ui_url)
        server.child.kill()
        server.child.start()
        assert answers(server.ui_url)
        assert server.database.stat().st_size > 0
    with temporal.start(tmp_path, {"DsarStatus": "Keyword", "DsarOwner": "Keyword"}, ui=False) as again:
        assert again.ui_url == ""
        assert again.child.alive


def test_s3_keeps_its_credentials_private_and_the_same_from_one_start_to_the_next(tmp_path: Path) -> None:
    with s3.start(tmp_path) as first:
        assert answers(f"{first.endpoint}/healthz")
        assert first.secret not in repr(first)
    with s3.start(tmp_path) as second:
        assert (second.access_key, second.secret) == (first.access_key, first.secret)
    kept = tmp_path / "s3.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(kept.read_text())["identities"][0]["credentials"][0]["secretKey"] == first.secret
    left = {f"{port + extra}.sock" for port in (*first.ports, *second.ports) for extra in (0, 10_000)}
    assert not [s.name for s in Path("/tmp").glob("seaweedfs-*.sock") if s.name.split("-")[-1] in left]  # noqa: S108

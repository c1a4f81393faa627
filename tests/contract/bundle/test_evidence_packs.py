"""An evidence pack shows how a case was handled, proves itself, and names nobody unless asked."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bundle.pack import FILES, REASONS
from bundle.signing import create_key
from bundle.statements import StatementSigner
from bundle.verify import verify
from dsar.errors import InputError
from dsar.evidence import EvidenceKind
from dsar.evidence import verify as verify_chain
from dsar.pack import Pack
from dsar.ports import Change
from tests.browser import browser, violations
from tests.bundles import contents
from tests.packs import AT, CASE, WORDS, Told
from tests.people import ADA_NAME


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with closing(Told(tmp_path)) as case:
        yield case


def files(told: Told, pack: Pack) -> dict[str, bytes]:
    return contents(told.archive(pack))


def test_a_pack_names_nobody_and_says_that_reasons_exist(told: Told) -> None:
    found = files(told, told.pack())

    assert {name: ADA_NAME.encode() in data for name, data in found.items()} == dict.fromkeys(found, False)
    assert found.keys() == FILES.keys() - {REASONS}
    assert b"This pack names nobody" in found["index.html"]
    assert b"given, sealed" in found["index.html"]
    assert json.loads(found["decisions.json"])["decisions"][0]["reasons_given"] is True
    assert json.loads(found["case.json"])["personal_data"] is False


def test_the_dpo_can_unseal_reasons_and_the_pack_flags_them_everywhere(told: Told) -> None:
    found = files(told, told.pack(by="dpo", personal=True))
    described = json.loads(found["datapackage.json"])
    flagged = {one["path"] for one in described["resources"] if one["personal_data"]}

    assert json.loads(found[REASONS])["reasons"] == {"decisions/0123456789abcdef": WORDS}
    assert (flagged, described["personal_data"]) == ({REASONS, "index.html"}, True)
    assert b"This pack holds personal data" in found["index.html"]
    assert b"THIS PACK HOLDS PERSONAL DATA" in found["README.txt"]
    assert json.loads(found["case.json"])["personal_data"] is True


def test_nobody_else_can_and_then_nothing_is_on_record(told: Told) -> None:
    with pytest.raises(InputError, match="only the DPO") as refused:
        told.pack(personal=True)

    assert refused.value.reason == "role_refused"
    assert not [e for e in told.register.evidence(CASE) if e.kind is EvidenceKind.PACKED]


@pytest.mark.parametrize(("why", "by"), [("curiosity", "dpo"), ("", "dpo")])
def test_evidence_is_handed_out_for_a_reason_that_the_law_knows(told: Told, why: str, by: str) -> None:
    with pytest.raises(InputError, match="choose one of authority, court"):
        told.pack(why=why, by=by)


def test_handing_it_out_is_evidence_and_the_pack_ends_with_it(told: Told) -> None:
    pack = told.pack()
    last = json.loads(files(told, pack)["evidence.json"])["entries"][-1]

    assert last["kind"] == "packed"
    assert last["facts"] == {"why": "authority", "by": "support-1", "role": "support", "personal_data": False}
    assert told.pack().entries[:-1] == pack.entries


def test_it_says_how_the_date_came_about_and_what_each_system_answered(told: Told) -> None:
    pack = told.pack()
    found = files(told, pack)
    clock = json.loads(found["clock.json"])
    systems = json.loads(found["completeness.json"])

    assert (clock["due_on"], clock["agrees"]) == ("2026-12-23", True)
    assert "2026-12-23" in clock["lines"][-1] or "23" in clock["lines"][-1]
    assert all("[" in line for line in clock["lines"]), "each line names its rule"
    assert (systems["statement"], len(systems["systems"])) == ("complete_with_accepted_gaps", 2)
    assert [one["letter"] for one in json.loads(found["letters.json"])["letters"]] == [
        "acknowledgement",
        "erasure_outcome",
    ]
    assert [one["what"] for one in json.loads(found["deeds.json"])["deeds"]] == ["receipt", "checked"]


def test_a_date_that_would_be_another_today_is_said_openly(told: Told) -> None:
    moved = Change(due_on=AT.date() + timedelta(days=99))
    told.fact(EvidenceKind.NOTICE_SENT, moved)
    found = files(told, told.pack())

    assert json.loads(found["clock.json"])["agrees"] is False
    assert b"come to another" in found["index.html"]


def test_a_case_that_was_never_searched_is_not_called_complete(told: Told) -> None:
    found = files(told, replace(told.pack(), answers=()))

    assert json.loads(found["completeness.json"])["statement"] == "incomplete"
    assert b"No system was searched" in found["index.html"]


def test_it_is_verified_offline_with_its_chain_and_its_checkpoints(told: Told) -> None:
    report = told.verified(told.pack())

    assert report.ok, report.lines()
    assert report.lines()[-1].startswith(
        "evidence: 10 entries, the chain is whole; 1 checkpoints fix the first 9"
    )


def test_openssl_and_sha256sum_verify_it_as_its_readme_says(told: Told, tmp_path: Path) -> None:
    if not (shutil.which("openssl") and shutil.which("sha256sum")):
        pytest.skip("openssl or sha256sum is not installed")
    place = tmp_path / "unpacked"
    place.mkdir()
    for name, data in files(told, told.pack()).items():
        (place / name).write_bytes(data)
    lines = [line.strip() for line in (place / "README.txt").read_text().splitlines()]
    commands = [line for line in lines if line.startswith(("sha256sum", "openssl"))]

    assert len(commands) == 3
    for command in commands:
        subprocess.run(["sh", "-ec", command], cwd=place, check=True, capture_output=True)


def changed(pack: Pack) -> Pack:
    entry = replace(pack.entries[3], facts={"letter": "nothing_held"})
    return replace(pack, entries=(*pack.entries[:3], entry, *pack.entries[4:]))


def shortened(pack: Pack) -> Pack:
    return replace(pack, entries=pack.entries[:-2])


def of_another(pack: Pack) -> Pack:
    head = replace(pack.inclusions[0].head, case_id="case_" + "1" * 20)
    return replace(pack, inclusions=(replace(pack.inclusions[0], head=head),))


def forged(pack: Pack) -> Pack:
    made = pack.inclusions[0].checkpoint
    made = replace(made, statement=replace(made.statement, at=AT - timedelta(days=9)))
    return replace(pack, inclusions=(replace(pack.inclusions[0], checkpoint=made),))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (changed, "entry_changed"),
        (shortened, "head_changed"),
        (of_another, "head_changed"),
        (of_another, "checkpoint_root_changed"),
        (forged, "checkpoint_signature_refused"),
    ],
)
def test_whoever_signs_a_pack_cannot_change_what_a_checkpoint_fixed(
    told: Told, harm: Callable[[Pack], Pack], code: str
) -> None:
    """The manifest is signed anew each time: the chain and the checkpoints find it."""
    told.register.seal(AT, StatementSigner(told.key))
    pack = told.pack()
    assert verify_chain(pack.entries).whole
    last = pack.inclusions[-1]
    report = told.verified(harm(replace(pack, inclusions=(last,))))

    assert code in {problem.code for problem in report.problems}


@pytest.mark.parametrize("text", [b"[]", b"{}", b'{"entries": [{}]}', b"\xff", b"[" * 100_000])
def test_evidence_that_cannot_be_read_is_a_problem_and_no_crash(text: bytes) -> None:
    from bundle.verify_chain import Chain  # noqa: PLC0415  # only here
    from tests.bundles import KEY  # noqa: PLC0415

    found = Chain({"evidence.json": text, "checkpoints.json": text}, KEY.public_key())

    assert found.flaws == (("evidence.json", "evidence_unreadable"),)


def test_a_checkpoint_of_an_earlier_key_is_named_as_unchecked(told: Told, tmp_path: Path) -> None:
    pack = told.pack()
    told.key = tmp_path / "new.pem"
    create_key(told.key)
    report = told.verified(pack)

    assert report.ok
    assert "1 signed by an earlier key" in report.lines()[-1]


def test_a_byte_that_was_changed_is_found(told: Told, tmp_path: Path) -> None:
    data = bytearray(told.archive(told.pack()))
    place = data.index(b"case.json") + 40
    data[place] ^= 1
    (tmp_path / "pack.zip").write_bytes(data)

    assert not verify(tmp_path / "pack.zip").ok


def test_what_a_shredded_case_leaves_can_still_be_shown(told: Told) -> None:
    told.vault.shred(CASE)

    assert told.verified(told.pack()).ok
    with pytest.raises(InputError, match="shredded with the case"):
        told.pack(by="dpo", personal=True)


def test_nothing_hostile_in_a_pack_can_run_or_hide(told: Told) -> None:
    page = files(told, told.pack(by="dpo", personal=True))["index.html"].decode()

    assert "<script" not in page
    assert "<b>no_tes" not in page
    assert "\u202e" not in page
    assert "U+202E" in page


@pytest.mark.parametrize("personal", [False, True])
async def test_axe_finds_nothing_wrong_with_its_page(told: Told, tmp_path: Path, *, personal: bool) -> None:
    path = tmp_path / "index.html"
    path.write_bytes(files(told, told.pack(by="dpo", personal=personal))["index.html"])
    async with browser() as opened:
        for scheme in ("light", "dark"):
            assert await violations(opened, path.as_uri(), color_scheme=scheme) == []

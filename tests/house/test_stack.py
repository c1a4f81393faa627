"""The production-like stack keeps its habits. Whether it runs, a machine with a container engine must say."""

import re
from typing import Any

import pytest
import yaml

from settings import Settings
from tests.house.repository import ROOT, text

STACK = yaml.safe_load(text("docker-compose.yml"))
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
ONCE = {"temporal-schema", "temporal-namespace", "prepare"}
LASTING = sorted(SERVICES.keys() - ONCE)
SECRET_NAME = re.compile(r"(?i)(?:pass(?:word)?|pwd|secret|token|key)$")


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]

    assert re.match(r"v?\d+\.\d+", tag), f"{tag} may mean something else tomorrow"


@pytest.mark.parametrize("name", SERVICES)
def test_no_password_stands_in_the_file(name: str) -> None:
    environment = SERVICES[name].get("environment", {})

    assert [key for key in environment if SECRET_NAME.search(key)] == [], (
        "give the path of a secret file: …_FILE"
    )


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_limit_of_memory(name: str) -> None:
    assert SERVICES[name]["mem_limit"]


@pytest.mark.parametrize("name", LASTING)
def test_what_should_last_is_restarted_and_says_how_it_is(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert name == "worker" or SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_a_port_is_open_on_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_and_mounted_file_exists(name: str) -> None:
    assert set(SERVICES[name].get("secrets", [])) <= STACK["secrets"].keys()
    for word in SERVICES[name].get("entrypoint", []):
        if word.startswith("/deploy/"):
            assert (ROOT / word.lstrip("/")).is_file()


@pytest.mark.parametrize("name", ["worker", "window", "prepare"])
def test_our_own_containers_can_change_nothing_in_themselves(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_the_worker_can_be_scaled() -> None:
    assert not {"ports", "container_name", "hostname"} & SERVICES["worker"].keys()


def test_the_image_does_not_run_as_root_and_says_how_it_is() -> None:
    last_stage = text("Dockerfile").split("\nFROM ")[-1]

    assert re.search(r"^USER [1-9]\d*$", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert all(":" in base for base in re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE))


def test_the_image_holds_every_room_but_the_rehearsal() -> None:
    admitted = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}

    assert text(".dockerignore").splitlines()[1] == "*", "nothing enters unless it is named"
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "rehearsal"}
    assert rooms <= admitted


def test_the_image_holds_every_module_that_stands_at_the_root() -> None:
    admitted = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}

    assert {path.name for path in ROOT.glob("*.py")} <= admitted


def test_the_stack_sets_nothing_that_the_engine_does_not_know() -> None:
    known = {f"DSAR_{name}".upper() for name in Settings.model_fields} | {"DSAR_UID"}
    named = re.findall(r"\bDSAR_[A-Z0-9_]+", text("docker-compose.yml") + text("Dockerfile"))

    assert sorted({*named} - known) == []


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml"])
def test_our_own_health_is_asked_for_where_it_is_answered(name: str) -> None:
    asked = re.findall(r"urlopen\('http://127\.0\.0\.1:\d+(/\w+)'", text(name))

    answered = text("health.py") if name == "Dockerfile" else text("console/window.py")
    assert asked
    assert all(f'"{path}"' in answered for path in asked)

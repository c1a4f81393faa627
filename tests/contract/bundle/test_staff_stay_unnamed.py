"""The answer names staff by their roles: a colleague's handle is a colleague's data."""

import json

from dsar.case import SystemAnswer
from dsar.hands import by_hand
from dsar.vocabulary import Found
from tests.bundles import contents, facts, section, written


def test_no_file_of_the_answer_says_whose_task_a_system_was() -> None:
    attic = SystemAnswer(system="attic", found=Found.FAILED_ACCEPTED, reason=by_hand("support_ben"))
    files = contents(written(section([{"a": 1}], "attic"), about=facts(answers=(attic,)))[0])

    assert "by_hand" == json.loads(files["completeness.json"])["systems"][0]["reason"]
    assert [] == [name for name, data in files.items() if b"support_ben" in data]

"""An event is remembered once, by digests, and never taken for two."""

import threading
from datetime import timedelta

from register.register import SqlRegister
from tests.contract.register.registers import ADA, NOW, RIGHT_CODE, WRONG_CODE


def test_an_event_says_the_same_for_ever(sql_register: SqlRegister) -> None:
    said = [sql_register.claim(ADA, content, NOW) for content in (RIGHT_CODE, RIGHT_CODE, WRONG_CODE)]

    assert [True, True, False] == said
    sql_register.unclaim(ADA)
    assert sql_register.claim(ADA, WRONG_CODE, NOW)


def test_of_many_that_come_at_once_one_content_wins(sql_register: SqlRegister) -> None:
    said: dict[str, bool] = {}
    contents = [f"{number:064x}" for number in range(8)]

    def one(content: str) -> None:
        said[content] = sql_register.claim(ADA, content, NOW)

    threads = [threading.Thread(target=one, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == sum(said.values())
    assert len(contents) == len(said)


def test_what_is_old_is_forgotten(sql_register: SqlRegister) -> None:
    sql_register.claim(ADA, RIGHT_CODE, NOW)

    assert [0, 1] == [sql_register.forget_arrivals(NOW + timedelta(days=days)) for days in (0, 1)]

"""The schema: from empty to newest on both databases, once, and just as the tables say."""

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from register.database import Database
from register.register import SqlRegister
from register.revision import NEWEST
from register.schema import prepare, schema_is_current
from register.tables_of_batches import METADATA
from tests.contract.register.registers import opened


def test_preparing_says_what_it_changed_and_repeats_without_harm(empty_url: str) -> None:
    first, again = prepare(empty_url), prepare(empty_url)

    assert [line.split(":")[0] for line in first] == [
        f"register schema {number:04}" for number in range(1, int(NEWEST) + 1)
    ]
    assert again == []
    assert schema_is_current(empty_url)


def test_the_revision_we_need_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "register/migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_preparing_keeps_what_is_there(url: str, sql_register: SqlRegister) -> None:
    case_id = opened(sql_register)

    prepare(url)

    assert sql_register.case(case_id).request.case_id == case_id


def test_models_and_migrations_agree(url: str) -> None:
    database = Database(url)
    differences = database.inspect(
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), METADATA
        )
    )
    database.close()

    assert differences == []

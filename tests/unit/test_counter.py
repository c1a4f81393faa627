"""What the front desk prints: whole, however narrow the terminal, and with the next move."""

from io import StringIO

from rich.console import Console

from commands._counter import next_move, whole


def test_a_narrow_terminal_cuts_nothing_off() -> None:
    """The DPO approves a plan by what stands in such a table."""
    table = whole("system", "why")
    table.add_row("analytics_of_the_north", "17_3_b uk_accounts_and_taxes")
    narrow = Console(width=24, file=StringIO())

    with narrow.capture() as printed:
        narrow.print(table)

    said = "".join(c for c in printed.get() if c.isalnum() or c == "_")
    assert "…" not in printed.get()
    assert sorted("systemwhyanalytics_of_the_north17_3_buk_accounts_and_taxes") == sorted(said)


def test_a_reason_that_names_a_place_has_its_next_move_too() -> None:
    assert "index" in next_move("column_referenced:people.email", "look")
    assert "look" == next_move("something_odd:people", "look")

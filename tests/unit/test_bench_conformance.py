"""The table of connectors counts what was asked, and calls nothing kept that was broken or skipped."""

from xml.etree import ElementTree as ET

from bench.conformance import measured, read

SUITE = "tests.contract.connectors"
REPORT = f"""<testsuites><testsuite>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_finds[shop-a]"/>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_finds[shop-b]"><failure/></testcase>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_ends[shop-a]"/>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_ends[other-a]"><error/></testcase>
  <testcase classname="{SUITE}.test_hostile_vendors" name="test_a_reply[shop-cut JSON]"/>
  <testcase classname="{SUITE}.test_hostile_vendors" name="test_a_reply[shop-no end]"><failure/></testcase>
  <testcase classname="{SUITE}.test_vendor_truth" name="test_calls[shop]"><properties>
    <property name="described" value="7"/><property name="calls" value="9"/></properties></testcase>
  <testcase classname="{SUITE}.test_vendor_truth" name="test_calls[other]"><skipped/></testcase>
</testsuite></testsuites>"""
CASES = read(ET.fromstring(REPORT))  # noqa: S314 - ours
WORDS = """A shop.

Not confirmed against a live shop: that `a.b` is read; the limit
(4.5 a second). It is slow. Later: not
confirmed: its status."""


def test_a_promise_is_kept_if_each_example_of_it_was() -> None:
    found = measured("shop", CASES, "one\n\n  two\n", WORDS)

    assert (1, 2) == (found.kept, found.asked)
    assert (1, 2) == (found.survived, found.tried)
    assert (7, 9) == (found.described, found.calls)
    assert (2, 3) == (found.lines, found.unconfirmed)


def test_what_nobody_describes_has_no_figure() -> None:
    found = measured("other", CASES, "", "")

    assert (None, None, 0) == (found.described, found.calls, found.unconfirmed)
    assert (0, 1) == (found.kept, found.asked)

"""The table of connectors counts what was asked, and calls nothing kept that was broken or skipped."""

from xml.etree import ElementTree as ET

from bench.conformance import measured, read

SUITE = "tests.contract.connectors"
REPORT = f"""<testsuites><testsuite>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_finds[shop-a]"/>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_finds[shop-b]"><failure/></testcase>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_ends[shop-a]"/>
  <testcase classname="{SUITE}.test_every_connector" name="test_it_ends[other-a]"><error/></testcase>
  <testcase classname="{SUITE}.test_every_deed" name="test_it_erases[other-a]"><properties>
    <property name="unasked" value="erase"/></properties></testcase>
  <testcase classname="{SUITE}.test_hostile_vendors" name="test_a_reply[shop-cut JSON]"/>
  <testcase classname="{SUITE}.test_hostile_vendors" name="test_a_reply[shop-no end]"><failure/></testcase>
  <testcase classname="{SUITE}.test_vendor_truth" name="test_calls[shop]"><properties>
    <property name="described" value="7"/><property name="calls" value="9"/></properties></testcase>
  <testcase classname="{SUITE}.test_vendor_truth" name="test_calls[other]"><skipped/></testcase>
  <testcase classname="{SUITE}.test_web_alone" name="test_calls"><properties>
    <property name="described" value="2"/><property name="calls" value="2"/></properties></testcase>
  <testcase classname="{SUITE}.test_web_alone" name="test_a_hostile_reply[shop-like cut JSON]"/>
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


def test_a_kind_with_several_variants_has_a_row_for_each() -> None:
    one, other = (measured("shop", CASES, "x\n", "", variant=name) for name in ("a", "b"))

    assert ("shop a", 2, 2) == (one.name, one.kept, one.asked)
    assert ("shop b", 0, 1) == (other.name, other.kept, other.asked)


def test_what_is_tested_alone_is_counted_too() -> None:
    found = measured("web", CASES, "", "")

    assert (1, 1) == (found.kept, found.asked)
    assert (1, 1) == (found.survived, found.tried)
    assert (2, 2) == (found.described, found.calls)

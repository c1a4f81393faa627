"""Where a request may go: not inside, not elsewhere with our credential, only to what was checked."""

import httpx
import pytest

from connectors import _guard, _http
from dsar.errors import ContractError, InputError, OperatorError

HERE = httpx.URL("https://api.vendor.example/v1/")
PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.9.9",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "0.0.0.0",  # noqa: S104 - refused
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff0e::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "::127.0.0.1",  # an address of IPv4 in one of IPv6, as they were written at first (RFC 4291, 2.5.5.1)
    "::ffff:0:127.0.0.1",  # as stateless translation has it (RFC 2765)
    "64:ff9b:1::7f00:1",  # translated locally (RFC 8215)
    "fec0::1",  # of a site (RFC 3879)
    "5f00::1",  # of a network's own routing (RFC 9602)
    "3fff::1",  # of documents (RFC 9637)
)


def guard(*also: str) -> _guard.Guard:
    return _guard.Guard("vendor", str(HERE), also)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not _guard.public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert _guard.public(address)


@pytest.mark.parametrize("addresses", [[p] for p in PRIVATE] + [["1.1.1.1", "10.0.0.1"]])
async def test_a_name_that_means_an_address_inside_is_refused_before_anything_is_sent(
    addresses: list[str],
) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return addresses

    with pytest.raises(OperatorError, match="address_private"):
        await _guard.PublicOnly("vendor", resolve).connect_tcp("api.vendor.example", 443)


async def test_a_name_with_a_dot_that_means_this_machine_is_refused() -> None:
    """The whole way, as a connector goes it: `127.1` is no address until it is looked up."""
    api = _http.Api("vendor", "https://127.1:1")
    with pytest.raises(OperatorError, match="address_private"):
        await api.get("/")
    await api.close()


async def test_a_system_of_our_own_may_stand_inside() -> None:
    api = _http.Api("vendor", "https://127.1:1", self_hosted=True)
    with pytest.raises(Exception, match="unreachable"):
        await api.get("/")
    await api.close()


@pytest.mark.parametrize(
    ("where", "also", "trusted"),
    [
        ("/v1/files/1", (), True),
        ("https://api.vendor.example/x", (), True),
        ("https://files.vendor.example/x", (".vendor.example",), False),
        ("https://bucket.s3.amazonaws.com/x?sig=1", (".amazonaws.com",), False),
        ("https://api.vendor.example:8443/x", (), False),
    ],
)
def test_a_link_is_followed_to_named_hosts_and_our_credential_only_home(
    where: str,
    also: tuple[str, ...],
    trusted: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert guard(*also).hop(HERE, where)[1] is trusted


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/x",
        "http://api.vendor.example/x",
        "https://api.vendor.example.evil.example/x",
        "https://amazonaws.com/x",
        "https://evilamazonaws.com/x",
        "//evil.example/x",
        "https://api.vendor.example@evil.example/x",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_a_link_elsewhere_is_not_followed(where: str) -> None:
    here = httpx.URL("https://bucket.s3.amazonaws.com/") if not where else HERE
    if not where:
        assert guard(".amazonaws.com").hop(here, where) == (here, False)  # nowhere new, and no credential
        return
    with pytest.raises(ContractError, match="download_elsewhere"):
        guard(".amazonaws.com").hop(here, where)


@pytest.mark.parametrize("url", ["http://vendor.example", "http://10.0.0.1", "ftp://x.example", "https://"])
def test_a_credential_does_not_travel_in_clear(url: str) -> None:
    with pytest.raises(InputError):
        _guard.Guard("vendor", url)

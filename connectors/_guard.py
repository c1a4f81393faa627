"""House equipment: where a request may go. Hosts are named beforehand, and a name is looked up once: what it
means is checked, and the connection is opened to exactly that address.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

import httpcore
import httpx

from dsar.errors import ContractError, InputError, OperatorError

Resolve = Callable[[str, int], Awaitable[list[str]]]

_CONNECTIONS = 20
_HANDED_OUT = ipaddress.ip_network("2000::/3")  # all that IANA has given to the open internet
_SPECIAL = (
    *map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")),
)  # not all Pythons know


class Guard:
    """The hosts that one system may be reached at. A name that begins with a dot stands for all below it."""

    def __init__(self, system: str, base_url: str, also: Iterable[str] = ()) -> None:
        """Take the system's own host, and others to which it may send us.

        Raises:
            InputError: `url_unreadable`, or `url_insecure` where a credential would travel in clear.
        """
        self._system = system
        self._also = tuple(also)
        self.host = _careful_host(base_url)

    @property
    def inside(self) -> bool:
        """Whether the address itself says that the system stands on this machine or beside it."""
        return stays_inside(self.host)

    def own(self, base: httpx.URL, address: object) -> str:
        """Return an address that a reply names on our own origin, so that our credential goes nowhere else.

        Behind a proxy a system may not know its own scheme and port; only its host must be the one we know.

        Raises:
            ContractError: `page_elsewhere`.
        """
        page = self._read(address, "page_elsewhere")
        if page.host not in {"", self.host}:
            raise ContractError(self._system, "page_elsewhere")
        return str(base.copy_with(raw_path=page.raw_path))

    def hop(self, here: httpx.URL, address: object) -> tuple[httpx.URL, bool]:
        """Return where a redirect or a link leads from `here`, and whether our credential may go along.

        Raises:
            ContractError: `download_elsewhere`; a host that nobody named, or one without https.
        """
        there = here.join(self._read(address, "download_elsewhere"))
        if _origin(there) == _origin(here) and there.host == self.host:
            return there, True
        named = any(there.host == n or (n[0] == "." and there.host.endswith(n)) for n in self._also)
        if there.scheme == "https" and (named or there.host == self.host) and not there.userinfo:
            return there, False
        raise ContractError(self._system, "download_elsewhere")

    def _read(self, address: object, reason: str) -> httpx.URL:
        try:
            return httpx.URL(str(address))
        except httpx.InvalidURL:
            raise ContractError(self._system, reason) from None


def transport(system: str, *, inside: bool) -> httpx.AsyncHTTPTransport:
    """Return the way out: to public addresses only, unless the system stands `inside` our own network."""
    way = httpx.AsyncHTTPTransport(trust_env=False)
    if not inside:
        way._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 - httpx has no door for it
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=_CONNECTIONS,
            network_backend=PublicOnly(system),
        )
    return way


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Opens connections to public addresses. A name with one private address among others is refused."""

    def __init__(self, system: str, resolve: Resolve | None = None) -> None:
        self._system = system
        self._resolve = resolve or _resolved
        self._net = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look up, check, and connect to what was checked.

        Raises:
            OperatorError: `address_private`.
        """
        addresses = await self._resolve(host, port)
        if not all(map(public, addresses)):
            raise OperatorError(self._system, "address_private")
        return await self._net.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._net.sleep(seconds)


def public(address: str) -> bool:
    """Whether an address is one of the open internet, however it is wrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if wrapped:
            return public(str(wrapped))
        if ip not in _HANDED_OUT:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)


def stays_inside(host: str) -> bool:
    """Whether a host is this machine, or a name without a dot such as a container's."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." not in host


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    well_known = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in well_known else None


async def _resolved(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise httpcore.ConnectError from None
    return [str(address[4][0]) for address in found]


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _careful_host(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query or parts.fragment:
        raise InputError(
            "url_unreadable", "write it as https://host, without a name, password or query", field="base_url"
        )
    if parts.scheme == "http" and not stays_inside(host):
        raise InputError("url_insecure", "use https: the credential would travel in clear", field="base_url")
    return host

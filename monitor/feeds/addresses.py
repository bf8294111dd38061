"""Which network addresses a feed may be fetched from. Pure.

A feed's address comes from outside, and so does every redirect and DNS answer: none of them may reach this machine, its network,
or a cloud's metadata service. `ipaddress.is_global` alone is not enough: it is True for NAT64, 6to4, IPv4-compatible and
multicast addresses.
"""

from __future__ import annotations

import ipaddress
from typing import Final

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAMED: Final[tuple[tuple[_Network, str], ...]] = tuple(
    (ipaddress.ip_network(network), words)
    for network, words in (
        ("169.254.169.254/32", "a cloud metadata service"),
        ("168.63.129.16/32", "a cloud metadata service"),  # Azure's is a public address
        ("100.100.100.200/32", "a cloud metadata service"),
        ("192.0.0.192/32", "a cloud metadata service"),
        ("fd00:ec2::/32", "a cloud metadata service"),
        ("127.0.0.0/8", "this machine"),
        ("::1/128", "this machine"),
        ("0.0.0.0/8", "this machine"),
        ("::/128", "this machine"),
        ("169.254.0.0/16", "a link-local address"),
        ("fe80::/10", "a link-local address"),
        ("100.64.0.0/10", "a carrier's shared address"),
        ("64:ff9b::/96", "a NAT64 address"),
        ("64:ff9b:1::/48", "a NAT64 address"),
        ("2002::/16", "a 6to4 address"),
        ("192.88.99.0/24", "a 6to4 address"),
        ("2001::/32", "a Teredo address"),
        ("::/96", "an IPv4-compatible address"),
        ("fec0::/10", "a site-local address"),
        ("224.0.0.0/4", "a multicast address"),
        ("ff00::/8", "a multicast address"),
    )
)


def refusal(address: str) -> str | None:
    """Say what speaks against connecting to this IP address ("a private address"), or None where nothing does.

    An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is judged as itself. A zone (`fe80::1%eth0`) is ignored.
    What is no IP address at all is refused too.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return "not an IP address"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    for network, words in _NAMED:
        if ip.version == network.version and ip in network:
            return words
    if ip.is_private:
        return "a private address"
    return None if ip.is_global else "a reserved address"

"""Which addresses a feed may be fetched from."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.addresses import refusal


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "this machine"),
        ("127.8.9.1", "this machine"),
        ("0.0.0.0", "this machine"),
        ("::1", "this machine"),
        ("::", "this machine"),
        ("10.1.2.3", "a private address"),
        ("172.16.0.1", "a private address"),
        ("192.168.1.1", "a private address"),
        ("fd12::1", "a private address"),
        ("169.254.10.1", "a link-local address"),
        ("fe80::1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("169.254.169.254", "a cloud metadata service"),
        ("168.63.129.16", "a cloud metadata service"),
        ("100.100.100.200", "a cloud metadata service"),
        ("fd00:ec2::254", "a cloud metadata service"),
        ("100.64.0.1", "a carrier's shared address"),
        ("64:ff9b::10.0.0.1", "a NAT64 address"),
        ("64:ff9b:1::1", "a NAT64 address"),
        ("2002:7f00:1::", "a 6to4 address"),
        ("2001:0:1::", "a Teredo address"),
        ("::127.0.0.1", "an IPv4-compatible address"),
        ("::ffff:127.0.0.1", "this machine"),
        ("::ffff:10.0.0.1", "a private address"),
        ("fec0::1", "a site-local address"),
        ("224.0.0.1", "a multicast address"),
        ("ff02::1", "a multicast address"),
        ("255.255.255.255", "a private address"),
        ("198.18.0.1", "a private address"),
        ("240.0.0.1", "a private address"),
        ("example.org", "not an IP address"),
        ("0x7f.1", "not an IP address"),
        ("", "not an IP address"),
    ],
)
def test_an_address_that_is_not_public_is_refused_by_its_kind(address: str, words: str) -> None:
    """Each kind has its own words, so that the operator sees what the name led to."""
    assert refusal(address) == words


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1", "2a02:ed0::1"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    """Nothing speaks against the addresses that newspapers are served from."""
    assert refusal(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_inside_an_ipv6_one(address: ipaddress.IPv4Address) -> None:
    """`::ffff:a.b.c.d` is the same host as a.b.c.d."""
    assert refusal(f"::ffff:{address}") == refusal(str(address))


@given(st.ip_addresses())
def test_what_the_library_calls_private_is_never_allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """The named networks only ever add to the library's own judgement."""
    if address.is_private or not address.is_global:
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        assert refusal(str(address)) is not None or (mapped is not None and mapped.is_global)

"""Clients that others wrote, against `sogoc serve` as a process: three of RDAP, two of WHOIS."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.registered import MAIL, SECRET, Running, plain, register, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(register(tmp_path_factory.mktemp("served"))) as found:
        yield found


def test_whoisit_bootstraps_here_and_reads_networks_numbers_and_holders(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    import whoisit  # type: ignore[import-untyped]
    from whoisit.bootstrap import BaseBootstrap  # type: ignore[import-untyped]

    files = {"asn": "asn", "dns": "dns", "ipv4": "ipv4", "ipv6": "ipv6", "object": "object-tags"}
    urls = {kind: f"{service.http}/bootstrap/{name}.json" for kind, name in files.items()}
    monkeypatch.setattr(BaseBootstrap, "BOOTSTRAP_URLS", urls)
    # It asks no bootstrap file about documentation space, which it takes for private: there we name the registry.
    monkeypatch.setitem(BaseBootstrap.RIR_RDAP_ENDPOINTS, "apnic", f"{service.http}/rdap/")
    whoisit.clear_bootstrapping()
    whoisit.bootstrap(allow_insecure=True)
    try:
        number = whoisit.asn(64496, allow_insecure_ssl=True)
        assert (number["name"], number["asn_range"]) == ("VIDU-AS", [64496, 64496])
        network: Any = whoisit.ip("198.18.0.1", rir="apnic")
        assert str(network["network"]) == "198.18.0.0/24"
        assert network["parent_handle"] == "VIDU-NET.0"
        assert network["entities"]["registrant"][0]["name"] == "Công ty Ví Dụ"
        assert network["entities"]["abuse"][0]["email"] == MAIL
        assert str(whoisit.ip("3fff::1", rir="apnic")["network"]) == "3fff::/32"
        holder = whoisit.entity("VIDU-VNNIC", rir="apnic")
        assert holder["name"] == "Công ty Ví Dụ"
        assert SECRET not in str(network) + str(holder)
        with pytest.raises(whoisit.errors.ResourceDoesNotExist):
            whoisit.asn(64511)
    finally:
        whoisit.clear_bootstrapping()


def test_the_client_of_20c_reads_numbers_and_networks_and_finds_its_way_by_our_files(service: Running) -> None:
    from rdap import RdapClient, RdapNotFoundError  # type: ignore[import-untyped]

    client = RdapClient({"bootstrap_url": f"{service.http}/rdap/", "timeout": 5})
    found = client.get_asn(64496)
    assert (found.name, found.data["startAutnum"]) == ("VIDU-AS", 64496)
    assert client.get_ip("198.18.2.0").data["name"] == "VIDU-NET"
    assert client.get_entity("VIDU-VNNIC").data["handle"] == "VIDU-VNNIC"
    assert found.emails == [MAIL]
    with pytest.raises(RdapNotFoundError):
        client.get_asn(64510)
    settings = {"self_bootstrap": True, "bootstrap_data_url": f"{service.http}/bootstrap/", "timeout": 5}
    assert RdapClient(settings).get_asn(64496).name == "VIDU-AS"


def test_ipwhois_reads_a_network_with_its_entities(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    import ipwhois.rdap  # type: ignore[import-untyped]
    from ipwhois.net import Net  # type: ignore[import-untyped]

    ours = {"ip_url": f"{service.http}/rdap/ip/{{0}}", "entity_url": f"{service.http}/rdap/entity/{{0}}"}
    monkeypatch.setitem(ipwhois.rdap.RIR_RDAP, "apnic", ours)
    # It refuses to ask about documentation space: give it another address, and ask about ours.
    net = Net("1.0.0.1")
    net.address_str = "198.18.0.1"
    asn_data = {"asn_registry": "apnic", "asn": "64496", "asn_cidr": "NA", "asn_country_code": "VN"}
    found = ipwhois.rdap.RDAP(net).lookup(asn_data=asn_data, depth=1)
    network = found["network"]
    assert (network["cidr"], network["ip_version"], network["country"]) == ("198.18.0.0/24", "v4", "VN")
    assert network["status"] == ["active"]
    assert found["objects"]["VIDU-VNNIC"]["contact"]["name"] == "Công ty Ví Dụ"
    assert found["objects"]["VIDU-abuse-VNNIC"]["contact"]["email"][0]["value"] == MAIL
    assert SECRET not in plain(found)


class _Elsewhere(socket.socket):
    """A socket that goes to a port of ours wherever it is sent: python-whois knows port 43 alone."""

    port = 0

    def connect(self, address: Any) -> None:
        super().connect((address[0], self.port))


def test_python_whois_reads_an_answer_to_its_end(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from whois.whois import NICClient  # type: ignore[import-untyped]

    monkeypatch.setattr(_Elsewhere, "port", service.whois[1])
    monkeypatch.setattr(NICClient, "get_socket", lambda _: _Elsewhere(socket.AF_INET))
    told = NICClient().whois("198.18.0.1", service.whois[0], 0)
    assert "netname:        VIDU-LAN" in told
    assert f"% Abuse contact for '198.18.0.0 - 198.18.0.255' is '{MAIL}'" in told
    assert "org-name:       Công ty Ví Dụ" in told
    assert SECRET not in told


def test_asyncwhois_reads_numbers_both_ways(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from asyncwhois.query import DomainQuery

    monkeypatch.setattr(DomainQuery, "whois_port", service.whois[1])
    (told,) = DomainQuery().run("AS64496", server=service.whois[0])
    assert "aut-num:        AS64496" in told
    (again,) = asyncio.run(DomainQuery().aio_run("1.18.198.in-addr.arpa", server=service.whois[0]))
    assert "nserver:        ns1.vidu.example" in again


def test_a_flood_of_silent_connections_keeps_nobody_waiting(service: Running) -> None:
    silent = [socket.create_connection(service.whois) for _ in range(50)]
    host, _, port = service.http.removeprefix("http://").partition(":")
    silent += [socket.create_connection((host, int(port))) for _ in range(50)]
    try:
        with socket.create_connection(service.whois, timeout=5) as asked:
            asked.sendall(b"AS64496\r\n")
            answer = b"".join(iter(lambda: asked.recv(65_536), b""))
        assert b"VIDU-AS" in answer
    finally:
        for one in silent:
            one.close()

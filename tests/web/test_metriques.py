"""metriques: read by Prometheus's own parser, by allowed addresses only, the same whichever worker answers."""

import requests
from maison import Service, dossier_de_cles, service
from messages import operation
from prometheus_client.parser import text_string_to_metric_families
from serveur import Serveur

__all__ = ["dossier_de_cles", "service"]


def lire(texte: str) -> dict[str, list]:
    """The samples of each family."""
    return {famille.name: famille.samples for famille in text_string_to_metric_families(texte)}


def test_what_was_answered_is_told_by_operation_outcome_and_fault(service: Service):
    service.post(operation("ConsulteService"))
    service.post(operation("ConsulteService"), entetes="")
    reponse = service.http(methode="GET", PATH_INFO="/metrics")
    assert reponse.statut == 200
    familles = lire(reponse.octets.decode())
    totaux = [un for un in familles["esat_messages"] if un.name.endswith("_total")]
    comptes = {tuple(un.labels[nom] for nom in ("operation", "issue", "code")): un.value for un in totaux}
    assert comptes == {
        ("ConsulteService", "REFUSE", "SECURITE_INVALIDE"): 1,
        ("ConsulteService", "REPONDU", ""): 1,
    }
    seaux = [un.value for un in familles["esat_message_duration_seconds"] if un.name.endswith("_bucket")]
    assert seaux == sorted(seaux)
    assert seaux[-1] == 2
    assert {un.labels["etat"] for un in familles["esat_mails"]} >= {"A_ENVOYER", "INCERTAIN"}


def test_other_addresses_see_nothing_there(service: Service):
    ailleurs = service.http(methode="GET", PATH_INFO="/metrics", REMOTE_ADDR="192.0.2.1")
    assert ailleurs.statut == 404
    assert service.http(methode="GET", PATH_INFO="/metrics", REMOTE_ADDR="").statut == 404


def test_any_worker_tells_the_counts_of_all(demonstration: Serveur):
    for _ in range(4):
        demonstration.poster(b"<a/>")
    mesures = [requests.get(f"{demonstration.adresse}/metrics", timeout=10).text for _ in range(6)]
    totaux = [sum(un.value for un in lire(texte)["esat_messages"] if un.name.endswith("_total")) for texte in mesures]
    assert totaux == sorted(totaux)
    assert totaux[-1] <= 4

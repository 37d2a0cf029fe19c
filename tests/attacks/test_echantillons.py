"""Every message of ``tests/samples/invalid`` gets the very fault that stands beside it, in SOAP 1.1 and in SOAP 1.2.

``NAME.attendu`` says the code, the SOAP 1.1 faultcode and, where the contract has some, each precision: its line (``-``
for none) and path. The files are for other programs, too: they are sent by agent@esat.example of SIRET 12345678200010
with the password ``motdepasse-fictif``, on 4 December 2026 at 9:30 UTC.
"""

from pathlib import Path

import pytest
from fautes import CONTRAT, exiger_faute
from maison import AGENT, CONSULTE_SERVICE, CONVENTION, Service
from messages import NS_WSSE, SIRET, SOAP_11, SOAP_12, en_clair

DOSSIER = Path(__file__).parents[1] / "samples" / "invalid"
ECHANTILLONS = sorted(chemin.stem for chemin in DOSSIER.glob("*.xml"))


@pytest.fixture(scope="module")
def guichet(tmp_path_factory, modele_sqlite, dossier_de_cles):
    """One service for all samples: none of them leaves anything behind but its entry in the log."""
    dossier = tmp_path_factory.mktemp("echantillons")
    base = dossier / "base.sqlite"
    base.write_bytes(modele_sqlite.read_bytes())
    service = Service(dossier, f"sqlite:///{base}", dossier_de_cles)
    service.convention(CONVENTION)
    service.esat(SIRET)
    service.compte(AGENT, SIRET, mot_de_passe="motdepasse-fictif")
    # A password just verified is not slowed by the wrong ones among the samples, whatever their order.
    assert service.post(CONSULTE_SERVICE, en_clair(AGENT, "motdepasse-fictif")).statut == 200
    yield service
    service.fermer()


def attendu(nom):
    """Code, faultcode and precisions that a sample's companion announces."""
    lignes = (DOSSIER / f"{nom}.attendu").read_text(encoding="utf-8").splitlines()
    champs = [ligne.partition(": ")[::2] for ligne in lignes]
    (code,) = [valeur for cle, valeur in champs if cle == "code"]
    (faultcode,) = [valeur for cle, valeur in champs if cle == "faultcode"]
    return code, faultcode, [tuple(valeur.split(" ", 1)) for cle, valeur in champs if cle == "precision"]


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["soap-1.1", "soap-1.2"])
@pytest.mark.parametrize("nom", ECHANTILLONS)
def test_each_invalid_message_gets_its_fault(guichet, nom, soap):
    code, _, precisions = attendu(nom)
    octets = (DOSSIER / f"{nom}.xml").read_bytes()
    media = "text/xml"
    if soap == SOAP_12:
        media = "application/soap+xml"
        octets = octets.replace(SOAP_11.encode(), soap.encode()).replace(b"soap:actor=", b"soap:role=")
    reponse = guichet.brut(octets, CONTENT_TYPE=media)
    exiger_faute(reponse, code)
    assert reponse.soap == soap
    if precisions:
        assert [(p.get("ligne", "-"), p["champ"]) for p in reponse.faute.precisions] == precisions


@pytest.mark.parametrize("nom", ECHANTILLONS)
def test_what_stands_beside_a_sample_is_in_the_table_of_the_contract(nom):
    code, faultcode, _ = attendu(nom)
    local = CONTRAT[code].soap11
    assert faultcode == (f"{{{NS_WSSE}}}{local[5:]}" if local.startswith("wsse:") else f"{{{SOAP_11}}}{local}")


def test_there_are_hundreds_of_them_and_each_has_its_companion():
    assert len(ECHANTILLONS) > 300
    assert {chemin.stem for chemin in DOSSIER.glob("*.attendu")} == set(ECHANTILLONS)

"""The proof of a deposit, checked as a third party would: with the guide's script and the published certificate."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from journal import inscrire, sceller_trois_fois
from maison import CONSULTE_SERVICE, ouvrir
from messages import AUTRE_SIRET, declare_certificats, en_clair, operation

from service.errors import SaisieError
from service.security import keystore
from service.security.certificate import Algorithme
from service.usecases.preuve import prouver
from service.usecases.sceller import sceller

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verifier_preuve.py"


def verifier(
    dossier: Path, preuve: dict, certificats: bytes, accuse: bytes | None = None
) -> subprocess.CompletedProcess:
    """Run the script of the guide."""
    (dossier / "preuve.json").write_text(json.dumps(preuve, ensure_ascii=False), encoding="utf-8")
    (dossier / "certificats.pem").write_bytes(certificats)
    arguments = ["preuve.json", "certificats.pem"]
    if accuse is not None:
        (dossier / "accuse.xml").write_bytes(accuse)
        arguments.append("accuse.xml")
    commande = [sys.executable, "-I", str(SCRIPT), *arguments]
    return subprocess.run(commande, cwd=dossier, capture_output=True, text=True, check=False)


@pytest.fixture
def depot(service_partout):
    """A deposit in the middle of a seal of six entries: its number and its signed receipt."""
    inscrire(service_partout, 1)
    reponse = service_partout.post(declare_certificats())
    inscrire(service_partout, 2)
    sceller(service_partout.dependencies)
    return reponse.texte("accuse/numeroDepot"), base64.b64decode(reponse.accuse_signe)


def publies(service) -> bytes:
    """The certificates, as anybody gets them."""
    return service.http(methode="GET", PATH_INFO="/certificats").octets


def test_a_third_party_checks_the_proof_with_the_published_certificate_and_the_receipt(
    service_partout, depot, tmp_path
):
    numero, accuse = depot
    preuve = prouver(service_partout.dependencies, numero)
    assert preuve["position"] == 2
    fini = verifier(tmp_path, preuve, publies(service_partout), accuse)
    assert (fini.returncode, fini.stderr) == (0, "")
    assert f"dépôt {numero}" in fini.stdout
    assert fini.stdout.startswith("Preuve juste")


def test_the_script_is_short_and_needs_nothing_of_the_service():
    texte = SCRIPT.read_text(encoding="utf-8")
    assert sum(bool(ligne.strip()) for ligne in texte.splitlines()) <= 40
    assert "import service" not in texte
    assert "from service" not in texte


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_every_place_in_a_seal_is_proven(service, tmp_path, place):
    inscrire(service, place - 1) if place else None
    numero = inscrire(service, 3 - place)
    sceller(service.dependencies)
    assert verifier(tmp_path, prouver(service.dependencies, numero), publies(service)).returncode == 0


FALSIFICATIONS = {
    "the entry": lambda preuve: preuve["entree"].update(issue="REJETE"),
    "the receipt's hash": lambda preuve: preuve["entree"].update(accuse_hache="00" * 32),
    "a fact more": lambda preuve: preuve["entree"].update(motif="x"),
    "the salt": lambda preuve: preuve.update(sel="00" * 16),
    "the position": lambda preuve: preuve.update(position=3),
    "the path": lambda preuve: preuve["chemin"].__setitem__(0, "00" * 32),
    "a path too long": lambda preuve: preuve["chemin"].append("00" * 32),
    "a path too short": lambda preuve: preuve["chemin"].pop(),
    "the root": lambda preuve: preuve["sceau"].update(racine="00" * 32),
    "the instant of the seal": lambda preuve: preuve["sceau"].update(scelle_le="2020-01-01T00:00:00.000000Z"),
    "the signature": lambda preuve: preuve.update(signature=base64.b64encode(b"0" * 70).decode()),
    "the key": lambda preuve: preuve["sceau"].update(cle="01"),
}


@pytest.mark.parametrize("cas", FALSIFICATIONS)
def test_a_proof_that_was_changed_proves_nothing(service, tmp_path, cas):
    numero = inscrire(service)
    sceller(service.dependencies)
    preuve = prouver(service.dependencies, numero)
    FALSIFICATIONS[cas](preuve)
    fini = verifier(tmp_path, preuve, publies(service))
    assert fini.returncode == 1
    assert fini.stderr.startswith("Preuve fausse")


def test_another_receipt_or_another_certificate_proves_nothing(service_partout, depot, tmp_path):
    numero, accuse = depot
    preuve = prouver(service_partout.dependencies, numero)
    assert verifier(tmp_path, preuve, publies(service_partout), accuse + b" ").returncode != 0
    (tmp_path / "autres").mkdir(mode=0o700)
    keystore.creer(tmp_path / "autres", demonstration=True)
    autres = keystore.charger(tmp_path / "autres").certificats_pem
    assert verifier(tmp_path, preuve, autres, accuse).returncode != 0


def test_a_proof_under_an_rsa_key_is_checked_alike(base_sqlite, tmp_path):
    (tmp_path / "cles").mkdir(mode=0o700)
    keystore.creer(tmp_path / "cles", demonstration=True)
    keystore.tourner_signature(tmp_path / "cles", Algorithme.RSA3072)
    ouverture = ouvrir(tmp_path, base_sqlite, tmp_path / "cles")
    service = next(ouverture)
    numero = inscrire(service)
    sceller(service.dependencies)
    preuve, certificats = prouver(service.dependencies, numero), publies(service)
    ouverture.close()
    assert verifier(tmp_path, preuve, certificats).returncode == 0
    preuve["sceau"]["scelle_le"] = "2020-01-01T00:00:00.000000Z"
    assert verifier(tmp_path, preuve, certificats).returncode != 0


def test_the_proof_is_of_the_deposit_itself_not_of_what_was_asked_about_it(service_partout):
    message = declare_certificats()
    numero = service_partout.post(message).texte("accuse/numeroDepot")
    (premiere,) = service_partout.journal()
    service_partout.post(message)
    service_partout.post(
        operation("ConsulteDepot", f"<siret>12345678200010</siret><numeroDepot>{numero}</numeroDepot>")
    )
    sceller(service_partout.dependencies)
    assert prouver(service_partout.dependencies, numero)["entree"]["id"] == premiere.id
    assert len({entree.accuse_hache for entree in service_partout.journal(numero=numero)} - {None}) == 1


def test_the_number_of_a_declaration_leads_to_its_deposit(service, tmp_path):
    numero = inscrire(service)
    sceller(service.dependencies)
    preuve = prouver(service.dependencies, f" {numero.lower()}-0001 ")
    assert preuve["depot"] == numero
    assert verifier(tmp_path, preuve, publies(service)).returncode == 0


def test_a_deposit_that_is_not_sealed_yet_is_said_so(service_partout):
    numero = inscrire(service_partout)
    with pytest.raises(SaisieError, match="pas encore scellé"):
        prouver(service_partout.dependencies, numero)


def test_a_number_of_no_deposit_is_said_so(service_partout):
    sceller_trois_fois(service_partout)
    for numero in ("D261204-00000000", "", "n'importe quoi", "%"):
        with pytest.raises(SaisieError, match="Aucun dépôt"):
            prouver(service_partout.dependencies, numero)


def test_a_deposit_whose_entry_was_erased_is_said_so(service_partout):
    numero = inscrire(service_partout)
    service_partout.sql("DELETE FROM journal")
    with pytest.raises(SaisieError, match="n'est plus au journal"):
        prouver(service_partout.dependencies, numero)


CHANGEMENTS = [
    "UPDATE journal SET taille = 1 WHERE id = 1",
    "UPDATE feuille SET sel = NULL WHERE journal_id = 1",
    "DELETE FROM feuille WHERE journal_id = 1",
    "DELETE FROM feuille WHERE journal_id = 3",
    "UPDATE sceau SET racine = precedent",
]


@pytest.mark.parametrize("requete", CHANGEMENTS)
def test_nothing_is_proven_of_an_entry_or_a_seal_that_somebody_changed(service_partout, requete):
    numero = inscrire(service_partout)
    sceller(service_partout.dependencies)
    service_partout.sql(requete)
    with pytest.raises(SaisieError, match="journal verifier"):
        prouver(service_partout.dependencies, numero)


def test_the_proof_of_another_esat_is_its_own(service_partout, tmp_path):
    cle = service_partout.autre_esat()
    service_partout.post(CONSULTE_SERVICE)
    numero = service_partout.post(declare_certificats(siret=AUTRE_SIRET), en_clair("autre@esat.example", cle)).texte(
        "accuse/numeroDepot"
    )
    sceller(service_partout.dependencies)
    preuve = prouver(service_partout.dependencies, numero)
    assert preuve["entree"]["siret"] == AUTRE_SIRET
    assert verifier(tmp_path, preuve, publies(service_partout)).returncode == 0

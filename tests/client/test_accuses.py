"""Receipts are believed when they are signed and speak of what was sent, and kept unchanged."""

import hashlib

import pytest
from declarer_esat.accuses import Accuses, lire_accuse
from declarer_esat.certificats import Certificats
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.lots import Lot
from declarer_esat.registre import Identite
from declarer_esat.signature import verifier
from recepisses import IDENTIFIANT, RECEPTION, Emetteur

from service.domain.declaration import Gravite, Operation, StatutDepot
from service.domain.recepisse import Empreinte

SERVICE = Emetteur()
LOT = Lot(IDENTIFIANT, (2, 5), b"<charge/>")
IDENTITE = Identite("DeclareCertificatEmploi", "99910083700015", "https://esat.example.fr", False, "abc")


@pytest.fixture
def dits():
    return []


@pytest.fixture
def accuses(tmp_path, dits):
    return Accuses(tmp_path, Certificats(tmp_path, "https://esat.example.fr", lambda: SERVICE.pem, dits.append))


def test_a_receipt_is_read_whole():
    lu = lire_accuse(verifier(SERVICE.accuse(), SERVICE.pem))
    assert lu.numero_depot == "D261205-7K3M9QXA"
    assert lu.date_reception == RECEPTION
    assert lu.service == ("Caf d'essai", "1 rue de l'Essai", "essai@example.fr", "3230")
    assert (lu.nombre_recues, lu.nombre_acceptees, lu.nombre_rejetees, lu.essai) == (2, 1, 1, False)
    assert lu.empreinte == hashlib.sha256(LOT.charge).hexdigest()
    assert [(r.rang, r.reference, r.acceptee, r.numero_declaration) for r in lu.resultats] == [
        (1, "M1", True, "D261205-7K3M9QXA-0001"),
        (2, None, False, None),
    ]
    assert [(a.code, a.gravite, a.champ) for a in lu.resultats[1].anomalies] == [("C02", Gravite.REJET, "nombreMois")]


def test_a_status_that_is_newer_than_this_program_is_read():
    document = SERVICE.accuse(statut=StatutDepot.REJETE)
    assert lire_accuse(verifier(document, SERVICE.pem)).statut == "REJETE"


def test_a_receipt_is_kept_byte_for_byte(accuses, tmp_path):
    octets = SERVICE.accuse()
    accuses.recevoir(octets, LOT, IDENTITE)
    assert (tmp_path / "accuses" / "D261205-7K3M9QXA.xml").read_bytes() == octets
    assert accuses.relire("D261205-7K3M9QXA").numero_depot == "D261205-7K3M9QXA"
    assert accuses.relire("D261205-AAAAAAAA") is None


def test_the_same_receipt_again_changes_nothing(accuses):
    octets = SERVICE.accuse()
    assert accuses.recevoir(octets, LOT, IDENTITE) == accuses.recevoir(octets, LOT, IDENTITE)


def test_another_receipt_of_the_same_number_is_refused(accuses, tmp_path):
    octets = SERVICE.accuse()
    accuses.recevoir(octets, LOT, IDENTITE)
    with pytest.raises(AccuseDouteuxError, match="existe déjà"):
        accuses.recevoir(SERVICE.accuse(version_regles="2026.2"), LOT, IDENTITE)
    assert (tmp_path / "accuses" / "D261205-7K3M9QXA.xml").read_bytes() == octets


@pytest.mark.parametrize(
    ("autre", "ecart"),
    [
        ({"identifiant_message": "00000000-0000-4000-8000-000000000000"}, "identifiant du message"),
        ({"operation": Operation.DECLARE_CHANGEMENT_ACTIVITE}, "opération"),
        ({"siret": "99920083500018"}, "SIRET"),
        ({"essai": True}, "essai"),
        ({"empreinte": Empreinte("SHA-256", "0" * 64)}, "empreinte du contenu"),
        ({"nombre_recues": 3}, "nombre de lignes"),
    ],
)
def test_a_receipt_of_something_else_is_kept_apart(accuses, tmp_path, autre, ecart):
    octets = SERVICE.accuse(**autre)
    with pytest.raises(AccuseDouteuxError, match=ecart):
        accuses.recevoir(octets, LOT, IDENTITE)
    (gardé,) = (tmp_path / "accuses" / "douteux").iterdir()
    assert gardé.read_bytes() == octets
    assert not (tmp_path / "accuses" / "D261205-7K3M9QXA.xml").exists()


def test_a_receipt_that_is_not_signed_by_the_service_is_kept_apart(accuses, tmp_path):
    with pytest.raises(AccuseDouteuxError, match="pas l'un de ceux du service"):
        accuses.recevoir(Emetteur().accuse(), LOT, IDENTITE)
    assert len(list((tmp_path / "accuses" / "douteux").iterdir())) == 1


@pytest.mark.parametrize("numero", ["../../etc/passwd", "a/b", "", "D" * 41, "D261205.xml"])
def test_a_number_never_leads_out_of_the_folder(accuses, numero):
    with pytest.raises(AccuseDouteuxError, match="forme d'un numéro"):
        accuses.chemin(numero)


def test_a_receipt_changed_on_the_disk_is_noticed(accuses, tmp_path):
    accuses.recevoir(SERVICE.accuse(), LOT, IDENTITE)
    chemin = tmp_path / "accuses" / "D261205-7K3M9QXA.xml"
    chemin.write_bytes(chemin.read_bytes().replace(b"ACCEPTE_PARTIELLEMENT", b"ACCEPTE"))
    with pytest.raises(AccuseDouteuxError):
        accuses.relire("D261205-7K3M9QXA")

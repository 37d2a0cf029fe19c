"""The console's log without a browser: searches that time stops, files of messages and of acts."""

import csv
import io

import openpyxl
import pyotp
import pytest
from maison import Service, dossier_de_cles, service
from messages import certificat, declare_certificats, en_clair, operation, salarie
from visite import Visite

from service.errors import TropLongError
from service.storage.session import Session
from service.usecases.demonstration_operateurs import ouvrir_operateurs

__all__ = ["dossier_de_cles", "service"]
PIRATES = ["=1+1", "+33", "-2", "@SUM(A1)", "'=1", 'a;b"c']


@pytest.fixture
def visite(service: Service) -> Visite:
    """An operator of the role LECTURE, logged in."""
    un = ouvrir_operateurs(service.dependencies)[0]
    visiteur = Visite(service, "/console")
    code = pyotp.TOTP(un["totp"]).generate_otp(int(service.horloge().timestamp()) // 30)
    champs = {"courriel": un["courriel"], "mot_de_passe": un["mot_de_passe"], "code": code}
    assert visiteur.envoyer("/connexion", champs).status_code == 302
    return visiteur


def test_a_search_that_time_stops_says_so_and_can_go_on(
    service: Service, visite: Visite, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        service.post(declare_certificats())
    regards = iter([True])

    def un_seul_regard(_session: Session) -> None:
        if not next(regards, False):
            raise TropLongError

    monkeypatch.setattr("service.storage.recherche.FENETRE", 0)
    monkeypatch.setattr(Session, "exiger_du_temps", un_seul_regard)
    page = visite.lire("/journal?esat=esat&issue=ACCEPTE").text
    assert "arrêtée au bout de deux secondes" in page
    assert "Ajouter une période ou un ESAT" in page
    assert 'rel="next"' in page
    assert "Aucune entrée" not in page


def test_a_search_that_shows_nothing_in_time_advises_a_period(
    service: Service, visite: Visite, monkeypatch: pytest.MonkeyPatch
):
    service.post(operation("ConsulteService"))
    monkeypatch.setattr("service.usecases.consulter_journal.DUREE_MAX_S", -1)
    reponse = visite.lire("/journal?issue=REPONDU")
    assert reponse.status_code == 400
    assert "préciser par une période ou un ESAT" in reponse.text


def test_a_file_of_acts_tells_who_did_what_without_formulas(service: Service, visite: Visite):
    dehors = Visite(service, "/console")
    for pirate in PIRATES:
        dehors.envoyer("/connexion", {"courriel": pirate, "mot_de_passe": "faux", "code": ""}, depuis="/connexion")
    titres, *rangees = csv.reader(
        io.StringIO(visite.lire("/journal/actes/export.csv?acte=CONNEXION_REFUSEE").data.decode("utf-8-sig")),
        delimiter=";",
    )
    assert titres[:4] == ["Fait à Paris", "Acte", "Refus", "Qui"]
    qui = [rangee[3] for rangee in rangees]
    assert qui == ['a;b"c', "'=1", "'@sum(a1)", "'-2", "'+33", "'=1+1"]
    (feuille,) = openpyxl.load_workbook(io.BytesIO(visite.lire("/journal/actes/export.xlsx").data)).worksheets
    assert "f" not in {cellule.data_type for rangee in feuille.iter_rows() for cellule in rangee}
    assert "=1+1" in [cellule.value for cellule in feuille["D"]]


def test_an_export_is_logged_by_the_names_of_its_filters_never_by_their_values(service: Service, visite: Visite):
    service.post(declare_certificats(certificat(salarie("185057500000147"))))
    service.post(declare_certificats())
    visite.envoyer("/journal/personne", {"nir": "185057500000147"}, depuis="/journal")
    lignes = visite.lire("/journal/export.csv?issue=ACCEPTE&=1%2B1=x").data.decode("utf-8-sig").splitlines()
    assert len(lignes) == 2
    (entree,) = service.journal(acte="JOURNAL_EXPORTE")
    assert entree.objet == "messages, csv (issue, personne)"


@pytest.mark.parametrize(
    ("chemin", "statut"), [("export.pdf", 404), ("export.csv?depuis=hier", 400), ("export.csv?esat=zz", 400)]
)
def test_an_export_that_cannot_be_is_refused_and_not_logged(service: Service, visite: Visite, chemin: str, statut: int):
    service.post(operation("ConsulteService"), en_clair("x@y.example", "faux"))
    assert visite.lire(f"/journal/{chemin}").status_code == statut
    assert service.journal(acte="JOURNAL_EXPORTE") == []

"""The demonstration prepared: what programs read in demo.json is what the service then does."""

import json
from datetime import UTC, date, datetime

import pytest
from maison import Service
from messages import en_clair, operation

from service.domain.identifiants import finess_valide, siret_valide
from service.domain.mot_de_passe import raisons_de_refus
from service.security.passwords import entropie_bits
from service.usecases.preparer_demonstration import ESATS, annee_de_demonstration, preparer_demonstration

CONSULTE = operation("ConsulteService")


class Demo:
    """A demonstration of a given instant, and the service that holds it."""

    def __init__(self, service, instant):
        self.service = service
        service.horloge.instant = instant
        self.demonstration = preparer_demonstration(service.dependencies)
        self.demo = json.loads(self.demonstration.fichiers["demo.json"])
        self.esats = self.demo["esats"]

    def poster(self, compte, charge=CONSULTE, secret="cle_integration"):
        return self.service.post(charge, en_clair(compte["courriel"], compte[secret]))

    def reste(self, esat):
        charge = f"<siret>{esat['siret']}</siret><annee>{self.demo['annee']}</annee>"
        return self.poster(esat["comptes"][0], operation("ListeResteADeclarer", charge)).textes("salarie/nom")


def ouvrir(dossier, base, cles, instant):
    service = Service(dossier, base, cles)
    return service, Demo(service, instant)


@pytest.fixture
def demo(base, tmp_path, dossier_de_cles):
    """A demonstration on an ordinary day, on both databases."""
    service, demo = ouvrir(tmp_path, base, dossier_de_cles, datetime(2026, 11, 23, 9, tzinfo=UTC))
    yield demo
    service.fermer()


@pytest.mark.parametrize(
    ("jour", "annee"),
    [
        (date(2026, 1, 1), 2025),
        (date(2026, 2, 28), 2025),
        (date(2026, 3, 1), 2026),
        (date(2026, 11, 30), 2026),
        (date(2026, 12, 31), 2026),
    ],
)
def test_the_year_is_that_of_the_current_campaign_or_of_the_next(jour, annee):
    assert annee_de_demonstration(jour) == annee


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 1, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 2, 28, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 7, 14, 12, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
)
def test_on_any_day_the_campaign_is_open_and_somebody_is_still_to_be_declared(
    base_sqlite, tmp_path, dossier_de_cles, instant
):
    service, demo = ouvrir(tmp_path, base_sqlite, dossier_de_cles, instant)

    reponse = demo.poster(demo.esats[0]["comptes"][0])

    assert reponse.texte("campagne/annee") == str(demo.demo["annee"])
    assert reponse.texte("campagne/ouverte") == "true"
    assert demo.reste(demo.esats[0])
    service.fermer()


def test_the_file_has_the_shape_that_other_programs_rely_on(demo):
    assert list(demo.demo) == ["annee", "esats", "operateurs"]
    for esat in demo.esats:
        assert list(esat) == ["siret", "nom", "salaries", "comptes"]
        for salarie in esat["salaries"]:
            assert list(salarie) == [
                "nir",
                "numeroAllocataire",
                "organisme",
                "nom",
                "prenom",
                "dateNaissance",
                "montantNetAnPasse",
            ]
        for compte in esat["comptes"]:
            assert list(compte)[:4] == ["courriel", "role", "mot_de_passe", "cle_integration"]
    assert sum(len(esat["salaries"]) for esat in demo.esats) == demo.demonstration.salaries == 120
    assert demo.demonstration.comptes == 7


def test_invented_establishments_have_valid_numbers():
    assert all(siret_valide(esat.siret) and finess_valide(esat.finess) for esat in ESATS)


def test_every_account_works_with_its_password_and_with_its_cle(demo):
    for compte in (compte for esat in demo.esats for compte in esat["comptes"]):
        assert demo.poster(compte).faute is None
        faute = demo.poster(compte, secret="mot_de_passe").faute
        assert (faute and faute.code) == ("MOT_DE_PASSE_A_CHANGER" if compte.get("provisoire") else None)


def test_definitive_passwords_live_as_long_as_the_conventions_say(demo):
    compte = demo.esats[0]["comptes"][0]

    assert demo.poster(compte, secret="mot_de_passe").texte("compte/expiration") == "2027-05-22T09:00:00.000Z"


def test_each_esat_has_its_referent_an_agent_and_one_account_still_provisional(demo):
    for esat in demo.esats:
        roles = [compte["role"] for compte in esat["comptes"]]
        assert roles.count("REFERENT") == 1
        assert roles.count("AGENT") >= 2
        assert sum("provisoire" in compte for compte in esat["comptes"]) == 1


def test_one_account_serves_both_esats(demo):
    commun = [compte for compte in demo.esats[0]["comptes"] if compte in demo.esats[1]["comptes"]]

    (compte,) = commun
    for esat in demo.esats:
        charge = f"<siret>{esat['siret']}</siret><annee>{demo.demo['annee']}</annee>"
        assert demo.poster(compte, operation("ListeResteADeclarer", charge)).faute is None


def test_definitive_passwords_satisfy_the_policy_and_no_two_are_alike(demo):
    comptes = {compte["courriel"]: compte for esat in demo.esats for compte in esat["comptes"]}.values()

    for compte in comptes:
        secret = compte["mot_de_passe"]
        assert raisons_de_refus(secret, compte["courriel"], entropie_bits(secret), False) == []
    assert len({compte["mot_de_passe"] for compte in comptes}) == len(comptes)
    assert len({compte["cle_integration"] for compte in comptes}) == len(comptes)


def test_who_is_still_expected_are_those_whose_amount_of_last_year_is_told(demo):
    for esat in demo.esats:
        anciens = [salarie["nom"] for salarie in esat["salaries"] if salarie["montantNetAnPasse"] is not None]
        assert sorted(demo.reste(esat)) == sorted(anciens)
        assert len(anciens) < len(esat["salaries"])


def test_last_year_was_declared_without_any_anomaly(demo):
    with demo.service.dependencies.unites.lecture() as unite:
        for esat in ESATS:
            etablissement = unite.esats.par_siret(esat.siret)
            debut, fin = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
            depots = unite.depots.lister(etablissement.id, debut, fin, None, 10)
            assert [(depot.operation, depot.statut) for depot in depots] == [
                ("DeclareChangementActivite", "ACCEPTE"),
                ("DeclareCertificatEmploi", "ACCEPTE"),
            ]
            assert [depot.date_reception.date() for depot in depots] == [date(2026, 2, 28), date(2025, 12, 10)]
            assert [depot.nombre_recues for depot in depots] == [
                esat.partis,
                esat.salaries - esat.nouveaux + esat.partis,
            ]
            for depot in depots:
                assert unite.lignes.anomalies_du_depot(depot.id) == []


def test_an_employee_paid_far_more_than_last_year_is_flagged(demo):
    esat = demo.esats[0]
    salarie = next(un for un in esat["salaries"] if un["nir"] and un["montantNetAnPasse"])
    charge = (
        f"<entete><identifiantMessage>6513270e-269e-4d37-b2a7-4de452e6b438</identifiantMessage>"
        f"<siret>{esat['siret']}</siret><logiciel><editeur>E</editeur><nom>N</nom><version>1</version></logiciel>"
        f"<essai>true</essai></entete><annee>{demo.demo['annee']}</annee><certificat><salarie><nir>{salarie['nir']}</nir>"
        f"<nom>{salarie['nom']}</nom><prenom>{salarie['prenom']}</prenom>"
        f"<dateNaissance>{salarie['dateNaissance']}</dateNaissance></salarie><nombreMois>12</nombreMois>"
        f"<montantNet>{salarie['montantNetAnPasse'] * 1.5:.2f}</montantNet>"
        f"<montantAidePoste>{salarie['montantNetAnPasse']:.2f}</montantAidePoste></certificat>"
    )

    reponse = demo.poster(esat["comptes"][0], operation("DeclareCertificatEmploi", charge))

    assert "C14" in reponse.codes[0]


def test_the_log_holds_what_was_declared(demo):
    messages = [entree for entree in demo.service.journal() if entree.canal == "SOAP"]
    assert len(messages) == 4
    assert all(entree.issue == "ACCEPTE" and entree.compte_id for entree in messages)


def test_payroll_files_come_as_csv_for_the_one_and_xlsx_for_the_other(demo):
    premier, second = (esat["siret"] for esat in demo.esats)

    assert sorted(demo.demonstration.fichiers) == sorted(
        [
            "demo.json",
            f"paie-certificats-{premier}.csv",
            f"paie-changements-{premier}.csv",
            f"paie-certificats-{second}.xlsx",
            f"paie-changements-{second}.xlsx",
        ]
    )

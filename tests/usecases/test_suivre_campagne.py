"""suivre_campagne and rappeler: who has declared, how much is expected, what is late; reminders once."""

from datetime import UTC, date, datetime

import pytest
from maison import SIRET, Service
from messages import AUTRE_SIRET, certificat, declare_certificats, nouveau_nir, salarie

from service.domain.actes import Canal
from service.domain.habilitation import Role
from service.errors import SaisieError
from service.usecases.administrer_comptes import suspendre_compte
from service.usecases.consigner import Auteur
from service.usecases.courriels import lister_courriels
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte
from service.usecases.rappeler import envoyer_rappels, prevoir_rappels
from service.usecases.suivre_campagne import Avancement, annee_en_cours, suivre_campagne

OPERATEUR = Auteur(Canal.CONSOLE, "lea@caf.example")
ANCIENS = [nouveau_nir() for _ in range(3)]
EN_2025 = datetime(2025, 12, 10, 9, tzinfo=UTC)
MAINTENANT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def commencee(service_partout: Service) -> Service:
    """Three employees declared last year, one of them again this year; another ESAT that never declared."""
    service = service_partout
    service.autre_esat()
    service.horloge.instant = EN_2025
    service.post(declare_certificats(*(certificat(salarie(nir)) for nir in ANCIENS), annee=2025))
    service.horloge.instant = MAINTENANT
    service.post(declare_certificats(certificat(salarie(ANCIENS[0])), certificat(nombreMois="13")))
    return service


def test_each_esat_is_told_with_what_is_expected_declared_and_rejected(commencee: Service):
    suivi = suivre_campagne(commencee.dependencies, 2026)
    par_siret = {esat.siret: esat for esat in suivi.esats}
    un, autre = par_siret[SIRET], par_siret[AUTRE_SIRET]
    assert (un.attendus, un.declares, un.reste, un.tardifs, un.rejetees) == (3, 1, 2, 0, 1)
    assert (un.avancement, un.dernier_depot) == (Avancement.EN_COURS, MAINTENANT)
    assert (autre.attendus, autre.avancement, autre.dernier_depot) == (0, Avancement.SANS_ATTENDU, None)
    assert (suivi.attendus, suivi.declares, suivi.rejetees) == (3, 1, 1)


def test_the_curve_is_told_by_day_and_last_year_is_brought_to_this_one(commencee: Service):
    suivi = suivre_campagne(commencee.dependencies, 2026)
    assert suivi.cumul == [(date(2026, 12, 4), 1)]
    assert suivi.cumul_an_passe == [(date(2026, 12, 10), 3)]


def test_the_rules_that_spoke_most_come_first_with_their_names(commencee: Service):
    anomalies = {une.code: une for une in suivre_campagne(commencee.dependencies, 2026).anomalies}
    assert (anomalies["C02"].nombre, anomalies["C02"].esats, anomalies["C02"].gravite) == (1, 1, "REJET")
    assert anomalies["C02"].libelle


def test_a_certificate_after_the_limit_is_late_and_a_dry_run_counts_nowhere(commencee: Service):
    commencee.post(declare_certificats(certificat(salarie(ANCIENS[1])), essai=True))
    commencee.horloge.instant = datetime(2027, 1, 16, 9, tzinfo=UTC)
    commencee.post(declare_certificats(certificat(salarie(ANCIENS[2]))))
    suivi = suivre_campagne(commencee.dependencies, 2026)
    assert (suivi.declares, suivi.tardifs, suivi.attendus) == (2, 1, 3)


def test_a_certificate_replaced_counts_once(commencee: Service):
    (numero,) = commencee.post(declare_certificats(certificat(salarie(ANCIENS[1])))).numeros
    commencee.post(declare_certificats(certificat(salarie(ANCIENS[1]), remplace=numero)))
    assert suivre_campagne(commencee.dependencies, 2026).declares == 2


def test_a_year_without_campaign_is_refused(service: Service):
    with pytest.raises(SaisieError, match="1999"):
        suivre_campagne(service.dependencies, 1999)
    assert annee_en_cours(service.dependencies) == 2026


class TestReminders:
    """Previewed, sent once, to an active référent only."""

    @pytest.fixture
    def avec_referent(self, commencee: Service) -> Service:
        droits = (HabilitationDemandee(SIRET, Role.REFERENT),)
        creer_compte(commencee.dependencies, NouveauCompte("ref@esat.example", "R", "P", droits), prevenir=False)
        return commencee

    def test_the_preview_is_the_letter_that_leaves(self, avec_referent: Service):
        (rappel,) = prevoir_rappels(avec_referent.dependencies, 2026)
        assert (rappel.esat.siret, rappel.referent, rappel.deja) == (SIRET, "ref@esat.example", False)
        assert rappel.lettre is not None
        assert "1 des 3" in rappel.lettre.texte
        assert "15/01/2027" in rappel.lettre.sujet

    def test_it_is_sent_once_and_logged(self, avec_referent: Service):
        deps = avec_referent.dependencies
        assert envoyer_rappels(deps, OPERATEUR, 2026, [SIRET, AUTRE_SIRET]) == [SIRET]
        assert envoyer_rappels(deps, OPERATEUR, 2026, [SIRET]) == []
        (rappel,) = prevoir_rappels(deps, 2026)
        assert (rappel.deja, rappel.lettre) == (True, None)
        assert [un.destinataire for un in lister_courriels(deps)] == ["ref@esat.example"]
        (entree,) = [une for une in avec_referent.journal() if une.acte == "RAPPEL_ENVOYE"]
        assert (entree.siret, entree.utilisateur) == (SIRET, "lea@caf.example")

    def test_an_esat_without_an_active_referent_is_told_and_left_out(self, avec_referent: Service):
        suspendre_compte(avec_referent.dependencies, "ref@esat.example")
        (rappel,) = prevoir_rappels(avec_referent.dependencies, 2026)
        assert (rappel.referent, rappel.lettre) == (None, None)
        assert envoyer_rappels(avec_referent.dependencies, OPERATEUR, 2026, [SIRET]) == []

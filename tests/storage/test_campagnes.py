"""campagnes: what an operator set, and set again."""

from datetime import date

from service.domain.campagne import Campagne, ElementsAttendus
from service.storage.unit_of_work import FabriqueUnites

CAMPAGNE = Campagne(2026, date(2026, 12, 1), date(2027, 1, 15), date(2027, 2, 28), ElementsAttendus.TROIS)


def test_a_campaign_is_read_as_it_was_set(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        assert unite.campagnes.toutes() == []
        unite.campagnes.fixer(*CAMPAGNE)
        unite.campagnes.fixer(*CAMPAGNE._replace(annee=2025))
        assert unite.campagnes.toutes() == [CAMPAGNE._replace(annee=2025), CAMPAGNE]


def test_a_campaign_set_again_is_replaced(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.campagnes.fixer(*CAMPAGNE)
        unite.campagnes.fixer(*CAMPAGNE._replace(fermeture=date(2027, 3, 31)))
        assert unite.campagnes.toutes() == [CAMPAGNE._replace(fermeture=date(2027, 3, 31))]

"""Administration leaves its trace: who did what to whom, in the transaction of the act, and nothing when refused."""

import pytest
from maison import AGENT, CONVENTION, Service
from messages import AUTRE_SIRET, SIRET

from service.domain.actes import Acte, Canal
from service.domain.habilitation import Role
from service.errors import SaisieError
from service.usecases.administrer_campagnes import fixer_campagne
from service.usecases.administrer_cles import creer_cle, revoquer_cle
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    debloquer_adresse,
    debloquer_compte,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.administrer_conventions import creer_convention, terminer_convention
from service.usecases.administrer_esats import creer_esat
from service.usecases.administrer_habilitations import deshabiliter, habiliter
from service.usecases.consigner import Auteur
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte

TROISIEME = "26830003700010"
AUTEUR = Auteur(Canal.CONSOLE, "lea@caf.example", adresse="192.0.2.1", requete="abc")
NOUVEAU = NouveauCompte("n@esat.example", "N", "P", [HabilitationDemandee(SIRET, Role.REFERENT)])


def traces(service: Service) -> list[tuple[str | None, str | None, str | None]]:
    entrees = [entree for entree in reversed(service.journal()) if entree.canal == "CONSOLE"]
    assert all((une.utilisateur, une.adresse, une.issue) == ("lea@caf.example", "192.0.2.1", "FAIT") for une in entrees)
    return [(entree.acte, entree.objet, entree.siret) for entree in entrees]


def test_a_convention_and_what_hangs_on_it(service_partout: Service):
    outils, jour = service_partout.dependencies, service_partout.horloge().date()
    creer_convention(outils, "C-2", jour, auteur=AUTEUR)
    creer_esat(outils, TROISIEME, "Deux", "C-2", auteur=AUTEUR)
    terminer_convention(outils, "C-2", jour, AUTEUR)
    fixer_campagne(outils, 2026, auteur=AUTEUR)
    assert traces(service_partout) == [
        (Acte.CONVENTION_CREEE, "C-2", None),
        (Acte.ESAT_CREE, "C-2", TROISIEME),
        (Acte.CONVENTION_TERMINEE, "C-2 (dernier jour : 04/12/2026)", None),
        (Acte.CAMPAGNE_FIXEE, "2026", None),
    ]


def test_an_account_from_its_opening_to_its_end(service_partout: Service):
    outils, qui = service_partout.dependencies, NOUVEAU.courriel
    creer_compte(outils, NOUVEAU, AUTEUR)
    cle = creer_cle(outils, qui, "Paie", auteur=AUTEUR)
    attribuer_mot_de_passe(outils, qui, AUTEUR)
    suspendre_compte(outils, qui, AUTEUR)
    reactiver_compte(outils, qui, AUTEUR)
    habiliter(outils, qui, SIRET, Role.AGENT, AUTEUR)
    deshabiliter(outils, qui, SIRET, AUTEUR)
    debloquer_compte(outils, qui, AUTEUR)
    debloquer_adresse(outils, "192.0.2.9", AUTEUR)
    revoquer_cle(outils, qui, cle.numero, AUTEUR)
    retirer_compte(outils, qui, AUTEUR)
    assert traces(service_partout) == [
        (Acte.COMPTE_CREE, qui, None),
        (Acte.HABILITATION_DONNEE, f"{qui} (référent unique)", SIRET),
        (Acte.CLE_CREEE, f"{qui} n° {cle.numero}", None),
        (Acte.MOT_DE_PASSE_ATTRIBUE, qui, None),
        (Acte.COMPTE_SUSPENDU, qui, None),
        (Acte.COMPTE_REACTIVE, qui, None),
        (Acte.HABILITATION_DONNEE, f"{qui} (agent habilité)", SIRET),
        (Acte.HABILITATION_RETIREE, qui, SIRET),
        (Acte.BLOCAGE_LEVE, qui, None),
        (Acte.BLOCAGE_LEVE, "192.0.2.9", None),
        (Acte.CLE_REVOQUEE, f"{qui} n° {cle.numero}", None),
        (Acte.COMPTE_RETIRE, qui, None),
    ]


@pytest.mark.parametrize(
    "acte",
    [
        lambda outils: creer_compte(outils, NOUVEAU._replace(nom=""), AUTEUR),
        lambda outils: creer_convention(outils, CONVENTION, outils.horloge().date(), auteur=AUTEUR),
        lambda outils: creer_esat(outils, SIRET, "Un", CONVENTION, auteur=AUTEUR),
        lambda outils: reactiver_compte(outils, AGENT, AUTEUR),
        lambda outils: revoquer_cle(outils, AGENT, 999, AUTEUR),
        lambda outils: deshabiliter(outils, AGENT, AUTRE_SIRET, AUTEUR),
    ],
)
def test_what_is_refused_leaves_no_trace_of_an_act(service: Service, acte):
    with pytest.raises(SaisieError):
        acte(service.dependencies)
    assert traces(service) == []

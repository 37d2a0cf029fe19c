"""Nobody sees another ESAT's things by changing addresses or forms: every route of the extranet is walked.

A page that is added is walked too, without a word here, unless its address names a thing of a new kind: then `choses`
has to say which one of another ESAT to ask for.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from maison import AGENT, MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import AUTRE_SIRET, SIRET, declare_certificats, en_clair
from visite import Visite
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from service.domain.actes import Acte
from service.domain.habilitation import Role
from service.storage.entrees import Entree
from service.web.extranet.application import creer_extranet
from service.web.site import Site

__all__ = ["dossier_de_cles", "service"]
REFERENT, D_AILLEURS = "referente@esat.example", "autre@esat.example"
OUVERTES = {
    "connexion.entree",
    "mot_de_passe.renouvellement",
    "mot_de_passe.oubli",
}
"""The only pages without a session."""
DU_REFERENT = {"agents", "cles"}
"""The groups of pages that are his."""
SANS_CHOSE: dict[str, tuple[object, ...]] = {
    "geste": ("suspendre",),
    "volet": ("certificat", "changement"),
    "nature": ("", "augmentation"),
    "suffixe": ("csv",),
    "cle": (1,),
}
"""Parts of addresses that name nothing of an ESAT's (`cle`: a line of the session's own draft), with values to try."""


class Demande(NamedTuple):
    """One request of the walk: which page, how, at which address."""

    page: str
    verbe: str
    chemin: str


class Monde(NamedTuple):
    """Two ESATs with a référent each, and the walk through the pages."""

    service: Service
    choses: dict[str, object]
    """By the name they bear in addresses, where need be after that of the group of pages, things of the second ESAT."""
    routes: Map
    marques: Callable[[str, str], bool]

    def demandes(self, *, avec_chose: bool | None = None) -> Iterator[Demande]:
        """Every request there is; those that name a thing of an ESAT only, or not, when asked."""
        for regle in self.routes.iter_rules():
            if regle.endpoint == "static":
                continue
            nomme = bool(regle.arguments - set(SANS_CHOSE) - set(regle.defaults or ()))
            if avec_chose is None or nomme is avec_chose:
                for verbe in sorted((regle.methods or set()) & {"GET", "POST"}):
                    yield Demande(regle.endpoint, verbe, self._chemin(regle))

    def _chemin(self, regle: Rule) -> str:
        """An address that leads to this very rule."""
        groupe = regle.endpoint.partition(".")[0]
        possibles: dict[str, tuple[object, ...]] = {}
        for nom in regle.arguments:
            chose = self.choses.get(f"{groupe}.{nom}", self.choses.get(nom))
            possibles[nom] = SANS_CHOSE.get(nom, ()) if chose is None else (chose,)
            assert possibles[nom], f"{regle.rule}: which {nom} of another ESAT is to be asked for?"
        for valeurs in itertools.product(*possibles.values()):
            chemin = self._bati(regle, dict(zip(possibles, valeurs, strict=True)))
            if chemin is not None:
                return chemin
        raise AssertionError(f"{regle.rule}: no address leads there")

    def _bati(self, regle: Rule, valeurs: dict[str, object]) -> str | None:
        """The address of a rule with these values, if that is where it leads."""
        verbe = next(iter((regle.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
        try:
            bati = regle.build(valeurs)
            if bati is None:
                return None
            trouvee, _ = self.routes.bind("localhost").match(bati[1], verbe, return_rule=True)
        except (ValueError, HTTPException):
            return None
        return str(bati[1]) if trouvee is regle else None

    def refus(self) -> list[Entree]:
        """The accesses refused so far, newest first."""
        return [entree for entree in self.service.journal() if entree.acte == Acte.ACCES_REFUSE]


@pytest.fixture
def monde(service: Service) -> Monde:
    cle = service.autre_esat()
    service.ouvrir_campagne(2026)
    reponse = service.post(declare_certificats().replace(SIRET, AUTRE_SIRET), en_clair(D_AILLEURS, cle))
    numero = reponse.texte("accuse/numeroDepot")
    service.compte(REFERENT, SIRET)
    with service.dependencies.unites.ecriture() as unite:
        ids = {}
        for courriel, siret in ((REFERENT, SIRET), (D_AILLEURS, AUTRE_SIRET)):
            compte, esat = unite.comptes.pour_authentification(courriel), unite.esats.par_siret(siret)
            assert compte is not None
            assert esat is not None
            unite.habilitations.changer_de_role(compte.id, esat.id, Role.REFERENT)
            ids[courriel] = compte.id
        (sienne,) = unite.cles.lister(ids[D_AILLEURS])
        unite.commit()
    choses: dict[str, object] = {
        "compte_id": ids[D_AILLEURS],
        "cle_id": sienne.id,
        "numero": numero,
        "declaration": f"{numero}-0001",
    }
    extranet = creer_extranet(Site(service.dependencies, "http://127.0.0.1:8083", 10_000))

    def marques(page: str, marque: str) -> bool:
        return bool(getattr(extranet.view_functions[page], marque, False))

    return Monde(service, choses, extranet.url_map, marques)


def demander(visite: Visite, demande: Demande) -> TestResponse:
    """Ask for a page; a form goes with the token of the visitor's own pages and nothing else."""
    if demande.verbe == "GET":
        return visite.lire(demande.chemin)
    depuis = "/compte" if visite.lire("/compte").status_code == 200 else "/connexion"
    return visite.poster(demande.chemin, {"csrf_token": visite.jeton(depuis)})


def en_session(monde: Monde, courriel: str) -> Visite:
    visite = Visite(monde.service)
    visite.se_connecter(courriel, MOT_DE_PASSE)
    return visite


def test_only_these_pages_open_without_a_session(monde: Monde):
    assert {demande.page for demande in monde.demandes() if monde.marques(demande.page, "ouverte")} == OUVERTES


def test_a_stranger_is_led_to_the_login_page_from_everywhere_else(monde: Monde):
    fermees = [demande for demande in monde.demandes() if not monde.marques(demande.page, "ouverte")]
    assert len(fermees) > 15
    for demande in fermees:
        reponse = demander(Visite(monde.service), demande)
        assert reponse.status_code == 302, demande
        assert reponse.headers["Location"].startswith("/extranet/connexion"), demande


@pytest.mark.parametrize("qui", [AGENT, REFERENT])
def test_things_of_another_esat_are_not_found_and_the_log_tells_who_asked(monde: Monde, qui: str):
    visite = en_session(monde, qui)
    demandes = list(monde.demandes(avec_chose=True))
    assert len({demande.page for demande in demandes}) > 2
    for demande in demandes:
        avant, tables = len(monde.refus()), _etat(monde)
        reponse = demander(visite, demande)
        assert reponse.status_code == 404, demande
        assert "Rien ne se trouve à cette adresse" in reponse.text
        refus = monde.refus()
        assert len(refus) == avant + 1, demande
        assert (refus[0].utilisateur, refus[0].objet, refus[0].issue) == (qui, demande.chemin, "REFUSE")
        assert _etat(monde) == tables, demande


def test_pages_of_the_referent_are_not_there_for_an_agent(monde: Monde):
    visite = en_session(monde, AGENT)
    siennes = [demande for demande in monde.demandes() if monde.marques(demande.page, "du_referent")]
    du_groupe = {une.page for une in monde.demandes() if une.page.partition(".")[0] in DU_REFERENT}
    assert du_groupe == {demande.page for demande in siennes}
    for demande in siennes:
        avant = len(monde.refus())
        reponse = demander(visite, demande)
        assert reponse.status_code == 404, demande
        assert len(monde.refus()) == avant + 1, demande
    accueil = visite.lire("/").text
    assert not any(f'href="/extranet{demande.chemin}"' in accueil for demande in siennes)


def test_a_thing_that_does_not_exist_answers_like_one_of_others(monde: Monde):
    visite = en_session(monde, REFERENT)
    for chemin in ("/agents/999999", f"/agents/{10**30}", "/cles/999999/revoquer", f"/cles/{10**30}/revoquer"):
        assert visite.lire(chemin).text == visite.lire(f"/agents/{monde.choses['compte_id']}").text


@pytest.mark.parametrize("compte", ["d'ailleurs", "qui n'existe pas", "qui n'est pas un nombre"])
def test_a_form_that_names_somebody_elses_account_is_not_found(monde: Monde, compte: str):
    valeurs = {"d'ailleurs": monde.choses["compte_id"], "qui n'existe pas": 10**30, "qui n'est pas un nombre": "x"}
    visite, avant = en_session(monde, REFERENT), _etat(monde)
    champs = {"compte_id": valeurs[compte], "logiciel": "Paie", "fin": "2027-12-31"}
    assert visite.envoyer("/cles/creer", champs).status_code == 404
    assert monde.refus()[0].utilisateur == REFERENT
    assert _etat(monde) == avant


def _etat(monde: Monde) -> list[object]:
    """What no refused request may change."""
    tables = ("compte", "habilitation", "cle_integration", "depot", "ligne", "courriel")
    colonnes = {"compte": "id, etat, version, mot_de_passe"}
    return [monde.service.sql(f"SELECT {colonnes.get(table, '*')} FROM {table}") for table in tables]

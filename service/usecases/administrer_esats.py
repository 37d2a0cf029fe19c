"""The ESATs, each under one convention."""

from collections.abc import Sequence
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Convention
from service.domain.identifiants import finess_valide, nom_normalise, siret_valide
from service.errors import Precision, SaisieError
from service.storage.esats import EsatEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.lister_comptes import CompteListe, comptes_de
from service.usecases.saisie import exiger, texte_refuse

RAISON_SOCIALE_MAX = 200
ADRESSE_MAX = 400


class FicheEsat(NamedTuple):
    """An ESAT, whether its convention runs today, and the accounts that act for it."""

    esat: EsatEnregistre
    en_cours: bool
    comptes: Sequence[CompteListe]


def creer_esat(
    dependencies: Dependencies,
    siret: str,
    raison_sociale: str,
    convention: str,
    finess: str | None = None,
    adresse: str = "",
    auteur: Auteur = AU_CLAVIER,
) -> str:
    """Record an ESAT under an existing convention and return its SIRET without spaces.

    Raises SaisieError, all problems at once.
    """
    siret, finess = _sans_espaces(siret), _sans_espaces(finess or "").upper() or None
    problemes = texte_refuse("nom", raison_sociale, RAISON_SOCIALE_MAX)
    if adresse:
        problemes += texte_refuse("adresse", adresse, ADRESSE_MAX)
    if not siret_valide(siret):
        problemes.append(Precision("quatorze chiffres sont attendus, dont le dernier est une clé.", champ="siret"))
    if finess is not None and not finess_valide(finess):
        problemes.append(Precision("neuf caractères sont attendus, dont le dernier est une clé.", champ="finess"))
    exiger(problemes)
    with dependencies.unites.ecriture() as unite:
        trouvee = unite.conventions.par_numero(convention)
        if trouvee is None:
            raise SaisieError(f"Aucune convention ne porte le numéro {convention} : la créer d'abord.")
        esat_id = unite.esats.creer(trouvee.id, siret, finess, raison_sociale, adresse)
        if esat_id is None:
            raise SaisieError(f"Un ESAT porte déjà le SIRET {siret}.")
        instant = dependencies.horloge()
        consigner(unite, auteur, Acte.ESAT_CREE, instant, objet=convention, siret=siret, esat_id=esat_id)
        unite.commit()
    return siret


def lister_esats(dependencies: Dependencies) -> list[tuple[EsatEnregistre, bool]]:
    """Return every ESAT by SIRET, with whether its convention runs today."""
    with dependencies.unites.lecture() as unite:
        return [(esat, _en_cours(dependencies, esat)) for esat in unite.esats.lister()]


def montrer_esat(dependencies: Dependencies, siret: str) -> FicheEsat:
    """Return an ESAT with its accounts. Raises SaisieError when no ESAT has that SIRET."""
    with dependencies.unites.lecture() as unite:
        esat = exiger_esat(unite, siret)
        return FicheEsat(esat, _en_cours(dependencies, esat), comptes_de(dependencies, unite, siret=esat.siret))


def exiger_esat(unite: UnitOfWork, siret: str) -> EsatEnregistre:
    """Return the ESAT of a SIRET, spaces allowed. Raises SaisieError when there is none."""
    esat = unite.esats.par_siret(_sans_espaces(siret))
    if esat is None:
        raise SaisieError("Aucun ESAT ne porte ce SIRET.")
    return esat


def trouver_sirets(unite: UnitOfWork, texte: str) -> list[str]:
    """Return the SIRETs that an operator means: a SIRET as such, else those of the ESATs with `texte` in their name.

    Accents and letter case do not count. Raises SaisieError when no ESAT has such a name.
    """
    compact = _sans_espaces(texte)
    if compact.isascii() and compact.isdigit() and len(compact) == 14:
        return [compact]
    cherche = nom_normalise(texte)
    sirets = [esat.siret for esat in unite.esats.lister() if cherche and cherche in nom_normalise(esat.raison_sociale)]
    if not sirets:
        raise SaisieError("Aucun ESAT ne porte ce SIRET ni un nom qui contienne ce texte.")
    return sirets


def convention_de(esat: EsatEnregistre) -> Convention:
    """Return the convention of an ESAT in the words of the domain."""
    return Convention(esat.convention, esat.signee_le, esat.fin_le, esat.organisme, esat.duree_mot_de_passe)


def _en_cours(dependencies: Dependencies, esat: EsatEnregistre) -> bool:
    return convention_de(esat).en_cours(jour_de_paris(dependencies.horloge()))


def _sans_espaces(texte: str) -> str:
    return "".join(texte.split())

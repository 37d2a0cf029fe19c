"""The clés d'intégration of an ESAT, in its référent's hands: listed, made for an agent, revoked.

Invariants: whoever acts is the référent now; a clé made here opens this ESAT only, even under an account that serves
others; one that opens other ESATs too is not his to end: he suspends the agent's right instead, or asks the Caf.
"""

from datetime import date, datetime
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Acces
from service.errors import IntrouvableError, SaisieError
from service.storage.cles import CleEnregistree
from service.storage.comptes import CompteEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_cles import CleCreee, EtatCle, enregistrer_cle, etat_de_cle, objet_de_cle
from service.usecases.agents import acces_de, est_partage, exiger_droit, exiger_referent
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import de_la_cle_revoquee
from service.usecases.reception import Etablissement


class CleDEsat(NamedTuple):
    """A clé that opens the ESAT."""

    numero: int
    courriel: str
    titulaire: str
    """First name and name of whose account it is."""
    logiciel: str
    etat: EtatCle
    cree_le: datetime
    fin_le: date | None
    revoquee_le: datetime | None
    derniere_utilisation: datetime | None
    revocable: bool
    """It is in force and opens no other ESAT: the référent may end it."""


def lister_cles_d_esat(dependencies: Dependencies, esat: Etablissement) -> list[CleDEsat]:
    """Return the clés that open the ESAT or opened it, those in force first, then the newest."""
    with dependencies.unites.lecture() as unite:
        trouvees = _cles(dependencies, unite, esat)
    return sorted(trouvees, key=lambda cle: (cle.etat is not EtatCle.EN_COURS, -cle.numero))


def montrer_cle_d_esat(dependencies: Dependencies, esat: Etablissement, numero: int) -> CleDEsat:
    """Return a clé of the ESAT. Raises IntrouvableError for any other."""
    with dependencies.unites.lecture() as unite:
        return _une(_cles(dependencies, unite, esat), numero)


def creer_cle_d_esat(
    dependencies: Dependencies,
    auteur: Auteur,
    esat: Etablissement,
    compte_id: int,
    logiciel: str,
    fin_le: date | None,
) -> CleCreee:
    """Make a clé for the ESAT under the account of an agent, or one's own.

    Raises HabilitationError, IntrouvableError for anybody else's account; SaisieError, all problems at once.
    """
    with dependencies.unites.ecriture() as unite:
        exiger_referent(unite, auteur, esat)
        droit = exiger_droit(unite, esat, compte_id)
        compte = exiger_compte(unite, droit.courriel)
        if acces_de(compte, droit) is not Acces.OUVERT:
            raise SaisieError("L'accès de cette personne n'est pas ouvert.")
        creee = enregistrer_cle(dependencies, unite, compte, logiciel, fin_le, auteur, esat=(esat.id, esat.siret))
        unite.commit()
    return creee


def revoquer_cle_d_esat(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, numero: int) -> None:
    """End a clé of the ESAT at once. Raises HabilitationError, IntrouvableError, SaisieError."""
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        exiger_referent(unite, auteur, esat)
        cle = _une(_cles(dependencies, unite, esat), numero)
        if not cle.revocable or not unite.cles.revoquer(numero, maintenant):
            raise SaisieError("Cette clé n'est plus en cours, ou ouvre aussi d'autres établissements.")
        objet = objet_de_cle(cle.courriel, numero)
        consigner(unite, auteur, Acte.CLE_REVOQUEE, maintenant, objet=objet, siret=esat.siret, esat_id=esat.id)
        de_la_cle_revoquee(dependencies, unite, cle.courriel, cle.logiciel, maintenant, auteur.connu_de(cle.courriel))
        unite.commit()


def _cles(dependencies: Dependencies, unite: UnitOfWork, esat: Etablissement) -> list[CleDEsat]:
    jour = jour_de_paris(dependencies.horloge())
    comptes = [exiger_compte(unite, droit.courriel) for droit in unite.habilitations.d_esat(esat.id)]
    return [
        _listee(compte, cle, jour, cle.esat_id is None and est_partage(unite, compte.id))
        for compte in comptes
        for cle in unite.cles.lister(compte.id)
        if cle.esat_id in (None, esat.id)
    ]


def _listee(compte: CompteEnregistre, cle: CleEnregistree, jour: date, ouvre_d_autres: bool) -> CleDEsat:
    etat = etat_de_cle(cle, jour)
    return CleDEsat(
        cle.id,
        compte.courriel,
        f"{compte.prenom} {compte.nom}",
        cle.nom,
        etat,
        cle.cree_le,
        cle.fin_le,
        cle.revoquee_le,
        cle.derniere_utilisation,
        etat is EtatCle.EN_COURS and not ouvre_d_autres,
    )


def _une(cles: list[CleDEsat], numero: int) -> CleDEsat:
    for cle in cles:
        if cle.numero == numero:
            return cle
    raise IntrouvableError

"""Which account acts for which ESAT, and in which role; one référent at a time per ESAT."""

from datetime import datetime

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import EtatCompte, Role
from service.errors import SaisieError
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import convention_de, exiger_esat
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import de_l_habilitation


def habiliter(
    dependencies: Dependencies,
    courriel: str,
    siret: str,
    role: Role,
    auteur: Auteur = AU_CLAVIER,
    *,
    prevenir: bool = True,
) -> None:
    """Give an account a right on an ESAT, or change its role there. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat == EtatCompte.RETIRE:
            raise SaisieError("Ce compte est retiré : le réactiver d'abord.")
        esat = exiger_esat(unite, siret)
        refus = refus_d_habiliter(dependencies, unite, esat.siret, role, compte.courriel)
        if refus is not None:
            raise SaisieError(refus[0].upper() + refus[1:])
        unite.habilitations.retirer(compte.id, esat.id)
        maintenant = dependencies.horloge()
        habiliter_compte(unite, auteur, compte.id, compte.courriel, esat.siret, role, maintenant)
        if prevenir:
            de_l_habilitation(dependencies, unite, compte.courriel, esat.raison_sociale, role, maintenant)
        unite.commit()


def deshabiliter(dependencies: Dependencies, courriel: str, siret: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Take the right of an account on an ESAT back. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        compte, esat = exiger_compte(unite, courriel), exiger_esat(unite, siret)
        if not unite.habilitations.retirer(compte.id, esat.id):
            raise SaisieError("Ce compte n'est pas habilité pour cet ESAT.")
        maintenant = dependencies.horloge()
        consigner(
            unite,
            auteur,
            Acte.HABILITATION_RETIREE,
            maintenant,
            objet=compte.courriel,
            siret=esat.siret,
            esat_id=esat.id,
        )
        de_l_habilitation(dependencies, unite, compte.courriel, esat.raison_sociale, None, maintenant)
        unite.commit()


def refus_d_habiliter(
    dependencies: Dependencies, unite: UnitOfWork, siret: str, role: Role, courriel: str | None = None
) -> str | None:
    """Return why this right cannot be given, in French; None when it can. `courriel`: whom it is for, if known."""
    esat = unite.esats.par_siret(siret)
    if esat is None:
        return "aucun ESAT ne porte ce SIRET."
    convention, jour = convention_de(esat), jour_de_paris(dependencies.horloge())
    if convention.fin_le is not None and convention.fin_le < jour:
        return f"la convention de cet ESAT a pris fin le {convention.fin_le:%d/%m/%Y}."
    if role is Role.REFERENT and any(
        droit.role == Role.REFERENT and droit.courriel != courriel for droit in unite.habilitations.d_esat(esat.id)
    ):
        return "cet ESAT a déjà son référent : le faire agent ou le déshabiliter d'abord."
    return None


def habiliter_compte(
    unite: UnitOfWork, auteur: Auteur, compte_id: int, courriel: str, siret: str, role: Role, depuis: datetime
) -> None:
    """Record, and log, a right that `refus_d_habiliter` did not refuse. Raises SaisieError when another came first."""
    esat = exiger_esat(unite, siret)
    if not unite.habilitations.ajouter(compte_id, esat.id, role.value, depuis):
        raise SaisieError("Cet ESAT vient de recevoir un autre référent : recommencer.")
    objet = f"{courriel} ({role.libelle.lower()})"
    consigner(unite, auteur, Acte.HABILITATION_DONNEE, depuis, objet=objet, siret=esat.siret, esat_id=esat.id)

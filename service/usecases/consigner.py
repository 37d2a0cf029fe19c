"""Acts leave a trace in the same log as messages: one entry, written in the transaction of the act."""

from datetime import datetime
from typing import NamedTuple

from service.domain.actes import Acte, Canal
from service.storage.journal import NouvelleEntree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.reception import Issue


class Auteur(NamedTuple):
    """Who acts, from where: an account of an ESAT, an operator, or a command of the machine."""

    canal: Canal
    utilisateur: str | None = None
    """User code; None for a command, and for nobody yet known."""
    compte_id: int | None = None
    adresse: str = ""
    agent: str = ""
    requete: str = ""
    """Request identifier, also in the technical log and the X-Request-Id header."""

    def connu_de(self, courriel: str) -> str | None:
        """How somebody whom an act concerns is told who did it: another person of the ESAT, by name; the Caf's people
        and the person itself are not named."""
        return self.utilisateur if self.canal is Canal.EXTRANET and self.utilisateur != courriel else None


AU_CLAVIER = Auteur(Canal.COMMANDE)
"""Whoever runs the command line of the service: the machine's own accounts tell who that may be."""


def consigner(
    unite: UnitOfWork,
    auteur: Auteur,
    acte: Acte,
    instant: datetime,
    *,
    objet: str | None = None,
    motif: str | None = None,
    siret: str | None = None,
    esat_id: int | None = None,
    numero_depot: str | None = None,
    refuse: str | None = None,
) -> None:
    """Append the entry of an act; `refuse` is the code of a refusal. `objet` names no employee."""
    unite.journal.ajouter(
        NouvelleEntree(
            instant=instant,
            adresse=auteur.adresse,
            agent=auteur.agent or None,
            utilisateur=auteur.utilisateur,
            compte_id=auteur.compte_id,
            siret=siret,
            esat_id=esat_id,
            operation=None,
            taille=0,
            duree_us=0,
            issue=(Issue.REFUSE if refuse else Issue.FAIT).value,
            code=refuse,
            identifiant_message=None,
            numero_depot=numero_depot,
            identifiant_incident=None,
            identifiant_requete=auteur.requete,
            canal=auteur.canal.value,
            acte=acte.value,
            objet=objet,
            motif=motif,
        )
    )

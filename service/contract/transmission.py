"""A file for the back office, written as its movements come: memory does not grow with their number.

UTF-8, one line a movement, in the order of ``transmission-v1.xsd``. Employees are written as the contract's messages
write them. The same movements give the same bytes, which the caller keeps all the same: another version may write
others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from service.contract.accuse import ecrire_instant
from service.contract.catalogue import NS_TRANSMISSION
from service.contract.redaction import ecrire_montants, ecrire_nature, ecrire_salarie, element, elements
from service.domain.declaration import Certificat, Changement
from service.domain.transmission import NatureMouvement


class EnteteTransmission(NamedTuple):
    """Which file it is."""

    organisme: str
    numero: int
    preparee_le: datetime
    """Aware, UTC."""
    environnement: str
    emetteur: str
    """Designation of the service that received the declarations."""


class DeclarationTransmise(NamedTuple):
    """A declaration as it is passed on."""

    numero: str
    siret: str
    date_reception: datetime
    """Aware, UTC."""
    signalements: Sequence[str]
    """Codes of the rules that it did not satisfy, accepted as it was."""
    annee: int | None
    """Year of a certificate."""
    contenu: Certificat | Changement


class Retrait(NamedTuple):
    """A declaration that does not count any more."""

    numero: str
    siret: str
    depuis: datetime
    """Aware, UTC."""


class MouvementEcrit(NamedTuple):
    """A movement with what it passes on; `remplace` is given for a declaration that takes the place of another."""

    objet: DeclarationTransmise | Retrait
    remplace: str | None = None

    @property
    def nature(self) -> NatureMouvement:
        """What it does."""
        if isinstance(self.objet, Retrait):
            return NatureMouvement.ANNULATION
        return NatureMouvement.CREATION if self.remplace is None else NatureMouvement.REMPLACEMENT


def ecrire_transmission(entete: EnteteTransmission, mouvements: Iterable[MouvementEcrit]) -> Iterator[bytes]:
    """Yield the file piece by piece; movements are numbered from 1."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<transmission xmlns="{NS_TRANSMISSION}">\n{_entete(entete)}\n'
    ).encode()
    comptes: Counter[NatureMouvement] = Counter()
    for rang, mouvement in enumerate(mouvements, 1):
        comptes[mouvement.nature] += 1
        yield f"<mouvement><rang>{rang}</rang>{_mouvement(mouvement)}</mouvement>\n".encode()
    totaux = elements(
        mouvements=comptes.total(),
        creations=comptes[NatureMouvement.CREATION],
        remplacements=comptes[NatureMouvement.REMPLACEMENT],
        annulations=comptes[NatureMouvement.ANNULATION],
    )
    yield f"<totaux>{totaux}</totaux>\n</transmission>\n".encode()


def _entete(entete: EnteteTransmission) -> str:
    contenu = elements(
        organisme=entete.organisme,
        numero=entete.numero,
        datePreparation=ecrire_instant(entete.preparee_le),
        environnement=entete.environnement,
        emetteur=entete.emetteur,
    )
    return f"<entete>{contenu}</entete>"


def _mouvement(mouvement: MouvementEcrit) -> str:
    objet, remplace = mouvement
    if isinstance(objet, Retrait):
        retrait = elements(numeroDeclaration=objet.numero, siret=objet.siret, depuis=ecrire_instant(objet.depuis))
        return f"<annulation>{retrait}</annulation>"
    if remplace is None:
        return f"<creation>{_declaration(objet)}</creation>"
    return (
        f"<remplacement>{element('remplace', remplace)}<declaration>{_declaration(objet)}</declaration></remplacement>"
    )


def _declaration(declaration: DeclarationTransmise) -> str:
    origine = elements(
        numeroDeclaration=declaration.numero,
        siret=declaration.siret,
        dateReception=ecrire_instant(declaration.date_reception),
    )
    signalements = "".join(element("signalement", code) for code in declaration.signalements)
    return f"{origine}{signalements}{_contenu(declaration.contenu, declaration.annee)}"


def _contenu(contenu: Certificat | Changement, annee: int | None) -> str:
    salarie = ecrire_salarie(contenu.salarie)
    if isinstance(contenu, Certificat):
        return f"<certificat>{element('annee', annee)}{salarie}{ecrire_montants(contenu)}</certificat>"
    return f"<changement>{salarie}{ecrire_nature(contenu)}</changement>"

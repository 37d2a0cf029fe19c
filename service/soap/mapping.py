"""Between the wire and the trade: the only place that knows both vocabularies.

Reading goes straight from the validated tree to domain records, for one line as for a thousand (`mapping_lignes`): no
spyne object is built (5-performance: 115 µs a line). What is read was validated against the schemas, so an element
that the schema requires is there, in its order; only what XSD cannot say is checked here.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date

from lxml import etree

from service.contract.accuse import contenu_de_l_accuse, ecrire_instant
from service.contract.canonisation import canoniser, completer, condenser
from service.contract.catalogue import NS
from service.contract.curseur import lire_curseur
from service.contract.reading import AUCUNE, Ecartees
from service.domain.declaration import Entete, Logiciel, Operation
from service.soap.mapping_lignes import lire_certificats, lire_changements
from service.soap.textes import exige, texte
from service.usecases.consulter import DepotConsulte
from service.usecases.demandes import (
    Demande,
    DemandeConsultation,
    DemandeDepot,
    DemandeListe,
    DemandeMotDePasse,
    DemandeReste,
    DemandeVide,
    Position,
)

_Element = etree._Element
_SIRET = re.compile("[0-9]{14}")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _nom(local: str) -> str:
    return f"{{{NS}}}{local}"


_ENTETE, _SIRET_TAG, _ESSAI = _nom("entete"), _nom("siret"), _nom("essai")
_IDENTIFIANT, _NUMERO_DECLARATION = _nom("identifiantMessage"), _nom("numeroDeclaration")
_ANNEE, _MOTIF = _nom("annee"), _nom("motif")


def reperes(charge: _Element) -> tuple[str | None, str | None]:
    """Return SIRET and identifiantMessage of a payload, valid or not, where they look like such: for its log entry."""
    parent = next(charge.iterchildren(_ENTETE), charge)
    siret = exige(_enfant(parent, _SIRET_TAG))
    identifiant = exige(_enfant(parent, _IDENTIFIANT)).lower()
    return (
        siret if _SIRET.fullmatch(siret) else None,
        identifiant if _UUID.fullmatch(identifiant) else None,
    )


def lire_demande(operation: Operation, charge: _Element, octets: bytes = b"", ecartees: Ecartees = AUCUNE) -> Demande:
    """Return what a payload, found valid by `contract.validation`, asks for; `octets` and `ecartees` as it was read."""
    lire_un_depot = _DEPOTS.get(operation)
    if lire_un_depot is None:
        return _LECTURES[operation](charge)
    return lire_un_depot(charge, canoniser(charge, octets), ecartees)


def _lire_certificats(charge: _Element, canonique: bytes, ecartees: Ecartees) -> DemandeDepot:
    nombre = len(charge) - 2  # entete, annee, then the certificates
    return DemandeDepot(
        Operation.DECLARE_CERTIFICAT_EMPLOI,
        _lire_entete(charge),
        lire_certificats(canonique.decode(), charge.prefix, nombre, ecartees.colonnes),
        _empreinte(canonique, ecartees),
        annee=int(exige(_enfant(charge, _ANNEE))),
    )


def _lire_changements(charge: _Element, canonique: bytes, ecartees: Ecartees) -> DemandeDepot:
    return DemandeDepot(
        Operation.DECLARE_CHANGEMENT_ACTIVITE,
        _lire_entete(charge),
        lire_changements(canonique.decode(), charge.prefix, len(charge) - 1, ecartees.colonnes),
        _empreinte(canonique, ecartees),
    )


def _lire_annulation(charge: _Element, canonique: bytes, _ecartees: Ecartees) -> DemandeDepot:
    return DemandeDepot(
        Operation.ANNULE_DECLARATION,
        _lire_entete(charge),
        [exige(element.text) for element in charge.iterchildren(_NUMERO_DECLARATION)],
        condenser(canonique),
        motif=texte(_enfant(charge, _MOTIF)),
    )


def _empreinte(canonique: bytes, ecartees: Ecartees) -> str:
    return condenser(completer(canonique, ecartees.octets) if ecartees.nombre else canonique)


def _enfant(element: _Element, nom: str) -> str | None:
    """The text of the first child of that name: a fifth of what `findtext` takes, which reads `nom` as a path."""
    enfant = next(element.iterchildren(nom), None)
    return None if enfant is None else enfant.text


def _textes(element: _Element) -> dict[str, str | None]:
    """The texts of an element and all it holds, by name; no name stands twice in what is read so."""
    return {descendant.tag: descendant.text for descendant in element.iter()}  # type: ignore[misc]  # names are str


def _lire_entete(charge: _Element) -> Entete:
    entete = charge[0]
    textes = {element.tag: element.text for element in entete}
    editeur, nom, version = (exige(element.text) for element in entete[2])
    return Entete(
        identifiant_message=exige(textes[_IDENTIFIANT]).lower(),
        siret=exige(textes[_SIRET_TAG]),
        logiciel=Logiciel(editeur, nom, version),
        essai=exige(textes[_ESSAI]) in ("true", "1"),
    )


def _lire_consultation(charge: _Element) -> DemandeConsultation:
    numero, identifiant = texte(_enfant(charge, _nom("numeroDepot"))), texte(_enfant(charge, _IDENTIFIANT))
    return DemandeConsultation(exige(_enfant(charge, _SIRET_TAG)), numero, identifiant and identifiant.lower())


def _lire_liste(charge: _Element) -> DemandeListe:
    textes = _textes(charge)
    curseur, limite = texte(textes.get(_nom("curseur"))), texte(textes.get(_nom("limite")))
    return DemandeListe(
        exige(textes[_SIRET_TAG]),
        _date(textes[_nom("depuis")]),
        _date(textes[_nom("jusque")]),
        Position(*lire_curseur(curseur)) if curseur else None,
        int(limite) if limite else None,
    )


def _lire_reste(charge: _Element) -> DemandeReste:
    return DemandeReste(exige(_enfant(charge, _SIRET_TAG)), int(exige(_enfant(charge, _ANNEE))))


def _lire_mot_de_passe(charge: _Element) -> DemandeMotDePasse:
    ancien, nouveau = (enfant.text or "" for enfant in charge)
    return DemandeMotDePasse(ancien, nouveau)


def _lire_vide(_charge: _Element) -> DemandeVide:
    return DemandeVide()


_DEPOTS: dict[Operation, Callable[[_Element, bytes, Ecartees], DemandeDepot]] = {
    Operation.DECLARE_CERTIFICAT_EMPLOI: _lire_certificats,
    Operation.DECLARE_CHANGEMENT_ACTIVITE: _lire_changements,
    Operation.ANNULE_DECLARATION: _lire_annulation,
}
_LECTURES: dict[Operation, Callable[[_Element], Demande]] = {
    Operation.CONSULTE_DEPOT: _lire_consultation,
    Operation.LISTE_DEPOTS: _lire_liste,
    Operation.LISTE_RESTE_A_DECLARER: _lire_reste,
    Operation.LISTE_ANOMALIES: _lire_vide,
    Operation.CONSULTE_SERVICE: _lire_vide,
    Operation.MODIFIE_MOT_DE_PASSE: _lire_mot_de_passe,
}


def ecrire_depot(operation: Operation, accuse_signe: bytes) -> bytes:
    """Return the response to a deposit: ``accuse`` to be read, ``accuseSigne`` to be archived, the same facts."""
    return _reponse(operation, _accuses(accuse_signe))


def ecrire_consultation(depot: DepotConsulte) -> bytes:
    """Return the response of ConsulteDepot: the very same receipt, and where its declarations stand now."""
    etats = "".join(
        f"<etat><numeroDeclaration>{etat.numero}</numeroDeclaration><statut>{etat.statut}</statut>"
        f"<depuis>{ecrire_instant(etat.depuis)}</depuis></etat>"
        for etat in depot.etats
    )
    return _reponse(Operation.CONSULTE_DEPOT, (*_accuses(depot.accuse_signe), etats.encode()))


def _accuses(accuse_signe: bytes) -> tuple[bytes, ...]:
    return (
        contenu_de_l_accuse(accuse_signe),
        b"<accuseSigne>",
        b64encode(accuse_signe),
        b"</accuseSigne>",
    )


def _reponse(operation: Operation, contenu: Iterable[bytes]) -> bytes:
    nom = f"{operation.value}Response"
    return b"".join((f'<{nom} xmlns="{NS}">'.encode(), *contenu, f"</{nom}>".encode()))


def _date(texte: str | None) -> date:
    """The day of an xs:date, its offset ignored."""
    return date.fromisoformat((texte or "").strip()[:10])

"""Between the wire and the trade: the only place that knows both vocabularies.

Reading goes straight from the validated tree to domain records, for one line as for a thousand: no spyne object is
built (5-performance: 7 µs a line against 115). What is read was validated against the schemas first, so an element that
the schema requires is there, in its order; only what XSD cannot say is checked here.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from service.contract.accuse import contenu_de_l_accuse, ecrire_instant
from service.contract.catalogue import NS
from service.contract.curseur import lire_curseur
from service.contract.reading import empreinte
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Nature, Operation, Salarie
from service.domain.identifiants import nir_normalise
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
_BLANCS_REPETES = re.compile("[ \t\r\n]+")
_SIRET = re.compile("[0-9]{14}")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _nom(local: str) -> str:
    return f"{{{NS}}}{local}"


_ENTETE, _LOGICIEL, _SALARIE, _SIRET_TAG = _nom("entete"), _nom("logiciel"), _nom("salarie"), _nom("siret")
_IDENTIFIANT, _NUMERO_DECLARATION = _nom("identifiantMessage"), _nom("numeroDeclaration")
_CERTIFICAT, _CHANGEMENT, _ANNEE, _MOTIF = _nom("certificat"), _nom("changement"), _nom("annee"), _nom("motif")
_REFERENCE, _REMPLACE, _NOMBRE_MOIS = _nom("reference"), _nom("remplace"), _nom("nombreMois")
_NET, _AIDE, _PART = _nom("montantNet"), _nom("montantAidePoste"), _nom("pourcentageSalaireDirect")
_NIR, _NUMERO, _ORGANISME = _nom("nir"), _nom("numeroAllocataire"), _nom("organisme")
_NOM, _NOM_USAGE, _PRENOM, _NAISSANCE = _nom("nom"), _nom("nomUsage"), _nom("prenom"), _nom("dateNaissance")
_DATE_EFFET, _AVANT, _APRES = _nom("dateEffet"), _nom("heuresAvant"), _nom("heuresApres")
_NATURES = {_nom(nature.element): nature for nature in Nature}


def reperes(charge: _Element) -> tuple[str | None, str | None]:
    """Return SIRET and identifiantMessage of a payload, valid or not, where they look like such: for its log entry."""
    entete = charge.find(_ENTETE)
    parent = charge if entete is None else entete
    siret = _texte(parent.find(_SIRET_TAG)) or ""
    identifiant = (_texte(parent.find(_IDENTIFIANT)) or "").lower()
    return (
        siret if _SIRET.fullmatch(siret) else None,
        identifiant if _UUID.fullmatch(identifiant) else None,
    )


def lire_demande(operation: Operation, charge: _Element) -> Demande:
    """Return what a payload asks for; `contract.validation` found it valid."""
    return _LECTURES[operation](charge)


def _lire_certificats(charge: _Element) -> DemandeDepot:
    return DemandeDepot(
        Operation.DECLARE_CERTIFICAT_EMPLOI,
        _lire_entete(charge),
        [_lire_certificat(element) for element in charge.iterchildren(_CERTIFICAT)],
        empreinte(charge),
        annee=int(_exige(charge.find(_ANNEE))),
    )


def _lire_changements(charge: _Element) -> DemandeDepot:
    return DemandeDepot(
        Operation.DECLARE_CHANGEMENT_ACTIVITE,
        _lire_entete(charge),
        [_lire_changement(element) for element in charge.iterchildren(_CHANGEMENT)],
        empreinte(charge),
    )


def _lire_annulation(charge: _Element) -> DemandeDepot:
    return DemandeDepot(
        Operation.ANNULE_DECLARATION,
        _lire_entete(charge),
        [_exige(element) for element in charge.iterchildren(_NUMERO_DECLARATION)],
        empreinte(charge),
        motif=_texte(charge.find(_MOTIF)),
    )


def _lire_entete(charge: _Element) -> Entete:
    champs = {element.tag: element for element in charge[0]}
    editeur, nom, version = (_exige(element) for element in champs[_LOGICIEL])
    return Entete(
        identifiant_message=_exige(champs[_IDENTIFIANT]).lower(),
        siret=_exige(champs[_SIRET_TAG]),
        logiciel=Logiciel(editeur, nom, version),
        essai=_exige(champs[_nom("essai")]) in ("true", "1"),
    )


def _lire_certificat(element: _Element) -> Certificat:
    champs = {enfant.tag: enfant for enfant in element}
    return Certificat(
        _texte(champs.get(_REFERENCE)),
        _lire_salarie(champs[_SALARIE]),
        int(champs[_NOMBRE_MOIS].text or ""),
        _decimal(champs.get(_NET)),
        _decimal(champs.get(_AIDE)),
        _decimal(champs.get(_PART)),
        _texte(champs.get(_REMPLACE)),
    )


def _lire_changement(element: _Element) -> Changement:
    champs = {enfant.tag: enfant for enfant in element}
    nature, detail = next((_NATURES[tag], enfant) for tag, enfant in champs.items() if tag in _NATURES)
    valeurs = {enfant.tag: enfant for enfant in detail}
    return Changement(
        _texte(champs.get(_REFERENCE)),
        _lire_salarie(champs[_SALARIE]),
        nature,
        _date(valeurs[_DATE_EFFET]),
        _decimal(valeurs.get(_AVANT)),
        _decimal(valeurs.get(_APRES)),
        _texte(valeurs.get(_MOTIF)),
        _texte(champs.get(_REMPLACE)),
    )


def _lire_salarie(salarie: _Element) -> Salarie:
    champs = {enfant.tag: enfant for enfant in salarie}
    nir = _texte(champs.get(_NIR))
    return Salarie(
        nir and nir_normalise(nir),
        _texte(champs.get(_NUMERO)),
        _texte(champs.get(_ORGANISME)),
        _exige(champs[_NOM]),
        _texte(champs.get(_NOM_USAGE)),
        _exige(champs[_PRENOM]),
        _date(champs[_NAISSANCE]),
    )


def _lire_consultation(charge: _Element) -> DemandeConsultation:
    numero, identifiant = _texte(charge.find(_nom("numeroDepot"))), _texte(charge.find(_IDENTIFIANT))
    return DemandeConsultation(_exige(charge.find(_SIRET_TAG)), numero, identifiant and identifiant.lower())


def _lire_liste(charge: _Element) -> DemandeListe:
    champs = {enfant.tag: enfant for enfant in charge}
    curseur, limite = _texte(champs.get(_nom("curseur"))), _texte(champs.get(_nom("limite")))
    return DemandeListe(
        _exige(champs[_SIRET_TAG]),
        _date(champs[_nom("depuis")]),
        _date(champs[_nom("jusque")]),
        Position(*lire_curseur(curseur)) if curseur else None,
        int(limite) if limite else None,
    )


def _lire_reste(charge: _Element) -> DemandeReste:
    return DemandeReste(_exige(charge.find(_SIRET_TAG)), int(_exige(charge.find(_ANNEE))))


def _lire_mot_de_passe(charge: _Element) -> DemandeMotDePasse:
    ancien, nouveau = (enfant.text or "" for enfant in charge)
    return DemandeMotDePasse(ancien, nouveau)


def _lire_vide(_charge: _Element) -> DemandeVide:
    return DemandeVide()


_LECTURES: dict[Operation, Callable[[_Element], Demande]] = {
    Operation.DECLARE_CERTIFICAT_EMPLOI: _lire_certificats,
    Operation.DECLARE_CHANGEMENT_ACTIVITE: _lire_changements,
    Operation.ANNULE_DECLARATION: _lire_annulation,
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


def _texte(element: _Element | None) -> str | None:
    """An optional xs:token, white space collapsed (XML Schema Part 2, 4.3.6); None when absent or empty."""
    if element is None:
        return None
    texte = element.text
    if not texte:
        return None
    if not texte.isprintable() or "  " in texte:  # a tab or a line end is not printable; neither is a rarer character
        texte = _BLANCS_REPETES.sub(" ", texte)
    return texte.strip(" ") or None


def _exige(element: _Element | None) -> str:
    """The value of an element that the schema requires."""
    return _texte(element) or ""


def _decimal(element: _Element | None) -> Decimal | None:
    return None if element is None else Decimal(_exige(element))


def _date(element: _Element) -> date:
    """The day of an xs:date, its offset ignored."""
    return date.fromisoformat(_exige(element)[:10])

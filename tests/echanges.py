"""The back office's side of the exchange, for the tests: files are read and held against their schema, answers made."""

import functools
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import xmlschema
from lxml import etree

from service.contract.catalogue import NS_TRANSMISSION, SCHEMA_TRANSMISSION, dossier

NS = NS_TRANSMISSION
_T = {"t": NS}


class Lu(NamedTuple):
    """A movement as the back office reads it."""

    nature: str
    declaration: str
    remplace: str | None
    element: etree._Element

    def textes(self, chemin: str) -> list[str]:
        """Texts of the elements at a path of names anywhere below."""
        noms = "/".join(f"t:{nom}" for nom in chemin.split("/"))
        return [element.text or "" for element in self.element.iterfind(f".//{noms}", _T)]


class FichierLu(NamedTuple):
    """A file as the back office reads it."""

    organisme: str
    numero: int
    entete: dict[str, str]
    mouvements: list[Lu]

    @property
    def faits(self) -> list[tuple[str, str, str | None]]:
        """Nature, declaration and replaced declaration of each movement."""
        return [mouvement[:3] for mouvement in self.mouvements]


@functools.cache
def _schemas() -> tuple[etree.XMLSchema, xmlschema.XMLSchema]:
    chemin = dossier("schemas") / SCHEMA_TRANSMISSION
    return etree.XMLSchema(etree.parse(chemin)), xmlschema.XMLSchema(str(chemin))


def exiger_valide(octets: bytes) -> etree._Element:
    """Hold a document against the schema with two validators; return its root."""
    racine = etree.fromstring(octets)
    libxml2, autre = _schemas()
    libxml2.assertValid(racine)
    autre.validate(octets.decode())
    return racine


def lire(octets: bytes) -> FichierLu:
    """Read a file: valid for two validators, its ranks and totals right."""
    racine = exiger_valide(octets)
    entete = {etree.QName(enfant).localname: enfant.text or "" for enfant in racine[0]}
    mouvements = [_lire_mouvement(element) for element in racine.iterfind("t:mouvement", _T)]
    assert racine.xpath("t:mouvement/t:rang/text()", namespaces=_T) == [
        str(rang) for rang in range(1, len(mouvements) + 1)
    ]
    natures = [mouvement.nature for mouvement in mouvements]
    totaux = {etree.QName(enfant).localname: int(enfant.text or "") for enfant in racine[-1]}
    assert totaux == {
        "mouvements": len(natures),
        "creations": natures.count("creation"),
        "remplacements": natures.count("remplacement"),
        "annulations": natures.count("annulation"),
    }
    return FichierLu(entete["organisme"], int(entete["numero"]), entete, mouvements)


def _lire_mouvement(element: etree._Element) -> Lu:
    contenu = element[1]
    numero = contenu.findtext(".//t:numeroDeclaration", namespaces=_T)
    assert numero is not None
    return Lu(etree.QName(contenu).localname, numero, contenu.findtext("t:remplace", namespaces=_T), contenu)


def lire_dossier(chemin: Path) -> dict[str, FichierLu]:
    """Every file of a directory by reference; nothing else is in it but their checksums."""
    lus = {}
    for fichier in sorted(chemin.glob("*.xml")):
        lu = lire(fichier.read_bytes())
        assert fichier.name == f"transmission-{lu.organisme}-{lu.numero:06d}.xml"
        lus[f"{lu.organisme}-{lu.numero}"] = lu
    noms = {fichier.name for fichier in chemin.iterdir()} if chemin.exists() else set()
    attendus = {fichier.name for fichier in chemin.glob("*.xml")}
    assert noms == attendus | {f"{nom}.sha256" for nom in attendus}
    return lus


def sort(numero: str, resultat: str = "INTEGREE", motif: str | None = None) -> str:
    """What became of one movement."""
    fin = "" if motif is None else f"<motif>{escape(motif)}</motif>"
    return f"<sort><numeroDeclaration>{numero}</numeroDeclaration><resultat>{resultat}</resultat>{fin}</sort>"


def reponse(organisme: str, numero: int, *sorts: str) -> bytes:
    """An answer."""
    corps = "\n".join(sorts)
    return (
        f'<reponse xmlns="{NS}">\n<organisme>{organisme}</organisme>\n<numero>{numero}</numero>\n{corps}\n</reponse>'
    ).encode()


def tout_integrer(fichier: FichierLu, **refus: str) -> bytes:
    """An answer that takes over every movement of a file, save those refused: declaration (underscores for hyphens)
    and reason."""
    motifs = {numero.replace("_", "-"): motif for numero, motif in refus.items()}
    sorts = (
        sort(mouvement.declaration, "REFUSEE", motifs[mouvement.declaration])
        if mouvement.declaration in motifs
        else sort(mouvement.declaration)
        for mouvement in fichier.mouvements
    )
    return reponse(fichier.organisme, fichier.numero, *sorts)

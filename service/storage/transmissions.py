"""The files for the back office while they are made: opened with their number, filled, closed with their content, put
on the disk.

Invariants: numbers of an organisme follow each other from 1, since a file is opened in the transaction of its first
movements and never taken away; one without a checksum is still being filled; once closed nothing of it changes but
`ecrite_le` and the answers.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.bulk import Bulk, en_colonnes
from service.storage.lignes import de_numero
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import anomalie, depot, esat, ligne, mouvement, transmission


class NouveauMouvement(NamedTuple):
    """A movement to be written."""

    transmission_id: int
    rang: int
    nature: str
    declaration: str
    remplace: str | None


class Fichier(NamedTuple):
    """A file, without its content."""

    id: int
    organisme: str
    numero: int
    preparee_le: datetime
    ecrite_le: datetime | None
    nombre: int
    fichier: str
    empreinte: str | None


class AComposer(NamedTuple):
    """A movement and the declaration that it is about; amounts, shares and hours in hundredths."""

    rang: int
    nature: str
    declaration: str
    remplace: str | None
    siret: str
    date_reception: datetime
    nature_ligne: str
    annee: int | None
    donnees: bytes
    """Employee, one ciphertext."""
    nombre_mois: int | None
    montant_net: int | None
    montant_aide_poste: int | None
    pourcentage_salaire_direct: int | None
    heures_avant: int | None
    heures_apres: int | None
    date_effet: date | None
    motif: str | None
    statut_depuis: datetime


_OUVRIR: Statement[tuple[Any, ...]] = Statement(
    insert(transmission)
    .values({nom: bindparam(nom) for nom in ("organisme", "numero", "preparee_le", "fichier", "nombre")})
    .returning(transmission.c.id)
)
_DERNIER_NUMERO: Statement[tuple[Any, ...]] = Statement(
    select(func.max(transmission.c.numero)).where(transmission.c.organisme == bindparam("organisme"))
)
_REMPLIR: Statement[tuple[Any, ...]] = Statement(
    update(transmission)
    .where(transmission.c.id == bindparam("fichier_id"), transmission.c.empreinte.is_(None))
    .values(nombre=bindparam("combien"))
)
_MOUVEMENTS = Bulk(mouvement)
_fichiers = select(*(transmission.c[nom] for nom in Fichier._fields))
_OUVERTS = Statement(_fichiers.where(transmission.c.empreinte.is_(None)).order_by(transmission.c.id), Fichier)
_A_ECRIRE = Statement(
    _fichiers.where(transmission.c.empreinte.is_not(None), transmission.c.ecrite_le.is_(None)).order_by(
        transmission.c.id
    ),
    Fichier,
)
_UN = Statement(
    _fichiers.where(
        transmission.c.organisme == bindparam("organisme"), transmission.c.numero == bindparam("le_numero")
    ),
    Fichier,
)
_du_depot, _de_la_ligne = de_numero(mouvement.c.declaration)
_AU_RANG = and_(
    mouvement.c.transmission_id == bindparam("fichier_id"),
    mouvement.c.rang > bindparam("apres"),
    mouvement.c.rang <= bindparam("jusque"),
)
_A_COMPOSER = Statement(
    select(
        *(mouvement.c[nom] for nom in ("rang", "nature", "declaration", "remplace")),
        esat.c.siret,
        depot.c.date_reception,
        ligne.c.nature,
        *(ligne.c[nom] for nom in AComposer._fields[AComposer._fields.index("annee") :]),
    )
    .select_from(mouvement)
    .join(depot, _du_depot)
    .join(ligne, _de_la_ligne)
    .join(esat, esat.c.id == ligne.c.esat_id)
    .where(_AU_RANG)
    .order_by(mouvement.c.rang),
    AComposer,
)
_SIGNALEMENTS: Statement[tuple[Any, ...]] = Statement(
    select(mouvement.c.rang, anomalie.c.code)
    .select_from(mouvement)
    .join(depot, _du_depot)
    .join(ligne, _de_la_ligne)
    .join(anomalie, and_(anomalie.c.depot_id == ligne.c.depot_id, anomalie.c.rang == ligne.c.rang))
    .where(_AU_RANG)
    .order_by(mouvement.c.rang, anomalie.c.ordre)
)
_FERMER: Statement[tuple[Any, ...]] = Statement(
    update(transmission)
    .where(
        transmission.c.id == bindparam("fichier_id"),
        transmission.c.empreinte.is_(None),
        transmission.c.nombre == bindparam("combien"),
    )
    .values(empreinte=bindparam("condense"), contenu=bindparam("octets"))
)
_CONTENU: Statement[tuple[Any, ...]] = Statement(
    select(transmission.c.contenu).where(transmission.c.id == bindparam("fichier_id"))
)
_ECRITE: Statement[tuple[Any, ...]] = Statement(
    update(transmission)
    .where(transmission.c.id == bindparam("fichier_id"), transmission.c.ecrite_le.is_(None))
    .values(ecrite_le=bindparam("instant"))
)


class TransmissionsRepository:
    """The files while they are made."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def dernier_numero(self, organisme: str) -> int:
        """Number of the organisme's newest file, 0 before the first. The caller holds the lock of transmitters."""
        return self._session.all(_DERNIER_NUMERO, {"organisme": organisme})[0][0] or 0

    def ouvrir(self, organisme: str, numero: int, fichier: str, nombre: int, instant: datetime) -> int:
        """Begin a file with so many movements; return its id."""
        valeurs = {"organisme": organisme, "numero": numero, "preparee_le": instant, "fichier": fichier}
        return int(self._session.all(_OUVRIR, {**valeurs, "nombre": nombre})[0][0])

    def remplir(self, fichier_id: int, nombre: int) -> bool:
        """Note how many movements a file has now; False when it is closed."""
        return self._session.run(_REMPLIR, {"fichier_id": fichier_id, "combien": nombre}) == 1

    def ajouter(self, mouvements: Sequence[NouveauMouvement]) -> None:
        """Write movements."""
        self._session.bulk(_MOUVEMENTS, en_colonnes(mouvements))

    def ouverts(self) -> list[Fichier]:
        """The files that are not closed, oldest first."""
        return self._session.all(_OUVERTS)

    def a_ecrire(self) -> list[Fichier]:
        """The closed files that are not known to be on the disk, oldest first."""
        return self._session.all(_A_ECRIRE)

    def un(self, organisme: str, numero: int) -> Fichier | None:
        """The file of that number."""
        return self._session.first(_UN, {"organisme": organisme, "le_numero": numero})

    def a_composer(self, fichier_id: int, apres: int, jusque: int) -> list[AComposer]:
        """The movements of ranks above `apres` up to `jusque`, with their declarations, in order."""
        return self._session.all(_A_COMPOSER, {"fichier_id": fichier_id, "apres": apres, "jusque": jusque})

    def signalements(self, fichier_id: int, apres: int, jusque: int) -> list[tuple[int, str]]:
        """Rank and code of each anomaly of these declarations, in order."""
        valeurs = {"fichier_id": fichier_id, "apres": apres, "jusque": jusque}
        return [(rang, code) for rang, code in self._session.all(_SIGNALEMENTS, valeurs)]

    def fermer(self, fichier_id: int, nombre: int, empreinte: str, contenu: bytes) -> bool:
        """Give a file its checksum and its content, encrypted by the caller; False when it has another number of
        movements or is closed."""
        valeurs = {"fichier_id": fichier_id, "combien": nombre, "condense": empreinte, "octets": contenu}
        return self._session.run(_FERMER, valeurs) == 1

    def contenu(self, fichier_id: int) -> bytes | None:
        """The content as kept; None before the file is closed, and once purged."""
        octets = self._session.all(_CONTENU, {"fichier_id": fichier_id})[0][0]
        return None if octets is None else bytes(octets)

    def ecrite(self, fichier_id: int, instant: datetime) -> None:
        """Note when a file was first known to be on the disk."""
        self._session.run(_ECRITE, {"fichier_id": fichier_id, "instant": instant})

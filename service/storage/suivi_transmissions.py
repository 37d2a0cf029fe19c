"""What became of what was passed on: the files and their counts, their movements, the back office's answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, select, update

from service.storage.columns import valeurs_de
from service.storage.lignes import de_numero
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import depot, ligne, mouvement, transmission


class FichierSuivi(NamedTuple):
    """A file and what was answered."""

    id: int
    organisme: str
    numero: int
    preparee_le: datetime
    ecrite_le: datetime | None
    nombre: int
    """Movements."""
    fichier: str
    empreinte: str | None
    integres: int
    refuses: int


class MouvementSuivi(NamedTuple):
    """A movement of a file and what was answered."""

    rang: int
    nature: str
    declaration: str
    remplace: str | None
    reponse: str | None
    motif: str | None
    repondu_le: datetime | None
    statut: str | None
    """Of the declaration today; None once it was purged."""
    esat_id: int | None


class DeclarationSuivie(NamedTuple):
    """A declaration of a deposit, and how it was passed on and answered."""

    numero: str
    statut: str
    depuis: datetime
    fichier: str | None
    """Name of the file that passed it on; None for a declaration that never left."""
    reponse: str | None
    motif: str | None
    """Of a refusal."""
    repondu_le: datetime | None
    fichier_annulation: str | None
    """Name of the file that told the back office that it does not count any more."""
    reponse_annulation: str | None
    motif_annulation: str | None


_PREMIERE_PAGE = 2**31 - 1


def _page(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The newest files and their answers, counted for those files only."""
    colonnes = [transmission.c[nom] for nom in FichierSuivi._fields[:-2]]
    page = (
        select(*colonnes)
        .where(transmission.c.id < bindparam("avant"), *conditions)
        .order_by(transmission.c.id.desc())
        .limit(bindparam("limite"))
        .subquery("page")
    )
    comptes = (func.count(case((mouvement.c.reponse == reponse, 1))) for reponse in ("INTEGREE", "REFUSEE"))
    return (
        select(*page.c, *comptes)
        .select_from(page)
        .outerjoin(mouvement, and_(mouvement.c.transmission_id == page.c.id, mouvement.c.reponse.is_not(None)))
        .group_by(*page.c)
        .order_by(page.c.id.desc())
    )


_DE_L_ORGANISME = transmission.c.organisme == bindparam("l_organisme")
_LISTER = Statement(_page(), FichierSuivi)
_LISTER_DE = Statement(_page(_DE_L_ORGANISME), FichierSuivi)
_UN = Statement(_page(_DE_L_ORGANISME, transmission.c.numero == bindparam("le_numero")), FichierSuivi)
_du_depot, _de_la_ligne = de_numero(mouvement.c.declaration)
_MOUVEMENTS = Statement(
    select(
        *(mouvement.c[nom] for nom in MouvementSuivi._fields[:-2]),
        ligne.c.statut,
        ligne.c.esat_id,
    )
    .select_from(mouvement)
    .outerjoin(depot, _du_depot)
    .outerjoin(ligne, _de_la_ligne)
    .where(mouvement.c.transmission_id == bindparam("fichier_id"), mouvement.c.rang > bindparam("apres"))
    .order_by(mouvement.c.rang)
    .limit(bindparam("limite")),
    MouvementSuivi,
)
_PAR_NATURE: Statement[tuple[Any, ...]] = Statement(
    select(mouvement.c.nature, func.count())
    .where(mouvement.c.transmission_id == bindparam("fichier_id"))
    .group_by(mouvement.c.nature)
)
_declarations, _declaration = valeurs_de("declarations")
_REPONDRE: Statement[tuple[Any, ...]] = Statement(
    update(mouvement)
    .where(mouvement.c.transmission_id == bindparam("fichier_id"), mouvement.c.declaration == _declaration)
    .values(reponse=bindparam("resultat"), motif=bindparam("raison"), repondu_le=bindparam("instant"))
)
_retrait, _fichier_du_retrait = mouvement.alias("retrait"), transmission.alias("fichier_du_retrait")
_DU_DEPOT = Statement(
    select(
        ligne.c.numero,
        ligne.c.statut,
        ligne.c.statut_depuis,
        transmission.c.fichier,
        mouvement.c.reponse,
        mouvement.c.motif,
        mouvement.c.repondu_le,
        _fichier_du_retrait.c.fichier,
        _retrait.c.reponse,
        _retrait.c.motif,
    )
    .select_from(ligne)
    .outerjoin(mouvement, and_(mouvement.c.declaration == ligne.c.numero, mouvement.c.nature != "ANNULATION"))
    .outerjoin(transmission, transmission.c.id == mouvement.c.transmission_id)
    .outerjoin(_retrait, and_(_retrait.c.declaration == ligne.c.numero, _retrait.c.nature == "ANNULATION"))
    .outerjoin(_fichier_du_retrait, _fichier_du_retrait.c.id == _retrait.c.transmission_id)
    .where(ligne.c.depot_id == bindparam("depot_id"), ligne.c.statut.is_not(None))
    .order_by(ligne.c.rang),
    DeclarationSuivie,
)
_EN_ATTENTE: Statement[tuple[Any, ...]] = Statement(
    select(func.count(), func.coalesce(func.sum(depot.c.nombre_acceptees), 0)).where(
        depot.c.id > bindparam("apres"), depot.c.essai == false(), depot.c.nombre_acceptees > 0
    )
)


class SuiviTransmissionsRepository:
    """What became of what was passed on."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def lister(self, organisme: str | None, avant: int | None, limite: int) -> list[FichierSuivi]:
        """At most `limite` files, of one organisme or of all, newest first; `avant` is the id of the last one of the
        page before."""
        valeurs: dict[str, Any] = {"avant": avant or _PREMIERE_PAGE, "limite": limite}
        if organisme is None:
            return self._session.all(_LISTER, valeurs)
        return self._session.all(_LISTER_DE, {**valeurs, "l_organisme": organisme})

    def un(self, organisme: str, numero: int) -> FichierSuivi | None:
        """One file."""
        valeurs = {"avant": _PREMIERE_PAGE, "limite": 1, "l_organisme": organisme, "le_numero": numero}
        return self._session.first(_UN, valeurs)

    def mouvements(self, fichier_id: int, apres: int, limite: int) -> list[MouvementSuivi]:
        """At most `limite` movements of a file, of ranks above `apres`, in order."""
        return self._session.all(_MOUVEMENTS, {"fichier_id": fichier_id, "apres": apres, "limite": limite})

    def par_nature(self, fichier_id: int) -> dict[str, int]:
        """How many movements of each nature a file has."""
        return {
            str(nature): int(nombre) for nature, nombre in self._session.all(_PAR_NATURE, {"fichier_id": fichier_id})
        }

    def repondre(
        self, fichier_id: int, declarations: Sequence[str], resultat: str, motif: str | None, instant: datetime
    ) -> int:
        """Note the answer to the movements of a file about these declarations; how many there were."""
        valeurs = {"fichier_id": fichier_id, "declarations": declarations, "resultat": resultat}
        return self._session.run(_REPONDRE, {**valeurs, "raison": motif, "instant": instant})

    def du_depot(self, depot_id: int) -> list[DeclarationSuivie]:
        """The declarations of a deposit, by rank: where each one stands, the files that told of it, what was answered
        and why. Empty for a trial."""
        return self._session.all(_DU_DEPOT, {"depot_id": depot_id})

    def en_attente(self, apres: int) -> tuple[int, int]:
        """How many deposits with an accepted line, and how many such lines, have an id above `apres`; trials left
        out."""
        depots, lignes = self._session.all(_EN_ATTENTE, {"apres": apres})[0]
        return int(depots), int(lignes)

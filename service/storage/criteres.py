"""What an entry of the log may be asked, beyond the index by which it was found."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, literal_column, or_, select

from service.storage.columns import valeurs_de
from service.storage.tables import anomalie, depot

Criteres = Mapping[str, Any]
"""Values by criterion; a criterion of several values has a mapping of their names."""
Noms = tuple[str, ...]
_FAITS: list[ColumnElement[str]] = [
    literal_column(f"'{issue}'") for issue in ("ACCEPTE", "ACCEPTE_PARTIELLEMENT", "REJETE")
]
_sirets, _siret = valeurs_de("sirets")
_CRITERES: dict[str, Callable[[FromClause], ColumnElement[bool]]] = {
    "messages": lambda j: j.c.acte.is_(None),
    "actes": lambda j: j.c.acte.is_not(None),
    "acte": lambda j: j.c.acte == bindparam("acte"),
    "debut": lambda j: j.c.instant >= bindparam("debut"),
    "fin": lambda j: j.c.instant < bindparam("fin"),
    "sirets": lambda j: j.c.siret.in_(select(_siret).select_from(_sirets)),
    "compte_id": lambda j: j.c.compte_id == bindparam("compte_id"),
    "utilisateur": lambda j: and_(j.c.compte_id.is_(None), j.c.utilisateur == bindparam("utilisateur")),
    "compte": lambda j: or_(_CRITERES["compte_id"](j), _CRITERES["utilisateur"](j)),
    "operation": lambda j: j.c.operation == bindparam("operation"),
    "issue": lambda j: j.c.issue == bindparam("issue"),
    "fait": lambda j: fait_un_depot(j),
    "code": lambda j: j.c.code == bindparam("code"),
    "numero": lambda j: j.c.numero_depot == bindparam("numero"),
    "identifiant": lambda j: j.c.identifiant_message == bindparam("identifiant"),
    "regle": lambda j: _une_anomalie(j).is_not(None),
    "texte": lambda j: or_(
        *(
            func.lower(colonne).like(bindparam("texte"), escape="\\")
            for colonne in (j.c.agent, j.c.code, j.c.utilisateur)
        )
    ),
}


COLONNES: Mapping[str, Noms] = {
    "messages": ("acte",),
    "actes": ("acte",),
    "debut": ("instant",),
    "fin": ("instant",),
    "sirets": ("siret",),
    "utilisateur": ("compte_id", "utilisateur"),
    "compte": ("compte_id", "utilisateur"),
    "fait": ("issue",),
    "numero": ("numero_depot",),
    "identifiant": ("identifiant_message",),
    "regle": ("numero_depot",),
    "texte": ("agent", "code", "utilisateur"),
}
"""Columns that a criterion looks at, where they do not bear its name."""


def _une_anomalie(j: FromClause) -> ColumnElement[int]:
    """Not EXISTS, for which PostgreSQL was seen to read all that a rule ever said."""
    requete = select(depot.c.id).join(anomalie, anomalie.c.depot_id == depot.c.id)
    requete = requete.where(depot.c.numero == j.c.numero_depot, anomalie.c.code == bindparam("regle"))
    return requete.limit(1).scalar_subquery()


def conditions(j: FromClause, noms: Noms) -> list[ColumnElement[bool]]:
    """Return what entries, columns of `j`, must hold."""
    return [_CRITERES[nom](j) for nom in noms]


def fait_un_depot(j: FromClause) -> ColumnElement[bool]:
    """Return whether an entry is that of the message which made a deposit; others only name one."""
    return j.c.issue.in_(_FAITS)


def valeurs(criteres: Criteres) -> dict[str, Any]:
    """Return the parameters of criteria."""
    toutes: dict[str, Any] = {}
    for nom, valeur in criteres.items():
        toutes.update(valeur if isinstance(valeur, Mapping) else {nom: valeur})
    return toutes

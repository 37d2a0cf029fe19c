"""Insertion of many rows, given as columns by name, at driver level.

Columns without any value are left out, and each one is converted as a whole: on SQLite the driver asks its protocol of
adapters about every value that is no int, float, str or bytearray, None included, which cost more than the insertion
itself (a thousand lines: 12 ms, 6 so). There `BLOC` rows go in one statement, which is given once what they all share
(4.2 ms one by one, 3.5 so); PostgreSQL is given them by binary COPY, from `SEUIL_COPY` rows on.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Dialect, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from service.storage.statements import Convertisseur, entree

SEUIL_COPY = 20
"""From how many rows on COPY beats INSERT on PostgreSQL (measured)."""
BLOC = 100
"""Rows of one statement on SQLite."""
Colonnes = Mapping[str, Sequence[Any]]
_Conversion = Callable[[Sequence[Any]], Sequence[Any]]


class _Compilee(NamedTuple):
    """An insertion in the words of one dialect."""

    insertion: str
    """INSERT of one row, with positional marks."""
    copie: str | None
    """Binary COPY, which SQLite does not have."""
    types: tuple[str, ...]
    """Of the columns, as COPY needs them."""


class Bulk:
    """Insertion of many rows into a table."""

    __slots__ = ("_compilees", "_conversions", "_table")

    def __init__(self, table: Table) -> None:
        self._table = table
        self._conversions: dict[str, dict[str, _Conversion | None]] = {}
        self._compilees: dict[tuple[str, tuple[str, ...]], _Compilee] = {}

    def inserer(self, pilote: Any, dialect: Dialect, colonnes: Colonnes) -> None:
        """Insert the rows, through a connection of the driver. Raises ValueError for columns of unequal lengths."""
        remplies = self._remplies(dialect, colonnes)
        compilee = self._compilee(dialect, tuple(remplies))
        nombre = len(next(iter(remplies.values())))
        with contextlib.closing(pilote.cursor()) as curseur:
            if compilee.copie is not None and nombre >= SEUIL_COPY:
                _copier(curseur, compilee, zip(*remplies.values(), strict=True))
                return
            seules = nombre % BLOC if compilee.copie is None else nombre
            if seules < nombre:
                _inserer_par_blocs(curseur, self._table.name, remplies, range(seules, nombre, BLOC))
                remplies = {nom: valeurs[:seules] for nom, valeurs in remplies.items()}
            curseur.executemany(compilee.insertion, zip(*remplies.values(), strict=True))

    def _remplies(self, dialect: Dialect, colonnes: Colonnes) -> dict[str, Sequence[Any]]:
        """The columns that have values, as the driver wants them."""
        conversions = self._conversions.get(dialect.name)
        if conversions is None:
            conversions = {colonne.name: _conversion(colonne.type, dialect) for colonne in self._table.columns}
            self._conversions[dialect.name] = conversions
        return {
            nom: valeurs if (convertir := conversions[nom]) is None else convertir(valeurs)
            for nom, valeurs in colonnes.items()
            if valeurs[0] is not None or valeurs.count(None) < len(valeurs)
        }

    def _compilee(self, dialect: Dialect, noms: tuple[str, ...]) -> _Compilee:
        trouvee = self._compilees.get((dialect.name, noms))
        if trouvee is None:
            trouvee = self._compilees[dialect.name, noms] = _compiler(self._table, noms, dialect)
        return trouvee


def en_colonnes(lignes: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Rows, NamedTuples of one kind, as a `Bulk` takes them."""
    return dict(zip(lignes[0]._fields, zip(*lignes, strict=True), strict=True)) if lignes else {}


def _conversion(type_: TypeEngine[Any], dialect: Dialect) -> _Conversion | None:
    if dialect.name == "sqlite" and isinstance(type_, LargeBinary):
        return _octets
    convertir = int if dialect.name == "sqlite" and isinstance(type_, Boolean) else entree(type_, dialect)
    return None if convertir is None else partial(_chacune_une_fois, convertir)


def _octets(valeurs: Sequence[bytes | None]) -> Sequence[Any]:
    return [valeur if valeur is None else bytearray(valeur) for valeur in valeurs]


def _chacune_une_fois(convertir: Convertisseur, valeurs: Sequence[Any]) -> Sequence[Any]:
    """A column of days, instants or booleans, which repeat."""
    converties = dict.fromkeys(valeurs)
    for valeur in converties:
        if valeur is not None:
            converties[valeur] = convertir(valeur)
    return [converties[valeur] for valeur in valeurs]


def _compiler(table: Table, noms: Sequence[str], dialect: Dialect) -> _Compilee:
    sqlite = dialect.name == "sqlite"
    colonnes = ", ".join(noms)
    marques = ", ".join(["?" if sqlite else "%s"] * len(noms))
    return _Compilee(
        f"INSERT INTO {table.name} ({colonnes}) VALUES ({marques})",  # noqa: S608  # names of our tables
        None if sqlite else f"COPY {table.name} ({colonnes}) FROM STDIN (FORMAT BINARY)",
        tuple(table.columns[nom].type.compile(dialect).partition("(")[0].lower() for nom in noms),
    )


def _inserer_par_blocs(curseur: Any, table: str, colonnes: Colonnes, debuts: Iterable[int]) -> None:
    communes = {nom: valeurs[0] for nom, valeurs in colonnes.items() if _est_commune(valeurs)}
    propres = {nom: valeurs for nom, valeurs in colonnes.items() if nom not in communes}
    insertion = _insertion_d_un_bloc(table, tuple(communes), tuple(propres))
    for debut in debuts:
        bloc = zip(*(valeurs[debut : debut + BLOC] for valeurs in propres.values()), strict=True)
        curseur.execute(insertion, [*communes.values(), *chain.from_iterable(bloc)])


def _est_commune(valeurs: Sequence[Any]) -> bool:
    """Whether all rows have the same value there; most columns that differ do so from the first row to the last."""
    premiere = valeurs[0]
    return bool(premiere == valeurs[-1]) and valeurs.count(premiere) == len(valeurs)


@lru_cache(maxsize=64)
def _insertion_d_un_bloc(table: str, communes: tuple[str, ...], propres: tuple[str, ...]) -> str:
    """INSERT of `BLOC` rows on SQLite: what they share first, then the values of each.

    ``OR FAIL`` leaves the rows before a refused one to the transaction, which is undone: SQLite would otherwise keep a
    copy of each page that the statement changes, as it does where a foreign key is not deferred (`tables.depots`).
    """
    lues = ["?"] * len(communes) + [f"column{rang}" for rang, _ in enumerate(propres, 1)]
    rangees = ", ".join([f"({', '.join('?' * len(propres))})"] * BLOC)
    colonnes = ", ".join(communes + propres)
    return f"INSERT OR FAIL INTO {table} ({colonnes}) SELECT {', '.join(lues)} FROM (VALUES {rangees})"  # noqa: S608


def _copier(curseur: Any, compilee: _Compilee, lignes: Iterable[Sequence[Any]]) -> None:
    with curseur.copy(compilee.copie) as copie:
        copie.set_types(compilee.types)
        for ligne in lignes:
            copie.write_row(ligne)

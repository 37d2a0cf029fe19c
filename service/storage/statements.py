"""Core statements compiled once, run at driver level.

Executing through SQLAlchemy's `Connection` costs 26 µs a statement, through the driver 3 µs, and a deposit has a dozen
of them: so a statement is written in Core, compiled once per dialect, and its text handed to the driver with the same
conversions of values that Core would have made (`TypeEngine.bind_processor` and `result_processor`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Boolean, Column, Dialect, LargeBinary, Table
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from service.storage.columns import Instant, instant, microsecondes

R = TypeVar("R", bound=tuple[Any, ...])
Convertisseur = Callable[[Any], Any]
ConvertisseurDeColonne = Callable[[Sequence[Any]], Sequence[Any]]


class Compiled(NamedTuple):
    """A statement in the words of one dialect."""

    sql: str
    constantes: dict[str, Any]
    entrees: tuple[tuple[str, Convertisseur], ...]
    sorties: tuple[tuple[int, Convertisseur], ...]

    def parametres(self, valeurs: Mapping[str, Any]) -> dict[str, Any]:
        """`valeurs` and the statement's constants, as the driver wants them."""
        resultat = {**self.constantes, **valeurs}
        for nom, convertir in self.entrees:
            valeur = resultat[nom]
            if valeur is not None:
                resultat[nom] = convertir(valeur)
        return resultat


class Statement(Generic[R]):
    """A Core statement and the NamedTuple its rows become (plain tuples without one)."""

    __slots__ = ("_clause", "_compiles", "_fabrique", "ecrit")

    def __init__(self, clause: ClauseElement, ligne: type[R] | None = None) -> None:
        self._clause = clause
        self.ecrit: bool = getattr(clause, "is_dml", False)
        # What NamedTuple's own `_make` does, without a call and a count of fields that the statement fixes.
        self._fabrique: Callable[[Iterable[Any]], Any] | None = None if ligne is None else partial(tuple.__new__, ligne)
        self._compiles: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        """The statement for `dialect`, compiled at the first call."""
        trouve = self._compiles.get(dialect.name)
        if trouve is None:
            trouve = self._compiles[dialect.name] = _compiler(self._clause, dialect)
        return trouve

    def rows(self, compiled: Compiled, lues: Iterable[Sequence[Any]]) -> list[R]:
        """Rows of the driver as rows of the application."""
        if compiled.sorties:
            lues = [_converties(ligne, compiled.sorties) for ligne in lues]
        return list(lues if self._fabrique is None else map(self._fabrique, lues))


def _converties(ligne: Sequence[Any], sorties: tuple[tuple[int, Convertisseur], ...]) -> tuple[Any, ...]:
    valeurs = list(ligne)
    for position, convertir in sorties:
        valeur = valeurs[position]
        if valeur is not None:
            valeurs[position] = convertir(valeur)
    return tuple(valeurs)


def _compiler(clause: ClauseElement, dialect: Dialect) -> Compiled:
    compile_ = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    binds: Mapping[str, Any] = getattr(compile_, "binds", {})
    entrees = [(nom, convertir) for nom, lie in binds.items() if (convertir := _entree(lie.type, dialect))]
    constantes = {nom: lie.effective_value for nom, lie in binds.items() if not lie.required}
    sorties = []
    for position, colonne in enumerate(getattr(clause, "exported_columns", ())):
        convertir = _sortie(colonne.type, dialect)
        if convertir is not None:
            sorties.append((position, convertir))
    return Compiled(str(compile_), constantes, tuple(entrees), tuple(sorties))


def _entree(type_: TypeEngine[Any], dialect: Dialect) -> Convertisseur | None:
    """How a value, never None, is converted for the driver; both drivers take bytes and booleans as they are."""
    if isinstance(type_, (LargeBinary, Boolean)):
        return None
    if isinstance(type_, Instant) and dialect.name == "sqlite":
        return microsecondes
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _sortie(type_: TypeEngine[Any], dialect: Dialect) -> Convertisseur | None:
    """How a value of the driver, never None, is converted; both drivers give bytes as they are."""
    if isinstance(type_, LargeBinary):
        return None
    if dialect.name == "sqlite" and isinstance(type_, Boolean):
        return bool
    if isinstance(type_, Instant):
        return instant if dialect.name == "sqlite" else None
    return type_.dialect_impl(dialect).result_processor(dialect, None)


class CompiledBulk(NamedTuple):
    """An insertion of many rows in the words of one dialect."""

    insertion: str
    """INSERT with positional marks."""
    copie: str | None
    """Binary COPY, which the other dialect does not have."""
    types: tuple[str, ...]
    """Of the columns, as COPY needs them."""


class Bulk:
    """Insertion of many rows, given as columns by name.

    Columns without any value are left out, and each one is converted as a whole: on SQLite the driver asks its protocol
    of adapters about every value that is no int, float, str or bytearray, None included, which cost more than the
    insertion itself (a thousand lines: 12 ms, 6 so).
    """

    __slots__ = ("_compiles", "_convertisseurs", "_table")

    def __init__(self, table: Table) -> None:
        self._table = table
        self._convertisseurs: dict[str, dict[str, ConvertisseurDeColonne | None]] = {}
        self._compiles: dict[tuple[str, tuple[str, ...]], CompiledBulk] = {}

    def compiled(
        self, dialect: Dialect, colonnes: Mapping[str, Sequence[Any]]
    ) -> tuple[CompiledBulk, Iterable[tuple[Any, ...]]]:
        """The insertion for `dialect` of the columns that have values, compiled once, and the rows that it takes."""
        convertisseurs = self._convertisseurs.get(dialect.name)
        if convertisseurs is None:
            convertisseurs = {colonne.name: _entree_de_lot(colonne.type, dialect) for colonne in self._table.columns}
            self._convertisseurs[dialect.name] = convertisseurs
        remplies = {
            nom: valeurs if (convertir := convertisseurs[nom]) is None else convertir(valeurs)
            for nom, valeurs in colonnes.items()
            if valeurs[0] is not None or valeurs.count(None) < len(valeurs)
        }
        return self._insertion(dialect, tuple(remplies)), zip(*remplies.values(), strict=True)

    def _insertion(self, dialect: Dialect, noms: tuple[str, ...]) -> CompiledBulk:
        cle = dialect.name, noms
        trouve = self._compiles.get(cle)
        if trouve is None:
            colonnes = [self._table.columns[nom] for nom in noms]
            trouve = self._compiles[cle] = _compiler_lot(self._table, colonnes, dialect)
        return trouve


def en_colonnes(lignes: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Rows, NamedTuples of one kind, as a `Bulk` takes them."""
    return dict(zip(lignes[0]._fields, zip(*lignes, strict=True), strict=True)) if lignes else {}


def _entree_de_lot(type_: TypeEngine[Any], dialect: Dialect) -> ConvertisseurDeColonne | None:
    if dialect.name == "sqlite" and isinstance(type_, LargeBinary):
        return _octets
    convertir = int if dialect.name == "sqlite" and isinstance(type_, Boolean) else _entree(type_, dialect)
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


def _compiler_lot(table: Table, colonnes: Sequence[Column[Any]], dialect: Dialect) -> CompiledBulk:
    sqlite = dialect.name == "sqlite"
    noms = ", ".join(colonne.name for colonne in colonnes)
    marques = ", ".join(["?" if sqlite else "%s"] * len(colonnes))
    return CompiledBulk(
        f"INSERT INTO {table.name} ({noms}) VALUES ({marques})",  # noqa: S608  # names of our tables
        None if sqlite else f"COPY {table.name} ({noms}) FROM STDIN (FORMAT BINARY)",
        tuple(colonne.type.compile(dialect).partition("(")[0].lower() for colonne in colonnes),
    )

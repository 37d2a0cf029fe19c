"""Core statements compiled once, run at driver level.

Executing through SQLAlchemy's `Connection` costs 26 µs a statement, through the driver 3 µs, and a deposit has a dozen
of them: so a statement is written in Core, compiled once per dialect, and its text handed to the driver with the same
conversions of values that Core would have made (`TypeEngine.bind_processor` and `result_processor`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Dialect, Table
from sqlalchemy.sql.elements import ClauseElement

R = TypeVar("R", bound=tuple[Any, ...])
Convertisseur = Callable[[Any], Any]


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
            resultat[nom] = convertir(resultat[nom])
        return resultat


class Statement(Generic[R]):
    """A Core statement and the NamedTuple its rows become (plain tuples without one)."""

    __slots__ = ("_clause", "_compiles", "_fabrique")

    def __init__(self, clause: ClauseElement, ligne: type[R] | None = None) -> None:
        self._clause = clause
        self._fabrique: Callable[[Iterable[Any]], Any] | None = getattr(ligne, "_make", None)
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
        if self._fabrique is None:
            return list(lues)  # type: ignore[arg-type]  # plain tuples, the bound of R
        return [self._fabrique(ligne) for ligne in lues]


def _converties(ligne: Sequence[Any], sorties: tuple[tuple[int, Convertisseur], ...]) -> tuple[Any, ...]:
    valeurs = list(ligne)
    for position, convertir in sorties:
        valeurs[position] = convertir(valeurs[position])
    return tuple(valeurs)


def _compiler(clause: ClauseElement, dialect: Dialect) -> Compiled:
    compile_ = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    binds: Mapping[str, Any] = getattr(compile_, "binds", {})
    entrees = []
    for nom, lie in binds.items():
        convertir = lie.type.dialect_impl(dialect).bind_processor(dialect)
        if convertir is not None:
            entrees.append((nom, convertir))
    constantes = {nom: lie.effective_value for nom, lie in binds.items() if not lie.required}
    sorties = []
    for position, colonne in enumerate(getattr(clause, "exported_columns", ())):
        convertir = colonne.type.dialect_impl(dialect).result_processor(dialect, None)
        if convertir is not None:
            sorties.append((position, convertir))
    return Compiled(str(compile_), constantes, tuple(entrees), tuple(sorties))


class Bulk:
    """Insertion of many rows, given as tuples in the order of the table's columns."""

    __slots__ = ("_compiles", "colonnes", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        self.colonnes = tuple(colonne.name for colonne in table.columns)
        self._compiles: dict[str, tuple[str, str, tuple[tuple[int, Convertisseur], ...]]] = {}

    def compiled(self, dialect: Dialect) -> tuple[str, str, tuple[tuple[int, Convertisseur], ...]]:
        """INSERT with positional marks, COPY (PostgreSQL only), and the conversions by position."""
        trouve = self._compiles.get(dialect.name)
        if trouve is None:
            noms = ", ".join(self.colonnes)
            marque = "?" if dialect.name == "sqlite" else "%s"
            marques = ", ".join([marque] * len(self.colonnes))
            conversions = []
            for position, colonne in enumerate(self.table.columns):
                convertir = colonne.type.dialect_impl(dialect).bind_processor(dialect)
                if convertir is not None:
                    conversions.append((position, convertir))
            trouve = self._compiles[dialect.name] = (
                f"INSERT INTO {self.table.name} ({noms}) VALUES ({marques})",  # noqa: S608  # names of our tables
                f"COPY {self.table.name} ({noms}) FROM STDIN",
                tuple(conversions),
            )
        return trouve

"""Core statements compiled once, run at driver level.

Executing through SQLAlchemy's `Connection` costs 26 µs a statement, through the driver 3 µs, and a deposit has a dozen
of them: so a statement is written in Core, compiled once per dialect, and its text handed to the driver with the same
conversions of values that Core would have made (`TypeEngine.bind_processor` and `result_processor`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Boolean, Dialect, LargeBinary
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from service.domain.fabrique import fabrique
from service.storage.columns import Instant, instant, microsecondes

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
            valeur = resultat[nom]
            if valeur is not None:
                resultat[nom] = convertir(valeur)
        return resultat


class Statement(Generic[R]):
    """A Core statement and the NamedTuple its rows become (plain tuples without one)."""

    __slots__ = ("_clause", "_compiles", "_fabrique", "_sur_postgresql", "ecrit")

    def __init__(
        self, clause: ClauseElement, ligne: type[R] | None = None, *, sur_postgresql: ClauseElement | None = None
    ) -> None:
        """`sur_postgresql` is the same statement for PostgreSQL, where it needs words that SQLite has not."""
        self._clause, self._sur_postgresql = clause, sur_postgresql
        self.ecrit: bool = getattr(clause, "is_dml", False)
        self._fabrique: Callable[[Iterable[Any]], Any] | None = None if ligne is None else fabrique(ligne)
        self._compiles: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        """The statement for `dialect`, compiled at the first call."""
        trouve = self._compiles.get(dialect.name)
        if trouve is None:
            clause = self._clause
            if self._sur_postgresql is not None and dialect.name == "postgresql":
                clause = self._sur_postgresql
            trouve = self._compiles[dialect.name] = _compiler(clause, dialect)
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
    entrees = [(nom, convertir) for nom, lie in binds.items() if (convertir := entree(lie.type, dialect))]
    constantes = {nom: lie.effective_value for nom, lie in binds.items() if not lie.required}
    sorties = []
    for position, colonne in enumerate(getattr(clause, "exported_columns", ())):
        convertir = _sortie(colonne.type, dialect)
        if convertir is not None:
            sorties.append((position, convertir))
    return Compiled(str(compile_), constantes, tuple(entrees), tuple(sorties))


def entree(type_: TypeEngine[Any], dialect: Dialect) -> Convertisseur | None:
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

"""The smallest thing to write and to read back: a convention and its number."""

from datetime import date

from service.storage.unit_of_work import FabriqueUnites

JOUR = date(2026, 1, 1)


def creer(unites: FabriqueUnites, numero: str) -> None:
    """Write one in a unit of its own."""
    with unites.ecriture(groupee=True) as unite:
        unite.conventions.creer(numero, JOUR, None, None, 180)
        unite.commit()


def numeros(unites: FabriqueUnites) -> list[str]:
    """Those that a reader sees."""
    with unites.lecture() as unite:
        return [convention.numero for convention in unite.conventions.lister()]

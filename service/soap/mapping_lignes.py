"""From the lines of a validated payload to domain records, column by column: 2 us a line.

Texts come from the canonical form (`contract.canonique`), one tuple a line; a text that is absent is empty.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from service.contract.canonique import Forme
from service.contract.ligne_plaine import Colonnes
from service.domain.declaration import Certificat, Changement, Nature, Salarie
from service.domain.fabrique import fabrique
from service.soap.textes import textes

_SALARIE = ("salarie", ("nir", "numeroAllocataire", "organisme", "nom", "nomUsage", "prenom", "dateNaissance"))
_MONTANTS = ("montantNet", "montantAidePoste", "pourcentageSalaireDirect")
_NATURES = {nature.element: nature for nature in Nature}
_CERTIFICATS = Forme("certificat", ("reference", _SALARIE, "nombreMois", *_MONTANTS, "remplace"))
_CHANGEMENTS = Forme(
    "changement",
    (
        "reference",
        _SALARIE,
        ("|".join(_NATURES), ("dateEffet", "heuresAvant", "heuresApres", "motif")),
        "remplace",
    ),
)
_FIN_DU_SALARIE = 8
"""Texts of a line's reference and employee."""


def lire_certificats(canonique: str, prefixe: str | None, nombre: int, suivantes: Colonnes = ()) -> list[Certificat]:
    """Return the certificates of a payload: `nombre` in its canonical form, under `prefixe`, then the others."""
    colonnes = _a_la_suite(_CERTIFICATS.lire(canonique, prefixe, nombre), suivantes)
    mois, nets, aides, parts, remplaces = colonnes[_FIN_DU_SALARIE:]
    lignes = zip(
        textes(colonnes[0]),
        _salaries(colonnes[1:_FIN_DU_SALARIE]),
        map(int, mois),
        _decimaux(nets),
        _decimaux(aides),
        _decimaux(parts),
        textes(remplaces),
        strict=True,
    )
    return list(map(fabrique(Certificat), lignes))


def lire_changements(canonique: str, prefixe: str | None, nombre: int, suivantes: Colonnes = ()) -> list[Changement]:
    """Return the changes of a payload, as `lire_certificats`."""
    colonnes = _a_la_suite(_CHANGEMENTS.lire(canonique, prefixe, nombre), suivantes)
    natures, effets, avant, apres, motifs, remplaces = colonnes[_FIN_DU_SALARIE:]
    lignes = zip(
        textes(colonnes[0]),
        _salaries(colonnes[1:_FIN_DU_SALARIE]),
        map(_NATURES.__getitem__, natures),
        _jours(effets),
        _decimaux(avant),
        _decimaux(apres),
        textes(motifs),
        textes(remplaces),
        strict=True,
    )
    return list(map(fabrique(Changement), lignes))


def _a_la_suite(lignes: Sequence[Sequence[str]], suivantes: Colonnes) -> Colonnes:
    """The columns of lines, and of those that follow them."""
    colonnes = tuple(zip(*lignes, strict=True))
    if not suivantes:
        return colonnes
    return [[*premieres, *autres] for premieres, autres in zip(colonnes, suivantes, strict=True)]


def _salaries(colonnes: Colonnes) -> Iterable[Salarie]:
    nirs, numeros, organismes, noms, noms_usage, prenoms, naissances = colonnes
    lignes = zip(
        [nir and nir.upper() for nir in textes(nirs)],
        textes(numeros),
        textes(organismes),
        [nom or "" for nom in textes(noms)],
        textes(noms_usage),
        [prenom or "" for prenom in textes(prenoms)],
        _jours(naissances),
        strict=True,
    )
    return map(fabrique(Salarie), lignes)


def _decimaux(ecrits: Sequence[str]) -> list[Decimal | None]:
    return [Decimal(ecrit) if ecrit else None for ecrit in ecrits]


def _jours(ecrits: Sequence[str]) -> list[date]:
    """The days of xs:date, their offsets ignored."""
    try:
        return list(map(date.fromisoformat, ecrits))
    except ValueError:  # one has an offset, or white space around
        return [date.fromisoformat(ecrit.strip()[:10]) for ecrit in ecrits]

"""The sample payroll files of the demonstration: what an ESAT's software would export, a few rows wrong on purpose.

Semicolons, decimal commas, days as DD/MM/YYYY and UTF-8 in CSV; native dates and numbers in XLSX, and what must keep
its zeros or letters as text. The names of the columns are those that the reference client reads.
"""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font

from service.domain.declaration import Nature, Salarie
from service.usecases.demonstration_personnes import SalarieInvente

_SALARIE = (
    "reference", "nir", "numero_allocataire", "organisme", "nom", "nom_usage", "prenom", "date_naissance"
)  # fmt: skip
CERTIFICATS = (
    *_SALARIE, "nombre_mois", "montant_net", "montant_aide_poste", "pourcentage_salaire_direct", "remplace"
)  # fmt: skip
CHANGEMENTS = (*_SALARIE, "nature", "date_effet", "heures_avant", "heures_apres", "motif", "remplace")

Cellule = str | int | Decimal | date | None
Tableau = list[dict[str, Cellule]]


def paie_de_novembre(salaries: Sequence[SalarieInvente], annee: int) -> Tableau:
    """One row an employee for November of `annee`; the first rows hold the deliberate mistakes of `_FAUTES`."""
    lignes: Tableau = []
    for rang, invente in enumerate(salaries):
        ligne = _salarie(invente) | {
            "nombre_mois": 12,
            "montant_net": invente.net(annee, Decimal(rang % 7) / 2),
            "montant_aide_poste": invente.aide_en_euros(annee) if rang % 3 else None,
            "pourcentage_salaire_direct": None if rang % 3 else invente.part,
            "remplace": None,
        }
        lignes.append(ligne)
    for rang, fauter in _FAUTES.items():
        fauter(lignes[rang])
    lignes.append(dict(lignes[_DOUBLE]))
    return lignes


def changements_du_mois(salaries: Sequence[SalarieInvente], jour: date) -> Tableau:
    """A dozen changes around `jour`, two of them wrong: an increase that reduces, a NIR with a wrong key."""
    premier = jour.replace(day=1)
    veille = premier - timedelta(days=1)
    lignes: Tableau = []
    for rang, invente in enumerate(salaries[10:22]):
        nature = (Nature.AUGMENTATION, Nature.REDUCTION, Nature.AUGMENTATION, Nature.DEPART)[rang % 4]
        ligne = _salarie(invente) | {"nature": nature.value.lower(), "date_effet": premier, "heures_avant": None}
        ligne |= {"heures_apres": None, "motif": None, "remplace": None}
        if nature is Nature.DEPART:
            ligne |= {"date_effet": veille, "motif": ("RETRAITE", "MILIEU_ORDINAIRE", "DEMISSION")[rang // 4]}
        else:
            courtes, longues = Decimal("17.5"), Decimal(35)
            croissant = nature is Nature.AUGMENTATION
            ligne["heures_avant"], ligne["heures_apres"] = (courtes, longues) if croissant else (longues, courtes)
        lignes.append(ligne)
    lignes[2] |= {"heures_avant": Decimal(35), "heures_apres": Decimal("17.5")}
    _fausser_la_cle(lignes[5])
    return lignes


def en_csv(colonnes: Sequence[str], lignes: Tableau) -> bytes:
    """The rows as a CSV file."""
    sortie = io.StringIO()
    ecriture = csv.writer(sortie, delimiter=";")
    ecriture.writerow(colonnes)
    ecriture.writerows([_texte(ligne[nom]) for nom in colonnes] for ligne in lignes)
    return sortie.getvalue().encode()


def en_xlsx(colonnes: Sequence[str], lignes: Tableau) -> bytes:
    """The rows as a spreadsheet of one sheet."""
    classeur = Workbook()
    feuille = classeur.active
    assert feuille is not None
    feuille.title = "Paie"
    feuille.append(list(colonnes))
    for titre in feuille[1]:
        titre.font = Font(bold=True)
    for ligne in lignes:
        feuille.append([_cellule(ligne[nom]) for nom in colonnes])
    for rangee in feuille.iter_rows(min_row=2):
        for cellule in rangee:
            if isinstance(cellule.value, datetime):
                cellule.number_format = "dd/mm/yyyy"
            elif isinstance(cellule.value, str):
                cellule.number_format = "@"
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def _salarie(invente: SalarieInvente) -> dict[str, Cellule]:
    salarie: Salarie = invente.salarie
    valeurs = (
        invente.matricule,
        salarie.nir,
        salarie.numero_allocataire,
        salarie.organisme,
        salarie.nom,
        salarie.nom_usage,
        salarie.prenom,
        salarie.date_naissance,
    )
    return dict(zip(_SALARIE, valeurs, strict=True))


def _texte(valeur: Cellule) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, Decimal):
        return f"{valeur:f}".replace(".", ",")
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else str(valeur)


def _cellule(valeur: Cellule) -> str | int | float | datetime | None:
    if isinstance(valeur, date):
        return datetime(valeur.year, valeur.month, valeur.day)  # noqa: DTZ001 (a day of the calendar, as Excel has it)
    return float(valeur) if isinstance(valeur, Decimal) else valeur


def _fausser_la_cle(ligne: dict[str, Cellule]) -> None:
    """I02: a NIR whose key is one too many."""
    nir = str(ligne["nir"])
    ligne["nir"] = f"{nir[:13]}{int(nir[13:]) % 97 + 1:02d}"


def _treize_mois(ligne: dict[str, Cellule]) -> None:
    """C02."""
    ligne["nombre_mois"] = 13


def _trois_elements(ligne: dict[str, Cellule]) -> None:
    """C04."""
    ligne["montant_aide_poste"] = ligne["montant_aide_poste"] or Decimal("850.00")
    ligne["pourcentage_salaire_direct"] = Decimal("12.5")


def _montant_negatif(ligne: dict[str, Cellule]) -> None:
    """C05."""
    ligne["montant_net"] = -_decimal(ligne["montant_net"])


def _forte_hausse(ligne: dict[str, Cellule]) -> None:
    """C14: sixty percents more than last year."""
    ligne["montant_net"] = (_decimal(ligne["montant_net"]) * Decimal("1.6")).quantize(Decimal("0.01"))


def _decimal(valeur: Cellule) -> Decimal:
    assert isinstance(valeur, Decimal)
    return valeur


_FAUTES: dict[int, Callable[[dict[str, Cellule]], None]] = {
    2: _fausser_la_cle,
    8: _treize_mois,
    14: _trois_elements,
    20: _montant_negatif,
    26: _forte_hausse,
}
"""By 0-based row: what is wrong with it."""
_DOUBLE = 4
"""Row that comes again at the end (I04)."""

"""The refused rows, as a file to correct and send again: the rows as they were, and why."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from declarer_esat.ecriture import ecrire_neuf
from service.contract.fichiers.colonnes import REJETS, normaliser
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.tableau import Tableau, en_texte
from service.domain.declaration import Gravite


def ecrire_rejets(fichier: Path, tableau: Tableau, rejetees: set[int], constats: Sequence[Constat]) -> Path | None:
    """Write the refused rows beside the file, as ``<file>.rejets.csv``; return where, or None when it cannot be done.

    A file of that name that holds something else is left as it is, for it may be one that someone is correcting:
    another number is taken.
    """
    octets = _contenu(tableau, rejetees, constats)
    for rang in range(1, 1000):
        suffixe = ".rejets.csv" if rang == 1 else f".rejets-{rang}.csv"
        chemin = fichier.with_name(fichier.name + suffixe)
        try:
            ecrire_neuf(chemin, octets)
            return chemin
        except FileExistsError:
            if chemin.is_file() and chemin.read_bytes() == octets:
                return chemin
        except OSError:
            return None
    return None


def _contenu(tableau: Tableau, rejetees: set[int], constats: Sequence[Constat]) -> bytes:
    """Semicolons and a byte order mark: what French spreadsheets open without a question."""
    raisons: dict[int, list[Constat]] = {}
    for constat in constats:
        if constat.ligne in rejetees and constat.gravite is Gravite.REJET:
            raisons.setdefault(constat.ligne, []).append(constat)
    gardees = [
        rang
        for rang, titre in enumerate(tableau.entete.cellules)
        if titre is not None and normaliser(en_texte(titre)) not in REJETS
    ]
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow([*(en_texte(tableau.entete.cellules[rang]) for rang in gardees), *REJETS])
    for ligne in tableau.lignes:
        if ligne.numero in rejetees:
            siennes = raisons.get(ligne.numero, [])
            cellules = [en_texte(ligne.cellules[rang]) if rang < len(ligne.cellules) else "" for rang in gardees]
            ecrivain.writerow([*cellules, " ".join(r.code for r in siennes), " | ".join(map(_raison, siennes))])
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def _raison(constat: Constat) -> str:
    ou = f"{constat.colonne} : " if constat.colonne else ""
    return f"{ou}{constat.message}"

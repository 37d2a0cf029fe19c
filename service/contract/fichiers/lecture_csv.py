"""CSV as payroll software and spreadsheets write it: encodings, separators, decimal commas."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from service.contract.fichiers.colonnes import reconnues
from service.contract.fichiers.tableau import Cellule
from service.errors import SaisieError

Rangee = tuple[int, tuple[Cellule, ...]]
"""Number of a row and its cells."""

_SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
_LIGNES_D_ESSAI = 10
_BLANCS = re.compile(r"\s+")
_VIRGULE = re.compile(r"[+-]?[0-9\s.]*,[0-9]{1,2}")
_ABIME = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Csv:
    """One CSV file: its text, once its encoding is known, and its rows."""

    def __init__(self, octets: bytes) -> None:
        """Raises `SaisieError` when the bytes are no text, or text of an unknown encoding."""
        self._texte, encodage = _decoder(octets)
        self._texte, annonce = _sans_annonce(self._texte)
        self._decalage = 1 if annonce else 0
        self._separateur = annonce or self._deviner()
        self.nature = f"CSV ({encodage}, {_SEPARATEURS.get(self._separateur, 'autre séparateur')})"

    def rangees(self) -> Iterator[Rangee]:
        """Yield every row, empty ones included. Raises `SaisieError` at a row that cannot be read."""
        yield from self._lire(self._separateur)

    def virgule_decimale(self) -> bool:
        """Whether a number of the file has a decimal comma."""
        return self._separateur != "," and any(
            isinstance(cellule, str) and _VIRGULE.fullmatch(cellule)
            for _, rangee in self.rangees()
            for cellule in rangee
        )

    def _deviner(self) -> str:
        """The separator that shows most names of columns, else the most frequent, in the first rows."""
        debut = "\n".join(self._texte.splitlines()[:_LIGNES_D_ESSAI])

        def note(separateur: str) -> tuple[int, int]:
            try:
                noms = max((reconnues(rangee) for _, rangee in self._lire(separateur, debut)), default=0)
            except SaisieError:
                noms = 0
            return noms, debut.count(separateur)

        return max(_SEPARATEURS, key=note)

    def _lire(self, separateur: str, texte: str | None = None) -> Iterator[Rangee]:
        lecteur = csv.reader(
            io.StringIO(self._texte if texte is None else texte, newline=""), delimiter=separateur, strict=True
        )
        numero = self._decalage
        try:
            for numero, champs in enumerate(lecteur, 1 + self._decalage):
                yield numero, tuple(map(_cellule, champs))
        except csv.Error:
            raise SaisieError(
                f"À partir de la ligne {numero + 1}, un guillemet est mal placé ou n'est pas refermé : rien n'est "
                "lisible au-delà."
            ) from None


def _cellule(champ: str) -> Cellule:
    if champ.isspace() or not champ:
        return None
    return _BLANCS.sub(" ", champ).strip()


def _decoder(octets: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding."""
    for marque, codage in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if octets.startswith(marque):
            try:
                return octets[2:].decode(codage), "UTF-16"
            except UnicodeDecodeError:
                raise SaisieError("Le fichier s'annonce en UTF-16 mais n'en est pas.") from None
    if _ABIME.search(octets[:100_000].decode("latin-1")):
        raise SaisieError(
            "Ce n'est pas un tableau que l'on sait lire : CSV ou XLSX est attendu. Dans le tableur, enregistrer sous "
            "« Classeur Excel (.xlsx) » ou « CSV UTF-8 »."
        )
    for codage, nom in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return octets.decode(codage), nom
        except UnicodeDecodeError:
            continue
    raise SaisieError(
        "L'encodage du fichier n'est ni UTF-8 ni Windows-1252. Dans le tableur, enregistrer sous « CSV UTF-8 »."
    )


def _sans_annonce(texte: str) -> tuple[str, str | None]:
    """Take away the row ``sep=;`` by which spreadsheets are told the separator."""
    annonce = re.match(r"sep=(.)\r?\n", texte, re.IGNORECASE)
    return (texte[annonce.end() :], annonce[1]) if annonce else (texte, None)

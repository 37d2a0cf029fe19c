"""One cell → one value, or one sentence on what was expected. Nothing is guessed, and no digit is lost in silence."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from service.contract.fichiers.colonnes import normaliser
from service.contract.fichiers.tableau import Cellule
from service.domain.declaration import MOTIFS_DE_DEPART, Nature

_MOINS = str.maketrans({"−": "-", "’": "", "'": ""})
_ENTIER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"([+-]?[0-9]+)[.,]([0-9]+)")
_MILLIERS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_POINT_AMBIGU = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_SCIENTIFIQUE = re.compile(r"[0-9][.,][0-9]+\s*[eE]\s*\+?[0-9]+")
_DATE_FRANCAISE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2,4})")
_DATE_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_HEURE_NULLE = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?")
_HEURES = re.compile(r"([0-9]{1,3})\s*[hH:]\s*([0-5][0-9])?")
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_ABIME = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ¡-¿]")
_ERREURS = re.compile(
    r"#(?:N/A|N/D|REF!|DIV/0!|NAME\?|NOM\?|NULL!|NUL!|NUM!|NOMBRE!|VALUE!|VALEUR!|CALC!)", re.IGNORECASE
)
_ESPACES = re.compile(r"[\s.\-]+")
_TEXTE_MAX = 200
_LONGUEUR_NIR = 15
_CHIFFRES_ALLOCATAIRE = 7
_CHIFFRES_ORGANISME = 3
_ANNEE_COMPLETE = 4
_EN_TEXTE = "mettre la colonne au format Texte, puis ressaisir la valeur"


class ValeurError(ValueError):
    """A cell does not hold what its column should; the message says what is expected and never quotes the cell."""


def texte(cellule: Cellule) -> str:
    """Return a text; a number is taken as its digits."""
    if isinstance(cellule, date):
        raise ValeurError(f"une date y est enregistrée, un texte est attendu ; {_EN_TEXTE}")
    if isinstance(cellule, Decimal):
        return f"{cellule:f}"
    valeur = str(cellule)
    if valeur == "#CALCUL!":
        raise ValeurError("formule jamais calculée : ouvrir le fichier dans le tableur et l'enregistrer")
    if _ERREURS.fullmatch(valeur):
        raise ValeurError("le tableur y affiche une erreur de calcul : corriger la formule")
    if _INTERDITS.search(valeur):
        raise ValeurError("un caractère de contrôle s'y est glissé : ressaisir la cellule")
    if len(valeur) > _TEXTE_MAX:
        raise ValeurError(f"le texte dépasse {_TEXTE_MAX} caractères : est-ce la bonne colonne ?")
    return valeur


def nom(cellule: Cellule) -> str:
    """Return a name; refuses a number, and letters that a wrong encoding spoiled."""
    if isinstance(cellule, Decimal):
        raise ValeurError("un nombre y est enregistré, un nom est attendu : les colonnes sont-elles décalées ?")
    valeur = texte(cellule)
    if _ABIME.search(valeur):
        raise ValeurError("des accents sont abîmés : enregistrer le fichier en « CSV UTF-8 » ou en XLSX")
    return valeur


def nir(cellule: Cellule) -> str:
    """Return the 15 characters of a NIR, spaces and dots taken away; a number only when it has all its digits."""
    if isinstance(cellule, Decimal):
        chiffres = f"{cellule:f}"
        if len(chiffres) != _LONGUEUR_NIR or not chiffres.isdigit():
            raise ValeurError(
                f"un nombre de {len(chiffres)} chiffres y est enregistré, 15 caractères sont attendus (13 et la clé de "
                f"2) ; {_EN_TEXTE}"
            )
        return chiffres
    valeur = _ESPACES.sub("", _sans_arrondi(texte(cellule))).upper()
    if not valeur.isalnum():
        raise ValeurError("15 caractères sont attendus : des chiffres, et 2A ou 2B pour la Corse")
    return valeur


def numero_allocataire(cellule: Cellule) -> str:
    """Return a numéro allocataire; a number only when no leading zero can have been lost."""
    if isinstance(cellule, Decimal):
        return _code(cellule, _CHIFFRES_ALLOCATAIRE)
    return _ESPACES.sub("", _sans_arrondi(texte(cellule))).upper()


def organisme(cellule: Cellule) -> str:
    """Return the three digits of a Caf; a number only when no leading zero can have been lost."""
    if isinstance(cellule, Decimal):
        return _code(cellule, _CHIFFRES_ORGANISME)
    return _ESPACES.sub("", texte(cellule))


def _code(nombre: Decimal, chiffres: int) -> str:
    valeur = f"{nombre:f}"
    if len(valeur) != chiffres or not valeur.isdigit():
        raise ValeurError(
            f"un nombre y est enregistré au lieu de {chiffres} chiffres, un zéro est peut-être perdu ; {_EN_TEXTE}"
        )
    return valeur


def _sans_arrondi(valeur: str) -> str:
    if _SCIENTIFIQUE.fullmatch(valeur):
        raise ValeurError(
            f"le tableur a arrondi le numéro (forme 1,85E+14), ses derniers chiffres sont perdus ; {_EN_TEXTE}"
        )
    return valeur


def jour(cellule: Cellule) -> date:
    """Return a date: ``14/05/1985``, ``1985-05-14``, or a date cell."""
    if isinstance(cellule, date):
        return cellule
    if isinstance(cellule, Decimal):
        raise ValeurError("un nombre y est enregistré, une date est attendue ; mettre la cellule au format Date")
    valeur = texte(cellule)
    valeur = _HEURE_NULLE.sub("", valeur)
    forme = _DATE_ISO.fullmatch(valeur)
    if forme is None:
        francaise = _DATE_FRANCAISE.fullmatch(valeur)
        if francaise is None:
            raise ValeurError("une date est attendue, JJ/MM/AAAA ou AAAA-MM-JJ")
        if len(francaise[3]) != _ANNEE_COMPLETE:
            raise ValeurError("l'année d'une date s'écrit avec quatre chiffres : 14/05/1985")
        annee, mois, quantieme = francaise[3], francaise[2], francaise[1]
    else:
        annee, mois, quantieme = forme[1], forme[2], forme[3]
    try:
        return date(int(annee), int(mois), int(quantieme))
    except ValueError:
        raise ValeurError(
            "ce jour n'existe pas : une date est attendue, jour puis mois puis année (JJ/MM/AAAA)"
        ) from None


def nombre(cellule: Cellule, virgule: bool = False, unite: str = "") -> Decimal:
    """Return a number, with a decimal comma or point, its thousands apart or not, followed or not by its `unite`.

    `virgule`: the file has decimal commas, so that ``1.234`` may well be a thousand: it is refused.
    """
    if isinstance(cellule, Decimal):
        return cellule
    if isinstance(cellule, date):
        raise ValeurError("une date y est enregistrée, un nombre est attendu ; mettre la cellule au format Nombre")
    valeur = re.sub(r"\s+", "", texte(cellule).translate(_MOINS).removesuffix(unite or "\n"))
    if _ENTIER.fullmatch(valeur):
        return Decimal(valeur)
    if virgule and _POINT_AMBIGU.fullmatch(valeur):
        raise ValeurError("point suivi de trois chiffres : écrire 1234 pour mille, ou 1,234 pour une décimale")
    if _MILLIERS.fullmatch(valeur):
        decimal = max(valeur.rfind(","), valeur.rfind("."))
        return Decimal(re.sub("[.,]", "", valeur[:decimal]) + "." + valeur[decimal + 1 :])
    forme = _DECIMAL.fullmatch(valeur)
    if forme is None:
        raise ValeurError("un nombre est attendu, tel que 812,40")
    return Decimal(f"{forme[1]}.{forme[2]}")


def euros(cellule: Cellule, virgule: bool) -> Decimal:
    """Return an amount; a euro sign after it does not matter."""
    return nombre(cellule, virgule, "€")


def pourcentage(cellule: Cellule, virgule: bool) -> Decimal:
    """Return a share in percent: 12,5 for 12,5 %."""
    return nombre(cellule, virgule, "%")


def heures(cellule: Cellule, virgule: bool) -> Decimal:
    """Return weekly hours: ``17,5``, ``17h30`` or ``17:30``."""
    if isinstance(cellule, str):
        forme = _HEURES.fullmatch(cellule)
        if forme is not None:
            return Decimal(forme[1]) + (Decimal(forme[2] or 0) / 60).quantize(Decimal("0.01"))
    return nombre(cellule, virgule)


def mois(cellule: Cellule, virgule: bool) -> int:
    """Return a whole number of months."""
    valeur = nombre(cellule, virgule)
    if valeur != valeur.to_integral_value() or abs(valeur) >= 10**6:
        raise ValeurError("un nombre entier de mois est attendu, de 0 à 12")
    return int(valeur)


def nature(cellule: Cellule) -> Nature:
    """Return the nature of a change, whatever its capitals and accents."""
    valeur = normaliser(texte(cellule)).upper()
    if valeur not in Nature.__members__:
        raise ValeurError("augmentation, reduction ou depart est attendu")
    return Nature[valeur]


def motif(cellule: Cellule) -> str:
    """Return the reason of a départ, whatever its capitals, accents and spaces."""
    valeur = normaliser(texte(cellule)).upper()
    if valeur not in MOTIFS_DE_DEPART:
        raise ValeurError(f"un motif de départ est attendu parmi {', '.join(MOTIFS_DE_DEPART)}")
    return valeur


LECTEURS: dict[str, Callable[[Any], object]] = {
    "reference": texte,
    "nir": nir,
    "numero_allocataire": numero_allocataire,
    "organisme": organisme,
    "nom": nom,
    "nom_usage": nom,
    "prenom": nom,
    "date_naissance": jour,
    "nature": nature,
    "date_effet": jour,
    "motif": motif,
    "remplace": texte,
}
"""How each column is read."""

LECTEURS_DE_NOMBRES: dict[str, Callable[[Any, bool], object]] = {
    "nombre_mois": mois,
    "montant_net": euros,
    "montant_aide_poste": euros,
    "pourcentage_salaire_direct": pourcentage,
    "heures_avant": heures,
    "heures_apres": heures,
}
"""How each column of numbers is read; they are told whether the file has decimal commas."""

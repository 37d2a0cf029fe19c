"""Numbers that name persons and establishments: read, check, mask.

NIR: 13 characters and a two-digit key, 97 − (number mod 97), where the Corsican départements 2A and 2B count as 19 and
18 (INSEE; arrêté of the RNIPP). SIRET and FINESS end with a Luhn digit (ISO/IEC 7812-1). A numéro allocataire is unique
only together with the organisme that gave it.

Functions take text as received and never raise for a wrong number, save `cle_nir`. None quotes what it was given.
"""

import re
import unicodedata

_NIR_CORSE = re.compile(r"[1-9][0-9]{4}2[AB][0-9]{8}")
_LONGUEUR_NIR = 15
_CHIFFRES_DU_NUMERO = 7
_SIRET = re.compile(r"[0-9]{14}")
_SIREN_LA_POSTE = "356000000"
_FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")
_NUMERO_ALLOCATAIRE = re.compile(r"[0-9]{7}[A-Za-z]?")
_ORGANISME = re.compile(r"[0-9]{3}")
_LETTRES_LIEES = str.maketrans({"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "-": " ", "'": " ", "’": " "})
_DERNIER_MOIS = 12


def nir_normalise(texte: str) -> str:
    """Return the NIR without surrounding space and with capitals, as it is compared and stored."""
    return texte.strip().upper()


def cle_nir(nir13: str) -> int:
    """Return the key (1 to 97) of the first 13 characters of a NIR, 2A and 2B included.

    Raises `ValueError` where they are no number.
    """
    if nir13[5:7] == "2A":
        nir13 = f"{nir13[:5]}19{nir13[7:]}"
    elif nir13[5:7] == "2B":
        nir13 = f"{nir13[:5]}18{nir13[7:]}"
    return 97 - int(nir13) % 97


def nir_valide(nir15: str) -> bool:
    """Whether these 15 characters (capitals) have the form of a NIR and the right key."""
    if len(nir15) != _LONGUEUR_NIR:
        return False
    if nir15.isdigit() and nir15.isascii():
        # Nearly every NIR: one division instead of a pattern, for the sake of speed.
        numero, cle = divmod(int(nir15), 100)
        return numero % 97 + cle == 97 and nir15[0] != "0"
    return _NIR_CORSE.fullmatch(nir15) is not None and cle_nir(nir15[:13]) == int(nir15[13:])


def naissance_du_nir(nir: str) -> tuple[int, int] | None:
    """Return the two-digit year and the month (1 to 12) of birth that a NIR tells.

    None where it tells none: the form is wrong, or the month is one of those INSEE gives to persons whose civil status
    is incomplete (20 to 42, 50 and above).
    """
    debut = nir[1:5]
    if len(debut) != 4 or not (debut.isascii() and debut.isdigit()):
        return None
    mois = int(debut[2:])
    return (int(debut[:2]), mois) if 1 <= mois <= _DERNIER_MOIS else None


def masquer_nir(nir: str) -> str:
    """Return the NIR with all but its last four characters hidden: sex, birth and place do not show."""
    return "•" * (_LONGUEUR_NIR - 4) + nir[-4:] if len(nir) == _LONGUEUR_NIR else "•" * len(nir)


def _somme_de_luhn(chiffres: str) -> int:
    """Return the Luhn sum of digits; it is a multiple of 10 when the last one is right."""
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) << (rang & 1)
        total += valeur - 9 if valeur > 9 else valeur
    return total


def siret_valide(siret: str) -> bool:
    """Whether this is 14 digits with the right Luhn key.

    La Poste has more establishments than Luhn leaves room for: those of SIREN 356000000 are right, too, when the sum of
    their digits is a multiple of 5 (INSEE).
    """
    if _SIRET.fullmatch(siret) is None:
        return False
    if _somme_de_luhn(siret) % 10 == 0:
        return True
    return siret.startswith(_SIREN_LA_POSTE) and sum(map(int, siret)) % 5 == 0


def finess_valide(finess: str) -> bool:
    """Whether this is nine characters with the right Luhn key; the A and B of Corsica count as 1 and 2."""
    if _FINESS.fullmatch(finess) is None:
        return False
    return _somme_de_luhn(finess.replace("A", "1").replace("B", "2")) % 10 == 0


def numero_allocataire_valide(numero: str) -> bool:
    """Whether this is seven digits and, where there is one, a letter."""
    if len(numero) == _CHIFFRES_DU_NUMERO and numero.isdigit() and numero.isascii():
        return True
    return _NUMERO_ALLOCATAIRE.fullmatch(numero) is not None


def organisme_valide(organisme: str) -> bool:
    """Whether this is the three digits of a Caf."""
    return _ORGANISME.fullmatch(organisme) is not None


def nom_normalise(nom: str) -> str:
    """Return a name as it is searched: no accents, capitals, hyphens and apostrophes as spaces, single spaces."""
    if nom.isascii() and nom.isalpha():
        return nom.upper()
    decompose = unicodedata.normalize("NFKD", nom)
    lettres = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return " ".join(lettres.upper().translate(_LETTRES_LIEES).split())

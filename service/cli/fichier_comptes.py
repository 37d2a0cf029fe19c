"""The CSV file of accounts to open: one row an account and ESAT, columns known by their names, all problems at once."""

import csv
import io
from collections.abc import Mapping

from service.domain.habilitation import Role
from service.errors import Precision, SaisieError
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte

_OBLIGATOIRES = ("courriel", "nom", "prenom", "siret")
_COLONNES = (*_OBLIGATOIRES, "role")


def lire_comptes(octets: bytes) -> list[NouveauCompte]:
    """Return the accounts of a file: UTF-8 or Windows-1252, semicolons or commas. Raises SaisieError.

    Rows of one e-mail are one account with several ESATs; they must agree on the name.
    """
    texte = _decoder(octets)
    premiere = texte.partition("\n")[0]
    lecture = csv.DictReader(io.StringIO(texte), delimiter=";" if ";" in premiere else ",", restkey="", strict=True)
    try:
        entete = [(nom or "").strip().lower() for nom in lecture.fieldnames or ()]
        problemes = _problemes_d_entete(entete)
        if problemes:
            raise SaisieError("Le fichier des comptes est refusé.", problemes)
        lecture.fieldnames = entete
        comptes: dict[str, NouveauCompte] = {}
        for ligne in lecture:
            if any(valeur for valeur in ligne.values()):
                problemes += _ajouter(comptes, ligne, lecture.line_num)
    except csv.Error:
        raise SaisieError(f"Le fichier n'est pas du CSV lisible, ligne {lecture.line_num}.") from None
    if not comptes and not problemes:
        problemes = [Precision("le fichier ne contient aucun compte.")]
    if problemes:
        raise SaisieError("Le fichier des comptes est refusé.", problemes)
    return list(comptes.values())


def _decoder(octets: bytes) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _problemes_d_entete(entete: list[str]) -> list[Precision]:
    problemes = [Precision("colonne obligatoire absente.", 1, nom) for nom in _OBLIGATOIRES if nom not in entete]
    problemes += [
        Precision(f"colonne inconnue : {', '.join(_COLONNES)} sont attendues.", 1, nom)
        for nom in entete
        if nom not in _COLONNES
    ]
    return problemes + [
        Precision("cette colonne figure deux fois.", 1, nom) for nom in _COLONNES if entete.count(nom) > 1
    ]


def _ajouter(comptes: dict[str, NouveauCompte], ligne: Mapping[str, str | None], numero: int) -> list[Precision]:
    """Add a row to the accounts; return what is wrong with it."""
    if "" in ligne:
        return [Precision("cette ligne a plus de valeurs que d'en-têtes.", numero)]
    courriel, nom, prenom, siret = ((ligne[nom] or "").strip() for nom in _OBLIGATOIRES)
    role = (ligne.get("role") or "").strip().upper() or Role.AGENT.value
    if role not in Role.__members__:
        return [Precision(f"{' ou '.join(Role.__members__)} est attendu.", numero, "role")]
    droit = HabilitationDemandee("".join(siret.split()), Role(role), numero)
    connu = comptes.get(courriel.casefold())
    if connu is None:
        comptes[courriel.casefold()] = NouveauCompte(courriel, nom, prenom, (droit,), numero)
    elif (connu.nom, connu.prenom) != (nom, prenom):
        return [Precision(f"le nom ou le prénom n'est pas celui de la ligne {connu.ligne}.", numero, "courriel")]
    else:
        comptes[courriel.casefold()] = connu._replace(habilitations=(*connu.habilitations, droit))
    return []

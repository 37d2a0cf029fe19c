"""A deposit as a message of the contract, for whoever declares without software: the payload, written canonically.

Exclusive canonical form from the start, as in `accuse`: the bytes kept are those that the empreinte digests. What is
written is what it was given: whether it is valid is for `validation` to say, of the tree that `analyseur` makes of it.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from service.contract.accuse import echapper
from service.contract.catalogue import NS
from service.domain.declaration import Certificat, Changement, Entete, Nature, Operation, Salarie

_Valeur = str | int | Decimal | date | None


def ecrire_charge(
    operation: Operation,
    entete: Entete,
    lignes: Iterable[Certificat | Changement | str],
    annee: int | None = None,
    motif: str | None = None,
) -> bytes:
    """Return the payload of a deposit: `annee` goes with certificates, `motif` with numbers to cancel."""
    textes = "".join(map(_ligne, lignes))
    return (
        f'<{operation.value} xmlns="{NS}">{_entete(entete)}{_element("annee", annee)}{textes}'
        f"{_element('motif', motif)}</{operation.value}>"
    ).encode()


def _entete(entete: Entete) -> str:
    editeur, nom, version = entete.logiciel
    return (
        f"<entete>{_elements(identifiantMessage=entete.identifiant_message, siret=entete.siret)}"
        f"<logiciel>{_elements(editeur=editeur, nom=nom, version=version)}</logiciel>"
        f"<essai>{'true' if entete.essai else 'false'}</essai></entete>"
    )


def _ligne(ligne: Certificat | Changement | str) -> str:
    if isinstance(ligne, str):
        return _element("numeroDeclaration", ligne)
    if isinstance(ligne, Certificat):
        contenu = _elements(
            nombreMois=ligne.nombre_mois,
            montantNet=ligne.montant_net,
            montantAidePoste=ligne.montant_aide_poste,
            pourcentageSalaireDirect=ligne.pourcentage_salaire_direct,
            remplace=ligne.remplace,
        )
        return f"<certificat>{_element('reference', ligne.reference)}{_salarie(ligne.salarie)}{contenu}</certificat>"
    if ligne.nature is Nature.DEPART:
        detail = _elements(dateEffet=ligne.date_effet, motif=ligne.motif)
    else:
        detail = _elements(dateEffet=ligne.date_effet, heuresAvant=ligne.heures_avant, heuresApres=ligne.heures_apres)
    nature = ligne.nature.element
    return (
        f"<changement>{_element('reference', ligne.reference)}{_salarie(ligne.salarie)}<{nature}>{detail}</{nature}>"
        f"{_element('remplace', ligne.remplace)}</changement>"
    )


def _salarie(salarie: Salarie) -> str:
    nir, numero, organisme, nom, nom_usage, prenom, naissance = salarie
    contenu = _elements(
        nir=nir,
        numeroAllocataire=numero,
        organisme=organisme,
        nom=nom,
        nomUsage=nom_usage,
        prenom=prenom,
        dateNaissance=naissance,
    )
    return f"<salarie>{contenu}</salarie>"


def _elements(**valeurs: _Valeur) -> str:
    return "".join(_element(nom, valeur) for nom, valeur in valeurs.items())


def _element(nom: str, valeur: _Valeur) -> str:
    """Nothing for None: an optional element without a value is not written."""
    if valeur is None:
        return ""
    texte = f"{valeur:f}" if isinstance(valeur, Decimal) else str(valeur)
    return f"<{nom}>{echapper(texte)}</{nom}>"

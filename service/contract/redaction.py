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
        f'<{operation.value} xmlns="{NS}">{_entete(entete)}{element("annee", annee)}{textes}'
        f"{element('motif', motif)}</{operation.value}>"
    ).encode()


def _entete(entete: Entete) -> str:
    editeur, nom, version = entete.logiciel
    return (
        f"<entete>{elements(identifiantMessage=entete.identifiant_message, siret=entete.siret)}"
        f"<logiciel>{elements(editeur=editeur, nom=nom, version=version)}</logiciel>"
        f"<essai>{'true' if entete.essai else 'false'}</essai></entete>"
    )


def _ligne(ligne: Certificat | Changement | str) -> str:
    if isinstance(ligne, str):
        return element("numeroDeclaration", ligne)
    reference, salarie = element("reference", ligne.reference), ecrire_salarie(ligne.salarie)
    remplace = element("remplace", ligne.remplace)
    if isinstance(ligne, Certificat):
        return f"<certificat>{reference}{salarie}{ecrire_montants(ligne)}{remplace}</certificat>"
    return f"<changement>{reference}{salarie}{ecrire_nature(ligne)}{remplace}</changement>"


def ecrire_montants(certificat: Certificat) -> str:
    """Return what a certificate says of its employee: months and amounts, in the default namespace."""
    return elements(
        nombreMois=certificat.nombre_mois,
        montantNet=certificat.montant_net,
        montantAidePoste=certificat.montant_aide_poste,
        pourcentageSalaireDirect=certificat.pourcentage_salaire_direct,
    )


def ecrire_nature(changement: Changement) -> str:
    """Return what a change says of its employee, under the element of its nature, in the default namespace."""
    if changement.nature is Nature.DEPART:
        detail = elements(dateEffet=changement.date_effet, motif=changement.motif)
    else:
        horaire = {"heuresAvant": changement.heures_avant, "heuresApres": changement.heures_apres}
        detail = elements(dateEffet=changement.date_effet, **horaire)
    return f"<{changement.nature.element}>{detail}</{changement.nature.element}>"


def ecrire_salarie(salarie: Salarie) -> str:
    """Return an employee as SalarieType, in the default namespace."""
    nir, numero, organisme, nom, nom_usage, prenom, naissance = salarie
    contenu = elements(
        nir=nir,
        numeroAllocataire=numero,
        organisme=organisme,
        nom=nom,
        nomUsage=nom_usage,
        prenom=prenom,
        dateNaissance=naissance,
    )
    return f"<salarie>{contenu}</salarie>"


def elements(**valeurs: _Valeur) -> str:
    """Return the elements of these names, in their order, without those whose value is None."""
    return "".join(element(nom, valeur) for nom, valeur in valeurs.items())


def element(nom: str, valeur: _Valeur) -> str:
    """Return an element; nothing for None: an optional element without a value is not written."""
    if valeur is None:
        return ""
    texte = f"{valeur:f}" if isinstance(valeur, Decimal) else str(valeur)
    return f"<{nom}>{echapper(texte)}</{nom}>"

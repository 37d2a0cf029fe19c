"""Somebody who declares by hand, for tests of use cases: who it is, and drafts without anomaly."""

from maison import AGENT, Service
from messages import SIRET, nouveau_nir

from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT
from service.domain.actes import Canal
from service.usecases.brouillon import Brouillon, LigneSaisie, nouveau_brouillon
from service.usecases.consigner import Auteur
from service.usecases.declarer import Declarant
from service.usecases.identifier import expediteur_par_mot_de_passe

IDENTITE = {"nom": "Lefèvre", "prenom": "Camille", "date_naissance": "14/05/1985"}


def declarant(service: Service, courriel: str = AGENT, siret: str = SIRET) -> Declarant:
    """An account logged in to the extranet, working for an ESAT."""
    with service.dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(courriel)
    assert compte is not None
    expediteur = expediteur_par_mot_de_passe(compte, service.horloge())
    assert expediteur is not None
    auteur = Auteur(Canal.EXTRANET, courriel, compte.id, "127.0.0.1", "navigateur", "requete")
    return Declarant(auteur, expediteur, siret)


def certificat_saisi(nir: str | None = None, **autres: str) -> LigneSaisie:
    """A certificate as typed; an empty text leaves a field out."""
    valeurs = {"nir": nir or nouveau_nir(), **IDENTITE, "nombre_mois": "12"}
    valeurs |= {"montant_net": "812,40", "montant_aide_poste": "640,10"} | autres
    return LigneSaisie(0, {nom: texte for nom, texte in valeurs.items() if texte})


def changement_saisi(nir: str | None = None, **autres: str) -> LigneSaisie:
    """An augmentation as typed."""
    valeurs = {"nir": nir or nouveau_nir(), **IDENTITE, "nature": "augmentation", "date_effet": "02/11/2026"}
    valeurs |= {"heures_avant": "17,5", "heures_apres": "35"} | autres
    return LigneSaisie(0, {nom: texte for nom, texte in valeurs.items() if texte})


def certificats(*lignes: LigneSaisie, annee: int = 2026) -> Brouillon:
    """A draft of certificates."""
    return nouveau_brouillon(CERTIFICAT, annee).ajouter(*(lignes or (certificat_saisi(),)))


def changements(*lignes: LigneSaisie) -> Brouillon:
    """A draft of changes."""
    return nouveau_brouillon(CHANGEMENT, None).ajouter(*(lignes or (changement_saisi(),)))


def cles(brouillon: Brouillon) -> list[int]:
    """The keys of all lines of a draft."""
    return [ligne.cle for ligne in brouillon.lignes]

"""Answers without a receipt, from the words of the trade to the spyne objects that `protocol` serialises."""

from datetime import datetime

from service.contract.curseur import ecrire_curseur
from service.domain.declaration import Salarie
from service.soap import messages, types
from service.usecases.consulter import EtatDuService, PageDeDepots, Regles, Reste


def ecrire_depots(page: PageDeDepots) -> messages.ListeDepotsResponse:
    """Return the response of ListeDepots."""
    depots = [
        types.DepotType(
            numeroDepot=depot.numero,
            identifiantMessage=depot.identifiant_message,
            operation=depot.operation,
            dateReception=depot.date_reception,
            essai=depot.essai,
            statut=depot.statut,
            nombreRecues=depot.nombre_recues,
            nombreAcceptees=depot.nombre_acceptees,
            nombreRejetees=depot.nombre_rejetees,
        )
        for depot in page.depots
    ]
    suivant = None if page.suite is None else ecrire_curseur(*page.suite)
    return messages.ListeDepotsResponse(depot=depots, curseurSuivant=suivant)


def ecrire_reste(reste: Reste) -> messages.ListeResteADeclarerResponse:
    """Return the response of ListeResteADeclarer."""
    return messages.ListeResteADeclarerResponse(
        salarie=[_salarie(salarie) for salarie in reste.salaries], dateLimite=reste.date_limite
    )


def ecrire_anomalies(regles: Regles) -> messages.ListeAnomaliesResponse:
    """Return the response of ListeAnomalies."""
    catalogue = [
        types.RegleType(
            code=regle.code,
            gravite=regle.gravite.value,
            libelle=regle.libelle,
            explication=regle.explication,
            correction=regle.correction,
        )
        for regle in regles.regles
    ]
    return messages.ListeAnomaliesResponse(versionRegles=regles.version, regle=catalogue)


def ecrire_service(etat: EtatDuService) -> messages.ConsulteServiceResponse:
    """Return the response of ConsulteService."""
    campagne, limites = etat.campagne, etat.limites
    return messages.ConsulteServiceResponse(
        environnement=etat.environnement,
        versionContrat=etat.version_contrat,
        versionRegles=etat.version_regles,
        campagne=types.CampagneType(
            annee=campagne.annee,
            ouverture=campagne.ouverture,
            dateLimite=campagne.date_limite,
            fermeture=campagne.fermeture,
            elementsAttendus=campagne.elements_attendus.value,
            ouverte=etat.ouverte,
        ),
        limites=types.LimitesType(
            lignesParMessage=limites.lignes_par_message,
            octetsParMessage=limites.octets_par_message,
            depotsParPage=limites.depots_par_page,
        ),
        heureServeur=etat.heure,
        compte=types.CompteType(expiration=etat.expiration),
    )


def ecrire_expiration(expiration: datetime) -> messages.ModifieMotDePasseResponse:
    """Return the response of ModifieMotDePasse."""
    return messages.ModifieMotDePasseResponse(expiration=expiration)


def _salarie(salarie: Salarie) -> types.SalarieType:
    return types.SalarieType(
        nir=salarie.nir,
        numeroAllocataire=salarie.numero_allocataire,
        organisme=salarie.organisme,
        nom=salarie.nom,
        nomUsage=salarie.nom_usage,
        prenom=salarie.prenom,
        dateNaissance=salarie.date_naissance,
    )

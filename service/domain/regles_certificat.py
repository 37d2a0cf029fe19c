"""Texts of the rules on certificates that stop a line, or that concern replacing and cancelling (C…)."""

from service.domain.declaration import Gravite
from service.domain.regle import Regle

C02 = Regle(
    "C02",
    Gravite.REJET,
    "Nombre de mois hors de 0 à 12",
    "nombreMois est le nombre de mois de l'année pour lesquels une rémunération garantie a été due.",
    "Donner un entier de 0 à 12.",
    "nombreMois = 13, parce qu'une prime de fin d'année a été comptée comme un mois.",
    "{champ} : un nombre entier de mois de 0 à 12 est attendu.",
)

C03 = Regle(
    "C03",
    Gravite.REJET,
    "Trop peu d'éléments de rémunération",
    "La campagne fixe combien des trois éléments montantNet, montantAidePoste et pourcentageSalaireDirect sont "
    "attendus (elementsAttendus, donné par ConsulteService) : DEUX, exactement deux ; AU_MOINS_DEUX, deux ou trois ; "
    "TROIS, les trois. Avec deux éléments, le troisième se déduit. Si aucun n'arrive alors que le logiciel les a "
    "renseignés, la cause est presque toujours un client engendré à la manière de .NET (WCF, svcutil, "
    "mono) : chaque élément facultatif de type nombre y a un indicateur xxxSpecified qui vaut faux tant qu'on ne l'a "
    "pas mis à vrai, et l'élément n'est alors pas envoyé.",
    "Renseigner le nombre d'éléments attendu. En .NET, mettre à vrai montantNetSpecified, montantAidePosteSpecified ou "
    "pourcentageSalaireDirectSpecified pour chaque élément donné.",
    "montantNet seul, ou aucun des trois parce que montantNetSpecified est resté à faux.",
    "certificat : {donnes} élément(s) donné(s) parmi montantNet, montantAidePoste et pourcentageSalaireDirect ; "
    "{attendus} sont attendus.{indice}",
)

INDICE_SPECIFIED = (
    " Aucun montant n'est arrivé : un client engendré à la manière de .NET oublie souvent de mettre à vrai "
    "montantNetSpecified, montantAidePosteSpecified ou pourcentageSalaireDirectSpecified, et n'envoie alors "
    "aucun montant."
)

C04 = Regle(
    "C04",
    Gravite.REJET,
    "Trop d'éléments de rémunération",
    "Quand la campagne attend exactement deux des trois éléments (elementsAttendus = DEUX), le troisième se déduit des "
    "deux autres : le donner aussi expose à une contradiction que la Caf ne saurait trancher.",
    "N'envoyer que deux éléments parmi montantNet, montantAidePoste et pourcentageSalaireDirect.",
    "montantNet, montantAidePoste et pourcentageSalaireDirect tous trois renseignés.",
    "certificat : {donnes} éléments donnés parmi montantNet, montantAidePoste et pourcentageSalaireDirect ; "
    "{attendus} sont attendus.",
)

C05 = Regle(
    "C05",
    Gravite.REJET,
    "Montant ou part non positif",
    "Un élément donné vaut plus que zéro. Un élément sans objet s'omet ; il ne se donne pas à zéro.",
    "Donner la valeur due pour novembre, ou omettre l'élément.",
    "montantAidePoste = 0,00 pour un salarié sans aide au poste.",
    "{champ} : une valeur supérieure à zéro est attendue ; un élément sans objet s'omet.",
)

C06 = Regle(
    "C06",
    Gravite.REJET,
    "Certificat déjà déclaré",
    "Un salarié a un seul certificat actif par année et par ESAT. Un second, sans dire qu'il remplace le premier, "
    "serait compté deux fois ; c'est aussi ce qui arrête un fichier envoyé deux fois sous deux identifiants.",
    "Pour corriger, mettre dans remplace le numéro de la déclaration active. Si la ligne est identique à la première, "
    "ne rien faire.",
    "Le fichier de paie de décembre renvoyé en janvier sous un nouvel identifiantMessage.",
    "{champ} : un certificat actif, {actif}, existe déjà pour ce salarié et cette année ; son numéro est attendu ici "
    "pour le remplacer.",
)

C16 = Regle(
    "C16",
    Gravite.REJET,
    "Déclaration à remplacer ou à annuler introuvable",
    "On ne remplace ou n'annule qu'une déclaration active (reçue, transmise ou intégrée) de son propre ESAT ; pour un "
    "remplacement, du même salarié, du même volet et, pour un certificat, de la même année. Un numéro à annuler donné "
    "deux fois n'est plus actif la seconde fois.",
    "Relever le numéro dans le récépissé ou par ConsulteDepot, et vérifier qu'il n'a pas déjà été remplacé, annulé ou "
    "refusé. Si rien n'est à remplacer, omettre remplace.",
    "remplace porte le numéro du dépôt au lieu du numéro de la déclaration, qui finit par le rang de la ligne.",
    "{champ} : ce numéro ne désigne pas une déclaration active {portee} ; le numeroDeclaration d'un récépissé est "
    "attendu.",
)

C15 = Regle(
    "C15",
    Gravite.INFO,
    "Certificat déposé après la date limite",
    "Un certificat reçu après la date limite (le 15 janvier, sauf décision de la Caf) est accepté, mais peut arriver "
    "trop tard pour le paiement de janvier.",
    "Rien à corriger. L'an prochain, déposer dès l'ouverture de la campagne, le 1er décembre.",
    "Un dépôt du 16 janvier.",
    "Le dépôt arrive après la date limite du {date_limite} ; il est accepté.",
)

C17 = Regle(
    "C17",
    Gravite.INFO,
    "Valeur arrondie à deux décimales",
    "Les montants, parts et heures sont retenus à deux décimales, arrondies au plus proche (au-dessus pour la moitié). "
    "Certains outils écrivent des nombres à virgule flottante, tels que 812.4000244140625.",
    "Rien à corriger. Pour l'éviter, arrondir avant l'envoi et utiliser un type décimal.",
    "montantNet = 812.4000244140625, retenu pour 812,40.",
    "{champ} : deux décimales au plus sont attendues ; la valeur retenue est {retenue}.",
)

REGLES_DU_CERTIFICAT = (C02, C03, C04, C05, C06, C15, C16, C17)

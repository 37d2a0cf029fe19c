"""Texts of the rules on who declares and on whom (I…)."""

from service.domain.declaration import Gravite
from service.domain.regle import Regle

I01 = Regle(
    "I01",
    Gravite.REJET,
    "SIRET invalide",
    "Le SIRET désigne l'établissement qui déclare. Son quatorzième chiffre est une clé de Luhn qui décèle les fautes "
    "de frappe ; pour La Poste (SIREN 356000000), la somme des chiffres peut être un multiple de 5. Cette règle parle "
    "hors ligne et dans les fichiers : en ligne, un SIRET inconnu reçoit d'abord l'erreur HABILITATION.",
    "Recopier les 14 chiffres du SIRET de l'ESAT tels qu'ils figurent dans la convention d'usage, sans espace.",
    "Un SIRET dont deux chiffres voisins ont été intervertis.",
    "siret : la clé du SIRET est fausse ; 14 chiffres sont attendus, dont le dernier est une clé de Luhn.",
)

I02 = Regle(
    "I02",
    Gravite.REJET,
    "NIR invalide",
    "Le NIR (numéro de sécurité sociale) compte 13 caractères et une clé de 2 chiffres égale à 97 moins le reste de la "
    "division du numéro par 97. Pour les départements de Corse, 2A compte pour 19 et 2B pour 18. Un NIR faux ne permet "
    "pas de retrouver l'allocataire.",
    "Recopier les 15 caractères depuis la carte Vitale ou l'attestation de droits, sans espace. À défaut de NIR sûr, "
    "donner le numéro allocataire et son organisme, et omettre le NIR.",
    "Un NIR né en Corse, 2A à la place du département, dont la clé a été calculée en remplaçant 2A par 20.",
    "{champ} : la clé ou la forme du NIR est fausse ; 13 caractères sont attendus, puis une clé de 2 chiffres égale à "
    "97 − (numéro modulo 97), où 2A compte pour 19 et 2B pour 18.",
)

I03 = Regle(
    "I03",
    Gravite.REJET,
    "Numéro allocataire ou organisme invalide",
    "Un numéro allocataire compte 7 chiffres, parfois suivis d'une lettre. Il n'est unique qu'avec le code de "
    "l'organisme (la Caf) qui l'a donné, en 3 chiffres. Sans organisme sur la ligne, celui de la convention d'usage "
    "est pris ; si elle n'en donne pas, la ligne doit le dire.",
    "Recopier le numéro depuis un courrier de la Caf, sans espace, et donner l'organisme à côté.",
    "Un numéro de 6 chiffres, parce que le tableur a ôté le zéro de tête.",
    "{champ} : {attendu}.",
)

I04 = Regle(
    "I04",
    Gravite.REJET,
    "Salarié présent deux fois dans le message",
    "Un même salarié (même NIR, ou mêmes organisme et numéro allocataire) ne peut figurer qu'une fois dans un message "
    ": le service ne saurait pas quelle ligne retenir. La première ligne est jugée normalement, les suivantes sont "
    "rejetées.",
    "Ne garder qu'une ligne par salarié. Deux changements d'un même salarié s'envoient dans deux messages.",
    "Un salarié à deux contrats dans le logiciel de paie, sorti deux fois dans le fichier.",
    "{champ} : ce salarié figure déjà au rang {premier} du même message ; une seule ligne par salarié est attendue.",
)

I06 = Regle(
    "I06",
    Gravite.ALERTE,
    "Date de naissance contraire au NIR",
    "Les caractères 2 à 5 du NIR donnent l'année (2 chiffres) et le mois de naissance. S'ils diffèrent de la date "
    "déclarée, l'un des deux est faux ou la ligne mêle deux personnes. Les mois fictifs (20 à 42, 50 et au-delà), "
    "donnés quand l'état civil est incomplet, ne disent rien et ne sont pas comparés.",
    "Vérifier la date de naissance et le NIR sur une pièce d'identité et sur la carte Vitale. Si l'état civil a été "
    "rectifié depuis l'attribution du NIR, laisser la ligne : elle est acceptée.",
    "Une date de naissance en mars avec un NIR qui dit avril.",
    "{champ} : l'année ou le mois de naissance ne sont pas ceux que disent les caractères 2 à 5 de salarie/nir ; les "
    "mêmes sont attendus.",
)

I07 = Regle(
    "I07",
    Gravite.REJET,
    "Ni NIR ni numéro allocataire",
    "Il faut l'un des deux pour retrouver l'allocataire ; le nom et la date de naissance n'y suffisent pas.",
    "Donner salarie/nir, ou salarie/numeroAllocataire avec salarie/organisme, ou les deux.",
    "Un salarié embauché en octobre dont le NIR n'est pas encore saisi en paie.",
    "{champ} : ni salarie/nir ni salarie/numeroAllocataire n'est donné ; l'un des deux au moins est attendu.",
)

REGLES_DU_SALARIE = (I01, I02, I03, I04, I06, I07)

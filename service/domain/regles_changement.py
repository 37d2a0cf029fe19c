"""Texts of the rules on changes of activity and on their bearing on certificates (A…)."""

from service.domain.declaration import Gravite
from service.domain.regle import Regle

A02 = Regle(
    "A02",
    Gravite.REJET,
    "Heures impossibles ou contraires au sens du changement",
    "Les heures sont hebdomadaires, de 0 à 48. Une augmentation donne plus d'heures après "
    "qu'avant, une réduction en donne moins ; des heures inchangées ne sont ni l'une ni l'autre.",
    "Vérifier les deux nombres d'heures, ou déclarer l'autre sens. Donner des heures par semaine et non par mois, en "
    "décimal : 17,5 pour 17 h 30.",
    "Une augmentation de 35 à 28 heures, ou 151,67 heures par semaine.",
    "{champ} : {attendu}.",
)

A03 = Regle(
    "A03",
    Gravite.ALERTE,
    "Changement après un départ",
    "Un départ de ce salarié est déjà déclaré et actif dans cet ESAT : un changement qui prend effet après lui, ou un "
    "second départ, le contredit.",
    "Vérifier le salarié et les dates. Si le départ déclaré est faux, le remplacer ou l'annuler par son numéro ; si le "
    "salarié est revenu, laisser la ligne.",
    "Une réduction au 1er juin pour un salarié parti le 30 avril.",
    "{champ} : un départ de ce salarié est déjà déclaré au {depart} ; {attendu}.",
)

A04 = Regle(
    "A04",
    Gravite.ALERTE,
    "Date d'effet lointaine",
    "Un changement se déclare près de sa date d'effet : au plus 3 mois à l'avance et 24 mois après, en mois civils "
    "comptés du jour de réception à Paris. Au-delà, la date est souvent mal saisie.",
    "Vérifier l'année de la date d'effet. Si elle est juste, laisser la ligne : elle est acceptée.",
    "Une date d'effet en 2062 au lieu de 2026.",
    "{champ} : une date du {minimum} au {maximum} est attendue.",
)

A05 = Regle(
    "A05",
    Gravite.ALERTE,
    "Mois déclarés au-delà d'un départ",
    "Un départ de ce salarié est déclaré et actif : le certificat compte plus de mois que l'année n'en a jusqu'à ce "
    "départ (le mois du départ compris ; aucun si le départ précède l'année).",
    "Vérifier nombreMois et la date du départ. Si le départ est faux, le remplacer ou l'annuler par son numéro.",
    "Un départ au 30 avril et nombreMois = 12.",
    "{champ} : au plus {maximum} mois sont attendus, un départ étant déclaré au {depart}.",
)

REGLES_DU_CHANGEMENT = (A02, A03, A04, A05)

"""Texts of the plausibility rules on certificates (C…): the line is accepted and marked for an operator's eye."""

from service.domain.declaration import Gravite
from service.domain.regle import Regle

_BRUT_ET_NET = " Les bornes légales sont en brut et montantNet est en net : l'écart n'est qu'un indice, d'où l'alerte."

C07 = Regle(
    "C07",
    Gravite.ALERTE,
    "Aucun mois de rémunération",
    "Un certificat pour un salarié sans aucun mois de rémunération garantie dans l'année est rare : absence de toute "
    "l'année, ou champ oublié.",
    "Vérifier nombreMois. Si le salarié est parti avant l'année, déclarer son départ plutôt qu'un certificat.",
    "nombreMois = 0 avec un montantNet en novembre.",
    "{champ} : aucun mois de rémunération n'est déclaré ; de 1 à 12 sont attendus, sauf absence de toute l'année.",
)

C08 = Regle(
    "C08",
    Gravite.ALERTE,
    "Part de salaire direct hors de 5 à 100 %",
    "Le salaire direct, à la charge de l'ESAT, vaut au moins 5 % du SMIC (CASF R243-5 et R243-6) et n'en dépasse "
    "guère 100 %.",
    "Donner la part en pour cent du SMIC : 12,5 pour 12,5 %, ni 0,125 ni le montant en euros. Proratisée pour un temps "
    "partiel, elle peut descendre sous 5 : laisser alors la ligne.",
    "pourcentageSalaireDirect = 0,125 pour 12,5 %.",
    "{champ} : une part de {minimum} à 100 % du SMIC est attendue.",
)

C09 = Regle(
    "C09",
    Gravite.ALERTE,
    "Aide au poste au-dessus du plafond",
    "L'aide au poste vaut au plus 50,7 % du SMIC brut mensuel (CASF R243-6), pris au 1er novembre de l'année déclarée.",
    "Donner l'aide d'un mois, celui de novembre, et non un rappel ou un cumul.",
    "montantAidePoste = 1 850,00 : deux mois réunis.",
    "{champ} : au plus {plafond} sont attendus, soit {taux} % du SMIC de novembre ({smic}).",
)

C10 = Regle(
    "C10",
    Gravite.ALERTE,
    "Rémunération garantie au-dessus du plafond",
    "La rémunération garantie vaut au plus 110,7 % du SMIC brut mensuel (CASF R243-5). Elle est montantNet ou, à "
    "défaut, l'aide au poste augmentée de la part de salaire direct multipliée par le SMIC." + _BRUT_ET_NET,
    "Vérifier que les valeurs sont celles du seul mois de novembre, sans prime ni rappel.",
    "montantNet = 2 400,00.",
    "{champ} : une rémunération garantie d'au plus {plafond} est attendue, soit {taux} % du SMIC de novembre ({smic}).",
)

C11 = Regle(
    "C11",
    Gravite.ALERTE,
    "Aide au poste sans rapport avec le montant net",
    "L'aide au poste fait partie de la rémunération garantie : elle se tient entre 9,7 % et 125 % de montantNet."
    + _BRUT_ET_NET,
    "Vérifier que les deux montants sont du même mois et que l'un n'est pas annuel, ou saisi à la place de l'autre.",
    "montantNet = 800,00 avec montantAidePoste = 50,00.",
    "{champ} : de {minimum} à {maximum} sont attendus, soit 9,7 à 125 % de montantNet.",
)

C12 = Regle(
    "C12",
    Gravite.ALERTE,
    "Aide au poste au-dessus de ce que permet la part de salaire direct",
    "L'aide est entière (50,7 % du SMIC) pour une part de salaire direct de 5 à 20 %, puis baisse d'un demi-point par "
    "point de part au-delà de 20 % (CASF R243-6). Le plafond est celui d'un temps plein.",
    "Vérifier la part et l'aide ; l'une des deux est trop forte.",
    "pourcentageSalaireDirect = 40 avec une aide de 50 % du SMIC, là où 40,7 % est le plus.",
    "{champ} : au plus {plafond} sont attendus pour la part de salaire direct donnée, soit {taux} % du SMIC de "
    "novembre ({smic}).",
)

C13 = Regle(
    "C13",
    Gravite.ALERTE,
    "Année incomplète sans aide au poste",
    "Tant que le salarié n'a pas été présent une année civile entière, la Caf remplace ses revenus d'activité par "
    "douze fois l'aide au poste (code de la sécurité sociale, D821-10, a et b). Avec moins de 12 mois, c'est donc "
    "l'aide au poste qu'il lui faut ; déduite des deux autres éléments, elle est moins sûre.",
    "Quand nombreMois est inférieur à 12, faire de montantAidePoste l'un des éléments donnés.",
    "nombreMois = 7 avec montantNet et pourcentageSalaireDirect.",
    "{champ} : l'aide au poste est attendue quand nombreMois est inférieur à 12.",
)

C14 = Regle(
    "C14",
    Gravite.ALERTE,
    "Écart de plus de 30 % avec l'an passé",
    "La rémunération garantie s'écarte de plus de 30 %, en plus ou en moins, de celle du certificat actif de l'année "
    "précédente, dans le même ESAT. C'est possible (temps de travail changé), et souvent une faute de saisie.",
    "Vérifier les montants. Si le temps de travail a changé, déclarer aussi le changement d'activité.",
    "850,00 l'an passé, 85,00 cette année : une virgule déplacée.",
    "{champ} : une rémunération garantie de {minimum} à {maximum} est attendue, soit celle de l'an passé à 30 % près.",
)

REGLES_DE_VRAISEMBLANCE = (C07, C08, C09, C10, C11, C12, C13, C14)

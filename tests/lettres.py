"""Every letter, with facts to write it from."""

from pathlib import Path
from typing import Any

import service.mail
from service.domain.recepisse import ServiceEmetteur
from service.mail.lettres import Redacteur

CAF = ServiceEmetteur("Caf du Var", "Rue Emile Ollivier", "esat@caf.example", "3230")
REDACTEUR = Redacteur(CAF, "https://caf.example")
MODELES = sorted(
    chemin.stem for chemin in (Path(service.mail.__file__).parent / "modeles").glob("*.txt") if chemin.stem != "pied"
)
FAITS: dict[str, Any] = {
    "prenom": "Léa",
    "nom": "Martel",
    "esats": ["ESAT Les Mimosas (SIRET 99910083700015)"],
    "esat": "ESAT Les Mimosas",
    "courriel": "lea@esat.example",
    "mot_de_passe": "provisoire-abc",
    "valable_jusque": "05/12/2026 à 10 h 00",
    "quand": "02/12/2026 à 10 h 00",
    "expire_le": "31/05/2027",
    "par": "claire@esat.example",
    "partage": True,
    "role": "Agent habilité",
    "ancien": "claire@esat.example",
    "nouveau": "lea@esat.example",
    "logiciel": "Paie 3000",
    "fin_le": "31/12/2028",
    "annee": 2026,
    "date_limite": "15/01/2027",
    "attendus": 12,
    "declares": 4,
    "reste": 8,
    "numero": "D261204-AAAAAAAA",
    "recues": 3,
    "acceptees": 2,
    "rejetees": 1,
    "essai": False,
}

"""The ESATs that ask our product: each with its account and its clé, as payroll systems are."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.charge import Expediteur
from service.app import Maison, maintenant
from service.security.tokens import empreinte_cle, nouvelle_cle
from service.usecases.identifier import CONTEXTE_CLE

NOMBRE = 1_500
"""About as many as there are in France: of a hundred, each would declare for decades within a few bursts."""
COMPTES_PAR_MOT_DE_PASSE, ESATS_PAR_MOT_DE_PASSE = 40, 200
"""Accounts that send passwords, each of which costs 90 ms of argon2id in each process before it is remembered, and the
ESATs that these accounts act for, some each: of forty, each would declare for decades here too."""
MOT_DE_PASSE = "Banc-de-mesure 2026 !"


def peupler(dossier: Path, base: str | None = None) -> list[Expediteur]:
    """Prepare a data directory (and the database `base`, SQLite in the directory by default); return who may send."""
    maison = Maison({"ESAT_DONNEES": str(dossier)} | ({"ESAT_BASE": base} if base else {}))
    maison.migrer()
    deps, instant = maison.dependencies, maintenant()
    hache = deps.hacheur.hacher(MOT_DE_PASSE)
    expediteurs: list[Expediteur] = []
    comptes: list[int] = []
    with deps.unites.ecriture() as unite:
        convention = unite.conventions.creer("BANC", date(2020, 1, 1), None, "751", 180)
        for rang in range(NOMBRE):
            siret, courriel, cle = siret_invente(rang), f"banc{rang}@esat.example", nouvelle_cle()
            esat = unite.esats.creer(convention, siret, None, f"ESAT {rang}", "nulle part")
            compte = unite.comptes.creer(courriel, "Banc", "Banc", "ACTIF", hache, False, _LOIN, instant)
            assert esat is not None
            assert compte is not None
            comptes.append(compte)
            unite.habilitations.ajouter(compte, esat, "AGENT", instant)
            if COMPTES_PAR_MOT_DE_PASSE <= rang < ESATS_PAR_MOT_DE_PASSE:
                unite.habilitations.ajouter(comptes[rang % COMPTES_PAR_MOT_DE_PASSE], esat, "AGENT", instant)
            secret = deps.coffre.chiffrer(cle.encode(), CONTEXTE_CLE)
            unite.cles.creer(compte, "banc", secret, empreinte_cle(cle), instant, date(2099, 1, 1))
            expediteurs.append(Expediteur(courriel, cle, MOT_DE_PASSE, siret))
        unite.campagnes.fixer(2026, date(2026, 1, 1), date(2099, 1, 15), date(2099, 12, 31), "DEUX")
        unite.commit()
    maison.moteur.dispose()
    return expediteurs


def par_mot_de_passe(expediteurs: Sequence[Expediteur]) -> list[Expediteur]:
    """Those of `peupler`, or of `etrangers`, that send passwords."""
    return [
        expediteurs[rang % COMPTES_PAR_MOT_DE_PASSE]._replace(siret=expediteurs[rang].siret)
        for rang in range(ESATS_PAR_MOT_DE_PASSE)
    ]


_LOIN = maintenant().replace(year=2099)


def siret_invente(rang: int) -> str:
    """An invented SIRET whose key is right."""
    debut = f"999{rang:06d}0001"
    somme = sum(sum(divmod(int(c) * (1 if place % 2 else 2), 10)) for place, c in enumerate(reversed(debut)))
    return f"{debut}{-somme % 10}"


def etrangers(utilisateur: str, secret: str) -> list[Expediteur]:
    """The same senders for a peer, which knows one account."""
    return [Expediteur(utilisateur, secret, secret, siret_invente(rang)) for rang in range(NOMBRE)]


CONTRAT = Path(os.path.abspath(__file__)).parent.parent
"""Where wsdl/ and schemas/ are."""

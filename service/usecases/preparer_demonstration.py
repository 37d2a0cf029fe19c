"""The demonstration: two invented ESATs as a year of use would have left them, ready for the campaign of `annee`.

People and amounts are the same every time; passwords and clés are new every time. What comes out is told in full by
``demo.json`` (4-house, « Running it »), the only place where its passwords stand.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.domain.campagne import jour_de_paris
from service.domain.declaration import Certificat, Changement, Nature
from service.domain.habilitation import Role
from service.security.key_files import ecrire
from service.usecases.administrer_campagnes import fixer_campagne
from service.usecases.administrer_conventions import creer_convention
from service.usecases.administrer_esats import creer_esat
from service.usecases.demonstration_comptes import CompteInvente, ouvrir_comptes
from service.usecases.demonstration_fichiers import (
    CERTIFICATS,
    CHANGEMENTS,
    changements_du_mois,
    en_csv,
    en_xlsx,
    paie_de_novembre,
)
from service.usecases.demonstration_messages import declarer
from service.usecases.demonstration_operateurs import ouvrir_operateurs
from service.usecases.demonstration_personnes import SalarieInvente, inventer_salaries
from service.usecases.dependencies import Dependencies

FICHIER = "demo.json"
"""Name of the file that tells the demonstration to other programs."""
_PARIS = ZoneInfo("Europe/Paris")
_MARS = 3


class EsatInvente(NamedTuple):
    """An invented ESAT under its own convention."""

    siret: str
    finess: str
    nom: str
    adresse: str
    convention: str
    organisme: str | None
    prefixe: str
    """Of its employees' references."""
    salaries: int
    """Employees who are there today; the last `nouveaux` of them came this year."""
    nouveaux: int
    partis: int
    """Employees of last year who have left since."""
    comptes: tuple[CompteInvente, ...]


_COMMUN = CompteInvente("dominique.reboul@asso-mimosa.example", "Reboul", "Dominique", Role.AGENT)
"""One association, two ESATs, one agent for both."""
ESATS = (
    EsatInvente(
        "99910083700015",
        "839900016",
        "ESAT Les Ateliers du Mimosa",
        "12 chemin des Restanques, 83999 Mimosa-les-Pins",
        "CONV-83-0001",
        "831",
        "MIM",
        salaries=72,
        nouveaux=7,
        partis=3,
        comptes=(
            CompteInvente("claire.fouque@ateliers-mimosa.example", "Fouque", "Claire", Role.REFERENT),
            CompteInvente("hugo.isnard@ateliers-mimosa.example", "Isnard", "Hugo", Role.AGENT),
            CompteInvente("lea.martel@ateliers-mimosa.example", "Martel", "Léa", Role.AGENT, provisoire=True),
            _COMMUN,
        ),
    ),
    EsatInvente(
        "99920083500018",
        "839900024",
        "ESAT La Bastide Bleue",
        "3 traverse du Vieux-Puits, 83998 Saint-Loup-de-l'Eygoutier",
        "CONV-83-0002",
        None,
        "BAS",
        salaries=48,
        nouveaux=5,
        partis=2,
        comptes=(
            CompteInvente("paul.seguin@bastide-bleue.example", "Seguin", "Paul", Role.REFERENT),
            CompteInvente("ines.vallauri@bastide-bleue.example", "Vallauri", "Inès", Role.AGENT),
            CompteInvente("tom.zunino@bastide-bleue.example", "Zunino", "Tom", Role.AGENT, provisoire=True),
            _COMMUN,
        ),
    ),
)


class Demonstration(NamedTuple):
    """What was prepared, and the files to write beside the database: their names and contents."""

    annee: int
    fichiers: Mapping[str, bytes]
    salaries: int
    comptes: int


def annee_de_demonstration(jour: date) -> int:
    """Return the year whose campaign is current or the next to open: this year from March on, last year before."""
    return jour.year if jour.month >= _MARS else jour.year - 1


def preparer_demonstration(dependencies: Dependencies) -> Demonstration:
    """Fill an empty database with the demonstration and return it with its files."""
    jour = jour_de_paris(dependencies.horloge())
    annee = annee_de_demonstration(jour)
    # Open whatever the day, and late after 15 January as it would be.
    fixer_campagne(dependencies, annee, date(annee, 1, 1), date(annee + 1, 1, 15), date(annee + 1, 12, 31))
    for esat in ESATS:
        creer_convention(dependencies, esat.convention, date(annee - 2, 1, 15), organisme=esat.organisme)
        creer_esat(dependencies, esat.siret, esat.nom, esat.convention, esat.finess, esat.adresse)
    comptes = ouvrir_comptes(dependencies, {esat.siret: esat.comptes for esat in ESATS})
    fichiers: dict[str, bytes] = {}
    esats = []
    for graine, esat in enumerate(ESATS, 1):
        inventes = inventer_salaries(esat.prefixe, esat.salaries + esat.partis, graine)
        presents, partis = inventes[: esat.salaries], inventes[esat.salaries :]
        anciens = presents[: -esat.nouveaux]
        _declarer_le_passe(dependencies, esat, comptes[esat.siret][0], annee, [*anciens, *partis], partis)
        esats.append(_decrire(esat, annee, presents, len(anciens), comptes[esat.siret]))
        fichiers |= _fichiers_de_paie(esat, annee, jour, presents)
    demo = {"annee": annee, "esats": esats, "operateurs": ouvrir_operateurs(dependencies)}
    fichiers[FICHIER] = json.dumps(demo, ensure_ascii=False, indent=1).encode() + b"\n"
    ouverts = len({compte["courriel"] for siens in comptes.values() for compte in siens})
    return Demonstration(annee, fichiers, sum(esat.salaries for esat in ESATS), ouverts)


def ecrire_fichiers(demonstration: Demonstration, dossier: Path) -> None:
    """Write the files of a demonstration, readable by their owner only. Raises OSError."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, contenu in demonstration.fichiers.items():
        ecrire(dossier / nom, contenu, remplacer=True)


def _declarer_le_passe(
    dependencies: Dependencies,
    esat: EsatInvente,
    compte: dict[str, Any],
    annee: int,
    anciens: list[SalarieInvente],
    partis: list[SalarieInvente],
) -> None:
    """Last year's certificates on 10 December, this year's départs on 28 February: the clock is that of the time."""
    acces = (dependencies, compte["courriel"], compte["cle_integration"], esat.siret)
    certificats = [_certificat(rang, invente, annee - 1) for rang, invente in enumerate(anciens)]
    declarer(*acces, _a_dix_heures(date(annee - 1, 12, 10)), certificats, annee - 1)
    fin_janvier = date(annee, 2, 1) - timedelta(days=1)
    departs = [
        Changement(invente.matricule, invente.salarie, Nature.DEPART, fin_janvier, None, None, "RETRAITE", None)
        for invente in partis
    ]
    declarer(*acces, _a_dix_heures(date(annee, 2, 28)), departs)


def _certificat(rang: int, invente: SalarieInvente, annee: int) -> Certificat:
    """Two elements of the three: net and aide, or net and share where the whole year was paid."""
    par_part = rang % 3 == 0 and invente.mois == 12
    return Certificat(
        invente.matricule,
        invente.salarie,
        invente.mois,
        invente.net(annee),
        None if par_part else invente.aide_en_euros(annee),
        invente.part if par_part else None,
        None,
    )


def _a_dix_heures(jour: date) -> datetime:
    return datetime.combine(jour, time(10), _PARIS).astimezone(UTC)


def _decrire(
    esat: EsatInvente, annee: int, presents: list[SalarieInvente], anciens: int, comptes: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "siret": esat.siret,
        "nom": esat.nom,
        "salaries": [
            {
                "nir": invente.salarie.nir,
                "numeroAllocataire": invente.salarie.numero_allocataire,
                "organisme": invente.salarie.organisme,
                "nom": invente.salarie.nom,
                "prenom": invente.salarie.prenom,
                "dateNaissance": invente.salarie.date_naissance.isoformat(),
                "montantNetAnPasse": float(invente.net(annee - 1)) if rang < anciens else None,
            }
            for rang, invente in enumerate(presents)
        ],
        "comptes": comptes,
    }


def _fichiers_de_paie(esat: EsatInvente, annee: int, jour: date, presents: list[SalarieInvente]) -> dict[str, bytes]:
    """CSV for the first ESAT, XLSX for the second: both kinds that payroll software exports."""
    paie, changements = paie_de_novembre(presents, annee), changements_du_mois(presents, jour)
    ecrire, suffixe = (en_csv, "csv") if esat is ESATS[0] else (en_xlsx, "xlsx")
    return {
        f"paie-certificats-{esat.siret}.{suffixe}": ecrire(CERTIFICATS, paie),
        f"paie-changements-{esat.siret}.{suffixe}": ecrire(CHANGEMENTS, changements),
    }

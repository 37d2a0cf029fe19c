"""The controls: a line goes in, all its anomalies come out.

The same functions judge a deposit, a dry run, a page and, away from the database, the client's files. Invariants:

1. a line is judged alone, save that the second line of one employee in a message is one too many (I04);
2. every rule it breaks is told, at once, with the texts of the catalogue (`regles`);
3. values are rounded first, and what is returned is what was judged;
4. no anomaly quotes a NIR, a numéro, a name or a birth date;
5. nothing here raises for what a message may contain.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import TypeVar

from service.domain.controles_certificat import controler_certificat, seuils
from service.domain.controles_changement import bornes_des_dates, controler_changement
from service.domain.controles_salarie import ControleSalaries, identites
from service.domain.declaration import Anomalie, Certificat, Changement
from service.domain.fabrique import fabrique
from service.domain.identifiants import siret_valide
from service.domain.jugement import (
    AUCUN_ANTECEDENT,
    INCONNU,
    Antecedent,
    ContexteCertificats,
    ContexteChangements,
    Jugement,
)
from service.domain.regles import anomalie

__all__ = [
    "INCONNU",
    "Antecedent",
    "ContexteCertificats",
    "ContexteChangements",
    "Jugement",
    "identites",
    "juger_annulations",
    "juger_certificats",
    "juger_changements",
    "verifier_siret",
]

_Ligne = TypeVar("_Ligne", Certificat, Changement)
_Bornes = TypeVar("_Bornes")


def juger_certificats(
    certificats: Sequence[Certificat],
    contexte: ContexteCertificats,
    antecedents: Mapping[int, Antecedent] = AUCUN_ANTECEDENT,
) -> list[Jugement[Certificat]]:
    """Judge the certificates of one message, in order.

    `antecedents` tell what the database knows of each line's employee, by 0-based index; a missing one is `INCONNU`.
    `contexte.hors_ligne` leaves them aside, and with them C06, C14, C16 and A05. Raises `ValueError` when
    `contexte.annee` is before the tables of the SMIC (2018): the campaign is to be checked first.
    """
    return _juger(certificats, controler_certificat, seuils(contexte), contexte, antecedents)


def juger_changements(
    changements: Sequence[Changement],
    contexte: ContexteChangements,
    antecedents: Mapping[int, Antecedent] = AUCUN_ANTECEDENT,
) -> list[Jugement[Changement]]:
    """Judge the changes of one message, in order; `antecedents` as in `juger_certificats`.

    `contexte.hors_ligne` leaves them aside, and with them C16 and A03.
    """
    return _juger(changements, controler_changement, bornes_des_dates(contexte), contexte, antecedents)


def _juger(
    lignes: Sequence[_Ligne],
    controler: Callable[[_Ligne, _Bornes, Antecedent, list[Anomalie]], _Ligne],
    bornes: _Bornes,
    contexte: ContexteCertificats | ContexteChangements,
    antecedents: Mapping[int, Antecedent],
) -> list[Jugement[_Ligne]]:
    connus = AUCUN_ANTECEDENT if contexte.hors_ligne else antecedents
    controler_salarie = ControleSalaries(contexte.organisme, not contexte.hors_ligne).controler
    jugements: list[tuple[_Ligne, tuple[Anomalie, ...]]] = []
    anomalies: list[Anomalie] = []
    for index, ligne in enumerate(lignes):
        controler_salarie(index + 1, ligne.salarie, anomalies)
        retenue = controler(ligne, bornes, connus.get(index, INCONNU) if connus else INCONNU, anomalies)
        if anomalies:
            jugements.append((retenue, tuple(anomalies)))
            anomalies.clear()
        else:
            jugements.append((retenue, ()))
    return list(map(fabrique(Jugement), jugements))


def juger_annulations(numeros: Sequence[str], actifs: Container[str]) -> list[Jugement[str]]:
    """Judge the numbers to cancel, in order: C16 for one that is not among `actifs`, or is given again.

    `actifs` are the active declarations of the ESAT.
    """
    refus = (anomalie("C16", "numeroDeclaration", portee="de cet ESAT, donnée une seule fois"),)
    vus: set[str] = set()
    jugements = []
    for numero in numeros:
        jugements.append(Jugement(numero, refus if numero in vus or numero not in actifs else ()))
        vus.add(numero)
    return jugements


def verifier_siret(siret: str) -> tuple[Anomalie, ...]:
    """Return I01 for a SIRET whose form or key is wrong, nothing otherwise."""
    return () if siret_valide(siret) else (anomalie("I01", "siret"),)

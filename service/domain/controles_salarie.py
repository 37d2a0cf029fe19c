"""Rules on the employee of a line, the same in both volets: I02, I03, I04, I06, I07."""

from service.domain.declaration import Anomalie, Salarie
from service.domain.identifiants import (
    naissance_du_nir,
    nir_normalise,
    nir_valide,
    numero_allocataire_valide,
    organisme_valide,
)
from service.domain.regles import anomalie

NIR = "salarie/nir"
NUMERO = "salarie/numeroAllocataire"
ORGANISME = "salarie/organisme"

_NUMERO_ATTENDU = "sept chiffres sont attendus, suivis au besoin d'une lettre"
_ORGANISME_ATTENDU = "trois chiffres sont attendus, ceux de la Caf"
_ORGANISME_MANQUANT = (
    "les trois chiffres de la Caf sont attendus avec un numéro allocataire, car la convention n'en donne pas"
)
_ANNEES_ET_MOIS = tuple(f"{annee:02d}{mois:02d}" for annee in range(100) for mois in range(1, 13))
"""Characters 2 to 5 of a NIR for each year of the century and month: a look-up costs less than a format."""


def identites(salarie: Salarie, organisme_defaut: str | None) -> tuple[str | None, str | None]:
    """Return the two keys that tell an employee: the NIR, and ``OOO:NNNNNNNX`` (organisme and numéro allocataire).

    Two lines are of the same employee when they share one. A key is None where the line does not give it; the second
    one also where neither the line nor the convention (`organisme_defaut`) gives an organisme.
    """
    nir, numero, organisme = salarie.nir, salarie.numero_allocataire, salarie.organisme or organisme_defaut
    if nir and not nir.isdigit():
        nir = nir_normalise(nir)
    return nir or None, f"{organisme}:{numero.upper()}" if numero and organisme else None


class ControleSalaries:
    """Controls of the employees of one message; it remembers them, for I04.

    `convention_connue` is False away from the database, where a missing organisme may be that of the convention.
    """

    def __init__(self, organisme_defaut: str | None, convention_connue: bool) -> None:
        self._organisme_defaut = organisme_defaut or ""
        self._convention_connue = convention_connue
        self._rangs: dict[str, int] = {}
        self._organismes: set[str] = set()

    def controler(self, rang: int, salarie: Salarie, anomalies: list[Anomalie]) -> None:
        """Append to `anomalies` what is wrong with the employee of the line of that 1-based rank."""
        nir, numero, organisme, _, _, _, naissance = salarie
        premier = rang
        champ = NIR
        if nir:
            if not nir_valide(nir) and not nir_valide(nir := nir_normalise(nir)):
                anomalies.append(anomalie("I02", NIR))
            attendus = _ANNEES_ET_MOIS[naissance.year % 100 * 12 + naissance.month - 1]
            if nir[1:5] != attendus and naissance_du_nir(nir) is not None:
                anomalies.append(anomalie("I06", "salarie/dateNaissance"))
            premier = self._rangs.setdefault(nir, rang)
        elif not numero:
            anomalies.append(anomalie("I07", "salarie"))
        if organisme and organisme not in self._organismes:
            self._controler_organisme(organisme, anomalies)
        if numero:
            organisme = organisme or self._organisme_defaut
            if not numero_allocataire_valide(numero):
                anomalies.append(anomalie("I03", NUMERO, attendu=_NUMERO_ATTENDU))
            if not organisme and self._convention_connue:
                anomalies.append(anomalie("I03", ORGANISME, attendu=_ORGANISME_MANQUANT))
            autre = self._rangs.setdefault(f"{organisme}:{numero.upper()}", rang)
            if premier == rang and autre != rang:
                premier, champ = autre, NUMERO
        if premier != rang:
            anomalies.append(anomalie("I04", champ, premier=premier))

    def _controler_organisme(self, organisme: str, anomalies: list[Anomalie]) -> None:
        """I03 once more for each line: only a right one is remembered, of which a message has one or two."""
        if organisme_valide(organisme):
            self._organismes.add(organisme)
        else:
            anomalies.append(anomalie("I03", ORGANISME, attendu=_ORGANISME_ATTENDU))

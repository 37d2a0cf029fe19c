"""The offline check: the schemas and rules of the service itself, on what would be sent to it.

Two things only the service can tell are left to it: what it already holds (C06, C14, C16, A03, A05), and the convention
of the establishment.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from declarer_esat.lots import Lot
from declarer_esat.messages import lire_charge
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.conversion import LigneLue
from service.contract.fichiers.traduction import constat_de_regle, constats_du_schema
from service.domain.campagne import Campagne, jour_de_paris
from service.domain.controles import (
    ContexteCertificats,
    ContexteChangements,
    identites,
    juger_certificats,
    juger_changements,
)
from service.domain.declaration import Anomalie, Certificat, Changement
from service.domain.regles import anomalie
from service.errors import SaisieError


def controler(lots: Sequence[Lot], lignes: Sequence[LigneLue], campagne: Campagne | None) -> list[Constat]:
    """Return what schemas and rules say of the rows of a file; a cell that the schemas refuse is not judged twice.

    `lots` are the messages that hold `lignes`, or some of them; `campagne` is None for changes. Raises `SaisieError`
    for a year before the rules begin.
    """
    refusees = controler_schema(lots)
    places = {(constat.ligne, constat.colonne) for constat in refusees}
    regles = controler_regles(lignes, campagne)
    return refusees + [constat for constat in regles if (constat.ligne, constat.colonne) not in places]


def controler_schema(lots: Sequence[Lot]) -> list[Constat]:
    """Return what the contract's schemas have against the messages, row by row."""
    return [constat for lot in lots for constat in constats_du_schema(lire_charge(lot.charge), lot.lignes)]


def controler_regles(lignes: Sequence[LigneLue], campagne: Campagne | None) -> list[Constat]:
    """Return what the rules say of rows; raises as `controler`."""
    declarations = [ligne.declaration for ligne in lignes]
    constats = []
    for index, anomalies in enumerate(_juger(declarations, campagne)):
        for trouvee in anomalies:
            traduite = _au_rang_du_fichier(trouvee, lignes, index) if trouvee.code == "I04" else trouvee
            constats.append(constat_de_regle(lignes[index].numero, traduite))
    return constats


def _juger(declarations: Sequence[Certificat | Changement], campagne: Campagne | None) -> list[tuple[Anomalie, ...]]:
    jour = jour_de_paris(datetime.now(UTC))
    if campagne is None:
        changements = [ligne for ligne in declarations if isinstance(ligne, Changement)]
        juges = juger_changements(changements, ContexteChangements(jour, None, hors_ligne=True))
        return [jugement.anomalies for jugement in juges]
    annee, _, date_limite, _, elements = campagne
    certificats = [ligne for ligne in declarations if isinstance(ligne, Certificat)]
    try:
        juges_c = juger_certificats(
            certificats, ContexteCertificats(annee, elements, jour, date_limite, None, hors_ligne=True)
        )
    except ValueError:
        raise SaisieError(f"L'année {annee} n'est pas déclarable : les barèmes commencent en 2018.") from None
    return [jugement.anomalies for jugement in juges_c]


def _au_rang_du_fichier(trouvee: Anomalie, lignes: Sequence[LigneLue], index: int) -> Anomalie:
    """Return I04 with the row of the file where the employee is first met, in the place of a rank in a message."""
    siennes = _cles(lignes[index])
    premiere = next((ligne.numero for ligne in lignes[:index] if siennes & _cles(ligne)), lignes[index].numero)
    message = anomalie("I04", trouvee.champ, premier=premiere).message
    return trouvee._replace(message=message.replace("au rang", "à la ligne").replace("message", "fichier"))


def _cles(ligne: LigneLue) -> set[str]:
    """Return the keys that tell an employee, without the organisme of a convention that is not known here."""
    salarie = ligne.declaration.salarie
    return {cle for cle in identites(salarie, "") if cle} | (
        {f":{salarie.numero_allocataire.upper()}"} if salarie.numero_allocataire and not salarie.organisme else set()
    )

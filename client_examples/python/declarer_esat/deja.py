"""What was declared before: a corrected file holds lines that were accepted already, and they must not be doubled.

The service refuses a second certificate (C06), but a change of activity repeated is a second change. So the lines of a
new file are compared with those that were accepted from other files: the same line, its reference apart, is left out.
"""

from collections.abc import Sequence

from declarer_esat.accuses import Accuses
from declarer_esat.envoi import Depot, depots_faits
from declarer_esat.erreurs import RefusDuServiceError
from declarer_esat.lots import Lot
from declarer_esat.messages import empreinte_de_ligne, lire_charge
from declarer_esat.registre import Envoi, Identite, Registre
from declarer_esat.service_esat import ServiceEsat
from service.contract.catalogue import NS
from service.domain.declaration import Operation

_LIGNES = (f"{{{NS}}}certificat", f"{{{NS}}}changement")
_NUMERO = f"{{{NS}}}numeroDeclaration"


class Historique:
    """The sendings of a folder, seen from a new one."""

    def __init__(self, registre: Registre, accuses: Accuses, identite: Identite) -> None:
        self._registre = registre
        self._accuses = accuses
        self._identite = identite

    def eclaircir(self, service: ServiceEsat) -> int:
        """Ask the service about messages that may have arrived without their receipt coming back.

        Returns how many had: their receipts are now kept. The others were never recorded.
        """
        retrouves = 0
        for envoi in self._semblables(self._identite.operation):
            for rang, lot in enumerate(envoi.lots):
                if envoi.depot(rang) is None:
                    retrouves += self._retrouver(envoi, rang, lot, service)
        return retrouves

    def deja_acceptees(self, lots: Sequence[Lot], annee: int | None) -> dict[int, str]:
        """Return the rows whose line is declared already, with the numeroDeclaration of that declaration."""
        connues = self._acceptees(annee)
        if not connues:
            return {}
        return {
            numero: connues[empreinte]
            for lot in lots
            for numero, empreinte in zip(lot.lignes, empreintes(lot), strict=True)
            if empreinte in connues
        }

    def _acceptees(self, annee: int | None) -> dict[str, str]:
        acceptees: dict[str, str] = {}
        for envoi in self._semblables(self._identite.operation):
            if envoi.annee == annee:
                for depot in depots_faits(envoi, self._accuses):
                    lignes = empreintes(depot.lot)
                    for resultat in depot.accuse.resultats:
                        if resultat.acceptee and resultat.numero_declaration:
                            acceptees[lignes[resultat.rang - 1]] = resultat.numero_declaration
        annulees = self._annulees() if acceptees else set()
        return {ligne: numero for ligne, numero in acceptees.items() if numero not in annulees}

    def _annulees(self) -> set[str]:
        """Numbers that were cancelled from this folder."""
        return {
            numero
            for envoi in self._semblables(Operation.ANNULE_DECLARATION.value)
            for depot in depots_faits(envoi, self._accuses)
            for numero in _numeros_annules(depot)
        }

    def _semblables(self, operation: str) -> list[Envoi]:
        """Sendings of that operation for the same establishment and service, trials apart."""
        siennes = (operation, self._identite.siret, self._identite.serveur, False)
        return [envoi for envoi in self._registre.tous() if envoi.identite[:4] == siennes]

    def _retrouver(self, envoi: Envoi, rang: int, lot: Lot, service: ServiceEsat) -> bool:
        try:
            reponse = service.consulter_depot(envoi.identite.siret, None, lot.identifiant)
        except RefusDuServiceError as refus:
            if refus.code == "INTROUVABLE":
                return False
            raise
        accuse = self._accuses.recevoir(reponse.accuseSigne, lot, envoi.identite)
        envoi.noter(rang, accuse.numero_depot)
        return True


def empreintes(lot: Lot) -> list[str]:
    """Return the digest of each line of a message, in order."""
    return [empreinte_de_ligne(ligne) for ligne in lire_charge(lot.charge).iterchildren(*_LIGNES)]


def _numeros_annules(depot: Depot) -> list[str]:
    numeros = [element.text or "" for element in lire_charge(depot.lot.charge).iterchildren(_NUMERO)]
    return [numeros[resultat.rang - 1] for resultat in depot.accuse.resultats if resultat.acceptee]

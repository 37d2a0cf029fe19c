"""The file of seals held against the database, seal after seal: what was cut or replaced on either side.

The file may lag by the newest seal (a crash, or a sealer at work), or by those made a moment ago: the next sealing
completes it. It is never ahead: a head is appended once its seal is durable.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.ruptures import NatureRupture, Rupture
from service.domain.sceau import Sceau, lire_tete, tete_du_sceau
from service.usecases.dependencies import Dependencies

RETARD = timedelta(minutes=1)
"""How long the file may lag at least."""
_PAUSES = 10
"""How many pauses between two seals it may lag, where that is longer."""
_PAGE = 500
_PARIS = ZoneInfo("Europe/Paris")


def comparer_fichier(dependencies: Dependencies) -> list[Rupture]:
    """Everything that the file and the database tell differently. Raises IndisponibleError."""
    controle, numero = ControleFichier(dependencies.sceaux.fichier.lignes(), 1), 0
    while True:
        with dependencies.unites.lecture() as unite:
            sceaux = unite.sceaux.suivants(numero, _PAGE)
        for sceau in sceaux:
            controle.voir(sceau)
            numero = sceau.numero
        if not sceaux:
            controle.conclure(dependencies.horloge(), dependencies.sceaux.pause)
            return controle.ruptures


class ControleFichier:
    """Walks the lines of the file beside the seals of the database, given in order from number `premier` on."""

    def __init__(self, lignes: Iterable[str], premier: int) -> None:
        self._lignes = enumerate(lignes, 1)
        self._manquants: list[Sceau] = []
        self._nombre_manquants = 0
        self.ruptures: list[Rupture] = []
        self._tete = self._suivante()
        while self._tete is not None and self._tete.numero < premier:
            self._tete = self._suivante()

    def voir(self, sceau: Sceau) -> None:
        """Take the next seal of the database."""
        while self._tete is not None and self._tete.numero < sceau.numero:
            self._dire("le fichier a ce sceau, la base ne l'a pas.", self._tete)
            self._tete = self._suivante()
        if self._tete is None:
            self._nombre_manquants += 1
            self._manquants = [*self._manquants[:1], sceau]
        elif self._tete.numero > sceau.numero:
            self._dire("le fichier n'a pas ce sceau, alors qu'il a les suivants.", sceau)
        else:
            if tete_du_sceau(self._tete) != tete_du_sceau(sceau):
                self._dire("le fichier en a un autre : la base a été remplacée, ou l'un des deux modifié.", sceau)
            self._tete = self._suivante()

    def conclure(self, maintenant: datetime, pause: timedelta) -> int:
        """Tell what is left once the database has no more; return by how many seals the file lags."""
        if self._tete is not None:
            self._dire_la_queue(self._tete)
        limite = maintenant - max(RETARD, _PAUSES * pause)
        if self._nombre_manquants > 1 and self._manquants[0].scelle_le < limite:
            premier = self._manquants[0]
            message = f"le fichier s'arrête avant ce sceau : il lui en manque {self._nombre_manquants}."
            self._dire(message, premier, NatureRupture.FICHIER_COUPE)
        return self._nombre_manquants

    def _suivante(self) -> Sceau | None:
        """The next line that tells a seal; the others are told."""
        for rang, ligne in self._lignes:
            try:
                return lire_tete(ligne)
            except ValueError:
                message = f"la ligne {rang} du fichier n'est pas celle d'un sceau."
                self.ruptures.append(Rupture(NatureRupture.FICHIER_CONTRAIRE, message, rang))
        return None

    def _dire_la_queue(self, tete: Sceau) -> None:
        autres = 0
        while self._suivante() is not None:
            autres += 1
        suite = f", comme {autres} autre(s) après lui" if autres else ""
        jour = f"{tete.scelle_le.astimezone(_PARIS):%d/%m/%Y à %H:%M:%S}"
        message = (
            f"le fichier a ce sceau du {jour} (entrées {tete.premier} à {tete.dernier}){suite}, la base ne l'a pas : "
            "ses derniers sceaux ont été retirés, ou une base plus ancienne l'a remplacée."
        )
        self._dire(message, tete, NatureRupture.SCEAU_RETIRE)

    def _dire(self, message: str, sceau: Sceau, nature: NatureRupture = NatureRupture.FICHIER_CONTRAIRE) -> None:
        self.ruptures.append(Rupture(nature, message, sceau.numero, None, sceau.scelle_le))

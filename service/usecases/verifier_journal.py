"""The verdict on the log: nothing was changed, removed or inserted since it was sealed, or the first thing that was.

The log is walked once in the order of ids, a page a transaction, so that neither memory nor an open snapshot grows with
it; sealing and purging go on meanwhile. What is not sealed yet is told as such, and proves nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.controle_journal import ControleSceau, controler_chaine
from service.domain.ruptures import NatureRupture, Rupture
from service.domain.sceau import Sceau, lire_tete, octets_du_sceau
from service.security.certificate import par_numero_de_serie
from service.security.signing import octets_signes
from service.usecases.dependencies import Dependencies
from service.usecases.parcourir_feuilles import Parcours
from service.usecases.verifier_fichier import ControleFichier

RUPTURES_DITES = 100
"""Ruptures that a verdict keeps; it counts them all."""
_SCEAUX = 500
"""Seals read at a time."""
_PARIS = ZoneInfo("Europe/Paris")
Suivre = Callable[[int, int], None]
"""Called with the id reached and the last one sealed, now and then."""


class Portee(NamedTuple):
    """What to verify: the seals of these numbers; without a last one, the file of seals too."""

    premier: int = 1
    dernier: int | None = None


TOUT = Portee()


@dataclass
class Verification:
    """The verdict, and what it rests on."""

    instant: datetime
    portee: Portee
    sceaux: int = 0
    """Seals verified."""
    verifiees: int = 0
    """Entries that are what was sealed."""
    purgees: int = 0
    """Entries whose erasure was due, as a seal says: their leaves still prove that nothing else is missing."""
    non_scellees: int = 0
    plus_ancienne: datetime | None = None
    """Instant of the oldest entry that is not sealed yet."""
    dernier: Sceau | None = None
    """The last seal verified."""
    retard_du_fichier: int = 0
    """Seals that the file does not have yet."""
    nombre_de_ruptures: int = 0
    ruptures: list[Rupture] = field(default_factory=list)
    """The first ones, in the order of the log."""

    @property
    def integre(self) -> bool:
        """Whether everything sealed is as it was."""
        return not self.nombre_de_ruptures

    def noter(self, ruptures: Sequence[Rupture]) -> None:
        """Count ruptures, and keep the first."""
        self.nombre_de_ruptures += len(ruptures)
        self.ruptures += ruptures[: max(0, RUPTURES_DITES - len(self.ruptures))]


def verifier_journal(dependencies: Dependencies, portee: Portee = TOUT, suivre: Suivre | None = None) -> Verification:
    """Verify the sealed log and the file of seals. Raises IndisponibleError."""
    return _Verificateur(dependencies, portee, suivre).verifier()


def portee_depuis(dependencies: Dependencies, jour: date) -> Portee:
    """The seals made from a day in Paris on; the chain before them is taken for granted, and the last one with it."""
    with dependencies.unites.lecture() as unite:
        premier = unite.sceaux.depuis(datetime.combine(jour, time.min, _PARIS))
        dernier = unite.sceaux.dernier()
    return Portee(premier or (1 if dernier is None else dernier.numero))


class _Verificateur:
    def __init__(self, dependencies: Dependencies, portee: Portee, suivre: Suivre | None) -> None:
        self._unites = dependencies.unites
        self._sceaux = dependencies.sceaux
        self._suivre = suivre or (lambda _atteint, _total: None)
        self._certificats = par_numero_de_serie(dependencies.sceaux.certificats_pem)
        self._verdict = Verification(dependencies.horloge(), portee)
        lignes = () if portee.dernier else dependencies.sceaux.fichier.lignes()
        self._fichier = ControleFichier(lignes, portee.premier)
        self._numero = portee.premier - 1
        self._avant: Sceau | None = None
        self._suit = True  # whether the seal before is there and ours
        self._precedente = 0  # last id sealed before
        self._purge, self._purge_page = 0, -1

    def verifier(self) -> Verification:
        """Walk the seals, then look at what follows them."""
        verdict = self._verdict
        self._partir()
        while sceaux := self._suivants():
            surs = [self._est_de_nous(sceau) for sceau in sceaux]
            self._parcours.horizon = max([sceau.dernier for sceau, sur in zip(sceaux, surs, strict=True) if sur] or [0])
            for sceau, sur in zip(sceaux, surs, strict=True):
                self._controler(sceau, sur)
                self._suivre(self._precedente, self._total)
        if verdict.portee.dernier is None:
            verdict.retard_du_fichier = self._fichier.conclure(verdict.instant, self._sceaux.pause)
            verdict.noter(self._fichier.ruptures)
            with self._unites.lecture() as unite:
                verdict.non_scellees, verdict.plus_ancienne = unite.sceaux.compter_apres(self._precedente)
        return verdict

    def _partir(self) -> None:
        """Stand after the seal before the first one to verify."""
        with self._unites.lecture() as unite:
            dernier = unite.sceaux.dernier()
            self._avant = unite.sceaux.par_numero(self._numero) if self._numero else None
        self._total = 0 if dernier is None else dernier.dernier
        if self._avant is not None:
            self._precedente = self._avant.dernier
            self._suit = self._est_de_nous(self._avant)
            self._verdict.noter([] if self._suit else [self._faux(self._avant)])
        elif self._numero:
            self._suit = False
            message = "la base ne l'a pas, alors que les suivants sont à vérifier."
            self._verdict.noter([Rupture(NatureRupture.SCEAU_RETIRE, message, self._numero)])
        self._parcours = Parcours(self._unites, None if self._avant is None else self._avant.dernier)

    def _suivants(self) -> list[Sceau]:
        limite, dernier = _SCEAUX, self._verdict.portee.dernier
        if dernier is not None:
            limite = min(limite, dernier - self._numero)
        if limite <= 0:
            return []
        with self._unites.lecture() as unite:
            return unite.sceaux.suivants(self._numero, limite)

    def _controler(self, sceau: Sceau, sur: bool) -> None:
        verdict = self._verdict
        if verdict.portee.dernier is None:
            self._fichier.voir(sceau)
        ruptures = self._controler_le_sceau(sceau, sur)
        if sur:
            ruptures += self._controler_les_entrees(sceau)
        verdict.noter([*ruptures, *self._fichier.ruptures])
        self._fichier.ruptures.clear()
        verdict.sceaux, verdict.dernier = verdict.sceaux + 1, sceau
        self._numero, self._avant, self._suit = sceau.numero, sceau, sur

    def _controler_le_sceau(self, sceau: Sceau, sur: bool) -> list[Rupture]:
        """Whether the seal has the number that follows, is ours, and follows the one before."""
        ruptures = []
        if sceau.numero != self._numero + 1:
            message = f"la base passe du sceau {self._numero} au sceau {sceau.numero}."
            retire = Rupture(NatureRupture.SCEAU_RETIRE, message, self._numero + 1, None, sceau.scelle_le)
            ruptures.append(retire)
            self._suit = False
        if not sur:
            ruptures.append(self._faux(sceau))
        elif self._suit and (rupture := controler_chaine(self._avant, sceau)) is not None:
            ruptures.append(rupture)
        return ruptures

    def _faux(self, sceau: Sceau) -> Rupture:
        message = "sa signature n'est pas celle du service : le sceau a été modifié ou forgé."
        if sceau.cle not in self._certificats:
            message = f"aucun certificat publié n'a son numéro de série ({sceau.cle[:40] or 'illisible'})."
        return Rupture(NatureRupture.SCEAU_ALTERE, message, sceau.numero, None, sceau.scelle_le)

    def _controler_les_entrees(self, sceau: Sceau) -> list[Rupture]:
        """Hold entries and leaves against a seal of ours; after one that is not, those before it prove nothing."""
        vues = self._parcours.jusque(sceau.dernier)
        premiere = next(vues, None)
        while premiere is not None and not self._suit and premiere.id < sceau.premier:
            self._precedente = premiere.id if premiere.hache is not None else self._precedente
            premiere = next(vues, None)
        controle = ControleSceau(sceau, self._precedente, self._due)
        if premiere is not None:
            controle.voir(premiere)
        for vue in vues:
            controle.voir(vue)
        ruptures = controle.conclure()
        self._verdict.verifiees += controle.verifiees
        self._verdict.purgees += controle.purgees
        self._precedente = sceau.dernier
        return ruptures

    def _due(self, entree: int) -> bool:
        """Whether an entry was due for erasure, as the newest seal of ours says; a purge may have begun meanwhile."""
        if entree > self._purge and self._purge_page != self._parcours.pages:
            self._purge_page = self._parcours.pages
            self._purge = max(self._purge, self._purge_dans_la_base(), self._purge_dans_le_fichier())
        return entree <= self._purge

    def _purge_dans_la_base(self) -> int:
        with self._unites.lecture() as unite:
            derniers = unite.sceaux.derniers(_SCEAUX)
        return next((sceau.purge for sceau in derniers if self._est_de_nous(sceau)), 0)

    def _purge_dans_le_fichier(self) -> int:
        """The same where the last seals were taken out of the database."""
        try:
            sceau = lire_tete(self._sceaux.fichier.derniere() or "")
        except ValueError:
            return 0
        return sceau.purge if self._est_de_nous(sceau) else 0

    def _est_de_nous(self, sceau: Sceau) -> bool:
        certificat = self._certificats.get(sceau.cle)
        return certificat is not None and octets_signes(certificat, octets_du_sceau(sceau), sceau.signature)

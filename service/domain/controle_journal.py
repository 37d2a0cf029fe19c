"""Whether entries and leaves are those that a seal covers, and if not, which is the first that is not. Pure.

A seal proves its leaves, and a leaf proves its entry and the id of the one before. So, when something is wrong: a leaf
that no longer fits its entry names an entry altered if the root still holds, and a leaf altered if the root holds with
the leaf computed anew; one that fits its entry behind another predecessor names what was slipped in before it or taken
out. What nothing explains (every leaf of a seal computed anew by who forged it, a leaf of an erased entry) names the
seal, whose ids and instant bound it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from service.domain.merkle import racine
from service.domain.ruptures import NatureRupture, Rupture
from service.domain.sceau import Sceau, empreinte_du_sceau, feuille_de_l_entree

_PARIS = ZoneInfo("Europe/Paris")
_EXPLIQUEES = 10
"""Leaves of a seal that are looked into; beyond that many the rest are only told."""
_ESSAIS = 1000
"""Predecessors tried for a leaf, each way."""


class Scellee(NamedTuple):
    """An entry and its leaf as they are found: at least one of both."""

    id: int
    sel: bytes | None
    hache: bytes | None
    """None for an entry without a leaf."""
    entree: Mapping[str, Any] | None
    """None for a leaf without an entry."""

    @property
    def instant(self) -> datetime | None:
        """When the entry was made, as it says."""
        return None if self.entree is None else self.entree.get("instant")


class _Suspecte(NamedTuple):
    vue: Scellee
    position: int
    attendu: bytes


class ControleSceau:
    """Holds what is found in the range of a seal, row after row, against the seal.

    `precedente` is the last id sealed before; `due` tells whether an entry was due for erasure, as a seal says.
    """

    def __init__(self, sceau: Sceau, precedente: int, due: Callable[[int], bool]) -> None:
        self._sceau = sceau
        self._due = due
        self._ids = [precedente]  # of the leaves, after the last one before
        self._haches: list[bytes] = []
        self._suspectes: list[_Suspecte] = []
        self._sans_feuille: list[Scellee] = []
        self._retirees: set[int] = set()
        self._ruptures: list[Rupture] = []
        self.verifiees = 0
        """Entries that are what was sealed."""
        self.purgees = 0
        """Entries that were erased when due."""

    def voir(self, vue: Scellee) -> None:
        """Take the next row, in the order of ids, up to the last id of the seal."""
        if vue.hache is None:
            self._sans_feuille.append(vue)
        elif vue.id < self._sceau.premier:
            self._dire(NatureRupture.ENTREE_INSEREE, "aucun sceau ne couvre sa feuille.", vue)
        else:
            if not self._haches and vue.id > self._sceau.premier:
                self._retirees.add(self._sceau.premier)
                self._ids.append(self._sceau.premier)
            self._haches.append(vue.hache)
            self._juger(vue, vue.hache)
            self._ids.append(vue.id)

    def conclure(self) -> list[Rupture]:
        """Everything that is wrong, the first entry first."""
        sceau = self._sceau
        if not self._haches:
            self._retirees.add(sceau.premier)
        elif self._ids[-1] != sceau.dernier:
            self._retirees.add(sceau.dernier)
        juste = len(self._haches) == sceau.nombre and racine(self._haches) == sceau.racine
        refaite = not juste and self._racine_refaite() == sceau.racine
        for rang, suspecte in enumerate(self._suspectes):
            if rang >= _EXPLIQUEES or not self._deplacee(suspecte):
                self._modifiee(suspecte.vue, refaite)
        self._dire_les_retirees()
        if not juste and not self._ruptures:
            self._dire_les_feuilles()
        return sorted(self._ruptures, key=lambda rupture: rupture.entree or 0)

    def _juger(self, vue: Scellee, hache: bytes) -> None:
        if vue.entree is None:
            if vue.sel is None and self._due(vue.id):
                self.purgees += 1
            else:
                self._retirees.add(vue.id)
        elif vue.sel is None:
            self._dire(NatureRupture.ENTREE_ALTEREE, "son sel a été effacé alors qu'elle est encore là.", vue)
        elif (attendu := feuille_de_l_entree(vue.sel, vue.entree, self._ids[-1])) != hache:
            self._suspectes.append(_Suspecte(vue, len(self._haches) - 1, attendu))
        else:
            self.verifiees += 1

    def _racine_refaite(self) -> bytes:
        """The root with the leaves that do not fit their entries computed anew."""
        haches = list(self._haches)
        for suspecte in self._suspectes:
            haches[suspecte.position] = suspecte.attendu
        return racine(haches)

    def _deplacee(self, suspecte: _Suspecte) -> bool:
        """Whether the leaf fits its entry behind another predecessor; then what happened before it is told."""
        place = self._ids.index(suspecte.vue.id)
        avant = self._ids[max(0, place - 1 - _ESSAIS) : place - 1][::-1]
        if (trouvee := _predecesseur(suspecte.vue, avant)) is not None:
            intruse = self._ids[self._ids.index(trouvee) + 1]
            message = "elle et sa feuille ont été glissées parmi celles que le sceau couvre."
            self._dire(NatureRupture.ENTREE_INSEREE, message, Scellee(intruse, None, None, None))
            return True
        absentes = range(suspecte.vue.id - 1, max(self._ids[place - 1], suspecte.vue.id - 1 - _ESSAIS), -1)
        if (trouvee := _predecesseur(suspecte.vue, absentes)) is not None:
            self._retirees.add(trouvee)
            return True
        return False

    def _modifiee(self, vue: Scellee, refaite: bool) -> None:
        if refaite:
            message = (
                "la feuille de cette entrée, ou son empreinte, a été changée ; l'entrée est celle qui fut scellée."
            )
            self._dire(NatureRupture.FEUILLE_ALTEREE, message, vue)
        else:
            self._dire(NatureRupture.ENTREE_ALTEREE, "elle, ou son sel, n'est plus ce qui fut scellé.", vue)

    def _dire_les_retirees(self) -> None:
        """Tell what is gone: entries, or leaves of entries that are still there; entries that never had one are new."""
        sceau, sans = self._sceau, {vue.id for vue in self._sans_feuille if vue.id >= self._sceau.premier}
        toutes = self._retirees <= sans and len(self._haches) + len(sans) == sceau.nombre
        for vue in self._sans_feuille:
            if vue.id in self._retirees or (toutes and vue.id in sans):
                self._dire(NatureRupture.FEUILLE_ALTEREE, "sa feuille a été retirée.", vue)
            else:
                message = "elle n'a pas de feuille : aucun sceau ne la couvre."
                self._dire(NatureRupture.ENTREE_INSEREE, message, vue)
        for numero in self._retirees - sans:
            message = f"elle n'est plus là, et aucune purge ne l'explique ; elle fut scellée le {_jour(sceau)}."
            self._dire(NatureRupture.ENTREE_RETIREE, message, Scellee(numero, None, None, None))

    def _dire(self, nature: NatureRupture, message: str, vue: Scellee) -> None:
        instant = vue.instant or self._sceau.scelle_le
        self._ruptures.append(Rupture(nature, message, self._sceau.numero, vue.id, instant))

    def _dire_les_feuilles(self) -> None:
        sceau = self._sceau
        message = (
            f"les feuilles des entrées {sceau.premier} à {sceau.dernier} ne sont plus celles qui furent scellées le "
            f"{_jour(sceau)} ({sceau.nombre} scellées, {len(self._haches)} trouvées)."
        )
        self._ruptures.append(
            Rupture(NatureRupture.FEUILLE_ALTEREE, message, sceau.numero, sceau.premier, sceau.scelle_le)
        )


def controler_chaine(avant: Sceau | None, sceau: Sceau) -> Rupture | None:
    """Whether a seal whose signature holds follows the one before it; what is wrong otherwise."""
    if sceau.precedent != empreinte_du_sceau(avant):
        message = "il ne suit pas le sceau qui le précède : l'un des deux a été remplacé."
    elif sceau.premier <= (0 if avant is None else avant.dernier) or not sceau.premier <= sceau.dernier:
        message = "ses entrées ne suivent pas celles du sceau qui le précède."
    elif not (0 if avant is None else avant.purge) <= sceau.purge < sceau.premier:
        message = "la purge qu'il annonce ne suit pas celle du sceau qui le précède."
    else:
        return None
    return Rupture(NatureRupture.CHAINE_ROMPUE, message, sceau.numero, None, sceau.scelle_le)


def _predecesseur(vue: Scellee, candidats: Sequence[int]) -> int | None:
    """The id behind which the leaf fits its entry."""
    assert vue.sel is not None
    assert vue.entree is not None
    for candidat in candidats:
        if feuille_de_l_entree(vue.sel, vue.entree, candidat) == vue.hache:
            return candidat
    return None


def _jour(sceau: Sceau) -> str:
    return f"{sceau.scelle_le.astimezone(_PARIS):%d/%m/%Y à %H:%M:%S}"

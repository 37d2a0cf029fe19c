"""The messages of a file, on disk before any of them leaves: what makes an interrupted run go on without doubling.

A sending (`Envoi`) is known by the content of its file, the SIRET, the operation, the year, the server, and whether it
is a trial. Invariants:

1. Nothing is sent before all messages of the file, identifiers and bytes, are on the disk.
2. They appear all at once (a folder is renamed into place), so two runs at a time make one sending.
3. A message is done when its receipt is on the disk; until then the very same bytes are sent again.
4. Nothing here is ever changed or removed: with the receipts, it is the proof of what was declared.

``envois/certificat-2026-3f2a9c01d2e45b67-1/`` holds ``envoi.json``, ``lot-0001.xml`` …, and ``lot-0001.depot`` once
done.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from declarer_esat.ecriture import creer_dossier, ecrire_neuf, remplacer, synchroniser
from declarer_esat.lots import Lot
from service.errors import SaisieError

_VERSION = 1
_FICHE = "envoi.json"


class Identite(NamedTuple):
    """What makes two runs the same sending; the year is apart, since the service may be the one who told it."""

    operation: str
    siret: str
    serveur: str
    essai: bool
    contenu: str
    """Digest of the file's bytes, or of what stands for them."""

    @property
    def cle(self) -> str:
        """A name for a folder."""
        return hashlib.sha256("\n".join(map(str, self)).encode()).hexdigest()[:16]


class Envoi(NamedTuple):
    """One sending, done or under way."""

    dossier: Path
    identite: Identite
    annee: int | None
    fichier: str
    """Name of the file it came from."""
    cree_le: datetime
    lots: tuple[Lot, ...]

    def depot(self, rang: int) -> str | None:
        """Return the numeroDepot of the lot of that 0-based rank, once its receipt is safe."""
        marque = self._marque(rang)
        return marque.read_text(encoding="utf-8").strip() if marque.exists() else None

    def noter(self, rang: int, numero_depot: str) -> None:
        """Mark a lot as done; its receipt must be on the disk already."""
        remplacer(self._marque(rang), f"{numero_depot}\n".encode())

    @property
    def depots(self) -> tuple[str | None, ...]:
        """The numeroDepot of each lot, None where it is not done."""
        return tuple(self.depot(rang) for rang in range(len(self.lots)))

    @property
    def termine(self) -> bool:
        """Whether every lot has its receipt."""
        return all(self.depots)

    def _marque(self, rang: int) -> Path:
        return self.dossier / f"lot-{rang + 1:04d}.depot"


class Registre:
    """The sendings of a folder."""

    def __init__(self, dossier: Path) -> None:
        """Raises `SaisieError` when the folder cannot be made."""
        self._envois = dossier / "envois"
        try:
            creer_dossier(self._envois)
        except OSError as erreur:
            raise SaisieError(f"Le dossier {dossier} ne peut pas être créé ({erreur.strerror}).") from None

    def dernier(self, identite: Identite, annee: int | None) -> Envoi | None:
        """Return the last sending of a file; without `annee`, of whatever year it was declared for."""
        repere = f"-{identite.cle}-" if annee is None else f"-{annee}-{identite.cle}-"
        dossiers = [dossier for dossier in self._envois.glob(f"*{repere}*") if (dossier / _FICHE).is_file()]
        return _relire(max(dossiers, key=_generation)) if dossiers else None

    def tous(self) -> Iterator[Envoi]:
        """Yield every sending, the oldest first."""
        fiches = [fiche for fiche in self._envois.glob(f"*/{_FICHE}") if not fiche.parent.name.startswith(".")]
        yield from sorted((_relire(fiche.parent) for fiche in fiches), key=lambda envoi: envoi.cree_le)

    def preparer(
        self,
        identite: Identite,
        annee: int | None,
        nom: str,
        lots: Sequence[Lot],
        nature: str,
        precedent: Envoi | None = None,
    ) -> Envoi:
        """Put on the disk a sending that follows `precedent`, the last one of this file that its run has seen.

        Where another run has done so in the meantime, return that one: two runs at a time make one sending.
        """
        generation = 1 if precedent is None else _generation(precedent.dossier) + 1
        noms = ("essai" if identite.essai else None, nature, annee, identite.cle, generation)
        definitif = self._envois / "-".join(str(nom) for nom in noms if nom is not None)
        provisoire = Path(tempfile.mkdtemp(prefix=".", dir=self._envois))
        try:
            for rang, lot in enumerate(lots, 1):
                ecrire_neuf(provisoire / f"lot-{rang:04d}.xml", lot.charge)
            ecrire_neuf(provisoire / _FICHE, _fiche(identite, annee, nom, lots))
            synchroniser(provisoire)
            try:
                provisoire.rename(definitif)
            except OSError:
                if not (definitif / _FICHE).is_file():
                    raise
            synchroniser(self._envois)
        finally:
            shutil.rmtree(provisoire, ignore_errors=True)
        return _relire(definitif)


def _generation(dossier: Path) -> int:
    return int(dossier.name.rpartition("-")[2])


def _fiche(identite: Identite, annee: int | None, nom: str, lots: Sequence[Lot]) -> bytes:
    contenu = {
        "version": _VERSION,
        "identite": identite._asdict(),
        "annee": annee,
        "fichier": nom,
        "cree_le": datetime.now(UTC).isoformat(timespec="seconds"),
        "lots": [{"identifiantMessage": lot.identifiant, "lignes": lot.lignes} for lot in lots],
    }
    return json.dumps(contenu, ensure_ascii=False, indent=1).encode() + b"\n"


def _relire(dossier: Path) -> Envoi:
    """Read a sending back. Raises `SaisieError` when its files are damaged."""
    try:
        fiche: dict[str, Any] = json.loads((dossier / _FICHE).read_bytes())
        if fiche["version"] != _VERSION:
            raise SaisieError(f"L'envoi {dossier} a été préparé par une version plus récente de declarer-esat.")
        lots = tuple(
            Lot(lot["identifiantMessage"], tuple(lot["lignes"]), (dossier / f"lot-{rang:04d}.xml").read_bytes())
            for rang, lot in enumerate(fiche["lots"], 1)
        )
        identite = Identite(**fiche["identite"])
        return Envoi(
            dossier, identite, fiche["annee"], fiche["fichier"], datetime.fromisoformat(fiche["cree_le"]), lots
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise SaisieError(f"L'envoi {dossier} est abîmé : ses fichiers ont été modifiés ou manquent.") from None

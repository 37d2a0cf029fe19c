"""The page of measures and its plot, from the figures kept: it can be made anew without measuring."""

from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import comparaison, exigences
from benchmarks.carnet import FICHIER, FINIE, ecrire_chiffres, lire_chiffres
from benchmarks.charge import M1, M1000
from benchmarks.dessin import dessiner

DOCS = Path(__file__).resolve().parent.parent / "docs"
DIX_MILLIONS = "journal_dix_millions"
"""Key of the figures of the log at ten million entries, which `benchmarks.dix_millions` writes."""


def ecrire(donnees: dict[str, Any], dossier: Path) -> None:
    """Write the page and the plot into `dossier`."""
    mesures, echecs = donnees["mesures"], donnees.get("echecs", [])
    for charge, dessin in ((M1, "mesures-m1.svg"), (M1000, "mesures-m1000.svg")):
        dessiner(comparaison.debits(mesures), charge.nom, dossier / dessin)
    sections = [
        _entete(donnees),
        *_reserves(donnees),
        *_echecs(echecs),
        comparaison.planchers(mesures, {echec["candidat"] for echec in echecs}),
        comparaison.messages_par_seconde(mesures),
        comparaison.latences(mesures),
        exigences.linearite(mesures),
        exigences.memoire(donnees.get("memoire")),
        exigences.inondation(donnees.get("inondation")),
        exigences.client(donnees.get("client")),
        exigences.etapes(donnees.get("etapes")),
        exigences.profil(donnees.get("profil")),
        exigences.journal(donnees.get(DIX_MILLIONS)),
        comparaison.pairs(),
    ]
    (dossier / "mesures.md").write_text("\n\n".join(sections) + "\n", "utf-8")


def publier(donnees: dict[str, Any], dossier: Path, dans_docs: bool) -> Path:
    """Write figures and page into `dossier`, or into docs/ where they belong there and everything was measured to the
    end (a candidate that failed was tried all the same); return the page. What a run of its own makes is kept."""
    gardes = lire_chiffres(DOCS / FICHIER)
    donnees = donnees | {nom: gardes[nom] for nom in (DIX_MILLIONS,) if nom in gardes}
    if dans_docs and donnees["etat"] == FINIE and not donnees["seulement"]:
        dossier = DOCS
    ecrire_chiffres(dossier / FICHIER, donnees)
    ecrire(donnees, dossier)
    return dossier / "mesures.md"


def _entete(donnees: dict[str, Any]) -> str:
    erreurs = sum(mesure["erreurs"] for mesure in donnees["mesures"])
    avant = f", charge moyenne de la machine avant : {donnees['charge_avant']:.1f}" if "charge_avant" in donnees else ""
    machine, mesure = donnees["machine"], f"{donnees['tours']} tours de {donnees['duree']:.0f} s par charge"
    return f"""# Mesures

Écrit par `make bench` ; chiffres bruts dans [mesures.json](mesures.json). Tous les candidats dans la même exécution :
{mesure}, candidats et charges dans un ordre tiré au sort, chacun sur une base neuve et après
échauffement ; une rafale commence quand le candidat a fini ce que la précédente lui laissait. Le générateur de charge
(wrk) tourne sur les mêmes cœurs : les chiffres valent comme rapports. Chaque réponse est lue, et les lignes écrites
sont comptées après chaque candidat.

{machine["machine"]}. {machine["logiciels"]}.
Mesuré le {donnees["date"]}{avant}. Réponses fausses ou manquantes : {erreurs}.

M1, M100, M1000 : messages de 1, 100 et 1 000 salariés. Le produit est complet : contrôles, signature, chiffrement,
journal, rejeu, messages répétés ; 1 500 ESAT envoient, chacun avec sa clé ; les mots de passe en texte
sont ceux de quarante comptes, de cinq ESAT chacun."""


def _reserves(donnees: dict[str, Any]) -> list[str]:
    """What keeps the page from being whole."""
    reserves = []
    if donnees.get("etat") != FINIE:
        tours = Counter(candidat for candidat, _ in {(m["candidat"], m["tour"]): None for m in donnees["mesures"]})
        faits = " ; ".join(f"{candidat} : {nombre}" for candidat, nombre in tours.items()) or "aucun"
        reserves.append(
            f"**Page partielle : l'exécution ne s'est pas finie.** Tours mesurés, sur {donnees['tours']} : {faits}."
        )
    if donnees.get("seulement"):
        reserves.append(f"**Page partielle : seulement {' ; '.join(donnees['seulement'])}.**")
    return [*reserves, *([donnees["remarque"]] if "remarque" in donnees else [])]


def _echecs(echecs: list[dict[str, str]]) -> list[str]:
    """Who failed, when, why, and the end of what it wrote; the figures of a round that failed are left out."""
    if not echecs:
        return []
    parties = [
        "## Échecs\n\nUn candidat qui ne démarre pas, meurt ou perd des lignes n'a pas de chiffres pour ce tour ; ses "
        "réponses fausses ne comptent pas dans son débit."
    ]
    for echec in echecs:
        parties.append(f"- {echec['candidat']}, {echec['quand']} : {echec['raison']}")
        if echec["dernieres"]:
            parties.append("\n".join(f"      {ligne}" for ligne in echec["dernieres"].splitlines()))
    return ["\n\n".join(parties)]

"""docs/mesures.md and its plot, from docs/mesures.json: the page can be made anew without measuring."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTRE, GRANIAN = "SQLite, waitress", "SQLite, granian"
M1, M1000 = "M1 condensé, 8 connexions", "M1000 condensé, 8 connexions"
DIX_MILLIONS = "journal_dix_millions"
"""Key of the figures of the log at ten million entries, which `benchmarks.dix_millions` writes."""
M100, M1_TEXTE = "M100 condensé, 8 connexions", "M1 texte, 8 connexions"
PLANCHERS = (
    (NOTRE, "spyne tel quel", 150, 25),  # with passwords as text, which its tutorials verify by argon2id each time
    (NOTRE, "node-soap", 1.5, 2),
    (NOTRE, "PHP-FPM", 1.3, 0.8),
    (NOTRE, "Apache CXF", 1, 1),
    (NOTRE, "gSOAP C++", 0.4, 0.4),
    (GRANIAN, "gSOAP C++", 1, 0.5),
)
"""Product, peer, and the ratios that issue 3 asks for with M1 and M1000."""
LIMITES = {
    "spyne tel quel": "ORM, objets typés, argon2id à chaque mot de passe ; schéma déduit des types de spyne ; "
    "un processus ; pas de cache de nonces",
    "node-soap": "deux processus ; schéma du contrat par libxml2 ; pas de cache de nonces",
    "PHP-FPM": "quatre processus derrière nginx, OPcache ; schéma du contrat par libxml2 ; pas de cache de nonces",
    "gSOAP C++": "un fil par connexion ; contrôle strict de gSOAP au lieu du schéma ; cache de nonces du greffon wsse",
    "Apache CXF": "WSS4J et son cache de nonces, schéma du contrat, JDBC ; machine virtuelle chauffée avant la mesure",
}

_PAIRS = """## Ce que fait chaque pair

Tous : UsernameToken vérifié, une ligne par salarié dans SQLite (WAL, FULL), une transaction par message, l'accusé du
contrat. Aucun ne signe, ne chiffre, ne contrôle, ne journalise ni ne reconnaît un message répété.

"""


def ecrire(donnees: dict[str, Any]) -> None:
    """Write the page and the plot."""
    debits = _debits(donnees["mesures"])
    _dessiner(debits, DOCS / "mesures.svg")
    sections = [
        _entete(donnees),
        *([donnees["remarque"]] if "remarque" in donnees else []),
        "## Planchers\n\n" + _table(("produit", "pair", "M1", "plancher", "M1000", "plancher"), _planchers(debits)),
        "![Messages par seconde](mesures.svg)",
        "## Messages par seconde\n\nMédiane (minimum – maximum) des tours.\n\n" + _table(*_tous(debits)),
        "## Latences de M1 à 8 connexions\n\n"
        + _table(("candidat", "p50 (ms)", "p99 (ms)", "p99 / p50"), _latences(donnees)),
        "## Linéarité\n\n" + _table(("produit", "µs par ligne à 100", "à 1 000", "rapport"), _linearite(debits)),
        _memoire(donnees["memoire"]),
        "## Inondation de mots de passe faux\n\n"
        "Messages par seconde seuls, puis avec 8 connexions de mots de passe faux.\n\n"
        + _table(("charge", "seule", "inondée", "reste"), _inondation(donnees["inondation"])),
        *_dix_millions(donnees.get(DIX_MILLIONS)),
        _PAIRS + _table(("pair", "particularités"), LIMITES.items()),
    ]
    (DOCS / "mesures.md").write_text("\n\n".join(sections) + "\n", "utf-8")


def _dix_millions(mesures: dict[str, Any] | None) -> list[str]:
    """The first page of each search of the log, at ten thousand entries and at many."""
    if mesures is None:
        return []
    titres: list[str] = ["recherche"]
    colonnes: list[dict[str, float]] = []
    for base, par_taille in mesures["bases"].items():
        for entrees, durees in par_taille.items():
            titres.append(f"{base}, {int(entrees):_} entrées (ms)".replace("_", "\u202f"))
            colonnes.append(durees)
    lignes = [(nom, *(f"{durees[nom]:.2f}" for durees in colonnes)) for nom in colonnes[0]]
    texte = (
        "## Le journal à dix millions d'entrées\n\nPremière page de la console pour chaque filtre, seul puis avec une "
        "période et un ESAT, et `ListeDepots` : médiane de cinq lectures (`python -m benchmarks.dix_millions`).\n\n"
    )
    return [texte + _table(titres, lignes)]


def machine() -> dict[str, str]:
    """What was measured on."""
    modele = next((ligne.partition(":")[2].strip() for ligne in _lignes("/proc/cpuinfo") if "model name" in ligne), "?")
    memoire = int(_lignes("/proc/meminfo")[0].split()[1]) // 1024 // 1024
    versions = {"Python": platform.python_version(), "SQLite": __import__("sqlite3").sqlite_version}
    for nom, commande in (
        ("Node.js", "node -v"),
        ("PHP", "php -r 'echo PHP_VERSION;'"),
        ("Java", "java -version 2>&1 | head -1"),
    ):
        versions[nom] = subprocess.run(
            ["sh", "-c", commande], capture_output=True, text=True, check=False
        ).stdout.strip()
    logiciels = ", ".join(f"{nom} {version}" for nom, version in versions.items())
    return {
        "machine": f"{modele}, {os.cpu_count()} cœurs, {memoire} Gio, noyau {platform.release()}",
        "logiciels": logiciels,
    }


def _lignes(fichier: str) -> list[str]:
    return Path(fichier).read_text().splitlines()


def _entete(donnees: dict[str, Any]) -> str:
    erreurs = sum(mesure["erreurs"] for mesure in donnees["mesures"])
    machine, mesure = donnees["machine"], f"{donnees['tours']} tours de {donnees['duree']:.0f} s par charge"
    return f"""# Mesures

Écrit par `make bench` ; chiffres bruts dans [mesures.json](mesures.json). Tous les candidats dans la même exécution :
{mesure}, candidats et charges dans un ordre tiré au sort, chacun sur une base neuve et après
échauffement. Le générateur de charge (wrk) tourne sur les mêmes cœurs : les chiffres valent comme rapports. Chaque
réponse est lue, et les lignes écrites sont comptées après chaque candidat.

{machine["machine"]}. {machine["logiciels"]}.
Mesuré le {donnees["date"]}. Réponses fausses ou manquantes : {erreurs}.

M1, M100, M1000 : messages de 1, 100 et 1 000 salariés. Le produit est complet : contrôles, signature, chiffrement,
journal, rejeu, messages répétés ; cent ESAT envoient, chacun avec sa clé."""


def _debits(mesures: Iterable[dict[str, Any]]) -> dict[str, dict[str, list[float]]]:
    debits: dict[str, dict[str, list[float]]] = {}
    for mesure in mesures:
        debits.setdefault(mesure["candidat"], {}).setdefault(mesure["charge"], []).append(mesure["debit"])
    return debits


def _planchers(debits: dict[str, dict[str, list[float]]]) -> Iterable[Sequence[str]]:
    for produit, pair, plancher_1, plancher_1000 in PLANCHERS:
        if produit in debits and pair in debits:
            rapports = []
            court = M1_TEXTE if pair == "spyne tel quel" else M1
            for charge, plancher in ((court, plancher_1), (M1000, plancher_1000)):
                autre = statistics.median(debits[pair][charge])
                if not autre:
                    rapports += ["aucune réponse du pair dans la rafale", f"{plancher} ×"]
                    continue
                rapport = statistics.median(debits[produit][charge]) / autre
                tenu = "" if rapport >= plancher else " (non tenu)"
                rapports += [f"{rapport:.2f} ×", f"{plancher} ×{tenu}"]
            yield (produit, pair, *rapports)


def _tous(debits: dict[str, dict[str, list[float]]]) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    charges = list(next(iter(debits.values())))
    lignes = [
        (
            candidat,
            *(f"{statistics.median(v):,.1f} ({min(v):,.1f} – {max(v):,.1f})" for v in map(lues.__getitem__, charges)),
        )
        for candidat, lues in debits.items()
    ]
    return ("candidat", *charges), lignes


def _latences(donnees: dict[str, Any]) -> Iterable[Sequence[str]]:
    for candidat in _debits(donnees["mesures"]):
        lues = [m for m in donnees["mesures"] if m["candidat"] == candidat and m["charge"] == M1 and "p50" in m]
        if not lues:  # a run whose latencies were not kept
            yield candidat, "non relevé", "non relevé", ""
            continue
        p50, p99 = (statistics.median(m[nom] for m in lues) / 1000 for nom in ("p50", "p99"))
        yield candidat, f"{p50:.2f}", f"{p99:.2f}", f"{p99 / p50:.1f}"


def _linearite(debits: dict[str, dict[str, list[float]]]) -> Iterable[Sequence[str]]:
    for candidat, lues in debits.items():
        if candidat not in LIMITES and M100 in lues:
            cent, mille = (1e6 / statistics.median(lues[nom]) / n for nom, n in ((M100, 100), (M1000, 1000)))
            yield candidat, f"{cent:.1f}", f"{mille:.1f}", f"{mille / cent:.2f}"


def _memoire(releves: Sequence[Sequence[int]]) -> str:
    lignes = [(str(rang), *(f"{octets / 2**20:.0f}" for octets in releve)) for rang, releve in enumerate(releves, 1)]
    colonnes = [f"processus {rang} (Mio)" for rang in range(1, len(releves[0]) + 1)]
    return "## Mémoire\n\nPlus haut de la mémoire résidente après chaque rafale de M1000 à 8 connexions.\n\n" + _table(
        ("rafale", *colonnes), lignes
    )


def _inondation(releves: Iterable[dict[str, Any]]) -> Iterable[Sequence[str]]:
    for charge in (nom for nom in dict.fromkeys(r["charge"] for r in releves)):
        seule, sous = (statistics.median(r[nom] for r in releves if r["charge"] == charge) for nom in ("seule", "sous"))
        yield charge, f"{seule:,.0f}", f"{sous:,.0f}", f"{sous / seule:.0%}"


def _table(titres: Sequence[str], lignes: Iterable[Sequence[str]]) -> str:
    rangs = [titres, ["---"] * len(titres), *lignes]
    return "\n".join(f"| {' | '.join(rang)} |" for rang in rangs)


def _dessiner(debits: dict[str, dict[str, list[float]]], fichier: Path) -> None:
    matplotlib.rcParams["svg.hashsalt"] = "mesures"
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4.5))
    for axe, charge in zip(axes, (M1, M1000), strict=True):
        ordre = sorted(debits, key=lambda candidat: statistics.median(debits[candidat][charge]))
        valeurs = [statistics.median(debits[candidat][charge]) for candidat in ordre]
        ecarts = [
            [v - min(debits[c][charge]) for c, v in zip(ordre, valeurs, strict=True)],
            [max(debits[c][charge]) - v for c, v in zip(ordre, valeurs, strict=True)],
        ]
        couleurs = ["#9aa5b1" if candidat in LIMITES else "#1f6feb" for candidat in ordre]
        axe.barh(ordre, valeurs, xerr=ecarts, color=couleurs, error_kw={"elinewidth": 1, "capsize": 2})
        axe.set_title(charge)
        axe.set_xlabel("messages par seconde (barre : étendue des tours)")
        axe.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(fichier, metadata={"Date": None})


def relire() -> None:
    """Make the page anew from the figures that were kept."""
    ecrire(json.loads((DOCS / "mesures.json").read_text("utf-8")))

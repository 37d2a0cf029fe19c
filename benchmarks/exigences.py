"""Sections of the page about the product alone: linearity, memory, flood, client, what CPU time goes to, the log."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.charge import M100, M1000
from benchmarks.client import DECLARER, SALARIES
from benchmarks.comparaison import NON_MESURE, NOTRE, NOTRES, debits, table, verdict

_LINEARITE, _MEMOIRE_MO, _RESTE, _CLIENT_S, _FOIS = 1.1, 150, 0.7, 2, 2
_COMPTE = " : le nombre"
"""How the counts are named among the searches of the log; they have no requirement."""


def linearite(mesures: Iterable[dict[str, Any]]) -> str:
    """Time of a line in messages of a hundred and of a thousand."""
    lus, lignes = debits(mesures), []
    for candidat in NOTRES:
        medianes = [statistics.median(lus.get(candidat, {}).get(charge.nom, [0])) for charge in (M100, M1000)]
        if all(medianes):
            cent, mille = (1e6 / debit / charge.lignes for debit, charge in zip(medianes, (M100, M1000), strict=True))
            lignes.append(
                (candidat, f"{cent:.1f}", f"{mille:.1f}", f"{mille / cent:.2f}", verdict(mille <= _LINEARITE * cent))
            )
    return (
        "## Linéarité\n\nTemps par salarié, 8 connexions. Exigence : "
        f"à 1 000, au plus {_LINEARITE} × celui à 100.\n\n"
        + (table(("produit", "µs par ligne à 100", "à 1 000", "rapport", ""), lignes) if lignes else NON_MESURE)
    )


def memoire(releves: Sequence[Sequence[int]] | None) -> str:
    """Peaks after each burst; the first process supervises, the others work."""
    titre = "## Mémoire\n\n"
    if not releves:
        return titre + NON_MESURE
    largeur = min(map(len, releves))
    lignes = [
        (str(rang), *(f"{octets / 1e6:.0f}" for octets in releve[:largeur])) for rang, releve in enumerate(releves, 1)
    ]
    plus_haut = max(map(max, releves)) / 1e6
    troisieme = max(releves[min(2, len(releves) - 1)])
    return (
        f"{titre}{NOTRE} : plus haut de la mémoire résidente de chaque processus après chaque rafale de M1000 à 8 "
        "connexions.\n\n"
        + table(("rafale", *(f"processus {rang} (Mo)" for rang in range(1, largeur + 1))), lignes)
        + f"\n\nExigence : {_MEMOIRE_MO} Mo par processus. Plus haut : {plus_haut:.0f} Mo, "
        f"{verdict(plus_haut <= _MEMOIRE_MO)}. De la rafale 3 à la {len(releves)} : "
        f"{max(releves[-1]) / troisieme - 1:+.1%}."
    )


def inondation(releves: Sequence[dict[str, Any]] | None) -> str:
    """What a flood of wrong passwords leaves of each kind of load."""
    titre = "## Inondation de mots de passe faux\n\n"
    if not releves:
        return titre + NON_MESURE
    lignes = []
    for charge in dict.fromkeys(releve["charge"] for releve in releves):
        lus = [releve for releve in releves if releve["charge"] == charge]
        seule, sous = (statistics.median(releve[nom] for releve in lus) for nom in ("seule", "sous"))
        refus = f"{statistics.median(r['refus'] for r in lus):,.0f}" if all("refus" in r for r in lus) else "non relevé"
        tenu = verdict(sous >= _RESTE * seule)
        lignes.append((charge, f"{seule:,.0f}", f"{sous:,.0f}", f"{sous / seule:.0%}", tenu, refus))
    return (
        f"{titre}{NOTRE} : messages par seconde seuls, puis avec 8 connexions de mots de passe faux, tour à tour "
        "(condensé : clés d'intégration ; texte : mots de passe déjà vérifiés). Le générateur du flot prend sa part "
        f"des mêmes cœurs. Exigence : il en reste {_RESTE:.0%}.\n\n"
        + table(("charge", "seule", "inondée", "reste", "", "mots de passe faux refusés par seconde"), lignes)
    )


def client(durees: dict[str, dict[str, float]] | None) -> str:
    """CPU of the reference client, by format and act."""
    titre = "## Client de référence\n\n"
    if not durees:
        return titre + NON_MESURE
    actes = list(next(iter(durees.values())))
    lignes = [
        (extension.upper(), *(f"{lues[acte]:.2f}" for acte in actes), verdict(lues[DECLARER] <= _CLIENT_S))
        for extension, lues in durees.items()
    ]
    return (
        f"{titre}Secondes de CPU (utilisateur et système) d'un processus `declarer-esat`, démarrage de Python compris, "
        f"pour un fichier de {SALARIES} salariés, face au service tel que `serve` le démarre. Exigence : lire, "
        f"contrôler et déclarer en {_CLIENT_S} s.\n\n" + table(("fichier", *actes, ""), lignes)
    )


def etapes(lues: Sequence[Sequence[Any]] | None) -> str:
    """CPU time of each step of a deposit, in one process."""
    titre = "## CPU d'un dépôt, par étape\n\n"
    if not lues:
        return titre + NON_MESURE
    lignes = [(nom, f"{m1:,.0f}", f"{m1000:,.0f}") for nom, m1, m1000 in lues]
    return (
        f"{titre}Dans un seul processus, sans réseau (`make bench-micro`), médianes ; certaines étapes en comprennent "
        "d'autres.\n\n" + table(("étape", "M1 (µs)", "M1000 (µs)"), lignes)
    )


def profil(profils: dict[str, dict[str, Any]] | None) -> str:
    """What the CPU time of a worker goes to, by room."""
    titre = "## À quoi passe le temps CPU d'un processus\n\n"
    if not profils:
        return titre + NON_MESURE
    parties = [
        f"{titre}{NOTRE}, observé par py-spy sous charge. Un échantillon compte pour la pièce la plus profonde de sa "
        "pile ; les attentes (disque, verrous, interpréteur, réseau) sont exclues."
    ]
    for charge, lu in profils.items():
        if "empechement" in lu:
            parties.append(f"{charge} : py-spy n'a pas pu s'attacher au processus ({lu['empechement']}).")
            continue
        total = sum(lu["pieces"].values())
        lignes = [(piece, f"{nombre / total:.0%}") for piece, nombre in lu["pieces"].items()]
        parties.append(
            f"{charge} : {total} échantillons actifs ; {lu['cpu']:.1f} s de CPU en {lu['duree']} s.\n\n"
            + table(("pièce", "part"), lignes)
        )
    return "\n\n".join(parties)


def journal(mesures: dict[str, Any] | None) -> str:
    """The first page of each search of the log, at ten thousand entries and at many."""
    titre = "## Le journal à dix millions d'entrées\n\n"
    if not mesures:
        return titre + NON_MESURE
    titres: list[str] = ["recherche"]
    colonnes: list[Iterable[str]] = []
    for base, par_taille in mesures["bases"].items():
        montrees = mesures.get("montrees", {}).get(base, {})
        for entrees, durees in par_taille.items():
            titres.append(f"{base}, {int(entrees):_} entrées (ms)".replace("_", "\u202f"))
            colonnes.append([_avec_montrees(nom, durees, montrees.get(entrees, {})) for nom in durees])
        petite, grande = par_taille.values()
        titres.append("rapport")
        colonnes.append(["" if nom.endswith(_COMPTE) else _rapport(petite[nom], grande[nom]) for nom in petite])
    colonnes.insert(0, petite)  # the names of the searches, which are the same everywhere
    texte = (
        "Première page de la console pour chaque filtre, seul puis avec une période et un ESAT, et `ListeDepots` : "
        "médiane de cinq lectures (`make bench-journal`), de la valeur la plus lente ; un autre écrit avant chacune, "
        "comme dans un journal en service. Entre parenthèses, les entrées que sa page a montrées : parmi dix mille, "
        "une recherche à plusieurs filtres n'en trouve souvent pas cinquante, et lit donc moins. Exigence pour les "
        f"pages : au plus {_FOIS} ×.\n\n"
    )
    return titre + texte + table(titres, zip(*colonnes, strict=True))


def _rapport(petite: float, grande: float) -> str:
    return f"{grande / petite:.2f} × {verdict(grande <= _FOIS * petite)}"


def _avec_montrees(nom: str, durees: dict[str, float], montrees: dict[str, int]) -> str:
    return f"{durees[nom]:.2f}" + (f" ({montrees[nom]})" if nom in montrees else "")

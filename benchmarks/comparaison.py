"""Sections of the page that compare: the floors of issue 3, throughput, latencies, what each peer leaves out."""

import statistics
from collections.abc import Container, Iterable, Sequence
from typing import Any

from benchmarks.charge import CHARGES, M1, M1_64, M1_TEXTE, M1_TEXTE_64, M1000, M1000_TEXTE

Debits = dict[str, dict[str, list[float]]]
"""By candidate, then by load: messages a second, one for each round."""

NOTRE, GRANIAN = "SQLite, waitress", "SQLite, granian"
NOTRES = (NOTRE, GRANIAN, "PostgreSQL, waitress", "PostgreSQL, granian")
LIMITES = {
    "spyne tel quel": "ORM, objets typés, argon2id à chaque mot de passe ; schéma déduit des types de spyne ; "
    "un processus ; pas de cache de nonces",
    "node-soap": "deux processus ; schéma du contrat par libxml2 ; pas de cache de nonces",
    "PHP-FPM": "quatre processus derrière nginx, OPcache ; schéma du contrat par libxml2 ; pas de cache de nonces",
    "gSOAP C++": "un fil par connexion ; contrôle strict de gSOAP au lieu du schéma ; cache de nonces du greffon wsse",
    "Apache CXF": "WSS4J et son cache de nonces, schéma du contrat, JDBC ; machine virtuelle chauffée avant la mesure",
}
PLANCHERS = (
    (NOTRE, "spyne tel quel", 150, 25),
    (NOTRE, "node-soap", 1.5, 2),
    (NOTRE, "PHP-FPM", 1.3, 0.8),
    (NOTRE, "Apache CXF", 1, 1),
    (NOTRE, "gSOAP C++", 0.4, 0.4),
    (GRANIAN, "gSOAP C++", 1, 0.5),
)
"""Product, peer, and the ratios that issue 3 asks for with M1 and M1000."""
_AVEC_ARGON2 = ((M1_TEXTE, M1_TEXTE_64), (M1000_TEXTE,))
"""Loads of the floors against spyne as it comes, whose tutorials verify each password by argon2id."""
_AVEC_CONDENSE = ((M1, M1_64), (M1000,))
_COLONNES_DES_PLANCHERS = (
    *("produit", "pair", "plancher M1", "M1, 8 connexions", "", "M1, 64 connexions", ""),
    *("plancher M1000", "M1000, 8 connexions", ""),
)
_P99_SUR_P50 = 5
NON_MESURE = "Non mesuré dans cette exécution."
_PAIRS = """## Ce que fait chaque pair

Tous : UsernameToken vérifié, une ligne par salarié dans SQLite (WAL, FULL), une transaction par message, l'accusé du
contrat. Aucun ne signe, ne chiffre, ne contrôle, ne journalise ni ne reconnaît un message répété.

"""


def table(titres: Sequence[str], lignes: Iterable[Sequence[str]]) -> str:
    """A table of the page."""
    rangs = [titres, ["---"] * len(titres), *lignes]
    return "\n".join(f"| {' | '.join(rang)} |" for rang in rangs)


def verdict(tenu: bool) -> str:
    """Whether what is required was reached."""
    return "tenu" if tenu else "**non tenu**"


def debits(mesures: Iterable[dict[str, Any]], *, sans_faute: bool = False) -> Debits:
    """Right answers a second; `sans_faute`: of the bursts where every answer was right."""
    lus: Debits = {}
    for mesure in mesures:
        if not (sans_faute and mesure["erreurs"]):
            lus.setdefault(mesure["candidat"], {}).setdefault(mesure["charge"], []).append(mesure["debit"])
    return lus


def planchers(mesures: Sequence[dict[str, Any]], en_echec: Container[str]) -> str:
    """Every line of the issue's table; bursts where a peer answered wrongly do not count, ours count what was right."""
    notres, pairs = debits(mesures), debits(mesures, sans_faute=True)
    lignes = []
    for produit, pair, plancher_1, plancher_1000 in PLANCHERS:
        courts, longs = _AVEC_ARGON2 if pair == "spyne tel quel" else _AVEC_CONDENSE
        ligne = [produit, pair]
        for plancher, charges in ((plancher_1, courts), (plancher_1000, longs)):
            ligne.append(f"{plancher} ×")
            for charge in charges:
                notre, autre = notres.get(produit, {}).get(charge.nom, []), pairs.get(pair, {}).get(charge.nom, [])
                manque = [
                    f"{role} {'en échec' if nom in en_echec else 'non mesuré'}"
                    for role, nom, lus in (("produit", produit, notre), ("pair", pair, autre))
                    if not lus
                ]
                ligne += (", ".join(manque), "—") if manque else _rapport(notre, autre, plancher)
        lignes.append(ligne)
    return (
        "## Planchers\n\nRapport des médianes. Face à spyne tel quel, dont les tutoriels vérifient argon2id à "
        "chaque message, les messages portent un mot de passe en texte ; sinon un jeton condensé.\n\n"
        + table(_COLONNES_DES_PLANCHERS, lignes)
        + "\n\n![M1 par seconde](mesures-m1.svg)\n\n![M1000 par seconde](mesures-m1000.svg)"
    )


def _rapport(notre: Sequence[float], autre: Sequence[float], plancher: float) -> tuple[str, str]:
    """The ratio of the medians, and whether the floor is reached, where figures tell it."""
    if not statistics.median(autre):
        return "aucune réponse du pair dans la rafale", "—"
    rapport = statistics.median(notre) / statistics.median(autre)
    return f"{rapport:.2f} ×", verdict(rapport >= plancher)


def messages_par_seconde(mesures: Sequence[dict[str, Any]]) -> str:
    """Every candidate with every load, in the order of the loads."""
    lus = debits(mesures)
    charges = [charge.nom for charge in CHARGES if any(charge.nom in lues for lues in lus.values())]
    lignes = [
        (candidat, *(_etendue(lus[candidat].get(charge, [])) for charge in charges)) for candidat in _mesures(lus)
    ]
    return "## Messages par seconde\n\nRéponses justes : médiane (minimum – maximum) des tours.\n\n" + (
        table(("candidat", *charges), lignes) if lignes else NON_MESURE
    )


def _mesures(lus: Container[str]) -> list[str]:
    """The candidates that were measured, ours first."""
    return [candidat for candidat in (*NOTRES, *LIMITES) if candidat in lus]


def _etendue(valeurs: Sequence[float]) -> str:
    if not valeurs:
        return "non mesuré"
    return f"{statistics.median(valeurs):,.1f} ({min(valeurs):,.1f} – {max(valeurs):,.1f})"


def latences(mesures: Sequence[dict[str, Any]]) -> str:
    """p50, p99, and their ratio, which is required of the product only."""
    lignes = []
    for candidat in _mesures(debits(mesures)):
        lues = [m for m in mesures if m["candidat"] == candidat and m["charge"] == M1.nom and m.get("p50")]
        if not lues:
            lignes.append((candidat, "non relevé", "non relevé", "", ""))
            continue
        p50, p99 = (statistics.median(m[nom] for m in lues) / 1000 for nom in ("p50", "p99"))
        tenu = verdict(p99 <= _P99_SUR_P50 * p50) if candidat in NOTRES else ""
        lignes.append((candidat, f"{p50:.2f}", f"{p99:.2f}", f"{p99 / p50:.1f}", tenu))
    return (
        f"## Latences de M1 à 8 connexions\n\nMédianes des tours. Exigence pour le produit : "
        f"p99 ≤ {_P99_SUR_P50} × p50.\n\n"
        + (table(("candidat", "p50 (ms)", "p99 (ms)", "p99 / p50", ""), lignes) if lignes else NON_MESURE)
    )


def pairs() -> str:
    """What each peer does, and does not do."""
    return _PAIRS + table(("pair", "particularités"), LIMITES.items())

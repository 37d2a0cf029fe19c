"""What was measured on: the page says it, since figures are those of a machine."""

import os
import platform
import sqlite3
import subprocess
from pathlib import Path


def decrire() -> dict[str, str]:
    """The machine, and the versions of what is compared."""
    modele = next((ligne.partition(":")[2].strip() for ligne in _lignes("/proc/cpuinfo") if "model name" in ligne), "?")
    memoire = int(_lignes("/proc/meminfo")[0].split()[1]) // 1024 // 1024
    versions = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for nom, commande in (
        ("Node.js", "node -v"),
        ("PHP", "php -r 'echo PHP_VERSION;'"),
        ("Java", "java -version 2>&1 | head -1"),
    ):
        fait = subprocess.run(["sh", "-c", commande], capture_output=True, text=True, check=False)
        versions[nom] = fait.stdout.strip()
    return {
        "machine": f"{modele}, {os.cpu_count()} cœurs, {memoire} Gio, noyau {platform.release()}",
        "logiciels": ", ".join(f"{nom} {version}" for nom, version in versions.items()),
    }


def _lignes(fichier: str) -> list[str]:
    return Path(fichier).read_text().splitlines()

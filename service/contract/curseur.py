"""The cursor of ListeDepots: the place of the last deposit of a page, in one word that its reader gives back as it is.

It holds the deposit's date of reception and number, so it stays good when that deposit is purged, and a forged one
leads nowhere but to another place of the same list.
"""

import base64
import binascii
import re
from datetime import UTC, datetime

_CLAIR = re.compile(r"([0-9T:.-]+\+00:00)/(D[0-9]{6}-[0-9A-Z]{8})")


def ecrire_curseur(reception: datetime, numero: str) -> str:
    """Return the cursor after the deposit of that number, received at that instant (aware)."""
    clair = f"{reception.astimezone(UTC).isoformat()}/{numero}"
    return base64.urlsafe_b64encode(clair.encode()).decode().rstrip("=")


def lire_curseur(texte: str) -> tuple[datetime, str]:
    """Return what `ecrire_curseur` was given. Raises `ValueError` for a text that it cannot have written."""
    try:
        clair = base64.b64decode(texte + "=" * (-len(texte) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        clair = ""
    forme = _CLAIR.fullmatch(clair)
    if forme is None:
        raise ValueError("Ce texte n'est pas un curseur.")
    return datetime.fromisoformat(forme[1]), forme[2]

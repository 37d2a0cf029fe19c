"""How long things are kept (loi du 6 janvier 1978, art. 4, 5°; CNIL on logging: 6 to 12 months), in calendar months."""

import calendar
from datetime import datetime


def limite(maintenant: datetime, mois: int) -> datetime:
    """The instant `mois` calendar months ago: what is older has been kept long enough.

    The last day of a shorter month stands for days that it does not have.
    """
    rang = maintenant.year * 12 + maintenant.month - 1 - mois
    annee, numero = divmod(rang, 12)
    jour = min(maintenant.day, calendar.monthrange(annee, numero + 1)[1])
    return maintenant.replace(year=annee, month=numero + 1, day=jour)

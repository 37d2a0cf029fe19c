"""A sender in a process of its own: ``python expediteur.py INSTANT`` sends what is due then, by the ESAT_ settings."""

import dataclasses
import sys
from datetime import datetime

from service.app import Maison
from service.usecases.expedier import envoyer_les_dus

if __name__ == "__main__":
    instant = datetime.fromisoformat(sys.argv[1])
    dependencies = dataclasses.replace(Maison().dependencies, horloge=lambda: instant)
    while envoyer_les_dus(dependencies):
        pass

"""``python -m service``: the command line on the house that `app` wires."""

import os
import sys

try:
    from service.app import Maison
    from service.cli import main
    from service.server.journal_technique import journaliser_en_json
except ModuleNotFoundError as manque:
    sys.exit(f"Le service n'est pas installé ({manque.name} manque) : pip install 'teledeclaration-esat[serveur]'.")

if __name__ == "__main__":
    os.umask(0o077)  # databases, keys and demo.json are nobody else's
    journaliser_en_json("ERROR")  # a command's incidents; `serve` then sets the level that was asked
    sys.exit(main(Maison))

"""Names that strangers send are not kept for ever."""

import subprocess
import sys
import threading
from pathlib import Path

from lxml import etree

from service.contract import interning

# Messages of new names, more than thrice what is let go at a time; the growth of the process is told at the end.
FLOT = """
import threading
from service.contract.reading import lire_enveloppe

def memoire():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 // 2**20

def envoyer(debut, nombre):
    for rang in range(debut, debut + nombre):
        noms = "".join(f"<n{rang}x{i}{'y' * 200}/>" for i in range(10_000))
        lire_enveloppe(
            f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a>{noms}</a></s:Body></s:Envelope>'
            .encode(), None)

def suite():
    envoyer(0, 16)
    avant = memoire()
    envoyer(16, 24)
    print(memoire() - avant)

fil = threading.Thread(target=suite)
fil.start()
fil.join()
"""


def test_messages_of_new_names_do_not_make_the_process_grow():
    racine = Path(interning.__file__).parents[2]
    sortie = subprocess.run([sys.executable, "-c", FLOT], cwd=racine, capture_output=True, text=True, check=True).stdout
    # 24 messages of 2.2 MB: kept for ever, they would be more than 50 MB.
    assert int(sortie) < 25


def test_the_names_of_a_thread_can_be_let_go_and_its_trees_live_on():
    vus = []

    def lire():
        arbre = etree.fromstring("<nom><enfant>texte</enfant></nom>", etree.XMLParser())
        vus.append(interning.oublier())
        autre = etree.fromstring("<autre/>", etree.XMLParser())
        autre.append(arbre)
        vus.append(etree.tostring(autre))

    fil = threading.Thread(target=lire)
    fil.start()
    fil.join()
    assert vus == [True, b"<autre><nom><enfant>texte</enfant></nom></autre>"]


def test_a_thread_that_has_parsed_nothing_has_nothing_to_let_go():
    vus = []
    fil = threading.Thread(target=lambda: vus.append(interning.oublier()))
    fil.start()
    fil.join()
    assert vus == [False]


def test_names_are_let_go_after_so_many_bytes():
    vus = []

    def compter():
        etree.fromstring("<a/>", etree.XMLParser())
        moitie = interning.OCTETS_ENTRE_OUBLIS // 2
        vus.extend(interning.compter(moitie + 1) for _ in range(3))

    fil = threading.Thread(target=compter)
    fil.start()
    fil.join()
    # The third finds nothing to let go: nothing was parsed in between.
    assert vus == [False, True, False]

"""A record written as a row is read back as the same record."""

from datetime import date
from decimal import Decimal

import pytest

from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, planifier
from service.contract.fichiers.conversion import convertir
from service.contract.fichiers.ecriture import textes_de, textes_du_salarie
from service.contract.fichiers.tableau import Ligne, Tableau
from service.domain.declaration import Certificat, Changement, Nature, Salarie

COMPLET = Salarie("275122A90100209", "1234567A", "031", "D'Angély; dite Ély", "Durand", "Zoé", date(1975, 12, 3))
MINIMAL = Salarie(None, "0234567", None, "Li", None, "Bo", date(1990, 1, 2))
DECLARATIONS = [
    Certificat("r=1", COMPLET, 0, Decimal("1012.40"), Decimal("0.05"), None, "D261205-7K3M9QXA-0001"),
    Certificat(None, MINIMAL, 12, None, Decimal(640), Decimal("12.5"), None),
    Certificat(None, MINIMAL, 12, Decimal("1234.567"), None, Decimal("100"), None),
    Changement("r", COMPLET, Nature.AUGMENTATION, date(2026, 9, 1), Decimal("17.5"), Decimal(35), None, None),
    Changement(None, MINIMAL, Nature.REDUCTION, date(2026, 12, 31), Decimal(35), Decimal("0"), None, None),
    Changement(None, MINIMAL, Nature.DEPART, date(2026, 10, 31), None, None, "FIN_DE_CONTRAT", None),
]


@pytest.mark.parametrize("declaration", DECLARATIONS)
def test_what_is_written_is_read_back_the_same(declaration):
    volet = CERTIFICAT if isinstance(declaration, Certificat) else CHANGEMENT
    textes = textes_de(declaration)
    entete = Ligne(1, tuple(colonne.nom for colonne in volet.colonnes))
    ligne = Ligne(2, tuple(textes.get(str(nom)) for nom in entete.cellules))
    lues, constats = convertir(Tableau("", entete, [ligne], 0, virgule=True), planifier(entete, volet), volet)
    assert constats == []
    assert [lue.declaration for lue in lues] == [declaration]


def test_what_is_not_known_is_not_written():
    assert textes_du_salarie(MINIMAL) == {
        "numero_allocataire": "0234567",
        "nom": "Li",
        "prenom": "Bo",
        "date_naissance": "02/01/1990",
    }

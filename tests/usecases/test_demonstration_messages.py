"""What invented ESATs declared: the message that is kept says what its lines say, and holds no secret."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from maison import AGENT
from messages import SIRET

from service.contract.canonisation import empreinte
from service.contract.reading import lire_enveloppe
from service.domain.declaration import Certificat, Changement, Nature, Operation, Salarie
from service.soap.mapping import lire_demande
from service.usecases.archiver import desarchiver
from service.usecases.demonstration_messages import LOGICIEL, declarer

SALARIE = Salarie("185057800608491", "1234567A", "831", "Lefèvre & fils", "Durand", "Zoé", date(1985, 5, 17))
CERTIFICATS = [
    Certificat("R1", SALARIE, 12, Decimal("850.00"), Decimal("700.00"), None, None),
    Certificat(None, SALARIE._replace(nir=None, nom_usage=None), 7, None, Decimal("700.00"), Decimal("12.50"), None),
]
CHANGEMENTS = [
    Changement("R1", SALARIE, Nature.AUGMENTATION, date(2026, 11, 1), Decimal("17.50"), Decimal("35.00"), None, None),
    Changement("R2", SALARIE, Nature.REDUCTION, date(2026, 11, 2), Decimal("35.00"), Decimal("17.50"), None, None),
    Changement("R3", SALARIE, Nature.DEPART, date(2026, 11, 30), None, None, "RETRAITE", None),
]


@pytest.mark.parametrize(
    ("operation", "lignes", "annee"),
    [
        pytest.param(Operation.DECLARE_CERTIFICAT_EMPLOI, CERTIFICATS, 2026, id="certificates"),
        pytest.param(Operation.DECLARE_CHANGEMENT_ACTIVITE, CHANGEMENTS, None, id="changes"),
    ],
)
def test_the_message_kept_is_the_one_that_was_judged(service_partout, operation, lignes, annee):
    instant = service_partout.horloge()

    accuse = declarer(service_partout.dependencies, AGENT, service_partout.cle, SIRET, instant, lignes, annee)

    with service_partout.dependencies.unites.lecture() as unite:
        depot = unite.depots.lister(unite.esats.par_siret(SIRET).id, instant, instant + timedelta(1), None, 9)[0]
        brut = desarchiver(service_partout.dependencies.coffre, unite.depots.brut(depot.id))
        garde = unite.depots.par_numero(unite.esats.par_siret(SIRET).id, depot.numero)
    charge = lire_enveloppe(brut, None).charge
    demande = lire_demande(operation, charge)
    assert (demande.operation, demande.annee, list(demande.lignes)) == (operation, annee, lignes)
    assert (demande.entete.siret, demande.entete.logiciel, demande.entete.essai) == (SIRET, LOGICIEL, False)
    assert demande.entete.identifiant_message == garde.identifiant_message
    assert garde.empreinte == empreinte(charge)
    assert garde.numero.encode() in accuse
    assert service_partout.cle.encode() not in brut
    (entree,) = service_partout.journal()
    assert (entree.taille, entree.siret, entree.operation) == (len(brut), SIRET, operation.value)
    assert (entree.identifiant_message, entree.numero_depot) == (garde.identifiant_message, garde.numero)

"""Employees on their way to storage: found again by what is stored of them, whatever it was written with."""

from functools import partial

import pytest
from messages import certificat, declare_certificats, salarie
from sqlalchemy import text

from service.errors import ConfigurationError
from service.security.encryption import Coffre
from service.storage import migrations
from service.usecases.consulter_journal import Personne, Recherche, consulter_journal
from service.usecases.lignes import reperer

NIR = "185057500000147"
_D_AVANT = (
    *(f"DROP INDEX ix_ligne_esat_id_{nom}_repere" for nom in ("nir", "allocataire", "nom")),
    *(f"ALTER TABLE ligne DROP COLUMN {nom}_repere" for nom in ("nir", "allocataire", "nom")),
    *(f"ALTER TABLE ligne ADD COLUMN {nom}_hache BLOB" for nom in ("nir", "allocataire", "nom")),
    "CREATE INDEX ix_ligne_esat_id_nir_hache ON ligne (esat_id, nir_hache)",
    "CREATE INDEX ix_ligne_esat_id_allocataire_hache ON ligne (esat_id, allocataire_hache)",
    "CREATE INDEX ix_ligne_esat_id_nom_hache ON ligne (esat_id, nom_hache)",
    "UPDATE alembic_version SET version_num = '0006'",
)
"""From the lines of today to those of revision 0006 on SQLite, which nobody is found by."""


@pytest.mark.parametrize(
    "personne",
    [Personne(nir=NIR), Personne(None, "1234567", "831"), Personne(nom="Martin")],
    ids=["NIR", "numéro allocataire under the convention's organisme", "name"],
)
def test_who_was_declared_before_a_migration_is_found_after_it(service, personne):
    numero = _declarer_avant(service)
    migrations.migrer(service.maison.moteur, partial(reperer, service.dependencies.coffre))
    (lue,) = consulter_journal(service.dependencies, Recherche(), None, personne)
    assert lue.entree.numero_depot == numero.rpartition("-")[0]


def test_a_migration_without_the_key_of_a_line_says_which_one_and_changes_nothing(service):
    _declarer_avant(service)
    autre = Coffre({"autre": bytes(32)}, "autre", bytes(32))
    with pytest.raises(ConfigurationError, match=f"« {service.dependencies.coffre.courante} »"):
        migrations.migrer(service.maison.moteur, partial(reperer, autre))
    assert migrations.version(service.maison.moteur) == "0006"


def _declarer_avant(service) -> str:
    """Number of a declaration, in a database as it was before."""
    declare = declare_certificats(certificat(salarie(NIR, "1234567", nom="Martin")))
    (numero,) = service.post(declare).numeros
    with service.maison.moteur.begin() as connexion:
        for ordre in _D_AVANT:
            connexion.execute(text(ordre))
    return numero

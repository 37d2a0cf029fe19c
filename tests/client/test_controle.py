"""The offline check says what the service would, on rows and columns of the file."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from declarer_esat.controle import controler
from declarer_esat.lots import Limites, decouper
from declarer_esat.messages import Redacteur, client_zeep
from programme import nir_valide

from service.contract.fichiers.conversion import LigneLue
from service.domain.campagne import ElementsAttendus, campagne_par_defaut
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Nature, Salarie
from service.errors import SaisieError

# No day is late, whenever the tests run.
CAMPAGNE = campagne_par_defaut(2026)._replace(date_limite=date.max)
AUJOURDHUI = datetime.now(UTC).date()
REDACTEUR = Redacteur(client_zeep("http://127.0.0.1"))


def salarie(nir=None, numero=None, nom="Lefèvre"):
    return Salarie(nir, numero, None, nom, None, "Camille", date(1985, 5, 14))


def certificat(nir=None, mois=12, net="812.40", aide="640.10", numero=None, nom="Lefèvre", reference=None):
    montants = [None if montant is None else Decimal(montant) for montant in (net, aide, None)]
    return Certificat(
        reference, salarie(nir or (None if numero else nir_valide(1)), numero, nom), mois, *montants, None
    )


def controles(*declarations, campagne=CAMPAGNE, par_message=1000):
    lignes = [LigneLue(rang * 10, declaration) for rang, declaration in enumerate(declarations, 1)]
    annee = campagne.annee if campagne else None

    def ecrire(identifiant, partie):
        entete = Entete(identifiant, "99910083700015", Logiciel("e", "n", "1"), essai=False)
        return REDACTEUR.declarations(entete, annee, partie)

    trouves = controler(decouper(lignes, Limites(par_message), ecrire), lignes, campagne)
    return [(constat.ligne, constat.colonne, constat.code) for constat in trouves], trouves


def test_a_right_row_has_nothing_against_it():
    assert controles(certificat())[0] == []


@pytest.mark.parametrize(
    ("declaration", "attendu"),
    [
        (certificat(nir=nir_valide(1)[:-2] + "00"), [(10, "nir", "I02")]),
        (certificat(nir=nir_valide(1)[:-1]), [(10, "nir", "SCHEMA")]),
        (certificat(mois=13), [(10, "nombre_mois", "C02")]),
        (certificat(aide=None), [(10, None, "C03")]),
        (certificat(net="0"), [(10, "montant_net", "C05")]),
        (certificat(net="100000"), [(10, "montant_net", "SCHEMA"), (10, "montant_aide_poste", "C11")]),
        (certificat(nom="L" * 81), [(10, "nom", "SCHEMA")]),
        (certificat(reference="R" * 41), [(10, "reference", "SCHEMA")]),
        (certificat(numero="12345"), [(10, "numero_allocataire", "I03")]),
    ],
)
def test_schemas_and_rules_of_the_service_speak_of_rows_and_columns(declaration, attendu):
    assert controles(declaration)[0] == attendu


def test_a_change_is_checked_too():
    baisse = Changement(
        None, salarie(nir_valide(1)), Nature.AUGMENTATION, AUJOURDHUI, Decimal(35), Decimal(20), None, None
    )
    codes, constats = controles(baisse, campagne=None)
    assert codes == [(10, "heures_apres", "A02")]
    assert "heures_avant" in constats[0].message


def test_neither_identity_names_both_columns():
    (codes, _) = controles(certificat()._replace(salarie=salarie()))
    assert codes == [(10, "nir ou numero_allocataire", "I07")]


def test_the_same_employee_twice_names_the_row_of_the_file_even_across_messages():
    for par_message in (1000, 1):
        codes, constats = controles(
            certificat(nir_valide(2)), certificat(nir_valide(1)), certificat(nir_valide(1)), par_message=par_message
        )
        assert codes == [(30, "nir", "I04")]
        assert "à la ligne 20 du même fichier" in constats[0].message


def test_the_same_numero_without_organisme_is_the_same_employee():
    codes, constats = controles(certificat(numero="1234567a"), certificat(numero="1234567A"))
    assert codes == [(20, "numero_allocataire", "I04")]
    assert "à la ligne 10" in constats[0].message


def test_a_schema_error_of_a_later_message_names_its_own_row():
    assert controles(certificat(nir_valide(1)), certificat("12"), par_message=1)[0] == [(20, "nir", "SCHEMA")]


def test_more_than_a_hundred_schema_errors_are_all_told():
    codes, _ = controles(*[certificat(numero=f"{rang:07d}", nom="L" * 81) for rang in range(150)])
    assert len(codes) == 150


def test_the_number_of_amounts_is_that_of_the_campaign():
    trois = CAMPAGNE._replace(elements_attendus=ElementsAttendus.TROIS)
    assert controles(certificat(), campagne=trois)[0] == [(10, None, "C03")]


def test_what_only_the_service_knows_is_left_to_it():
    assert controles(certificat()._replace(remplace="D261201-AAAAAAAA-0001"))[0] == []


def test_words_for_developers_are_not_for_payroll_clerks():
    _, (constat,) = controles(certificat(net=None, aide=None, mois=12))
    assert ".NET" not in constat.message + constat.correction
    assert constat.correction


def test_a_year_before_the_rules_is_refused():
    with pytest.raises(SaisieError, match="2017"):
        controles(certificat(), campagne=campagne_par_defaut(2017))

"""A draft is told what its deposit would be told, at its lines and in the words of its form."""

import pytest
from ecrans import certificat_saisi, certificats, changement_saisi, changements, cles, declarant
from messages import SIRET, certificat, declare_certificats, nouveau_nir, salarie

from service.usecases.brouillon import LigneSaisie
from service.usecases.controler_brouillon import controler_brouillon
from service.usecases.declarer import declarer


def controler(service, brouillon):
    etablissement = declarant(service).expediteur.etablissements[SIRET]
    return controler_brouillon(service.dependencies, etablissement, brouillon)


def trouves(lignes):
    return [[(constat.colonne, constat.code) for constat in ligne.constats] for ligne in lignes]


@pytest.mark.parametrize("brouillon", [certificats(), changements()], ids=["certificat", "changement"])
def test_a_right_line_has_nothing_against_it(service_partout, brouillon):
    (ligne,) = controler(service_partout, brouillon)
    assert (ligne.constats, ligne.rejetee) == ([], False)
    assert ligne.declaration is not None


FAUTES = {
    "an empty line": (LigneSaisie(0, {}), {"nom", "prenom", "date_naissance", "nombre_mois"}),
    "a date that is none": (certificat_saisi(date_naissance="31/02/1985"), {"date_naissance"}),
    "letters for an amount": (certificat_saisi(montant_net="huit cents"), {"montant_net"}),
    "a NIR too short for the schema": (certificat_saisi("18505"), {"nir"}),
    "a NIR with a wrong key": (certificat_saisi("185057500000148"), {"nir"}),
    "thirteen months": (certificat_saisi(nombre_mois="13"), {"nombre_mois"}),
    "one amount of three": (certificat_saisi(montant_aide_poste=""), {None}),
    "a file's cell that lost digits": (LigneSaisie(0, {"nir": "1"}, 3, (("nir", "arrondi"),)), {"nir"}),
    "neither NIR nor numéro": (certificat_saisi()._replace(valeurs={**certificat_saisi().valeurs, "nir": " "}), {None}),
}


@pytest.mark.parametrize(("ligne", "colonnes"), FAUTES.values(), ids=FAUTES)
def test_what_is_wrong_is_told_at_its_field(service, ligne, colonnes):
    bonne = certificat_saisi()
    saine, fautive = controler(service, certificats(bonne, ligne))
    assert not saine.constats
    assert fautive.rejetee
    rejets = {constat.colonne for constat in fautive.constats if constat.gravite == "REJET"}
    assert {"nir ou numero_allocataire" if colonne is None else colonne for colonne in colonnes} == {
        "nir ou numero_allocataire" if colonne is None else colonne for colonne in rejets
    }


def test_a_cell_that_cannot_be_read_hides_nothing_else(service_partout):
    nir = nouveau_nir()
    service_partout.post(declare_certificats(certificat(salarie(nir))))
    ligne = certificat_saisi(nir, montant_net="huit", nombre_mois="13", nom="", reference="R" * 41)
    fausse = certificat_saisi("185057500000148", date_naissance="hier", montant_aide_poste="0")
    premiere, seconde = trouves(controler(service_partout, certificats(ligne, fausse)))
    assert sorted(premiere, key=str) == [
        ("montant_net", "LECTURE"),
        ("nom", "LECTURE"),
        ("nombre_mois", "C02"),
        ("reference", "SCHEMA"),
        ("remplace", "C06"),
    ]
    assert sorted(seconde) == [("date_naissance", "LECTURE"), ("montant_aide_poste", "C05"), ("nir", "I02")]


def test_messages_name_the_fields_of_the_form(service):
    (ligne,) = controler(service, certificats(certificat_saisi(montant_aide_poste="")))
    textes = " ".join(f"{constat.message} {constat.correction}" for constat in ligne.constats)
    assert "« Montant net », « Aide au poste » et « Part de salaire direct »" in textes
    assert "montantNet" not in textes


def test_an_employee_twice_is_told_with_the_line_of_the_draft(service):
    nir = nouveau_nir()
    illisible = LigneSaisie(0, {})
    lignes = controler(service, certificats(illisible, certificat_saisi(nir), certificat_saisi(nir)))
    assert not lignes[1].rejetee
    (constat,) = [constat for constat in lignes[2].constats if constat.code == "I04"]
    assert "à la ligne 2 du brouillon" in constat.message


def test_what_the_database_knows_speaks_too(service_partout):
    nir = nouveau_nir()
    accuse = service_partout.post(declare_certificats(certificat(salarie(nir))))
    (ligne,) = controler(service_partout, certificats(certificat_saisi(nir)))
    assert trouves([ligne]) == [[("remplace", "C06")]]
    assert accuse.numeros[0] in ligne.constats[0].message


def test_rejections_come_before_alerts(service):
    (ligne,) = controler(service, certificats(certificat_saisi("185057500000148", nombre_mois="0")))
    assert [constat.gravite for constat in ligne.constats] == ["REJET", "ALERTE"]


def test_controlling_writes_nothing(service):
    avant = [service.compter(table) for table in ("journal", "depot", "ligne")]
    controler(service, certificats())
    assert [service.compter(table) for table in ("journal", "depot", "ligne")] == avant


def test_what_is_said_before_is_what_the_deposit_says(service_partout):
    nir = nouveau_nir()
    service_partout.post(declare_certificats(certificat(salarie(nir))))
    brouillon = certificats(
        certificat_saisi(),
        certificat_saisi(nir),
        certificat_saisi(nombre_mois="13"),
        certificat_saisi(montant_net="9999"),
    )
    avant = [[constat.code for constat in ligne.constats] for ligne in controler(service_partout, brouillon)]
    declarer(service_partout.dependencies, declarant(service_partout), brouillon, cles(brouillon), essai=True)
    rangs = dict.fromkeys(range(1, 5), ())
    for rang, code in service_partout.sql("SELECT rang, code FROM anomalie ORDER BY rang, ordre"):
        rangs[rang] = (*rangs[rang], code)
    assert [sorted(codes) for codes in avant] == [sorted(codes) for codes in rangs.values()]


def test_changes_are_judged_as_changes(service):
    lignes = controler(service, changements(changement_saisi(heures_apres="10"), changement_saisi(nature="depart")))
    assert trouves(lignes)[0] == [("heures_apres", "A02")]
    assert {colonne for colonne, _ in trouves(lignes)[1]} == {"motif", "heures_avant", "heures_apres"}

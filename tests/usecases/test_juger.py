"""The rules that ask the database, through the wire and on both databases: who is the same employee, what is active."""

from datetime import UTC, datetime

import pytest
from messages import (
    AUTRE_SIRET,
    annule,
    augmentation,
    certificat,
    changement,
    cle_du_nir,
    consulte_depot,
    declare_certificats,
    declare_changements,
    depart,
    en_clair,
    nouveau_nir,
    reduction,
    salarie,
)


def declarer(service, *lignes, **options):
    """Declare certificates; the number of the first one."""
    reponse = service.post(declare_certificats(*lignes, **options))
    assert reponse.texte("accuse/resultat/statut") == "ACCEPTEE"
    return reponse.numeros[0]


def changer(service, *lignes):
    """Declare changes; the number of the first one."""
    reponse = service.post(declare_changements(*lignes))
    assert reponse.texte("accuse/resultat/statut") == "ACCEPTEE"
    return reponse.numeros[0]


def statut(service, numero):
    reponse = service.post(consulte_depot(numero.rpartition("-")[0]))
    return dict(zip(reponse.textes("etat/numeroDeclaration"), reponse.textes("etat/statut"), strict=True))[numero]


def poser(service, numero, statut_voulu):
    """What the back office does."""
    with service.dependencies.unites.ecriture() as unite:
        assert unite.lignes.changer_statut([numero], statut_voulu, service.horloge()) == 1
        unite.commit()


class TestSameEmployee:
    """C06 tells whether two declarations are of the same employee."""

    def test_an_employee_is_known_by_nir_or_by_organisme_and_number(self, service_partout):
        nir = nouveau_nir()
        declarer(service_partout, certificat(salarie(nir, numero="1234567A", organisme="831")))
        memes = {
            "the same NIR alone": salarie(nir),
            "the same number alone": salarie(numero="1234567A", organisme="831"),
            "the number in small letters": salarie(numero="1234567a", organisme="831"),
            "the number, of the convention's organisme": salarie(numero="1234567A"),
            "the number under another NIR": salarie(nouveau_nir(), numero="1234567A", organisme="831"),
            "the NIR under another number": salarie(nir, numero="7654321", organisme="831"),
            "another name": salarie(nir, nom="Autre", prenom="Personne"),
        }
        autres = {
            "another NIR": salarie(),
            "the number of another organisme": salarie(numero="1234567A", organisme="832"),
            "the number without its letter": salarie(numero="1234567", organisme="831"),
            "the number with another letter": salarie(numero="1234567B", organisme="831"),
            "the name only": salarie(nom="Lefèvre", prenom="Camille"),
        }
        for personnes, codes in ((memes, ["C06"]), (autres, [])):
            for nom, personne in personnes.items():
                assert service_partout.post(declare_certificats(certificat(personne), essai=True)).codes == [codes], nom

    def test_a_nir_of_corsica_is_the_same_in_small_letters(self, service_partout):
        nir = cle_du_nir("185052A001001")
        declarer(service_partout, certificat(salarie(nir)))
        assert service_partout.post(declare_certificats(certificat(salarie(nir.lower())))).codes == [["C06"]]

    def test_two_employees_of_a_message_are_the_same_by_nir_or_number(self, service):
        nir = nouveau_nir()
        lignes = [
            certificat(salarie(nir)),
            certificat(salarie(nir, nom="Autre")),
            certificat(salarie(numero="1111111", organisme="831")),
            certificat(salarie(numero="1111111")),
            certificat(salarie(numero="1111111", organisme="832")),
        ]
        codes = service.post(declare_certificats(*lignes)).codes
        assert codes == [[], ["I04"], [], ["I04"], []]

    def test_a_number_needs_an_organisme_where_the_convention_gives_none(self, service):
        service.convention("SANS", organisme=None)
        service.esat(AUTRE_SIRET, "SANS")
        service.compte("autre@esat.example", AUTRE_SIRET)
        entetes = en_clair("autre@esat.example", service.nouvelle_cle("autre@esat.example"))
        lignes = [certificat(salarie(numero="1111111")), certificat(salarie(numero="1111111", organisme="831"))]
        codes = service.post(declare_certificats(*lignes, siret=AUTRE_SIRET), entetes).codes
        assert codes == [["I03"], []]

    def test_another_esats_declarations_are_nobodys_business(self, service_partout):
        autre = en_clair("autre@esat.example", service_partout.autre_esat())
        personne = salarie(numero="1234567A")
        numero = declarer(service_partout, certificat(personne))
        ailleurs = service_partout.post(declare_certificats(certificat(personne), siret=AUTRE_SIRET), autre)
        assert ailleurs.codes == [[]]
        remplacant = certificat(salarie(), remplace=numero)
        refus = service_partout.post(declare_certificats(remplacant, siret=AUTRE_SIRET), autre)
        assert refus.codes == [["C16"]]
        assert service_partout.post(annule(numero, siret=AUTRE_SIRET), autre).codes == [["C16"]]
        assert statut(service_partout, numero) == "RECUE"

    @pytest.mark.parametrize("nombre", [49, 50, 120])
    def test_few_or_many_employees_are_looked_up_alike(self, service_partout, nombre):
        nirs = [nouveau_nir() for _ in range(nombre)]
        personnes = [
            salarie(nir, numero=f"{rang:07d}") if rang % 3 else salarie(numero=f"{rang:07d}")
            for rang, nir in enumerate(nirs)
        ]
        lignes = [certificat(personne) for personne in personnes]
        assert service_partout.post(declare_certificats(*lignes)).codes == [[]] * nombre
        assert service_partout.post(declare_certificats(*lignes)).codes == [["C06"]] * nombre
        seuls = [certificat(salarie(nir)) for rang, nir in enumerate(nirs) if rang % 3]
        assert service_partout.post(declare_certificats(*seuls)).codes == [["C06"]] * len(seuls)
        numeros = [certificat(salarie(numero=f"{rang:07d}")) for rang in range(nombre)]
        assert service_partout.post(declare_certificats(*numeros, certificat())).codes == [["C06"]] * nombre + [[]]


class TestReplaceAndCancel:
    def test_a_second_certificate_needs_remplace_and_the_first_becomes_remplacee(self, service_partout):
        personne = salarie()
        premier = declarer(service_partout, certificat(personne))
        assert service_partout.post(declare_certificats(certificat(personne))).codes == [["C06"]]
        service_partout.horloge.avancer(hours=1)
        second = declarer(service_partout, certificat(personne, remplace=premier))
        assert (statut(service_partout, premier), statut(service_partout, second)) == ("REMPLACEE", "RECUE")
        depuis = service_partout.post(consulte_depot(premier.rpartition("-")[0])).texte("etat/depuis")
        assert depuis == "2026-12-04T10:30:00.000Z"
        assert service_partout.post(declare_certificats(certificat(personne, remplace=premier))).codes == [["C16"]]
        assert service_partout.post(annule(premier)).codes == [["C16"]]
        declarer(service_partout, certificat(personne, remplace=second))
        assert statut(service_partout, second) == "REMPLACEE"

    def test_a_cancelled_declaration_leaves_its_place(self, service_partout):
        personne = salarie()
        numero = declarer(service_partout, certificat(personne))
        annulation = service_partout.post(annule(numero, "D261204-00000000-0001", numero, "n'importe quoi"))
        assert annulation.codes == [[], ["C16"], ["C16"], ["C16"]]
        assert annulation.numeros == [numero, None, None, None]
        assert annulation.texte("accuse/statut") == "ACCEPTE_PARTIELLEMENT"
        assert statut(service_partout, numero) == "ANNULEE"
        assert service_partout.post(annule(numero)).codes == [["C16"]]
        assert service_partout.post(declare_certificats(certificat(personne))).codes == [[]]

    @pytest.mark.parametrize(
        ("etat", "actif"),
        [("TRANSMISE", True), ("INTEGREE", True), ("REFUSEE", False), ("ANNULEE", False), ("REMPLACEE", False)],
    )
    def test_a_declaration_is_active_while_received_passed_on_or_integrated(self, service_partout, etat, actif):
        personne = salarie()
        premier, second = (declarer(service_partout, certificat(une)) for une in (personne, salarie()))
        for numero in (premier, second):
            poser(service_partout, numero, etat)
        assert service_partout.post(declare_certificats(certificat(personne), essai=True)).codes == [
            ["C06"] if actif else []
        ]
        remplacant = declare_certificats(certificat(personne, remplace=premier))
        assert service_partout.post(remplacant).codes == [[] if actif else ["C16"]]
        assert service_partout.post(annule(second)).codes == [[] if actif else ["C16"]]
        if actif:
            assert statut(service_partout, premier) == "REMPLACEE"
            assert statut(service_partout, second) == "ANNULEE"

    def test_what_is_replaced_is_of_the_same_employee_volet_and_year(self, service_partout):
        service_partout.ouvrir_campagne(2025)
        personne = salarie()
        certificat_2026 = declarer(service_partout, certificat(personne))
        certificat_2025 = declarer(service_partout, certificat(personne), annee=2025)
        un_changement = changer(service_partout, changement(personne))
        ailleurs = declarer(service_partout, certificat())
        for numero in (certificat_2025, un_changement, ailleurs):
            remplacant = declare_certificats(certificat(personne, remplace=numero))
            assert service_partout.post(remplacant).codes == [["C16"]]
        for numero in (certificat_2026, certificat_2025, ailleurs):
            remplacant = declare_changements(changement(personne, remplace=numero))
            assert service_partout.post(remplacant).codes == [["C16"]]
        assert service_partout.post(declare_certificats(certificat(personne, remplace=certificat_2026))).codes == [[]]
        remplacant = changement(personne, reduction(), remplace=un_changement)
        assert service_partout.post(declare_changements(remplacant)).codes == [[]]
        assert statut(service_partout, un_changement) == "REMPLACEE"
        assert statut(service_partout, certificat_2025) == "RECUE"

    def test_a_rejected_line_replaces_nothing(self, service):
        personne = salarie()
        premier = declarer(service, certificat(personne))
        assert service.post(declare_certificats(certificat(personne, remplace=premier, nombreMois="13"))).codes == [
            ["C02"]
        ]
        assert statut(service, premier) == "RECUE"

    def test_a_rejected_line_is_no_declaration(self, service_partout):
        personne = salarie()
        rejet = service_partout.post(declare_certificats(certificat(personne, nombreMois="13")))
        assert (rejet.codes, rejet.numeros) == ([["C02"]], [None])
        numero = rejet.texte("accuse/numeroDepot") + "-0001"
        assert service_partout.post(annule(numero)).codes == [["C16"]]
        assert service_partout.post(declare_certificats(certificat(personne))).codes == [[]]


class TestLastYear:
    @pytest.mark.parametrize(
        ("net", "codes"),
        [("1040.00", []), ("1040.01", ["C14"]), ("560.00", []), ("559.99", ["C14"]), ("800.00", [])],
    )
    def test_more_than_30_percent_from_last_year_is_told(self, service_partout, net, codes):
        service_partout.ouvrir_campagne(2025)
        montants = {"montantAidePoste": None, "pourcentageSalaireDirect": "10"}
        personne = salarie()
        declarer(service_partout, certificat(personne, montantNet="800.00", **montants), annee=2025)
        cette_annee = declare_certificats(certificat(personne, montantNet=net, **montants))
        assert service_partout.post(cette_annee).codes == [codes]

    def test_last_year_counts_while_it_is_active_only(self, service_partout):
        service_partout.ouvrir_campagne(2025)
        service_partout.ouvrir_campagne(2024)
        personne = salarie()
        fort = {"montantNet": "812.40"}
        faible = {"montantNet": "500.00", "montantAidePoste": "400.00"}
        declarer(service_partout, certificat(personne, **fort), annee=2024)
        assert service_partout.post(declare_certificats(certificat(personne, **faible), essai=True)).codes == [[]]
        numero = declarer(service_partout, certificat(personne, **fort), annee=2025)
        assert service_partout.post(declare_certificats(certificat(personne, **faible), essai=True)).codes == [["C14"]]
        service_partout.post(annule(numero))
        assert service_partout.post(declare_certificats(certificat(personne, **faible))).codes == [[]]

    def test_last_year_is_found_by_number_too_and_computed_from_what_it_gave(self, service_partout):
        service_partout.ouvrir_campagne(2025)
        # Without a net amount the RG is aide + share × SMIC: 500 + 10 % of 1,801.80 = 680.18 in 2025.
        avant = certificat(
            salarie(numero="1234567A"), montantNet=None, montantAidePoste="500.00", pourcentageSalaireDirect="10"
        )
        declarer(service_partout, avant, annee=2025)
        # 680.18 × 1.3 = 884.234
        for net, codes in (("884.23", []), ("884.24", ["C14"])):
            ligne = certificat(salarie(nouveau_nir(), numero="1234567A"), montantNet=net)
            assert service_partout.post(declare_certificats(ligne, essai=True)).codes == [codes]


class TestDepartures:
    def test_a_change_after_a_departure_is_told(self, service_partout):
        personne = salarie()
        numero = changer(service_partout, changement(personne, depart("2026-10-15")))
        cas = [
            (augmentation("2026-10-15"), []),
            (augmentation("2026-10-16"), ["A03"]),
            (reduction("2026-10-14"), []),
            (depart("2026-10-10"), ["A03"]),
            (depart("2026-12-31"), ["A03"]),
        ]
        for detail, codes in cas:
            essai = declare_changements(changement(personne, detail), essai=True)
            assert service_partout.post(essai).codes == [codes]
        corrige = changement(personne, depart("2026-10-31"), remplace=numero)
        second = service_partout.post(declare_changements(corrige))
        assert second.codes == [[]]
        apres = declare_changements(changement(personne, augmentation("2026-10-31")))
        assert service_partout.post(apres).codes == [[]]
        service_partout.post(annule(*second.numeros))
        assert service_partout.post(declare_changements(changement(personne, depart("2026-10-10")))).codes == [[]]

    @pytest.mark.parametrize(
        ("jour", "mois", "codes"),
        [
            ("2026-10-15", "10", []),
            ("2026-10-15", "11", ["A05"]),
            ("2025-12-31", "1", ["A05"]),
            ("2025-12-31", "0", ["C07"]),
            ("2026-12-31", "12", []),
            ("2027-01-31", "12", []),
        ],
    )
    def test_months_beyond_a_departure_are_told(self, service, jour, mois, codes):
        personne = salarie()
        changer(service, changement(personne, depart(jour)))
        assert service.post(declare_certificats(certificat(personne, nombreMois=mois))).codes == [codes]

    def test_the_latest_departure_counts(self, service):
        personne = salarie()
        for jour in ("2026-09-30", "2026-11-30", "2026-10-31"):
            service.post(declare_changements(changement(personne, depart(jour))))
        assert service.post(declare_certificats(certificat(personne, nombreMois="11"))).codes == [[]]


def test_all_the_anomalies_of_a_line_are_told_at_once_and_stop_no_other_line(service):
    service.horloge.instant = datetime(2027, 2, 1, tzinfo=UTC)
    personne = salarie(f"{nouveau_nir()[:13]}00", dateNaissance="1990-01-01")
    mauvaise = certificat(personne, nombreMois="14", montantNet="-1.005", montantAidePoste=None)
    codes = service.post(declare_certificats(certificat(), mauvaise, certificat())).codes
    assert codes[0] == codes[2] == ["C15"]
    assert sorted(codes[1]) == sorted(["I02", "I06", "C17", "C02", "C03", "C05", "C15"])

"""What a sender may look up: its own deposits, who is still expected, the rules, the service."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE
from messages import (
    AUTRE_SIRET,
    NS,
    SOAP_12,
    annule,
    augmentation,
    certificat,
    changement,
    consulte_depot,
    declare_certificats,
    declare_changements,
    depart,
    en_clair,
    liste_depots,
    nouveau_nir,
    operation,
    reduction,
    reste_a_declarer,
    salarie,
)

from service.contract.curseur import ecrire_curseur
from service.domain.regles import REGLES, VERSION_REGLES


class TestConsulteDepot:
    def test_a_deposit_is_found_by_its_number_or_by_the_identifier_of_its_message(self, service_partout):
        identifiant = "6513270e-269e-4d37-b2a7-4de452e6b438"
        depot = service_partout.post(declare_certificats(identifiant=identifiant))
        numero = depot.texte("accuse/numeroDepot")
        for charge in (
            consulte_depot(numero),
            consulte_depot(f" {numero}\n"),
            consulte_depot(identifiant=identifiant),
            consulte_depot(identifiant=identifiant.upper()),
        ):
            relu = service_partout.post(charge)
            assert relu.accuse_signe == depot.accuse_signe
            assert relu.textes("etat/numeroDeclaration") == depot.numeros

    def test_states_are_those_of_now_and_of_accepted_lines_only(self, service_partout):
        depot = service_partout.post(declare_certificats(certificat(), certificat(nombreMois="13"), certificat()))
        service_partout.horloge.avancer(hours=1)
        service_partout.post(annule(depot.numeros[2]))
        relu = service_partout.post(consulte_depot(depot.texte("accuse/numeroDepot")))
        assert relu.textes("etat/numeroDeclaration") == [depot.numeros[0], depot.numeros[2]]
        assert relu.textes("etat/statut") == ["RECUE", "ANNULEE"]
        assert relu.textes("etat/depuis") == ["2026-12-04T09:30:00.000Z", "2026-12-04T10:30:00.000Z"]
        assert relu.accuse_signe == depot.accuse_signe

    def test_another_esats_deposit_is_unknown_like_one_that_never_was(self, service_partout):
        autre = en_clair("autre@esat.example", service_partout.autre_esat())
        identifiant = "6513270e-269e-4d37-b2a7-4de452e6b438"
        depot = service_partout.post(declare_certificats(siret=AUTRE_SIRET, identifiant=identifiant), autre)
        reponses = [
            service_partout.post(charge)
            for charge in (
                consulte_depot(depot.texte("accuse/numeroDepot")),
                consulte_depot("D261204-00000000"),
                consulte_depot(identifiant=identifiant),
                consulte_depot(identifiant="00000000-0000-0000-0000-000000000000"),
            )
        ]
        for reponse in reponses:
            exiger_faute(reponse, "INTROUVABLE", identifiant, depot.texte("accuse/numeroDepot"))
        corps = {reponse.octets.replace(reponse.faute.incident.encode(), b"") for reponse in reponses}
        assert len(corps) == 1

    @pytest.mark.parametrize(
        "numero", ["d261204-00000000", "%", "D261204-________", "' OR 1=1 --", "D261204-00000000-0001"]
    )
    def test_a_number_is_taken_literally(self, service, numero):
        service.post(declare_certificats())
        exiger_faute(service.post(consulte_depot(numero)), "INTROUVABLE", numero)


class TestListeDepots:
    def deposer(self, service, *instants):
        numeros = []
        for instant in instants:
            service.horloge.instant = instant
            numeros.append(service.post(declare_changements()).texte("accuse/numeroDepot"))
        return numeros

    def pages(self, service, limite, **periode):
        vues, curseur = [], None
        while True:
            page = service.post(liste_depots(**periode, curseur=curseur, limite=limite))
            vues.append(page.textes("depot/numeroDepot"))
            curseur = next(iter(page.textes("curseurSuivant")), None)
            if curseur is None:
                return vues

    def test_pages_follow_one_another_from_the_newest_to_the_oldest(self, service_partout):
        instants = [datetime(2026, 12, 4, 9, minute // 3, tzinfo=UTC) for minute in range(7)]
        numeros = self.deposer(service_partout, *instants)
        for limite in (1, 2, 3, 6, 7, 8, None):
            pages = self.pages(service_partout, limite)
            assert [numero for page in pages for numero in page] == numeros[::-1]
            assert all(len(page) == (limite or 500) for page in pages[:-1])
            assert pages[-1] != []

    def test_a_deposit_that_comes_meanwhile_disturbs_no_page(self, service_partout):
        numeros = self.deposer(service_partout, *[datetime(2026, 12, 4, 9, m, tzinfo=UTC) for m in range(4)])
        premiere = service_partout.post(liste_depots(limite=2))
        self.deposer(service_partout, datetime(2026, 12, 4, 10, tzinfo=UTC))
        seconde = service_partout.post(liste_depots(limite=2, curseur=premiere.texte("curseurSuivant")))
        assert premiere.textes("depot/numeroDepot") + seconde.textes("depot/numeroDepot") == numeros[::-1]
        assert seconde.textes("curseurSuivant") == []

    def test_a_cursor_outlives_the_deposit_it_stands_for(self, service_partout):
        numeros = self.deposer(service_partout, *[datetime(2026, 12, 4, 9, m, tzinfo=UTC) for m in range(4)])
        curseur = service_partout.post(liste_depots(limite=2)).texte("curseurSuivant")
        for table in ("anomalie", "ligne", "message_brut"):
            service_partout.sql(f"DELETE FROM {table}")
        service_partout.sql(f"DELETE FROM depot WHERE numero = '{numeros[1]}' OR numero = '{numeros[2]}'")
        reste = service_partout.post(liste_depots(limite=2, curseur=curseur))
        assert reste.textes("depot/numeroDepot") == [numeros[0]]

    def test_a_forged_cursor_shows_nothing_of_others(self, service_partout):
        autre = en_clair("autre@esat.example", service_partout.autre_esat())
        ailleurs = service_partout.post(declare_changements(siret=AUTRE_SIRET), autre).texte("accuse/numeroDepot")
        ici = self.deposer(service_partout, datetime(2026, 12, 4, 9, tzinfo=UTC))
        for instant in (datetime(2026, 12, 4, 9, 30, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
            page = service_partout.post(liste_depots(curseur=ecrire_curseur(instant, ailleurs)))
            assert page.textes("depot/numeroDepot") == ici
        vide = service_partout.post(liste_depots(curseur=ecrire_curseur(datetime(1, 1, 1, tzinfo=UTC), ailleurs)))
        assert vide.textes("depot/numeroDepot") == []

    @pytest.mark.parametrize("clair", ["x", "2026-12-04T09:30:00+00:00/D261204-\x00", "2026-12-04/D261204-00000000"])
    def test_a_cursor_of_no_form_is_an_error_of_the_message(self, service_partout, clair):
        curseur = base64.urlsafe_b64encode(clair.encode()).decode().rstrip("=")
        reponse = service_partout.post(liste_depots(curseur=curseur))
        exiger_faute(reponse, "SCHEMA_INVALIDE", curseur, clair if len(clair) > 5 else curseur)
        assert reponse.faute.precisions[0]["champ"] == "ListeDepots/curseur"

    JOURS = (
        # a day in Paris, its first instant and that of the next day: winter, summer, and when the hour changes
        ("2026-12-04", "2026-12-03T23:00:00+00:00", "2026-12-04T23:00:00+00:00"),
        ("2026-07-14", "2026-07-13T22:00:00+00:00", "2026-07-14T22:00:00+00:00"),
        ("2027-03-28", "2027-03-27T23:00:00+00:00", "2027-03-28T22:00:00+00:00"),
        ("2026-10-25", "2026-10-24T22:00:00+00:00", "2026-10-25T23:00:00+00:00"),
    )

    def test_days_are_those_of_paris_both_included(self, service_partout):
        un_instant = timedelta(milliseconds=1)
        for jour, debut, lendemain in self.JOURS:
            premier, suivant = datetime.fromisoformat(debut), datetime.fromisoformat(lendemain)
            instants = [premier - un_instant, premier, suivant - un_instant, suivant]
            numeros = self.deposer(service_partout, *instants)
            page = service_partout.post(liste_depots(jour, jour))
            assert page.textes("depot/numeroDepot") == [numeros[2], numeros[1]], jour
            decale = service_partout.post(liste_depots(f"{jour}-14:00", f" {jour}+14:00 "))
            assert decale.textes("depot/numeroDepot") == [numeros[2], numeros[1]], jour

    def test_the_ends_of_the_calendar_are_days(self, service_partout):
        numeros = self.deposer(service_partout, datetime(2026, 12, 4, tzinfo=UTC))
        for depuis, jusque in (
            ("0001-01-01", "9999-12-31"),
            ("2026-12-04", "9999-12-31"),
            ("0001-01-01", "2026-12-04"),
        ):
            assert service_partout.post(liste_depots(depuis, jusque)).textes("depot/numeroDepot") == numeros
        for jour in ("0001-01-01", "9999-12-31"):
            assert service_partout.post(liste_depots(jour, jour)).textes("depot/numeroDepot") == []

    def test_a_summary_says_what_the_receipt_says(self, service_partout):
        depot = service_partout.post(declare_certificats(certificat(), certificat(nombreMois="13"), certificat()))
        page = service_partout.post(liste_depots(), soap=SOAP_12)
        champs = ["numeroDepot", "identifiantMessage", "operation", "dateReception", "essai", "statut"]
        for champ in [*champs, "nombreRecues", "nombreAcceptees", "nombreRejetees"]:
            assert page.textes(f"depot/{champ}") == [depot.texte(f"accuse/{champ}")]


class TestResteADeclarer:
    """Expected: an active certificate of the year before or a change of the year, less départs before 1 November."""

    @pytest.fixture
    def ouvert(self, service_partout):
        service_partout.ouvrir_campagne(2025)
        service_partout.ouvrir_campagne(2024)
        return service_partout

    def restants(self, service, annee=2026):
        return sorted(service.post(reste_a_declarer(annee)).textes("salarie/nir"))

    def test_who_is_expected(self, ouvert):
        cas = {
            "certificate of the year before": ([certificat], 2025, True),
            "certificate of two years before": ([certificat], 2024, False),
            "a départ on 31 October": (["depart:2026-10-31"], 2025, False),
            "a départ on 1 November": (["depart:2026-11-01"], 2025, True),
            "an augmentation of the year": (["augmentation:2026-01-01"], None, True),
            "a reduction on the last day of the year": (["reduction:2026-12-31"], None, True),
            "an augmentation of the year before": (["augmentation:2025-12-31"], None, False),
            "an augmentation of the year after": (["augmentation:2027-01-01"], None, False),
            "a départ of the year, late, alone": (["depart:2026-12-15"], None, True),
            "a départ of the year, early, alone": (["depart:2026-02-15"], None, False),
        }
        attendus = []
        for nom, (lignes, annee, attendu) in cas.items():
            nir = nouveau_nir()
            if annee is not None:
                ouvert.post(declare_certificats(certificat(salarie(nir)), annee=annee))
            for ligne in lignes:
                if isinstance(ligne, str):
                    genre, _, jour = ligne.partition(":")
                    detail = {"depart": depart, "augmentation": augmentation, "reduction": reduction}[genre](
                        jour, **({"apres": "10"} if genre == "reduction" else {})
                    )
                    assert ouvert.post(declare_changements(changement(salarie(nir), detail))).statut == 200, nom
            if attendu:
                attendus.append(nir)
        assert self.restants(ouvert) == sorted(attendus)

    def test_who_is_declared_is_expected_no_more_until_it_is_cancelled(self, ouvert):
        nir = nouveau_nir()
        ouvert.post(declare_certificats(certificat(salarie(nir)), annee=2025))
        assert self.restants(ouvert) == [nir]
        assert ouvert.post(declare_certificats(certificat(salarie(nir), nombreMois="13"))).codes == [["C02"]]
        assert self.restants(ouvert) == [nir]
        declaration = ouvert.post(declare_certificats(certificat(salarie(nir))))
        assert self.restants(ouvert) == []
        ouvert.post(annule(*declaration.numeros))
        assert self.restants(ouvert) == [nir]

    def test_what_was_cancelled_makes_nobody_expected(self, ouvert):
        nir = nouveau_nir()
        avant = ouvert.post(declare_certificats(certificat(salarie(nir)), annee=2025))
        ouvert.post(annule(*avant.numeros))
        assert self.restants(ouvert) == []

    def test_an_employee_is_one_person_under_nir_and_number(self, ouvert):
        nir = nouveau_nir()
        ouvert.post(declare_certificats(certificat(salarie(nir)), annee=2025))
        ouvert.post(declare_changements(changement(salarie(nir, numero="1234567A"))))
        assert self.restants(ouvert) == [nir]
        assert len(ouvert.post(reste_a_declarer()).elements("salarie")) == 1
        ouvert.post(declare_certificats(certificat(salarie(numero="1234567A"))))
        assert ouvert.post(reste_a_declarer()).elements("salarie") == []

    def test_everything_known_of_an_employee_comes_back(self, ouvert):
        nir = nouveau_nir()
        personne = salarie(nir, numero="1234567A", organisme="831", nom="Lefèvre", nomUsage="D'Été", prenom="Zoé 𝄞")
        ouvert.post(declare_changements(changement(personne)))
        reponse = ouvert.post(reste_a_declarer(), soap=SOAP_12)
        (salarie_lu,) = reponse.elements("salarie")
        lus = {champ.tag.removeprefix(f"{{{NS}}}"): champ.text for champ in salarie_lu}
        assert lus == {
            "nir": nir,
            "numeroAllocataire": "1234567A",
            "organisme": "831",
            "nom": "Lefèvre",
            "nomUsage": "D'Été",
            "prenom": "Zoé 𝄞",
            "dateNaissance": "1985-05-14",
        }
        assert reponse.texte("dateLimite") == "2027-01-15"

    def test_others_are_not_shown_and_the_limit_is_that_of_the_campaign(self, ouvert):
        ouvert.post(declare_changements())
        autre = en_clair("autre@esat.example", ouvert.autre_esat())
        reponse = ouvert.post(reste_a_declarer(2025, siret=AUTRE_SIRET), autre)
        assert reponse.elements("salarie") == []
        assert reponse.texte("dateLimite") == "2090-01-01"

    def test_names_come_in_order(self, service):
        lignes = [changement(salarie(nom=nom, prenom=prenom)) for nom, prenom in (("b", "z"), ("A", "y"), ("B", "a"))]
        service.post(declare_changements(*lignes))
        reponse = service.post(reste_a_declarer())
        assert list(zip(reponse.textes("salarie/nom"), reponse.textes("salarie/prenom"), strict=True)) == [
            ("A", "y"),
            ("B", "a"),
            ("b", "z"),
        ]


class TestTheServiceAndItsRules:
    def test_the_catalogue_is_told_whole(self, service_partout):
        reponse = service_partout.post(operation("ListeAnomalies"))
        assert reponse.texte("versionRegles") == VERSION_REGLES
        assert reponse.textes("regle/code") == list(REGLES)
        assert reponse.textes("regle/gravite") == [regle.gravite.value for regle in REGLES.values()]
        assert all(reponse.textes(f"regle/{champ}") for champ in ("libelle", "explication", "correction"))

    def test_the_service_tells_its_state(self, service_partout):
        reponse = service_partout.post(CONSULTE_SERVICE)
        valeurs = {
            "environnement": "demonstration",
            "versionRegles": VERSION_REGLES,
            "campagne/annee": "2026",
            "campagne/ouverture": "2026-12-01",
            "campagne/dateLimite": "2027-01-15",
            "campagne/fermeture": "2027-02-28",
            "campagne/elementsAttendus": "DEUX",
            "campagne/ouverte": "true",
            "limites/lignesParMessage": "1000",
            "limites/octetsParMessage": "4194304",
            "limites/depotsParPage": "500",
            "heureServeur": "2026-12-04T09:30:00.000Z",
        }
        assert {nom: reponse.texte(nom) for nom in valeurs} == valeurs

    def test_outside_a_campaign_the_next_one_is_told(self, service):
        service.horloge.instant = datetime(2027, 3, 1, tzinfo=UTC)
        reponse = service.post(CONSULTE_SERVICE)
        assert (reponse.texte("campagne/annee"), reponse.texte("campagne/ouverte")) == ("2027", "false")

    def test_the_expiration_is_that_of_the_credential_used(self, service):
        par_cle = service.post(CONSULTE_SERVICE).texte("compte/expiration")
        assert par_cle == "2030-01-01T23:00:00.000Z"
        par_condense = service.post(CONSULTE_SERVICE, service.condense()).texte("compte/expiration")
        assert par_condense == par_cle
        par_mot_de_passe = service.post(CONSULTE_SERVICE, en_clair(AGENT, MOT_DE_PASSE)).texte("compte/expiration")
        assert par_mot_de_passe == "2027-03-14T09:30:00.000Z"

    def test_an_account_without_esat_may_ask_what_concerns_nobody(self, service):
        service.compte("seul@esat.example")
        entetes = en_clair("seul@esat.example", MOT_DE_PASSE)
        for charge in (CONSULTE_SERVICE, operation("ListeAnomalies")):
            assert service.post(charge, entetes).statut == 200
        for charge in (liste_depots(), reste_a_declarer(), consulte_depot("x"), declare_changements(), annule("x")):
            exiger_faute(service.post(charge, entetes), "HABILITATION")

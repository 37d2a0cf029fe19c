"""Who sends: states of accounts and credentials, locks that end by themselves, and who is never slowed."""

import dataclasses
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MAINTENANT, MOT_DE_PASSE
from messages import (
    SIRET,
    SOAP_12,
    declare_certificats,
    en_clair,
    en_condense,
    modifie_mot_de_passe,
    operation,
)

from service.door import Door
from service.errors import DebitDepasseError
from service.security.limits import Seuils
from service.security.passwords import Hacheur, Parametres
from service.soap.application import creer_application_soap
from service.usecases.debit import Debit

NOUVEAU = "trois girafes portent des bottes"


class HacheurCompteur(Hacheur):
    """The service's own, which also tells how many hashes it computed."""

    def __init__(self):
        super().__init__(Parametres(8, 1, 1))
        self.calculs = 0

    def verifier(self, hache, mot_de_passe):
        self.calculs += 1
        return super().verifier(hache, mot_de_passe)


def equiper(service, **outils):
    """The same service with other tools."""
    service.dependencies = dataclasses.replace(service.dependencies, **outils)
    soap = creer_application_soap(service.dependencies)
    service.application = Door(service.dependencies, soap, "http://127.0.0.1:8083", b"", (), {})
    return service.dependencies


@pytest.fixture
def hacheur(service):
    """Counts the hashes of the service."""
    return equiper(service, hacheur=HacheurCompteur()).hacheur


@pytest.fixture
def hacheur_partout(service_partout):
    """Counts the hashes of the service on both databases."""
    return equiper(service_partout, hacheur=HacheurCompteur()).hacheur


def avec(service, secret, code=AGENT, charge=CONSULTE_SERVICE, **environ):
    return service.post(charge, en_clair(code, secret), **environ)


def code_de(reponse):
    return "OK" if reponse.faute is None else reponse.faute.code


def changer_etat(service, etat, code=AGENT):
    with service.dependencies.unites.ecriture() as unite:
        assert unite.comptes.changer_etat(unite.comptes.pour_authentification(code).id, etat)
        unite.commit()


class TestPasswords:
    @pytest.mark.parametrize(
        ("provisoire", "reste", "change", "autres"),
        [
            (False, timedelta(seconds=1), "OK", "OK"),
            (False, timedelta(0), "OK", "MOT_DE_PASSE_A_CHANGER"),
            (False, timedelta(days=-900), "OK", "MOT_DE_PASSE_A_CHANGER"),
            (True, timedelta(seconds=1), "OK", "MOT_DE_PASSE_A_CHANGER"),
            (True, timedelta(0), "AUTHENTIFICATION", "AUTHENTIFICATION"),
        ],
        ids=["good", "expired now", "expired long ago", "provisional", "provisional and expired"],
    )
    def test_a_provisional_or_expired_password_opens_its_own_change_only(
        self, service, provisoire, reste, change, autres
    ):
        service.compte("x@esat.example", SIRET, provisoire=provisoire, expire_le=MAINTENANT + reste)
        for charge in (CONSULTE_SERVICE, operation("ListeAnomalies"), declare_certificats()):
            assert code_de(avec(service, MOT_DE_PASSE, "x@esat.example", charge)) == autres
        charge = modifie_mot_de_passe(MOT_DE_PASSE, NOUVEAU)
        assert code_de(avec(service, MOT_DE_PASSE, "x@esat.example", charge)) == change
        if change == "OK":
            assert code_de(avec(service, NOUVEAU, "x@esat.example")) == "OK"
            assert code_de(avec(service, MOT_DE_PASSE, "x@esat.example")) == "AUTHENTIFICATION"

    def test_a_password_that_must_change_is_refused_before_the_schema(self, service):
        service.compte("x@esat.example", provisoire=True)
        reponse = avec(service, MOT_DE_PASSE, "x@esat.example", operation("ConsulteService", "<x/>"))
        exiger_faute(reponse, "MOT_DE_PASSE_A_CHANGER")
        reponse = avec(service, MOT_DE_PASSE, "x@esat.example", operation("ModifieMotDePasse", "<x/>"))
        exiger_faute(reponse, "SCHEMA_INVALIDE")

    def test_an_account_without_password_has_none_that_is_right(self, service):
        service.sql("UPDATE compte SET mot_de_passe = NULL, expire_le = NULL")
        for secret in ("x", MOT_DE_PASSE, "None", "null"):
            exiger_faute(avec(service, secret), "AUTHENTIFICATION")
        assert service.post(CONSULTE_SERVICE).statut == 200

    def test_a_password_in_another_unicode_form_is_the_same(self, service):
        service.compte("x@esat.example", mot_de_passe="chêne œillet noël été")
        assert code_de(avec(service, "che\u0302ne œillet noe\u0308l e\u0301te\u0301", "x@esat.example")) == "OK"

    def test_a_verified_password_is_not_computed_again_for_a_while(self, service, hacheur):
        for _ in range(5):
            assert code_de(avec(service, MOT_DE_PASSE)) == "OK"
        assert hacheur.calculs == 1
        assert code_de(avec(service, MOT_DE_PASSE + "x")) == "AUTHENTIFICATION"
        assert hacheur.calculs == 2


class TestStates:
    @pytest.mark.parametrize("etat", ["SUSPENDU", "RETIRE"])
    def test_a_suspended_account_is_stopped_at_once_whatever_was_remembered(self, service_partout, etat):
        credentials = {
            "password": lambda: en_clair(AGENT, MOT_DE_PASSE),
            "clé": lambda: en_clair(AGENT, service_partout.cle),
            "digest": lambda: service_partout.condense(),
        }
        for entetes in credentials.values():
            assert code_de(service_partout.post(CONSULTE_SERVICE, entetes())) == "OK"
        changer_etat(service_partout, etat)
        for nom, entetes in credentials.items():
            assert code_de(service_partout.post(CONSULTE_SERVICE, entetes())) == "AUTHENTIFICATION", nom
        charge = modifie_mot_de_passe(MOT_DE_PASSE, NOUVEAU)
        assert code_de(avec(service_partout, MOT_DE_PASSE, charge=charge)) == "AUTHENTIFICATION"
        changer_etat(service_partout, "ACTIF")
        for nom, entetes in credentials.items():
            assert code_de(service_partout.post(CONSULTE_SERVICE, entetes())) == "OK", nom

    def test_a_changed_password_ends_the_former_one_at_once(self, service_partout):
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"
        with service_partout.dependencies.unites.ecriture() as unite:
            compte = unite.comptes.pour_authentification(AGENT)
            hache = service_partout.dependencies.hacheur.hacher(NOUVEAU)
            fin = MAINTENANT + timedelta(days=1)
            assert unite.comptes.changer_mot_de_passe(compte.id, compte.version, hache, False, fin, MAINTENANT)
            unite.commit()
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "AUTHENTIFICATION"
        assert code_de(avec(service_partout, NOUVEAU)) == "OK"


class TestCles:
    def test_a_cle_ends_with_its_last_day_of_paris(self, service):
        cle = service.nouvelle_cle(AGENT, date(2026, 12, 5))
        service.horloge.instant = datetime(2026, 12, 5, 22, 59, 59, 999000, tzinfo=UTC)
        assert code_de(avec(service, cle)) == "OK"
        assert avec(service, cle).texte("compte/expiration") == "2026-12-05T23:00:00.000Z"
        service.horloge.avancer(milliseconds=1)
        assert code_de(avec(service, cle)) == "AUTHENTIFICATION"
        condense = en_condense(AGENT, cle, service.horloge())
        assert code_de(service.post(CONSULTE_SERVICE, condense)) == "AUTHENTIFICATION"
        assert code_de(avec(service, service.cle)) == "OK"

    def test_a_cle_without_end_goes_on(self, service):
        cle = service.nouvelle_cle(AGENT, None)
        service.horloge.instant = datetime(2300, 1, 1, tzinfo=UTC)
        assert avec(service, cle, charge=CONSULTE_SERVICE).texte("compte/expiration") == "9999-12-31T00:00:00.000Z"

    def test_a_revoked_cle_is_stopped_at_once_and_no_other(self, service_partout):
        seconde = service_partout.nouvelle_cle(AGENT)
        assert code_de(avec(service_partout, seconde)) == "OK"
        with service_partout.dependencies.unites.ecriture() as unite:
            compte = unite.comptes.pour_authentification(AGENT)
            assert unite.cles.revoquer(max(cle.id for cle in compte.cles), MAINTENANT)
            unite.commit()
        assert code_de(avec(service_partout, seconde)) == "AUTHENTIFICATION"
        condense = en_condense(AGENT, seconde, service_partout.horloge())
        assert code_de(service_partout.post(CONSULTE_SERVICE, condense)) == "AUTHENTIFICATION"
        assert code_de(avec(service_partout, service_partout.cle)) == "OK"

    @pytest.mark.parametrize("expire", [None, MAINTENANT - timedelta(days=1)], ids=["provisional", "expired"])
    def test_a_cle_works_whatever_the_state_of_the_password(self, service, expire):
        service.compte("x@esat.example", SIRET, provisoire=expire is None, expire_le=expire)
        cle = service.nouvelle_cle("x@esat.example")
        assert avec(service, cle, "x@esat.example", declare_certificats()).codes == [[]]

    def test_a_cle_never_changes_the_password(self, service):
        charge = modifie_mot_de_passe(MOT_DE_PASSE, NOUVEAU)
        exiger_faute(avec(service, service.cle, charge=charge), "AUTHENTIFICATION", MOT_DE_PASSE, NOUVEAU)
        exiger_faute(service.post(charge, service.condense()), "AUTHENTIFICATION", MOT_DE_PASSE, NOUVEAU)
        assert code_de(avec(service, MOT_DE_PASSE)) == "OK"


class TestLimits:
    def rater(self, service, fois, code=AGENT, **environ):
        for rang in range(fois):
            exiger_faute(avec(service, f"essai numéro {rang}", code, **environ), "AUTHENTIFICATION")

    def test_a_user_code_is_locked_after_five_failures_and_released_by_itself(self, service_partout, hacheur_partout):
        self.rater(service_partout, 4)
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"
        service_partout.dependencies.memoire.oublier()
        self.rater(service_partout, 5)
        calculs = hacheur_partout.calculs
        verrouille = avec(service_partout, MOT_DE_PASSE)
        exiger_faute(verrouille, "AUTHENTIFICATION", MOT_DE_PASSE)
        service_partout.horloge.avancer(seconds=59)
        exiger_faute(avec(service_partout, MOT_DE_PASSE), "AUTHENTIFICATION")
        assert hacheur_partout.calculs == calculs
        service_partout.horloge.avancer(seconds=1)
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"
        assert hacheur_partout.calculs == calculs + 1

    def test_the_delay_doubles_up_to_two_hours_and_ends_in_any_case(self, service, hacheur):
        self.rater(service, 5)
        for minutes in (1, 2, 4, 8, 16, 32, 64, 120, 120):
            service.horloge.avancer(minutes=minutes, milliseconds=-1)
            calculs = hacheur.calculs
            exiger_faute(avec(service, MOT_DE_PASSE), "AUTHENTIFICATION")
            assert hacheur.calculs == calculs
            service.horloge.avancer(milliseconds=1)
            self.rater(service, 1)
            assert hacheur.calculs == calculs + 1
        service.horloge.avancer(hours=2)
        assert code_de(avec(service, MOT_DE_PASSE)) == "OK"

    def test_a_success_makes_the_count_begin_anew(self, service):
        for _ in range(4):
            self.rater(service, 4)
            assert code_de(avec(service, MOT_DE_PASSE)) == "OK"
            service.dependencies.memoire.oublier()

    def test_attempts_that_are_a_day_old_are_forgotten(self, service, hacheur):
        self.rater(service, 4)
        service.horloge.avancer(hours=24)
        self.rater(service, 4)
        assert code_de(avec(service, MOT_DE_PASSE)) == "OK"

    def test_a_code_that_does_not_exist_is_counted_and_costs_the_same(self, service, hacheur):
        self.rater(service, 5, "personne@esat.example")
        assert hacheur.calculs == 5
        self.rater(service, 3, "Personne@ESAT.example ")
        assert hacheur.calculs == 5
        assert service.compter("tentative") == 2

    def test_a_suspended_account_costs_the_same(self, service, hacheur):
        changer_etat(service, "SUSPENDU")
        exiger_faute(avec(service, MOT_DE_PASSE), "AUTHENTIFICATION")
        assert hacheur.calculs == 1

    def test_an_address_is_slowed_after_so_many_failures_whatever_the_codes(self, service_partout, hacheur_partout):
        equiper(service_partout, seuils=Seuils(adresse=20))
        for rang in range(20):
            self.rater(service_partout, 1, f"personne{rang}@esat.example")
        calculs = hacheur_partout.calculs
        exiger_faute(avec(service_partout, MOT_DE_PASSE), "AUTHENTIFICATION")
        assert hacheur_partout.calculs == calculs == 20
        assert code_de(avec(service_partout, MOT_DE_PASSE, REMOTE_ADDR="127.0.0.2")) == "OK"
        service_partout.dependencies.memoire.oublier()
        service_partout.horloge.avancer(seconds=60)
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"

    def test_cles_and_remembered_passwords_are_never_slowed(self, service, hacheur):
        assert code_de(avec(service, MOT_DE_PASSE)) == "OK"
        self.rater(service, 30)
        calculs = hacheur.calculs
        assert code_de(avec(service, MOT_DE_PASSE)) == "OK"
        assert code_de(service.post(CONSULTE_SERVICE)) == "OK"
        assert code_de(service.post(CONSULTE_SERVICE, service.condense(), SOAP_12)) == "OK"
        assert hacheur.calculs == calculs

    def test_wrong_cles_compute_nothing_and_count_for_nothing(self, service_partout, hacheur_partout):
        for rang in range(40):
            exiger_faute(avec(service_partout, f"cle_{rang}"), "AUTHENTIFICATION")
            faux = en_condense(AGENT, f"cle_{rang}", service_partout.horloge())
            exiger_faute(service_partout.post(CONSULTE_SERVICE, faux), "AUTHENTIFICATION")
        assert hacheur_partout.calculs == 0
        assert service_partout.compter("tentative") == 0
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"

    def test_guesses_sent_all_at_once_are_no_more_than_one_after_the_other(self, service_partout):
        class Devance(HacheurCompteur):
            """While the right password is computed, five wrong ones come to their end."""

            def verifier(self, hache, mot_de_passe):
                if mot_de_passe == MOT_DE_PASSE and self.calculs == 0:
                    outer.rater(service_partout, 5)
                return super().verifier(hache, mot_de_passe)

        outer = self
        equiper(service_partout, hacheur=Devance())
        exiger_faute(avec(service_partout, MOT_DE_PASSE), "AUTHENTIFICATION", MOT_DE_PASSE)
        service_partout.horloge.avancer(seconds=60)
        assert code_de(avec(service_partout, MOT_DE_PASSE)) == "OK"

    def test_what_is_counted_is_no_code_anyone_could_read(self, service):
        self.rater(service, 1, "mon mot de passe à moi")
        cles = [cle for (cle,) in service.sql("SELECT cle FROM tentative")]
        assert len(cles) == 2
        assert not any("mot de passe" in cle or "127.0.0.1" in cle for cle in cles)


class TestTooMany:
    def test_beyond_a_short_queue_of_hashes_the_answer_is_to_wait(self, service):
        class Occupe(HacheurCompteur):
            """A hash that takes until it is told to end."""

            entree, sortie = threading.Semaphore(0), threading.Event()

            def verifier(self, hache, mot_de_passe):
                return self._calculer(self.occuper)

            def occuper(self):
                self.entree.release()
                self.sortie.wait()
                return False

        hacheur = Occupe()
        hacheur._attente_max = 30
        equiper(service, hacheur=hacheur)
        reponses = []
        fils = [threading.Thread(target=lambda: reponses.append(avec(service, "x"))) for _ in range(3)]
        try:
            for fil in fils:
                fil.start()
            assert hacheur.entree.acquire(timeout=10)
            while hacheur._file._value:  # until the two others wait behind it
                pass
            refus = avec(service, "y")
            exiger_faute(refus, "DEBIT_DEPASSE")
            assert int(refus.entetes["Retry-After"]) == 30
            assert code_de(service.post(CONSULTE_SERVICE)) == "OK"
        finally:
            hacheur.sortie.set()
            for fil in fils:
                fil.join()
        assert [code_de(reponse) for reponse in reponses] == ["AUTHENTIFICATION"] * 3

    @pytest.mark.parametrize("soap", [None, SOAP_12], ids=["soap-1.1", "soap-1.2"])
    def test_an_account_may_send_so_many_messages_a_minute(self, service, soap):
        secondes = [1000 * 60.0]
        equiper(service, debit=Debit(3, lambda: secondes[0]))
        service.compte("x@esat.example")
        suite = {} if soap is None else {"soap": soap}
        for _ in range(3):
            assert code_de(service.post(CONSULTE_SERVICE, **suite)) == "OK"
        secondes[0] += 45
        refus = service.post(CONSULTE_SERVICE, **suite)
        exiger_faute(refus, "DEBIT_DEPASSE")
        assert refus.entetes["Retry-After"] == "15"
        assert "15 s" in refus.faute.message
        assert code_de(avec(service, MOT_DE_PASSE, "x@esat.example")) == "OK"
        entree = service.journal(code="DEBIT_DEPASSE")[0]
        assert entree.compte_id is not None
        secondes[0] += 15
        assert code_de(service.post(CONSULTE_SERVICE, **suite)) == "OK"

    def test_no_limit_is_set_unless_asked_for(self):
        debit = Debit(0)
        for _ in range(1000):
            debit.compter(1)
        strict = Debit(1, lambda: 0.0)
        strict.compter(1)
        with pytest.raises(DebitDepasseError):
            strict.compter(1)

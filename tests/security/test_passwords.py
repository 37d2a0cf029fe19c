"""passwords: argon2id one at a time, a memory without passwords, entropy that always comes quickly."""

import contextlib
import gc
import os
import re
import threading
import time
from types import SimpleNamespace

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn.matching import RANKED_DICTIONARIES

from service.errors import DebitDepasseError
from service.security import passwords
from service.security.passwords import Hacheur, Memoire, Parametres, entropie_bits, mot_de_passe_provisoire

LEGER = Parametres(memoire_kio=64, passes=1, parallelisme=1)
LOURD = Parametres(memoire_kio=8192, passes=8, parallelisme=1)


@pytest.fixture(scope="module")
def hacheur():
    return Hacheur(LEGER)


def test_a_password_is_recognised_by_its_hash_and_no_other_is(hacheur):
    hache = hacheur.hacher("un mot de passe")
    assert hacheur.verifier(hache, "un mot de passe")
    assert not hacheur.verifier(hache, "un mot de passe ")
    assert not hacheur.verifier(hache, "")


def test_the_published_example_of_the_reference_implementation_is_recognised(hacheur):
    # phc-winner-argon2, src/test.c: argon2id, m=256, t=2, p=1, "password", "somesalt".
    hache = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
    assert hacheur.verifier(hache, "password")


def test_a_hash_is_argon2id_with_its_parameters_and_a_salt_of_its_own(hacheur):
    premier, second = hacheur.hacher("x"), hacheur.hacher("x")
    assert premier.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert premier != second


def test_the_default_cost_is_that_of_owasp():
    assert Hacheur().hacher("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_typed_on_another_system_is_the_same(hacheur):
    assert hacheur.verifier(hacheur.hacher("re\u0301sume\u0301"), "r\u00e9sum\u00e9")


def test_a_password_that_no_encoding_holds_is_one_like_any_other(hacheur):
    memoire = Memoire()
    memoire.retenir(1, 1, "\udce9")
    assert memoire.connait(1, 1, "\udce9")
    assert hacheur.verifier(hacheur.hacher("\udce9"), "\udce9")


@pytest.mark.parametrize("hache", ["", "x", "$argon2id$v=19$m=64,t=1,p=1$AAAA", "$2b$12$" + "a" * 53])
def test_what_is_no_hash_of_ours_verifies_nothing(hacheur, hache):
    assert hacheur.verifier(hache, "x") is False


def test_a_hash_of_older_parameters_is_to_be_made_anew(hacheur):
    assert not hacheur.a_refaire(hacheur.hacher("x"))
    assert hacheur.a_refaire(Hacheur(LEGER._replace(passes=2)).hacher("x"))


def test_the_decoy_costs_what_a_verification_costs():
    hacheur = Hacheur(LOURD)
    hache = hacheur.hacher("x")

    def duree(fonction, *arguments):
        debut = time.process_time()
        fonction(*arguments)
        return time.process_time() - debut

    mesures = [(duree(hacheur.verifier, hache, "y"), duree(hacheur.leurre)) for _ in range(9)]
    vrai, leurre = (min(serie) for serie in zip(*mesures, strict=True))  # the least disturbed by other programs
    assert vrai / 2 < leurre < vrai * 2


def lancer(fonctions):
    """Run the functions in as many threads at once; what each returned or raised, in order."""
    resultats = [None] * len(fonctions)
    depart = threading.Barrier(len(fonctions))

    def travailler(rang):
        depart.wait()
        try:
            resultats[rang] = fonctions[rang]()
        except DebitDepasseError as refus:
            resultats[rang] = refus

    fils = [threading.Thread(target=travailler, args=(rang,)) for rang in range(len(fonctions))]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return resultats


def test_beyond_a_short_queue_the_caller_is_told_to_come_back():
    hacheur = Hacheur(LOURD, en_attente_max=2, attente_max=30)
    resultats = lancer([lambda: hacheur.hacher("x")] * 8)
    refus = [resultat for resultat in resultats if isinstance(resultat, DebitDepasseError)]
    assert 1 <= len(refus) <= 5
    assert {erreur.attente for erreur in refus} == {30}
    assert len([resultat for resultat in resultats if isinstance(resultat, str)]) == 8 - len(refus) >= 3


def test_a_wait_that_lasts_too_long_ends():
    hacheur = Hacheur(LOURD, en_attente_max=5, attente_max=0.001)
    resultats = lancer([hacheur.leurre] * 4)
    assert any(isinstance(resultat, DebitDepasseError) for resultat in resultats)
    assert {erreur.attente for erreur in resultats if erreur is not None} == {1}
    assert None in resultats


def test_after_a_refusal_the_queue_is_free_again():
    hacheur = Hacheur(LOURD, en_attente_max=0, attente_max=0.001)
    lancer([hacheur.leurre] * 4)
    for _ in range(3):
        hacheur.leurre()


def test_computations_yield_the_processor_to_every_other_thread(hacheur):
    hacheur.hacher("x")
    (argon2id,) = [fil for fil in threading.enumerate() if fil in hacheur._fil._threads]
    politesses = [os.getpriority(os.PRIO_PROCESS, fil.native_id) for fil in (argon2id, threading.current_thread())]
    assert politesses[0] == min(19, politesses[1] + 10)


def test_the_caller_gives_its_place_up_while_it_waits_and_while_it_is_computed_for():
    cedes, dedans = [], threading.Event()

    @contextlib.contextmanager
    def ceder():
        cedes.append("avant")
        dedans.set()
        yield
        cedes.append("apres")

    hacheur = Hacheur(LEGER, ceder=ceder)
    with hacheur._calcul:
        fil = threading.Thread(target=hacheur.hacher, args=("x",))
        fil.start()
        assert dedans.wait(10)
        assert cedes == ["avant"]
    fil.join(10)
    assert cedes == ["avant", "apres"]


def test_a_refusal_for_want_of_a_turn_needs_no_place():
    cedes = []
    hacheur = Hacheur(LEGER, en_attente_max=0, ceder=lambda: cedes.append(1) or contextlib.nullcontext())
    hacheur._file.acquire()
    with pytest.raises(DebitDepasseError):
        hacheur.leurre()
    assert cedes == []


class Horloge:
    """A clock that goes when told."""

    def __init__(self):
        self.instant = 1000.0

    def __call__(self):
        return self.instant

    def avancer(self, duree: float) -> None:
        self.instant += duree


@pytest.fixture
def repos(monkeypatch: pytest.MonkeyPatch) -> tuple[Horloge, list[float]]:
    """The clock of the passwords, and the rests that they take, which only it feels."""
    horloge, pris = Horloge(), []

    def dormir(duree: float) -> None:
        pris.append(round(duree, 3))
        horloge.avancer(duree)

    monkeypatch.setattr(passwords, "time", SimpleNamespace(monotonic=horloge, sleep=dormir))
    return horloge, pris


def test_after_a_wrong_password_argon2id_rests_four_times_what_it_took_once(repos):
    horloge, pris = repos
    hacheur = Hacheur(LEGER)
    hacheur._calculer(lambda: horloge.avancer(0.025))
    hacheur.souffler()
    for _ in range(3):  # a right password is followed by no rest
        hacheur.leurre()
    assert pris == [0, 0.1, 0, 0]


def test_the_rest_has_an_end(repos):
    horloge, pris = repos
    hacheur = Hacheur(LEGER)
    hacheur._calculer(lambda: horloge.avancer(3600))
    hacheur.souffler()
    hacheur.leurre()
    assert pris == [0, 0.5]


def test_a_verified_password_is_known_for_five_minutes():
    horloge = Horloge()
    memoire = Memoire(horloge=horloge)
    assert not memoire.connait(1, 1, "secret")
    memoire.retenir(1, 1, "secret")
    horloge.instant += 299.9
    assert memoire.connait(1, 1, "secret")
    memoire.retenir(1, 1, "secret")
    horloge.instant += 0.1
    assert not memoire.connait(1, 1, "secret")
    assert len(memoire) == 0
    memoire.retenir(1, 1, "secret")
    assert memoire.connait(1, 1, "secret")


INCONNUS = {
    "another account": (2, 1, "secret"),
    "a newer credential": (1, 2, "secret"),
    "another password": (1, 1, "Secret"),
    "parts moved": (11, "", "secret"),
}


@pytest.mark.parametrize("identite", INCONNUS.values(), ids=INCONNUS.keys())
def test_only_the_same_account_version_and_password_are_known(identite):
    memoire = Memoire()
    memoire.retenir(1, 1, "secret")
    assert memoire.connait(1, 1, "secret")
    assert not memoire.connait(*identite)


def test_the_memory_is_bounded_and_the_oldest_entry_goes_first():
    memoire = Memoire(taille=3)
    for compte in range(5):
        memoire.retenir(compte, 1, "secret")
    assert len(memoire) == 3
    assert [memoire.connait(compte, 1, "secret") for compte in range(5)] == [False, False, True, True, True]


def test_the_memory_can_be_emptied():
    memoire = Memoire()
    memoire.retenir(1, 1, "secret")
    memoire.oublier()
    assert not memoire.connait(1, 1, "secret")


def test_the_memory_keeps_no_password_and_no_plain_hash_of_it():
    une, autre = Memoire(), Memoire()
    secret = "un secret que rien ne retient"
    une.retenir(1, 1, secret)
    autre.retenir(1, 1, secret)
    gardes = [*une._echeances, *autre._echeances]
    assert len(set(gardes)) == 2
    assert all(len(garde) == 32 for garde in gardes)
    gc.collect()
    assert secret not in repr([vars(une), vars(autre)])


def test_threads_share_the_memory():
    memoire = Memoire(taille=50)

    def travailler(depart):
        for compte in range(depart, depart + 500):
            memoire.retenir(compte, 1, "secret")
            memoire.connait(compte - 25, 1, "secret")

    fils = [threading.Thread(target=travailler, args=(depart,)) for depart in (0, 250, 500, 750)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(memoire) == 50


def test_a_provisional_password_has_80_random_bits_in_readable_groups():
    mots = {mot_de_passe_provisoire() for _ in range(200)}
    assert len(mots) == 200
    forme = re.compile(r"(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}")
    assert all(forme.fullmatch(mot) for mot in mots)
    assert len({caractere for mot in mots for caractere in mot} - {"-"}) == 32


def test_a_provisional_password_passes_the_policy_s_fifty_bits():
    assert min(entropie_bits(mot_de_passe_provisoire()) for _ in range(20)) >= 50


FAIBLES = {
    "empty": ("", ()),
    "the most common": ("password1234", ()),
    "repeated": ("abcabcabcabcabcabc", ()),
    "keyboard": ("azertyuiop1234", ()),
    "words of the account": ("Marie.Durand-Toulon", ("marie", "DURAND", "Toulon")),
    "l33t": ("P@$$w0rd!P@$$w0rd!", ()),
}


@pytest.mark.parametrize(("mot_de_passe", "mots"), FAIBLES.values(), ids=FAIBLES.keys())
def test_a_weak_password_has_few_bits(mot_de_passe, mots):
    assert 0 <= entropie_bits(mot_de_passe, mots) < 50


@pytest.mark.parametrize(
    "mot_de_passe", ["correct horse battery staple", "v7#Kq!9zL@2mX&4p", "mésange bleue sur un toit d'ardoise"]
)
def test_a_strong_password_has_many(mot_de_passe):
    assert entropie_bits(mot_de_passe) >= 50


def test_the_words_of_one_account_say_nothing_of_another_s_password():
    seul = entropie_bits("kermadec-tregastel")
    assert entropie_bits("kermadec-tregastel", ["kermadec", "tregastel"]) < seul
    assert RANKED_DICTIONARIES["user_inputs"] == {}
    assert entropie_bits("kermadec-tregastel") == seul


def test_the_first_twenty_words_count():
    autres = [f"mot{rang}" for rang in range(19)]
    seul = entropie_bits("kermadec-tregastel")
    assert entropie_bits("kermadec-tregastel", [*autres, "kermadec"]) < seul
    assert entropie_bits("kermadec-tregastel", [*autres, "autre", "kermadec"]) == seul


COUTEUX = {
    "very long": "a1B" * 100_000,
    "every symbol of l33t": "4@8({[<369!1|70$5+2%" * 50,
    "repeated": "1" * 10_000,
    "reversed dates": "20111984" * 1000,
}


@pytest.mark.parametrize("mot_de_passe", COUTEUX.values(), ids=COUTEUX.keys())
def test_the_estimate_comes_quickly_whatever_the_password(mot_de_passe):
    debut = time.process_time()
    entropie_bits(mot_de_passe, ["x" * 100_000] * 100_000)
    assert time.process_time() - debut < 1.5


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_has_an_entropy(mot_de_passe, mots):
    assert 0 <= entropie_bits(mot_de_passe, mots) < 400


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_can_be_a_password(texte):
    hacheur = Hacheur(LEGER)
    hache = hacheur.hacher(texte)
    assert hacheur.verifier(hache, texte)
    assert argon2.extract_parameters(hache).type is argon2.Type.ID

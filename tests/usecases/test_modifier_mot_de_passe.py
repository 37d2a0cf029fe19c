"""The change of a person's own password, on both databases: who may, what is refused and why, what it ends."""

import threading
from datetime import timedelta

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MAINTENANT, MOT_DE_PASSE
from messages import AUTRE_SIRET, SIRET, SOAP_12, en_clair, modifie_mot_de_passe

BONS = [
    "trois girafes portent des bottes",
    "sept hiboux lisent le journal",
    "neuf marmottes jouent du piano",
    "deux chameaux repeignent la grange",
    "onze perroquets plient du linge",
    "cinq castors vendent des chapeaux",
    "mille carpes apprennent le russe",
]


def changer(service, ancien, nouveau, entete=None, code=AGENT, **options):
    return service.post(modifie_mot_de_passe(ancien, nouveau), en_clair(code, entete or ancien), **options)


def ouvre(service, secret, code=AGENT):
    return service.post(CONSULTE_SERVICE, en_clair(code, secret)).faute is None


def test_a_change_takes_effect_at_once_and_says_until_when(service_partout):
    assert ouvre(service_partout, MOT_DE_PASSE)
    reponse = changer(service_partout, MOT_DE_PASSE, BONS[0], soap=SOAP_12)
    assert reponse.texte("expiration") == "2027-06-02T09:30:00.000Z"
    assert not ouvre(service_partout, MOT_DE_PASSE)
    assert ouvre(service_partout, BONS[0])
    expiration = service_partout.post(CONSULTE_SERVICE, en_clair(AGENT, BONS[0])).texte("compte/expiration")
    assert expiration == reponse.texte("expiration")
    assert service_partout.post(CONSULTE_SERVICE).statut == 200


def test_a_change_consumes_a_provisional_password(service_partout):
    service_partout.compte("x@esat.example", SIRET, provisoire=True, mot_de_passe="provisoire-1234")
    assert changer(service_partout, "provisoire-1234", BONS[0], code="x@esat.example").statut == 200
    refus = changer(service_partout, "provisoire-1234", BONS[1], code="x@esat.example")
    exiger_faute(refus, "AUTHENTIFICATION", "provisoire-1234", BONS[1])
    assert ouvre(service_partout, BONS[0], "x@esat.example")


def test_the_old_password_is_asked_for_again(service_partout):
    for ancien in ("autre chose", BONS[0], MOT_DE_PASSE.upper(), MOT_DE_PASSE + " ", service_partout.cle):
        refus = changer(service_partout, ancien, BONS[0], entete=MOT_DE_PASSE)
        exiger_faute(refus, "AUTHENTIFICATION", ancien, BONS[0])
    assert ouvre(service_partout, MOT_DE_PASSE)


REFUS = {
    # new password → words of each reason
    "too short": ("Kz9!qW2#xPv", ["moins de 12", "facile à deviner"]),
    "too easy": ("aaaaaaaaaaaaaaaaaaaa", ["facile à deviner"]),
    "a keyboard row": ("azertyuiopqsdfghjklm", ["facile à deviner"]),
    "short and easy": ("123456", ["moins de 12", "facile à deviner"]),
    "the e-mail's beginning": ("mon agent préféré boit du thé", ["début de l'adresse"]),
    "the e-mail's beginning in capitals": ("mon AGENT préféré boit du thé", ["début de l'adresse"]),
    "the present one": (MOT_DE_PASSE, ["5 derniers"]),
    "like a clé": ("cle_trois girafes portent des bottes", ["réservé aux clés"]),
    "everything at once": ("cle_agent", ["moins de 12", "facile à deviner", "début de l'adresse", "réservé aux clés"]),
}


@pytest.mark.parametrize("soap", [None, SOAP_12], ids=["soap-1.1", "soap-1.2"])
def test_a_new_password_against_the_policy_is_refused_for_all_its_reasons(service, soap):
    for nom, (nouveau, mots) in REFUS.items():
        reponse = changer(service, MOT_DE_PASSE, nouveau, **({} if soap is None else {"soap": soap}))
        exiger_faute(reponse, "MOT_DE_PASSE_REFUSE", nouveau, MOT_DE_PASSE)
        messages = [precision["message"] for precision in reponse.faute.precisions]
        assert len(messages) == len(mots), nom
        for mot, message in zip(mots, messages, strict=True):
            assert mot in message, nom
        assert {precision["champ"] for precision in reponse.faute.precisions} == {"ModifieMotDePasse/nouveauMotDePasse"}
    assert ouvre(service, MOT_DE_PASSE)


def test_the_last_five_are_refused_and_the_one_before_is_not(service_partout):
    passes = [MOT_DE_PASSE]
    for nouveau in BONS[:5]:
        assert changer(service_partout, passes[-1], nouveau).statut == 200
        passes.append(nouveau)
        service_partout.horloge.avancer(days=1)
    for ancien in passes[-5:]:
        exiger_faute(changer(service_partout, passes[-1], ancien), "MOT_DE_PASSE_REFUSE", ancien)
    assert changer(service_partout, passes[-1], passes[0]).statut == 200


def test_a_password_is_taken_literally_blanks_included(service):
    nouveau = "  deux  blancs\tet un autre  "
    assert changer(service, MOT_DE_PASSE, nouveau).statut == 200
    assert ouvre(service, nouveau)
    for autre in (nouveau.strip(), " ".join(nouveau.split())):
        assert not ouvre(service, autre)


@pytest.mark.parametrize("nouveau", ["🦙🦙🦙 lamas du désert salé", "ﬀæðø ünïcödé ™ lamas", "x" * 20 + "é" * 236])
def test_any_character_may_be_in_a_password(service, nouveau):
    reponse = changer(service, MOT_DE_PASSE, nouveau)
    if reponse.faute is None:
        assert ouvre(service, nouveau)
    else:
        exiger_faute(reponse, "MOT_DE_PASSE_REFUSE", nouveau)


def test_a_password_lives_as_long_as_the_shortest_convention_says(service):
    service.convention("COURTE", duree=30)
    service.esat(AUTRE_SIRET, "COURTE")
    service.compte("x@esat.example", SIRET, AUTRE_SIRET)
    service.compte("seul@esat.example")
    for code, jours in (("x@esat.example", 30), ("seul@esat.example", 180)):
        reponse = changer(service, MOT_DE_PASSE, BONS[0], code=code)
        attendue = MAINTENANT + timedelta(days=jours)
        assert reponse.texte("expiration") == attendue.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_of_two_changes_at_once_one_is_made(service_partout):
    assert ouvre(service_partout, MOT_DE_PASSE)
    depart, reponses = threading.Barrier(2), {}

    def demander(nouveau):
        depart.wait()
        reponses[nouveau] = changer(service_partout, MOT_DE_PASSE, nouveau)

    fils = [threading.Thread(target=demander, args=(nouveau,)) for nouveau in BONS[:2]]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    faits = [nouveau for nouveau, reponse in reponses.items() if reponse.faute is None]
    assert len(faits) == 1
    assert ouvre(service_partout, faits[0])
    (autre,) = set(BONS[:2]) - set(faits)
    exiger_faute(reponses[autre], "AUTHENTIFICATION", autre)
    assert not ouvre(service_partout, autre)


def test_the_log_tells_of_the_change_and_of_no_password(service_partout):
    changer(service_partout, MOT_DE_PASSE, BONS[0])
    changer(service_partout, BONS[0], "court")
    refusee, faite = service_partout.journal()
    assert (faite.operation, faite.issue, faite.code) == ("ModifieMotDePasse", "REPONDU", None)
    assert (refusee.issue, refusee.code) == ("REFUSE", "MOT_DE_PASSE_REFUSE")
    assert faite.compte_id == refusee.compte_id is not None
    ecrit = repr(service_partout.sql("SELECT * FROM journal"))
    assert not any(secret in ecrit for secret in (MOT_DE_PASSE, BONS[0], "court"))

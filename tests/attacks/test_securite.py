"""WS-Security against those who alter, repeat, borrow and guess: one rule a test, in the words of 3-security."""

import base64
import threading
from datetime import timedelta

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE
from messages import (
    NS_WSU,
    PASSWORD_DIGEST,
    SOAP_11,
    SOAP_12,
    condense,
    consulte_depot,
    created,
    declare_certificats,
    en_clair,
    en_condense,
    enveloppe,
    jeton,
    mot_de_passe,
    nonce,
    operation,
    securite,
    utilisateur,
)

OCTETS = b"0123456789abcdef"


def date(service, **ecart):
    """An instant by the service's clock, as xs:dateTime."""
    return (service.horloge() + timedelta(**ecart)).isoformat().replace("+00:00", "Z")


def digest(service, texte, octets=None, code=AGENT, suite=""):
    """A token dated by any text."""
    octets = octets or base64.b64encode(texte.encode())[-20:] + service.horloge().isoformat().encode()
    return securite(
        jeton(
            utilisateur(code),
            mot_de_passe(condense(octets, texte, service.cle), PASSWORD_DIGEST),
            nonce(octets),
            created(texte),
        )
        + suite
    )


def horodatage(**instants):
    """A Timestamp."""
    dedans = "".join(f"<wsu:{nom}>{texte}</wsu:{nom}>" for nom, texte in instants.items())
    return f"<wsu:Timestamp>{dedans}</wsu:Timestamp>"


FENETRE = {
    "oldest": ({"seconds": -300}, True),
    "too old": ({"seconds": -300, "microseconds": -1000}, False),
    "newest": ({"seconds": 60}, True),
    "too new": ({"seconds": 60, "microseconds": 1000}, False),
    "now": ({}, True),
}


@pytest.mark.parametrize(("ecart", "admis"), FENETRE.values(), ids=FENETRE)
def test_created_is_within_the_window_its_ends_included(service, ecart, admis):
    texte = date(service, **ecart)
    ou = {
        "digest": digest(service, texte),
        "text": securite(jeton(utilisateur(AGENT), mot_de_passe(service.cle), created(texte))),
        "timestamp": securite(horodatage(Created=texte) + jeton(utilisateur(AGENT), mot_de_passe(service.cle))),
    }
    for nom, entete in ou.items():
        reponse = service.post(CONSULTE_SERVICE, entete)
        if admis:
            assert reponse.statut == 200, nom
        else:
            exiger_faute(reponse, "MESSAGE_EXPIRE", service.cle)
            assert f"{service.horloge():%Y-%m-%dT%H:%M:%SZ}" in reponse.faute.message


def test_an_expired_timestamp_is_refused_at_the_very_instant(service):
    def avec(texte):
        return service.post(
            CONSULTE_SERVICE, securite(horodatage(Expires=texte) + jeton(utilisateur(AGENT), mot_de_passe(service.cle)))
        )

    assert avec(date(service, milliseconds=1)).statut == 200
    assert avec(date(service, days=400)).statut == 200
    exiger_faute(avec(date(service)), "MESSAGE_EXPIRE")


ECRITURES = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S-00:00"]
FRACTIONS = ["%Y-%m-%dT%H:%M:%S.1Z", "%Y-%m-%dT%H:%M:%S.123Z", "%Y-%m-%dT%H:%M:%S.1234567Z"]


@pytest.mark.parametrize("ecriture", [*ECRITURES, *FRACTIONS, "\n %Y-%m-%dT%H:%M:%S.123456789+00:00\t"])
def test_created_is_read_as_toolkits_write_it_and_hashed_as_it_stands(service, ecriture):
    texte = service.horloge().strftime(ecriture)
    entete = digest(service, texte.strip()).replace(f">{texte.strip()}<", f">{texte}<")
    assert service.post(CONSULTE_SERVICE, entete).statut == 200


def test_created_is_read_in_other_zones(service):
    paris = (service.horloge() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+01:00")
    assert service.post(CONSULTE_SERVICE, digest(service, paris)).statut == 200


REDITES = {
    "the very same bytes": lambda texte: texte,
    "the user in other letters": lambda texte: texte.replace(AGENT, AGENT.upper()),
    "the user between blanks": lambda texte: texte.replace(AGENT, f"\n  {AGENT}\t"),
    "the user with a comment inside": lambda texte: texte.replace(AGENT, f"<!-- x -->{AGENT}"),
    "the user in CDATA": lambda texte: texte.replace(AGENT, f"<![CDATA[{AGENT}]]>"),
    "children in another order": lambda texte: renverser(texte),
    "the nonce on two lines": lambda texte: couper(texte, "\r\n"),
    "the nonce between blanks": lambda texte: texte.replace("<wsse:Nonce>", "<wsse:Nonce>\t "),
    "the nonce with its encoding": lambda texte: texte.replace(
        "<wsse:Nonce>",
        '<wsse:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0'
        '#Base64Binary">',
    ),
    "the nonce with other idle bits": lambda texte: texte.replace("Zg==<", "Zh==<"),
    "Created between blanks": lambda texte: texte.replace("<wsu:Created>", "<wsu:Created>\n"),
    "the digest with other idle bits": lambda texte: oisifs(texte),
    "other prefixes": lambda texte: texte.replace("wsse:", "s1:").replace(":wsse", ":s1"),
    "a Timestamp beside it": lambda texte: texte.replace(
        "<wsse:UsernameToken>", "<wsu:Timestamp/><wsse:UsernameToken>"
    ),
    "marked mustUnderstand": lambda texte: texte.replace("<wsse:Security", '<wsse:Security s:mustUnderstand="1"'),
}


def renverser(texte):
    debut, _, reste = texte.partition("<wsse:UsernameToken>")
    dedans, _, fin = reste.partition("</wsse:UsernameToken>")
    enfants = dedans.replace("><", ">\0<").split("\0")
    elements = ["".join(enfants[i : i + 1]) for i in range(len(enfants))]
    return f"{debut}<wsse:UsernameToken>{''.join(reversed(elements))}</wsse:UsernameToken>{fin}"


def couper(texte, par):
    debut, _, reste = texte.partition("<wsse:Nonce>")
    return f"{debut}<wsse:Nonce>{reste[:5]}{par}{reste[5:]}"


def oisifs(texte):
    # 20 bytes of SHA-1 in 28 characters: the last one before « = » has two bits that decode to nothing.
    debut, _, reste = texte.partition('#PasswordDigest">')
    valeur, _, fin = reste.partition("=<")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    autre = alphabet[alphabet.index(valeur[-1]) ^ 1]
    return f'{debut}#PasswordDigest">{valeur[:-1]}{autre}=<{fin}'


@pytest.mark.parametrize("redite", REDITES.values(), ids=REDITES)
def test_a_token_that_served_serves_no_more_however_it_is_rewritten(service, redite):
    octets = OCTETS + service.horloge().strftime("%y%m%d%H%M%S%f").encode()[:15]
    entete = digest(service, date(service), octets[:31])
    assert service.post(CONSULTE_SERVICE, entete).statut == 200
    repete = redite(entete)
    exiger_faute(service.post(CONSULTE_SERVICE, repete), "REJEU")
    exiger_faute(service.post(operation("ListeAnomalies"), repete, SOAP_12), "REJEU")


def test_a_token_rewritten_is_still_a_token(service):
    # Else the test above would refuse for another reason: each rewriting is accepted the first time.
    for rang, (nom, redite) in enumerate(REDITES.items()):
        octets = OCTETS[:15] + rang.to_bytes(1) + service.horloge().strftime("%d%H%M%S%f").encode()[:15]
        assert service.post(CONSULTE_SERVICE, redite(digest(service, date(service), octets))).statut == 200, nom


def test_the_same_nonce_under_another_date_is_another_token(service):
    # KDSoap's first nonce is the same in every run.
    for seconde in (1, 2):
        entete = digest(service, date(service, seconds=-seconde), OCTETS)
        assert service.post(CONSULTE_SERVICE, entete).statut == 200


def test_the_same_nonce_from_another_user_is_another_token(service_neuf):
    cle = service_neuf.autre_esat()
    instant = service_neuf.horloge()
    for code, secret in ((AGENT, service_neuf.cle), ("autre@esat.example", cle)):
        assert service_neuf.post(CONSULTE_SERVICE, en_condense(code, secret, instant, OCTETS)).statut == 200


def test_a_token_that_is_not_authenticated_uses_up_nothing(service):
    bon = en_condense(AGENT, service.cle, service.horloge(), OCTETS)
    mauvais = en_condense(AGENT, "cle_autre", service.horloge(), OCTETS)
    exiger_faute(service.post(CONSULTE_SERVICE, mauvais), "AUTHENTIFICATION")
    exiger_faute(service.post("<x/>", bon), "OPERATION_INCONNUE")
    assert service.post(CONSULTE_SERVICE, bon).statut == 200


REFUS_APRES = {
    "the schema": (operation("ConsulteService", "<x/>"), "SCHEMA_INVALIDE"),
    "the right on the ESAT": (declare_certificats(siret="98765432100017"), "HABILITATION"),
    "the campaign": (declare_certificats(annee=2019), "CAMPAGNE_FERMEE"),
    "the deposit": (consulte_depot(numero="D261204-00000000"), "INTROUVABLE"),
}


@pytest.mark.parametrize(("charge", "code"), REFUS_APRES.values(), ids=REFUS_APRES)
def test_a_token_is_used_up_by_a_refusal_after_authentication(service, charge, code):
    entete = service.condense()
    exiger_faute(service.post(charge, entete), code)
    exiger_faute(service.post(CONSULTE_SERVICE, entete), "REJEU")


def test_a_nonce_in_a_password_text_is_checked_likewise(service):
    octets = OCTETS + service.horloge().isoformat().encode()
    entete = securite(jeton(utilisateur(AGENT), mot_de_passe(service.cle), nonce(octets)))
    assert service.post(CONSULTE_SERVICE, entete).statut == 200
    exiger_faute(service.post(CONSULTE_SERVICE, entete), "REJEU")
    assert service.post(CONSULTE_SERVICE, en_clair(AGENT, service.cle)).statut == 200


def test_no_moment_lets_an_old_token_pass_again(service):
    entete = digest(service, date(service, seconds=60))
    assert service.post(CONSULTE_SERVICE, entete).statut == 200
    for _ in range(50):
        service.horloge.avancer(seconds=10)
        with service.dependencies.unites.ecriture() as unite:
            unite.jetons.purger(service.horloge())
            unite.commit()
        reponse = service.post(CONSULTE_SERVICE, entete)
        assert reponse.faute.code in ("REJEU", "MESSAGE_EXPIRE")
    assert reponse.faute.code == "MESSAGE_EXPIRE"


def test_a_token_presented_by_many_at_once_serves_one(service_partout):
    entete = service_partout.condense()
    depart, vus = threading.Barrier(8), []

    def presenter():
        depart.wait()
        reponse = service_partout.post(CONSULTE_SERVICE, entete)
        vus.append("OK" if reponse.faute is None else reponse.faute.code)

    fils = [threading.Thread(target=presenter) for _ in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(vus) == ["OK"] + ["REJEU"] * 7
    assert len(service_partout.journal(issue="REPONDU")) == 1


def test_a_persons_password_is_no_secret_for_a_digest(service):
    exiger_faute(
        service.post(CONSULTE_SERVICE, en_condense(AGENT, MOT_DE_PASSE, service.horloge())),
        "AUTHENTIFICATION",
        MOT_DE_PASSE,
    )
    with service.dependencies.unites.lecture() as unite:
        hache = unite.comptes.pour_authentification(AGENT).mot_de_passe
    exiger_faute(service.post(CONSULTE_SERVICE, en_condense(AGENT, hache, service.horloge())), "AUTHENTIFICATION")


@pytest.mark.parametrize("fabrique", [en_clair, None], ids=["text", "digest"])
def test_a_cle_serves_its_own_account_only(service_neuf, fabrique):
    autre = service_neuf.autre_esat()

    def avec(code, cle):
        if fabrique is None:
            return service_neuf.post(CONSULTE_SERVICE, en_condense(code, cle, service_neuf.horloge()))
        return service_neuf.post(CONSULTE_SERVICE, fabrique(code, cle))

    assert avec(AGENT, service_neuf.cle).statut == 200
    for code, cle in ((AGENT, autre), ("autre@esat.example", service_neuf.cle), ("personne@esat.example", autre)):
        exiger_faute(avec(code, cle), "AUTHENTIFICATION", cle)


def test_the_answer_says_no_more_for_a_user_that_exists(service_neuf):
    service_neuf.compte("suspendu@esat.example", etat="SUSPENDU")
    service_neuf.compte("retire@esat.example", etat="RETIRE")
    service_neuf.compte("echu@esat.example", provisoire=True, expire_le=service_neuf.horloge() - timedelta(seconds=1))
    essais = [
        ("personne@esat.example", "x"),
        (AGENT, "faux"),
        (AGENT, "cle_fausse"),
        ("suspendu@esat.example", MOT_DE_PASSE),
        ("retire@esat.example", MOT_DE_PASSE),
        ("echu@esat.example", MOT_DE_PASSE),
    ]
    reponses = set()
    for code, secret in essais:
        reponse = service_neuf.post(CONSULTE_SERVICE, en_clair(code, secret))
        exiger_faute(reponse, "AUTHENTIFICATION", secret if len(secret) > 5 else code)
        reponses.add(reponse.octets.replace(reponse.faute.incident.encode(), b""))
    assert len(reponses) == 1


UTILISATEURS = {
    "in capitals": "AGENT@ESAT.EXAMPLE",
    "between blanks": f" {AGENT}\n",
    "between wide blanks": f"\u00a0{AGENT}\u3000",
}
ETRANGERS = {
    "a Cyrillic letter": AGENT.replace("a", "а"),
    "wide letters": "ａｇｅｎｔ@esat.example",
    "a dotless i": "agent@esat.examplı",
    "a joker": "agent@esat.exampl_",
    "a joker for all": "%",
    "an end of text": f"{AGENT}\u0003".replace("\u0003", "\u200b"),
    "two users": f"{AGENT},autre@esat.example",
    "an emoji": "🦙@esat.example",
}


@pytest.mark.parametrize("code", UTILISATEURS.values(), ids=UTILISATEURS)
def test_a_user_code_is_read_without_regard_to_case_or_blanks(service, code):
    assert service.post(CONSULTE_SERVICE, en_clair(code, service.cle)).statut == 200


@pytest.mark.parametrize("code", ETRANGERS.values(), ids=ETRANGERS)
def test_a_user_code_that_looks_like_another_is_another(service, code):
    exiger_faute(service.post(CONSULTE_SERVICE, en_clair(code, service.cle)), "AUTHENTIFICATION", service.cle, code)
    assert service.journal()[0].utilisateur == code.casefold()


def test_a_security_header_for_others_is_not_ours(service):
    autre = en_clair("x", "y").replace("<wsse:Security", '<wsse:Security s:actor="urn:passerelle" s:mustUnderstand="1"')
    assert service.post(CONSULTE_SERVICE, autre + en_clair(AGENT, service.cle)).statut == 200
    for role, notre in (
        ("http://www.w3.org/2003/05/soap-envelope/role/next", True),
        ("http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver", True),
        ("http://www.w3.org/2003/05/soap-envelope/role/none", False),
        ("urn:passerelle", False),
    ):
        entete = en_clair(AGENT, service.cle).replace("<wsse:Security", f'<wsse:Security s:role="{role}"')
        reponse = service.post(CONSULTE_SERVICE, entete, SOAP_12)
        if notre:
            assert reponse.statut == 200
        else:
            exiger_faute(reponse, "SECURITE_INVALIDE")


def test_a_timestamp_of_wcf_with_its_identifier_is_read(service):
    wcf = (
        f'<u:Timestamp xmlns:u="{NS_WSU}" u:Id="_0"><u:Created>{date(service)}</u:Created>'
        f"<u:Expires>{date(service, minutes=5)}</u:Expires></u:Timestamp>"
    )
    entete = securite(wcf + jeton(utilisateur(AGENT), mot_de_passe(service.cle)), ' s:mustUnderstand="1"')
    for soap in (SOAP_11, SOAP_12):
        assert service.post(CONSULTE_SERVICE, entete, soap).statut == 200


def test_the_password_is_not_looked_at_where_others_could_have_read_it(service):
    loin = {"REMOTE_ADDR": "192.0.2.9"}
    for secret in (service.cle, MOT_DE_PASSE, "x" * 2000, ""):
        exiger_faute(service.post(CONSULTE_SERVICE, en_clair(AGENT, secret), **loin), "SECURITE_INVALIDE")
    with service.dependencies.unites.lecture() as unite:
        assert unite.jetons.deja_vu(b"") is False
    octets = enveloppe(CONSULTE_SERVICE, en_clair(AGENT, service.cle), SOAP_11)
    exiger_faute(service.brut(octets, **loin, HTTP_X_FORWARDED_PROTO="https"), "SECURITE_INVALIDE", service.cle)

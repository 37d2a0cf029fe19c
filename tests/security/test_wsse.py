"""wsse: which Security headers give a token, and what is said of those that do not."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.errors import JetonNonSupporteError, MessageExpireError, SecuriteInvalideError
from service.security.wsse import (
    NS_WSSE,
    NS_WSU,
    SECURITY,
    Fenetre,
    JetonPresente,
    cle_de_rejeu,
    condense_valide,
    lire_jeton,
    normaliser_utilisateur,
)

MAINTENANT = datetime(2026, 12, 1, 8, 30, 0, tzinfo=UTC)
PROFIL = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
ESPACES = (
    f'xmlns:wsse="{NS_WSSE}" xmlns:wsu="{NS_WSU}" xmlns:s11="{SOAP_11}" xmlns:s12="{SOAP_12}"'
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"'
    ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:autre="urn:autre"'
)
NONCE = "<wsse:Nonce>MTIzNDU2Nzg5MDEyMzQ1Ng==</wsse:Nonce>"
CREATED = "<wsu:Created>2026-12-01T08:30:00Z</wsu:Created>"
USERNAME = "<wsse:Username>paie@esat.example</wsse:Username>"
PASSWORD = "<wsse:Password>un secret</wsse:Password>"
DIGEST = f'<wsse:Password Type="{PROFIL}#PasswordDigest">AAAAAAAAAAAAAAAAAAAAAAAAAAA=</wsse:Password>'


def entetes(xml):
    return list(etree.fromstring(f"<s11:Header {ESPACES}>{xml}</s11:Header>"))


def securite(contenu, attributs=""):
    return f"<wsse:Security {attributs}>{contenu}</wsse:Security>"


def usernametoken(contenu):
    return securite(f"<wsse:UsernameToken>{contenu}</wsse:UsernameToken>")


def lire(xml, confidentiel=True, maintenant=MAINTENANT):
    return lire_jeton(entetes(xml), maintenant, confidentiel, Fenetre())


def test_a_password_in_clear_is_read_literally():
    jeton = lire(
        usernametoken("<wsse:Username>\n Paie@ESAT.example </wsse:Username><wsse:Password> é &amp; </wsse:Password>")
    )
    assert jeton == JetonPresente("paie@esat.example", " é & ", False, None, None)


def test_a_digest_is_read_with_its_decoded_nonce_and_the_text_of_created():
    jeton = lire(usernametoken(USERNAME + DIGEST + NONCE + CREATED), confidentiel=False)
    assert jeton == JetonPresente(
        "paie@esat.example", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", True, b"1234567890123456", "2026-12-01T08:30:00Z"
    )


LUS = {
    "children in any order": usernametoken(CREATED + NONCE + PASSWORD + USERNAME),
    "Type of PasswordText given": usernametoken(
        f'{USERNAME}<wsse:Password Type="{PROFIL}#PasswordText">un secret</wsse:Password>'
    ),
    "Type with white space": usernametoken(
        f'{USERNAME}<wsse:Password Type=" {PROFIL}#PasswordText\n">un secret</wsse:Password>'
    ),
    "EncodingType given": usernametoken(
        f'{USERNAME}{PASSWORD}<wsse:Nonce EncodingType="{BASE64}">MTIzNDU2Nzg=</wsse:Nonce>'
    ),
    "nonce on several lines": usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>\n MTIz\nNDU2Nzg=\n</wsse:Nonce>"),
    "mustUnderstand": securite(
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's11:mustUnderstand="1"'
    ),
    "actor empty": securite(f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's11:actor=""'),
    "actor next": securite(
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>",
        's11:actor="http://schemas.xmlsoap.org/soap/actor/next"',
    ),
    "role next": securite(
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", f's12:role="{SOAP_12}/role/next"'
    ),
    "role ultimateReceiver": securite(
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", f's12:role="{SOAP_12}/role/ultimateReceiver"'
    ),
    "a second header for another actor": securite("<autre:x/>", 's11:actor="urn:relais"')
    + usernametoken(USERNAME + PASSWORD),
    "a second header for role none": securite("<autre:x/>", f's12:role="{SOAP_12}/role/none"')
    + usernametoken(USERNAME + PASSWORD),
    "other header blocks": "<autre:bloc/><!-- c -->" + usernametoken(USERNAME + PASSWORD),
    "unknown children of the token": usernametoken("<autre:x/>" + USERNAME + "<autre:x/><!-- c -->" + PASSWORD),
    "Created of another namespace ignored": usernametoken(USERNAME + PASSWORD + "<wsse:Created>hier</wsse:Created>"),
    "fresh Timestamp": securite(
        "<wsu:Timestamp><wsu:Created>2026-12-01T08:29:00Z</wsu:Created><wsu:Expires>2026-12-01T08:34:00Z</wsu:Expires>"
        f"</wsu:Timestamp><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>",
        's11:mustUnderstand="1"',
    ),
    "empty Timestamp": securite(f"<wsu:Timestamp/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"),
    "unknown extension under mustUnderstand": securite(
        f"<autre:x/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's11:mustUnderstand="1"'
    ),
    "further token without mustUnderstand": securite(
        f"<wsse:BinarySecurityToken/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>",
        's11:mustUnderstand="0"',
    ),
    "signature without mustUnderstand": securite(
        f"<ds:Signature/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"
    ),
    "nonce of 8 bytes": usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>AAAAAAAAAAA=</wsse:Nonce>"),
    "nonce of 128 bytes": usernametoken(
        f"{USERNAME}{PASSWORD}<wsse:Nonce>{base64.b64encode(bytes(128)).decode()}</wsse:Nonce>"
    ),
    "user code of 254 characters": usernametoken(f"<wsse:Username>{'a' * 254}</wsse:Username>{PASSWORD}"),
    "password of 1024 characters": usernametoken(f"{USERNAME}<wsse:Password>{'a' * 1024}</wsse:Password>"),
}


@pytest.mark.parametrize("xml", LUS.values(), ids=LUS.keys())
def test_what_toolkits_send_is_read(xml):
    assert lire(xml).condense is False


REFUSES = {
    "no header": ("<autre:bloc/>", "n'a pas d'en-tête wsse:Security"),
    "header of another namespace": ("<autre:Security/>", "n'a pas d'en-tête wsse:Security"),
    "only for another actor": (
        securite(f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's11:actor="urn:relais"'),
        "n'a pas d'en-tête wsse:Security",
    ),
    "two headers": (usernametoken(USERNAME + PASSWORD) * 2, "plusieurs en-têtes wsse:Security"),
    "empty header": (securite(""), "0 trouvé"),
    "Timestamp only": (securite("<wsu:Timestamp/>"), "0 trouvé"),
    "two tokens": (
        securite(f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>" * 2),
        "2 trouvé",
    ),
    "two Timestamps": (
        securite("<wsu:Timestamp/>" * 2 + f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"),
        "plusieurs wsu:Timestamp",
    ),
    "no Username": (usernametoken(PASSWORD), "n'a pas de wsse:Username"),
    "no Password": (usernametoken(USERNAME), "n'a pas de wsse:Password"),
    "empty Username": (usernametoken("<wsse:Username> \n</wsse:Username>" + PASSWORD), "Username est vide"),
    "empty Password": (usernametoken(USERNAME + "<wsse:Password/>"), "Password est vide"),
    "two Username": (usernametoken(USERNAME * 2 + PASSWORD), "plusieurs Username"),
    "two Password": (usernametoken(USERNAME + PASSWORD * 2), "plusieurs Password"),
    "two Nonce": (usernametoken(USERNAME + PASSWORD + NONCE * 2), "plusieurs Nonce"),
    "two Created": (usernametoken(USERNAME + PASSWORD + CREATED * 2), "plusieurs Created"),
    "element in Username": (
        usernametoken("<wsse:Username>paie<autre:x/></wsse:Username>" + PASSWORD),
        "Username ne doit contenir que du texte",
    ),
    "comment in Username": (
        usernametoken("<wsse:Username>admin<!-- -->@esat</wsse:Username>" + PASSWORD),
        "Username ne doit contenir que du texte",
    ),
    "comment in Password": (
        usernametoken(USERNAME + "<wsse:Password>un<!-- --> secret</wsse:Password>"),
        "Password ne doit contenir que du texte",
    ),
    "element in Created": (
        usernametoken(USERNAME + PASSWORD + "<wsu:Created>2026-12-01<autre:x/></wsu:Created>"),
        "Created ne doit contenir que du texte",
    ),
    "user code too long": (usernametoken(f"<wsse:Username>{'a' * 255}</wsse:Username>{PASSWORD}"), "dépasse 254"),
    "password too long": (usernametoken(f"{USERNAME}<wsse:Password>{'a' * 1025}</wsse:Password>"), "dépasse 1024"),
    "nonce not Base64": (usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>pas*du*b64*!</wsse:Nonce>"), "Base64"),
    "nonce without padding": (usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>MTIzNDU2Nzg</wsse:Nonce>"), "Base64"),
    "nonce with letters beyond ASCII": (usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>éééé</wsse:Nonce>"), "Base64"),
    "nonce empty": (usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce/>"), "8 à 128"),
    "nonce of 7 bytes": (usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>AAAAAAAAAA==</wsse:Nonce>"), "8 à 128"),
    "nonce of 129 bytes": (
        usernametoken(f"{USERNAME}{PASSWORD}<wsse:Nonce>{base64.b64encode(bytes(129)).decode()}</wsse:Nonce>"),
        "8 à 128",
    ),
    "nonce of another encoding": (
        usernametoken(f'{USERNAME}{PASSWORD}<wsse:Nonce EncodingType="urn:hex">3132333435363738</wsse:Nonce>'),
        "EncodingType",
    ),
    "digest without Nonce": (usernametoken(USERNAME + DIGEST + CREATED), "n'a pas de Nonce."),
    "digest without Created": (usernametoken(USERNAME + DIGEST + NONCE), "n'a pas de Created."),
    "Created unreadable": (
        usernametoken(USERNAME + PASSWORD + "<wsu:Created>1/12/2026</wsu:Created>"),
        "wsu:Created n'est pas une date",
    ),
    "Created empty": (usernametoken(USERNAME + PASSWORD + "<wsu:Created/>"), "wsu:Created n'est pas une date"),
    "encrypted part": (
        securite(f"<xenc:EncryptedKey/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"),
        "élément chiffré",
    ),
    "encrypted token": (securite("<xenc:EncryptedData/>"), "élément chiffré"),
    "signature under mustUnderstand": (
        securite(
            f"<ds:Signature/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's12:mustUnderstand="true"'
        ),
        "ne vérifie pas",
    ),
    "signature alone": (securite("<ds:Signature/>"), "0 trouvé"),
}


@pytest.mark.parametrize(("xml", "extrait"), REFUSES.values(), ids=REFUSES.keys())
def test_an_unusable_header_is_refused_with_its_reason(xml, extrait):
    with pytest.raises(SecuriteInvalideError) as refus:
        lire(xml)
    assert extrait in refus.value.message


NON_SUPPORTES = {
    "BinarySecurityToken alone": securite("<wsse:BinarySecurityToken>MII=</wsse:BinarySecurityToken>"),
    "SAML assertion alone": securite("<saml:Assertion/>"),
    "further token under mustUnderstand": securite(
        f"<saml:Assertion/><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>", 's11:mustUnderstand="1"'
    ),
    "unknown type of password": usernametoken(f'{USERNAME}<wsse:Password Type="{PROFIL}#Autre">x</wsse:Password>'),
    "abridged type of password": usernametoken(f'{USERNAME}<wsse:Password Type="PasswordDigest">x</wsse:Password>'),
    "empty type of password": usernametoken(f'{USERNAME}<wsse:Password Type="">x</wsse:Password>'),
}


@pytest.mark.parametrize("xml", NON_SUPPORTES.values(), ids=NON_SUPPORTES.keys())
def test_other_tokens_and_types_of_password_are_not_supported(xml):
    with pytest.raises(JetonNonSupporteError):
        lire(xml)


AUTRES_JETONS = [
    f"{{{NS_WSSE}}}BinarySecurityToken",
    f"{{{NS_WSSE}}}SecurityTokenReference",
    "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion",
    "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion",
    "{urn:oasis:names:tc:SAML:2.0:assertion}EncryptedAssertion",
    "{urn:mpeg:mpeg21:2003:01-REL-R-NS}license",
    "{http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512}SecurityContextToken",
    "{http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512}DerivedKeyToken",
    "{http://schemas.xmlsoap.org/ws/2005/02/sc}SecurityContextToken",
    "{http://schemas.xmlsoap.org/ws/2005/02/sc}DerivedKeyToken",
]


@pytest.mark.parametrize("nom", AUTRES_JETONS)
def test_every_other_token_of_the_oasis_profiles_is_known_as_such(nom):
    entete = etree.Element(SECURITY)
    etree.SubElement(entete, nom)
    with pytest.raises(JetonNonSupporteError, match="UsernameToken"):
        lire_jeton([entete], MAINTENANT, True, Fenetre())


def test_the_namespaces_are_those_of_oasis():
    oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-"
    assert (f"{oasis}secext-1.0.xsd", f"{oasis}utility-1.0.xsd") == (NS_WSSE, NS_WSU)
    assert f"{{{oasis}secext-1.0.xsd}}Security" == SECURITY


def test_a_password_in_clear_is_refused_unread_where_others_may_listen():
    illisible = usernametoken(USERNAME + "<wsse:Password>un<!-- --> secret</wsse:Password>")
    with pytest.raises(SecuriteInvalideError, match="https"):
        lire(illisible, confidentiel=False)


def test_a_digest_is_taken_where_others_may_listen():
    assert lire(usernametoken(USERNAME + DIGEST + NONCE + CREATED), confidentiel=False).condense


PERIMES = {
    "Created 301 s ago, digest": usernametoken(
        USERNAME + DIGEST + NONCE + "<wsu:Created>2026-12-01T08:24:59Z</wsu:Created>"
    ),
    "Created 301 s ago, text": usernametoken(USERNAME + PASSWORD + "<wsu:Created>2026-12-01T08:24:59Z</wsu:Created>"),
    "Created 61 s ahead": usernametoken(USERNAME + PASSWORD + "<wsu:Created>2026-12-01T08:31:01Z</wsu:Created>"),
    "Timestamp Created too old": securite(
        "<wsu:Timestamp><wsu:Created>2026-12-01T08:24:59Z</wsu:Created></wsu:Timestamp>"
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"
    ),
    "Timestamp after the token": securite(
        f"<wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"
        "<wsu:Timestamp><wsu:Created>2026-12-01T08:31:01Z</wsu:Created></wsu:Timestamp>"
    ),
    "Timestamp expired": securite(
        "<wsu:Timestamp><wsu:Created>2026-12-01T08:29:00Z</wsu:Created><wsu:Expires>2026-12-01T08:30:00Z</wsu:Expires>"
        f"</wsu:Timestamp><wsse:UsernameToken>{USERNAME}{PASSWORD}</wsse:UsernameToken>"
    ),
}


@pytest.mark.parametrize("xml", PERIMES.values(), ids=PERIMES.keys())
def test_a_message_outside_the_window_is_told_the_time_of_the_server_and_the_window(xml):
    with pytest.raises(MessageExpireError) as refus:
        lire(xml)
    assert re.match(r"(wsse:UsernameToken/wsu:Created|wsu:Timestamp/wsu:(Created|Expires)) est ", refus.value.message)
    for extrait in ("qui est 2026-12-01T08:30:00Z.", "300 s avant", "60 s après"):
        assert extrait in refus.value.message


def test_refusals_never_quote_what_was_sent():
    marque = "SECRET8421"
    xml = usernametoken(
        f'<wsse:Username>{marque}</wsse:Username><wsse:Password Type="{marque}">{marque}</wsse:Password>'
        f"<wsse:Nonce>{marque}*</wsse:Nonce><wsu:Created>{marque}</wsu:Created>"
    )
    variantes = [xml, xml.replace(f' Type="{marque}"', ""), xml.replace(f'"{marque}"', f'"{PROFIL}#PasswordDigest"')]
    for variante in variantes:
        with pytest.raises((SecuriteInvalideError, JetonNonSupporteError)) as refus:
            lire(variante)
        assert marque not in refus.value.message


def test_a_token_shows_no_secret_when_it_is_printed():
    jeton = lire(usernametoken(USERNAME + PASSWORD + NONCE))
    assert "un secret" not in repr(jeton)
    assert "paie" not in str(jeton)


# Published examples: ONVIF Application Programmer's Guide 1.0 §6.1.1.3; zeep's own test of use_digest.
CONDENSES = {
    "ONVIF": ("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword", "tuOSpGlFlIXsozq4HFNeeGeFLEI="),
    "zeep": ("bW9ja2VkLXJhbmRvbQ==", "2016-05-08T12:00:00+00:00", "geheim", "hVicspAQSg70JNhe67OHqD9gexc="),
}


@pytest.mark.parametrize(("nonce", "created", "secret", "condense"), CONDENSES.values(), ids=CONDENSES.keys())
def test_published_digests_are_recognised(nonce, created, secret, condense):
    xml = usernametoken(
        f'{USERNAME}<wsse:Password Type="{PROFIL}#PasswordDigest">{condense}</wsse:Password>'
        f"<wsse:Nonce>{nonce}</wsse:Nonce><wsu:Created>{created}</wsu:Created>"
    )
    jeton = lire(xml, maintenant=datetime.fromisoformat(created))
    assert condense_valide(jeton, secret)
    assert not condense_valide(jeton, secret + "x")


JETON = JetonPresente(
    "a@b.fr", "tuOSpGlFlIXsozq4HFNeeGeFLEI=", True, base64.b64decode("LKqI6G/AikKCQrN0zqZFlg=="), "2010-09-16T07:50:45Z"
)
CONDENSES_FAUX = {
    "in clear": JETON._replace(condense=False),
    "password itself": JETON._replace(mot_de_passe="userpassword"),
    "hexadecimal": JETON._replace(mot_de_passe=base64.b64decode(JETON.mot_de_passe).hex()),
    "truncated": JETON._replace(mot_de_passe=base64.b64encode(base64.b64decode(JETON.mot_de_passe)[:10]).decode()),
    "empty": JETON._replace(mot_de_passe=""),
    "not Base64": JETON._replace(mot_de_passe="é" * 28),
    "other nonce": JETON._replace(nonce=b"12345678"),
    "other Created": JETON._replace(created="2010-09-16T07:50:46Z"),
    "Created written otherwise": JETON._replace(created="2010-09-16T07:50:45.0Z"),
    "no nonce": JETON._replace(nonce=None),
    "no Created": JETON._replace(created=None),
}


@pytest.mark.parametrize("jeton", CONDENSES_FAUX.values(), ids=CONDENSES_FAUX.keys())
def test_a_digest_of_anything_else_is_wrong(jeton):
    assert condense_valide(JETON, "userpassword")
    assert not condense_valide(jeton, "userpassword")


def test_a_secret_that_no_encoding_holds_is_only_wrong():
    assert not condense_valide(JETON, "\udce9")


def test_the_replay_key_is_the_same_for_the_same_token_only():
    cle = cle_de_rejeu(JETON)
    assert cle is not None
    assert len(cle) == 32
    autres = [
        JETON._replace(utilisateur="b@b.fr"),
        JETON._replace(nonce=b"12345678"),
        JETON._replace(created=None),
        JETON._replace(nonce=(JETON.nonce or b"") + b"2", created="010-09-16T07:50:45Z"),
    ]
    assert cle not in {cle_de_rejeu(autre) for autre in autres}
    assert cle == cle_de_rejeu(JETON._replace(mot_de_passe="autre", condense=False))


def test_without_nonce_there_is_no_replay_key():
    assert cle_de_rejeu(JETON._replace(nonce=None)) is None


def test_a_replay_under_another_letter_case_of_the_user_has_the_same_key():
    xml = usernametoken(USERNAME + DIGEST + NONCE + CREATED)
    autre = xml.replace("paie@esat.example", " PAIE@Esat.Example\n").replace(CREATED, CREATED.replace("2026", " 2026"))
    assert cle_de_rejeu(lire(xml)) == cle_de_rejeu(lire(autre))


@given(st.text())
def test_normalising_a_user_code_twice_changes_nothing(texte):
    une_fois = normaliser_utilisateur(texte)
    assert normaliser_utilisateur(une_fois) == une_fois
    assert normaliser_utilisateur(f" {texte.upper().lower()} ") == normaliser_utilisateur(texte.upper().lower())


def test_user_codes_that_look_the_same_are_the_same():
    assert normaliser_utilisateur("Rene\u0301@ESAT.fr") == normaliser_utilisateur("ren\u00e9@esat.fr")


NOMS = st.sampled_from(
    [
        f"{{{NS_WSSE}}}{nom}"
        for nom in ("Security", "UsernameToken", "Username", "Password", "Nonce", "BinarySecurityToken")
    ]
    + [f"{{{NS_WSU}}}{nom}" for nom in ("Timestamp", "Created", "Expires")]
    + ["{http://www.w3.org/2001/04/xmlenc#}EncryptedData", "{http://www.w3.org/2000/09/xmldsig#}Signature", "x"]
)
ATTRIBUTS = st.dictionaries(
    st.sampled_from(
        ["Type", "EncodingType", f"{{{SOAP_11}}}mustUnderstand", f"{{{SOAP_11}}}actor", f"{{{SOAP_12}}}role"]
    ),
    st.sampled_from(["", "1", "true", f"{PROFIL}#PasswordText", f"{PROFIL}#PasswordDigest", BASE64, "urn:x"]),
    max_size=2,
)
TEXTES = st.one_of(
    st.sampled_from(["", " ", "2026-12-01T08:30:00Z", "2026-12-01T24:00:00", "MTIzNDU2Nzg=", "9999-12-31T24:00:00Z"]),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20),
)


@st.composite
def elements(draw, profondeur=3):
    element = etree.Element(draw(NOMS), draw(ATTRIBUTS))
    element.text = draw(TEXTES)
    if profondeur:
        element.extend(draw(st.lists(elements(profondeur=profondeur - 1), max_size=4)))
    return element


@st.composite
def jetons_plausibles(draw):
    """Headers near enough to the right ones that every check is reached."""
    entete = etree.Element(SECURITY)
    entete.extend(draw(st.lists(elements(profondeur=1), max_size=1)))
    jeton = etree.SubElement(entete, f"{{{NS_WSSE}}}UsernameToken")
    noms = draw(
        st.permutations([f"{{{NS_WSSE}}}{nom}" for nom in ("Username", "Password", "Nonce")] + [f"{{{NS_WSU}}}Created"])
    )
    for nom in noms[: draw(st.integers(2, 4))]:
        etree.SubElement(jeton, nom, draw(ATTRIBUTS)).text = draw(TEXTES)
    return entete


@given(st.lists(st.one_of(elements(), jetons_plausibles()), max_size=3), st.booleans())
def test_any_header_gives_a_token_or_one_of_our_refusals(blocs, confidentiel):
    try:
        jeton = lire_jeton(blocs, MAINTENANT, confidentiel, Fenetre())
    except (SecuriteInvalideError, JetonNonSupporteError, MessageExpireError):
        return
    assert jeton.utilisateur
    assert jeton.mot_de_passe
    assert confidentiel or jeton.condense
    assert not jeton.condense or (jeton.nonce is not None and jeton.created is not None)
    condense_valide(jeton, "secret")


def test_the_window_is_a_parameter():
    large = Fenetre(passe=3600, futur=0)
    xml = usernametoken(USERNAME + PASSWORD + "<wsu:Created>2026-12-01T07:30:00Z</wsu:Created>")
    assert lire_jeton(entetes(xml), MAINTENANT, True, large).created == "2026-12-01T07:30:00Z"
    with pytest.raises(MessageExpireError):
        lire_jeton(entetes(xml), MAINTENANT + timedelta(seconds=1), True, large)

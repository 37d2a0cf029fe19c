"""lettres: each letter has a subject, a text and the same words in HTML; facts never become markup or headers."""

import re
from email import message_from_bytes, policy

import jinja2
import pytest
from lettres import CAF, FAITS, MODELES, REDACTEUR
from lxml.html import document_fromstring

from service.mail.lettres import Enveloppe, mettre_sous_enveloppe


@pytest.mark.parametrize("modele", MODELES)
def test_a_letter_says_the_same_in_text_and_in_html(modele: str):
    lettre = REDACTEUR.rediger(modele, FAITS)
    assert lettre.sujet
    assert "\n" not in lettre.sujet
    assert "{" not in lettre.texte
    page = document_fromstring(lettre.html)
    assert page.get("lang") == "fr"
    assert [titre.text_content() for titre in page.iter("h1", "title")] == [lettre.sujet] * 2
    dits = " ".join(page.text_content().split())
    for ligne in lettre.texte.splitlines():
        assert " ".join(ligne.removeprefix("-").strip(" -").split()) in dits
    assert f"{CAF.designation} – {CAF.adresse} – téléphone {CAF.telephone}" in lettre.texte
    assert CAF.courriel in lettre.texte


@pytest.mark.parametrize("modele", MODELES)
def test_letters_are_printed_as_french_is(modele: str):
    lettre = REDACTEUR.rediger(modele, FAITS)
    mots = lettre.sujet + lettre.texte
    assert "'" not in mots
    assert not re.search(r" [:;!?»]|« |\.\.\.", mots)
    assert not re.search(r"[^\u202f][;!?]", mots)
    assert not re.search(r"\w:(?!//)", mots)


def test_facts_are_told_as_they_are():
    mot_de_passe = "l'a : b ; «c» !"
    assert mot_de_passe in REDACTEUR.rediger("compte_ouvert", FAITS | {"mot_de_passe": mot_de_passe}).texte


def test_a_letter_without_one_of_its_facts_is_a_defect_and_not_a_hole():
    with pytest.raises(jinja2.UndefinedError):
        REDACTEUR.rediger("depot_recu", {})


def test_what_a_person_wrote_stays_text_on_its_line():
    pirate = "<b>Léa</b>\r\nBcc: tous@ailleurs.example\n\n- point\u2028- autre"
    lettre = REDACTEUR.rediger("compte_ouvert", FAITS | {"prenom": pirate, "esats": [pirate]})
    assert "<b>" not in lettre.html
    assert "\nBcc" not in lettre.texte
    assert "- point - autre Martel," in lettre.texte
    assert lettre.html.count("<li>") == 1


def test_addresses_of_the_service_are_links_and_no_others():
    facteur = "https://caf.example.pirate.example/extranet/ ou https://pirate.example"
    lettre = REDACTEUR.rediger("cle_creee", FAITS | {"logiciel": facteur})
    liens = [lien.get("href") for lien in document_fromstring(lettre.html).iter("a")]
    assert liens == ["https://caf.example/extranet/compte", "mailto:esat@caf.example?subject=Esat"]
    assert facteur in lettre.html


ENVELOPPE = Enveloppe(
    expediteur="ne-pas-repondre@caf.example",
    nom="Caf du Var",
    reponses="esat@caf.example",
    destinataire="lea@esat.example",
    identifiant="<1@caf.example>",
    date="Fri, 04 Dec 2026 09:30:00 +0000",
)


def test_the_envelope_says_who_to_whom_and_that_a_machine_wrote():
    message = mettre_sous_enveloppe(REDACTEUR.rediger("compte_suspendu", FAITS), ENVELOPPE)
    relu = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert relu["From"] == "Caf du Var <ne-pas-repondre@caf.example>"
    assert relu["Reply-To"] == "Caf du Var <esat@caf.example>"
    assert (relu["To"], relu["Message-ID"], relu["Date"]) == ENVELOPPE[3:]
    assert (relu["Auto-Submitted"], relu["Content-Language"]) == ("auto-generated", "fr")
    assert [partie.get_content_type() for partie in relu.iter_parts()] == ["text/plain", "text/html"]
    assert message.as_bytes().isascii()


def test_a_sender_that_reads_its_mail_needs_no_other_address_for_answers():
    enveloppe = ENVELOPPE._replace(expediteur=ENVELOPPE.reponses)
    assert mettre_sous_enveloppe(REDACTEUR.rediger("compte_suspendu", FAITS), enveloppe)["Reply-To"] is None


def test_accents_of_a_domain_are_told_as_mail_servers_know_them():
    enveloppe = ENVELOPPE._replace(destinataire="lea@ésat.example")
    message = mettre_sous_enveloppe(REDACTEUR.rediger("compte_suspendu", FAITS), enveloppe)
    assert message["To"] == "lea@xn--sat-9la.example"


@pytest.mark.parametrize(
    "adresse",
    [
        "lea@esat.example\r\nBcc: x@y.example",
        "lea@esat.example, x@y.example",
        "pas une adresse",
        "",
        "lea@",
        "léa@esat.example",
        "a..b@esat.example",
        "lea@esat..example",
        f"lea@{'x' * 70}.example",
    ],
)
@pytest.mark.parametrize("champ", ["destinataire", "expediteur", "reponses"])
def test_what_is_no_address_never_becomes_a_header(adresse: str, champ: str):
    with pytest.raises(ValueError, match="adresse"):
        mettre_sous_enveloppe(REDACTEUR.rediger("compte_suspendu", FAITS), ENVELOPPE._replace(**{champ: adresse}))


@pytest.mark.parametrize("nom", ["Caf\r\nBcc: x@y.example", "Caf\nBcc: x@y.example"])
def test_a_name_cannot_open_another_header(nom: str):
    with pytest.raises(ValueError, match=r".+"):
        mettre_sous_enveloppe(REDACTEUR.rediger("compte_suspendu", FAITS), ENVELOPPE._replace(nom=nom))


def test_letters_do_not_show_their_words_in_tracebacks():
    assert "provisoire-abc" not in repr(REDACTEUR.rediger("compte_ouvert", FAITS))

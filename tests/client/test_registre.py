"""Messages on disk before they leave: whole or absent, once, and for their owner's eyes."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from declarer_esat.lots import Lot
from declarer_esat.registre import Identite, Registre

from service.errors import SaisieError

IDENTITE = Identite("DeclareCertificatEmploi", "99910083700015", "https://esat.example.fr", False, "abc")


def lots(*charges):
    return [Lot(f"uuid-{rang}", (rang + 2,), charge) for rang, charge in enumerate(charges)]


@pytest.fixture
def registre(tmp_path):
    return Registre(tmp_path / "declarations")


def preparer(registre, *charges, identite=IDENTITE, annee=2026, precedent=None):
    return registre.preparer(identite, annee, "paie.csv", lots(*charges), "certificat", precedent)


def test_what_was_prepared_is_read_back_to_the_byte(registre):
    envoi = preparer(registre, b"<a>\xc3\xa9</a>", b"<b/>")
    relu = registre.dernier(IDENTITE, 2026)
    assert relu == envoi
    assert [lot.charge for lot in relu.lots] == [b"<a>\xc3\xa9</a>", b"<b/>"]
    assert relu.lots[0].lignes == (2,)
    assert relu.fichier == "paie.csv"


def test_a_sending_is_found_without_its_year(registre):
    preparer(registre, b"<a/>")
    assert registre.dernier(IDENTITE, None).annee == 2026
    assert registre.dernier(IDENTITE, 2025) is None


@pytest.mark.parametrize(
    "autre",
    [
        {"operation": "AnnuleDeclaration"},
        {"siret": "99920083500018"},
        {"serveur": "https://essai.example.fr"},
        {"essai": True},
        {"contenu": "abd"},
    ],
)
def test_another_identity_is_another_sending(registre, autre):
    preparer(registre, b"<a/>")
    assert registre.dernier(IDENTITE._replace(**autre), 2026) is None


def test_it_is_done_when_every_message_is(registre):
    envoi = preparer(registre, b"<a/>", b"<b/>")
    assert envoi.depots == (None, None)
    envoi.noter(1, "D261205-7K3M9QXA")
    assert (envoi.depots, envoi.termine) == ((None, "D261205-7K3M9QXA"), False)
    envoi.noter(0, "D261205-7K3M9QXB")
    assert registre.dernier(IDENTITE, 2026).termine


def test_a_sending_anew_follows_the_one_its_run_has_seen(registre):
    premier = preparer(registre, b"<a/>")
    second = preparer(registre, b"<b/>", precedent=premier)
    assert second.dossier != premier.dossier
    assert registre.dernier(IDENTITE, 2026) == second


def test_ten_sendings_of_a_file_are_in_order(registre):
    envoi = None
    for rang in range(11):
        envoi = preparer(registre, f"<a{rang}/>".encode(), precedent=envoi)
    assert registre.dernier(IDENTITE, 2026).lots[0].charge == b"<a10/>"


def test_of_many_runs_at_a_time_one_prepares_and_the_others_take_its_messages(registre):
    with ThreadPoolExecutor(8) as ensemble:
        envois = list(ensemble.map(lambda rang: preparer(registre, f"<a{rang}/>".encode()), range(16)))
    assert len({envoi.lots[0].charge for envoi in envois}) == 1
    assert len(list(registre.tous())) == 1


def test_what_was_not_finished_preparing_is_as_if_it_never_was(registre, tmp_path):
    reste = tmp_path / "declarations" / "envois" / ".abcdef"
    reste.mkdir()
    (reste / "lot-0001.xml").write_bytes(b"<a/>")
    assert registre.dernier(IDENTITE, 2026) is None
    assert list(registre.tous()) == []


def test_only_the_owner_can_read(registre, tmp_path):
    envoi = preparer(registre, b"<a/>")
    envoi.noter(0, "D261205-7K3M9QXA")
    for chemin in (tmp_path / "declarations").rglob("*"):
        assert stat.S_IMODE(chemin.stat().st_mode) & 0o077 == 0, chemin


@pytest.mark.parametrize("fichier", ["envoi.json", "lot-0001.xml"])
def test_a_damaged_sending_is_told_and_never_guessed(registre, fichier):
    envoi = preparer(registre, b"<a/>")
    if fichier == "envoi.json":
        (envoi.dossier / fichier).write_text("{", encoding="utf-8")
    else:
        (envoi.dossier / fichier).unlink()
    with pytest.raises(SaisieError, match="abîmé"):
        registre.dernier(IDENTITE, 2026)


def test_a_sending_of_a_later_version_is_left_alone(registre):
    envoi = preparer(registre, b"<a/>")
    fiche = envoi.dossier / "envoi.json"
    fiche.write_text(fiche.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'), encoding="utf-8")
    with pytest.raises(SaisieError, match="plus récente"):
        registre.dernier(IDENTITE, 2026)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "fichier").write_text("x", encoding="utf-8")
    with pytest.raises(SaisieError, match="ne peut pas être créé"):
        Registre(tmp_path / "fichier")

"""Commands ``accuse``: receipts, away from the service."""

import json


def test_a_receipt_is_verified_away_from_the_service(en_ligne, depot):
    fini = en_ligne("accuse", "verifier", depot["accuse"])
    assert fini.code == 0
    assert "Accusé authentique" in fini.sortie
    assert "c'est bien ce que le service a reçu" in fini.tout


def test_a_receipt_is_verified_with_the_published_certificates(en_ligne, depot, service, tmp_path):
    adresse = f"{service.adresse}/certificats"
    fini = en_ligne("accuse", "verifier", depot["accuse"], "--certificats", adresse, "--dossier", "ailleurs")
    assert fini.code == 0
    assert "empreinte SHA-256" in fini.tout
    pem = next((tmp_path / "declarations" / "certificats").iterdir())
    assert en_ligne("accuse", "verifier", depot["accuse"], "--certificats", pem, "--dossier", "ailleurs").code == 0


def test_one_false_receipt_among_true_ones_is_named_and_the_exit_code_is_1(en_ligne, depot, tmp_path):
    faux = tmp_path / "faux.xml"
    faux.write_bytes((tmp_path / depot["accuse"]).read_bytes().replace(b"ACCEPTEE", b"REJETEE", 1))
    fini = en_ligne("accuse", "verifier", depot["accuse"], faux, "absent.xml", "--json")
    assert fini.code == 1
    assert [verdict["authentique"] for verdict in json.loads(fini.sortie)] == [True, False, False]
    assert "faux.xml" in fini.erreur


def test_without_certificates_nothing_is_believed(en_ligne, depot):
    fini = en_ligne("accuse", "verifier", depot["accuse"], "--dossier", "ailleurs")
    assert fini.code == 1
    assert "--certificats" in fini.erreur


def test_a_receipt_is_shown_line_by_line(en_ligne, depot):
    fini = en_ligne("accuse", "montrer", depot["accuse"])
    assert fini.code == 0
    assert depot["resultats"][0]["numeroDeclaration"] in fini.sortie
    assert "Caf du Var" in fini.sortie

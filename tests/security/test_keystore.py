"""keystore: a directory of keys is made closed, read whole or refused, and rotated without losing anything."""

import re
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from service.errors import ConfigurationError, IndisponibleError
from service.security import keystore
from service.security.certificate import Algorithme, certificat_autosigne
from service.security.signing import verifier

DOCUMENT = b'<accuse xmlns="urn:caf:teleprocedure-esat:v1"><a>1</a></accuse>'


@pytest.fixture
def dossier(tmp_path):
    chemin = tmp_path / "donnees" / "cles"
    keystore.creer(chemin, demonstration=False)
    return chemin


def un(dossier, motif):
    (fichier,) = dossier.glob(motif)
    return fichier


def test_a_new_directory_has_every_key_and_only_its_owner_reads_it(tmp_path):
    chemin = tmp_path / "cles"
    faits = keystore.creer(chemin, demonstration=False)
    assert sorted(faits) == sorted(chemin.iterdir())
    assert sorted(fichier.suffix for fichier in faits) == [".cle", ".cle", ".crt", ".ini", ".pem"]
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o700
    assert {stat.S_IMODE(fichier.stat().st_mode) for fichier in faits} == {0o600}


def test_what_it_holds_encrypts_and_signs(dossier):
    cles = keystore.charger(dossier)
    assert cles.coffre.dechiffrer(cles.coffre.chiffrer(b"clair", b"c"), b"c") == b"clair"
    assert verifier(cles.signataire.signer(DOCUMENT), cles.certificats_pem).tag.endswith("accuse")
    assert not cles.demonstration


def test_loading_twice_gives_the_same_keys(dossier):
    une, autre = keystore.charger(dossier), keystore.charger(dossier)
    assert autre.coffre.dechiffrer(une.coffre.chiffrer(b"clair")) == b"clair"
    assert une.coffre.hachage("nir", "x") == autre.coffre.hachage("nir", "x")
    assert une.certificats_pem == autre.certificats_pem


def test_no_two_directories_have_the_same_keys(dossier, tmp_path):
    keystore.creer(tmp_path / "autre", demonstration=False)
    une, autre = keystore.charger(dossier), keystore.charger(tmp_path / "autre")
    assert une.coffre.hachage("nir", "x") != autre.coffre.hachage("nir", "x")
    assert une.certificats_pem != autre.certificats_pem


def test_a_complete_directory_is_left_as_it_is(dossier):
    avant = {fichier.name: fichier.read_bytes() for fichier in dossier.iterdir()}
    assert keystore.creer(dossier, demonstration=True) == []
    assert {fichier.name: fichier.read_bytes() for fichier in dossier.iterdir()} == avant


def test_after_a_crash_before_the_end_creation_goes_on_and_keeps_the_search_key(dossier):
    recherche = (dossier / "recherche.cle").read_bytes()
    ancien = keystore.charger(dossier).coffre.chiffrer(b"clair")
    (dossier / "courantes.ini").unlink()
    keystore.creer(dossier, demonstration=False)
    assert (dossier / "recherche.cle").read_bytes() == recherche
    assert keystore.charger(dossier).coffre.dechiffrer(ancien) == b"clair"


def test_a_directory_whose_current_keys_are_gone_is_not_filled_anew(dossier):
    un(dossier, "chiffrement-*.cle").unlink()
    with pytest.raises(ConfigurationError, match="manque"):
        keystore.creer(dossier, demonstration=False)


def test_threads_that_create_at_once_make_one_set(tmp_path):
    chemin = tmp_path / "cles"
    fils = [threading.Thread(target=keystore.creer, args=(chemin, False)) for _ in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(list(chemin.iterdir())) == 5
    keystore.charger(chemin)


def test_the_common_name_is_chosen(tmp_path):
    keystore.creer(tmp_path / "cles", demonstration=False, nom="Caf du Var")
    certificat = keystore.charger(tmp_path / "cles").signataire.certificat
    assert certificat.subject.rfc4514_string() == "CN=Caf du Var"


# --- demonstration ---


def test_demonstration_keys_say_so(tmp_path):
    keystore.creer(tmp_path / "cles", demonstration=True)
    cles = keystore.charger(tmp_path / "cles")
    assert cles.demonstration
    assert cles.coffre.courante.startswith("demo-")
    assert "O=DEMONSTRATION" in cles.signataire.certificat.subject.rfc4514_string()


def copier_recherche(demo, reel):
    (reel / "recherche.cle").write_bytes((demo / "recherche.cle").read_bytes())


def copier_chiffrement(demo, reel):
    cle = un(demo, "chiffrement-*.cle")
    (reel / cle.name).write_bytes(cle.read_bytes())
    (reel / cle.name).chmod(0o600)


def copier_chiffrement_sans_prefixe(demo, reel):
    un(reel, "chiffrement-*.cle").write_bytes(un(demo, "chiffrement-*.cle").read_bytes())


def copier_chiffrement_sans_marque(demo, reel):
    cle = un(demo, "chiffrement-*.cle")
    (reel / cle.name).write_bytes(cle.read_bytes().removeprefix(b"demonstration:"))
    (reel / cle.name).chmod(0o600)


def copier_signature(demo, reel):
    for suffixe in ("pem", "crt"):
        un(reel, f"signature-*.{suffixe}").write_bytes(un(demo, f"signature-*.{suffixe}").read_bytes())


COPIES = [
    copier_recherche,
    copier_chiffrement,
    copier_chiffrement_sans_prefixe,
    copier_chiffrement_sans_marque,
    copier_signature,
]


@pytest.mark.parametrize("copier", COPIES)
def test_one_demonstration_key_among_real_ones_is_seen(dossier, tmp_path, copier):
    keystore.creer(tmp_path / "demo", demonstration=True)
    copier(tmp_path / "demo", dossier)
    assert keystore.charger(dossier).demonstration


def test_keys_rotated_in_a_demonstration_are_of_the_demonstration(tmp_path):
    chemin = tmp_path / "cles"
    keystore.creer(chemin, demonstration=True)
    chiffrement, signature = keystore.tourner_chiffrement(chemin), keystore.tourner_signature(chemin)
    assert chiffrement.startswith("demo-")
    assert signature.startswith("demo-")


# --- rotation ---


def test_rotating_encryption_changes_the_current_key_and_keeps_the_older_ones(dossier):
    avant = keystore.charger(dossier)
    identifiant = keystore.tourner_chiffrement(dossier)
    apres = keystore.charger(dossier)
    assert apres.coffre.courante == identifiant != avant.coffre.courante
    assert apres.coffre.dechiffrer(avant.coffre.chiffrer(b"clair")) == b"clair"
    assert apres.coffre.hachage("nir", "x") == avant.coffre.hachage("nir", "x")
    assert apres.certificats_pem == avant.certificats_pem


@pytest.mark.parametrize("algorithme", Algorithme)
def test_rotating_the_signature_publishes_the_new_certificate_first_and_keeps_the_older_ones(dossier, algorithme):
    avant = keystore.charger(dossier)
    ancien = avant.signataire.signer(DOCUMENT)
    identifiant = keystore.tourner_signature(dossier, algorithme)
    apres = keystore.charger(dossier)
    certificats = x509.load_pem_x509_certificates(apres.certificats_pem)
    assert identifiant.endswith(algorithme)
    assert certificats == [apres.signataire.certificat, avant.signataire.certificat]
    assert verifier(ancien, apres.certificats_pem) is not None
    assert verifier(apres.signataire.signer(DOCUMENT), apres.certificats_pem) is not None
    assert keystore.signatures(dossier)[0] == identifiant


def test_older_certificates_follow_the_newest_first(dossier, paires):
    cle, maintenant = paires[Algorithme.P256].cle, datetime.now(UTC)
    for nom, age in (("b", 300), ("a", 100), ("c", 200)):
        certificat = certificat_autosigne(cle, f"{age} jours", maintenant - timedelta(days=age))
        (dossier / f"signature-{nom}.crt").write_bytes(certificat.public_bytes(Encoding.PEM))
    certificats = x509.load_pem_x509_certificates(keystore.charger(dossier).certificats_pem)
    noms = [certificat.subject.rfc4514_string() for certificat in certificats]
    assert noms == ["CN=Télédéclaration ESAT", "CN=100 jours", "CN=200 jours", "CN=300 jours"]


def test_a_signature_key_is_published_before_it_is_chosen(dossier):
    avant = keystore.charger(dossier)
    identifiant = keystore.creer_signature(dossier, Algorithme.P256)
    entre = keystore.charger(dossier)
    assert entre.signataire.certificat == avant.signataire.certificat
    assert len(x509.load_pem_x509_certificates(entre.certificats_pem)) == 2
    assert keystore.signatures(dossier)[1:] == [identifiant]
    keystore.choisir_signature(dossier, identifiant)
    assert keystore.charger(dossier).signataire.certificat != avant.signataire.certificat


@pytest.mark.parametrize("identifiant", ["", "inconnue", "../autre", "*"])
def test_an_unknown_signature_key_cannot_be_chosen(dossier, identifiant):
    avant = (dossier / "courantes.ini").read_bytes()
    with pytest.raises(ConfigurationError, match="de ce nom"):
        keystore.choisir_signature(dossier, identifiant)
    assert (dossier / "courantes.ini").read_bytes() == avant


def test_a_signature_key_that_cannot_be_used_cannot_be_chosen(dossier):
    identifiant = keystore.creer_signature(dossier, Algorithme.P256)
    (dossier / f"signature-{identifiant}.crt").unlink()
    with pytest.raises(ConfigurationError, match="certificat lisible"):
        keystore.choisir_signature(dossier, identifiant)
    keystore.charger(dossier)


def test_the_inventory_tells_every_key_the_current_ones_first_and_no_secret(dossier):
    ancien = keystore.charger(dossier).coffre.courante
    ancienne = keystore.signatures(dossier)[0]
    chiffrement, signature = (
        keystore.tourner_chiffrement(dossier),
        keystore.tourner_signature(dossier, Algorithme.RSA3072),
    )
    inventaire = keystore.inventaire(dossier)
    fins = [certificat.not_valid_after_utc for certificat in map(certificat_de(dossier), (signature, ancienne))]
    assert [tuple(cle) for cle in inventaire] == [
        ("chiffrement", chiffrement, "AES-256-GCM", True, False, None),
        ("chiffrement", ancien, "AES-256-GCM", False, False, None),
        ("recherche", "recherche", "BLAKE2b", True, False, None),
        ("signature", signature, "RSA-3072", True, False, fins[0]),
        ("signature", ancienne, "ECDSA P-256", False, False, fins[1]),
    ]


def certificat_de(dossier):
    return lambda nom: x509.load_pem_x509_certificate((dossier / f"signature-{nom}.crt").read_bytes())


def test_the_inventory_of_a_demonstration_says_so_of_each_key(tmp_path):
    keystore.creer(tmp_path / "cles", demonstration=True)
    assert [cle.demonstration for cle in keystore.inventaire(tmp_path / "cles")] == [True] * 3


@pytest.mark.parametrize("copier", COPIES)
def test_the_inventory_names_the_demonstration_key_among_real_ones(dossier, tmp_path, copier):
    keystore.creer(tmp_path / "demo", demonstration=True)
    copier(tmp_path / "demo", dossier)
    assert sum(cle.demonstration for cle in keystore.inventaire(dossier)) == 1


# --- refusals ---


@pytest.mark.parametrize("motif", ["recherche.cle", "chiffrement-*.cle", "signature-*.pem"])
@pytest.mark.parametrize("droits", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_read_or_change_is_refused(dossier, motif, droits):
    fichier = un(dossier, motif)
    fichier.chmod(droits)
    with pytest.raises(ConfigurationError) as refus:
        keystore.charger(dossier)
    (precision,) = refus.value.precisions
    assert precision.message == f"{fichier.name} : droits {droits:04o}, 0600 attendus."


def test_a_directory_that_others_may_enter_is_refused(dossier):
    dossier.chmod(0o750)
    for action in (keystore.charger, lambda chemin: keystore.creer(chemin, False)):
        with pytest.raises(ConfigurationError) as refus:
            action(dossier)
        assert [precision.message for precision in refus.value.precisions] == ["cles : droits 0750, 0700 attendus."]


def test_nothing_is_made_in_a_directory_that_others_may_enter(tmp_path):
    chemin = tmp_path / "cles"
    chemin.mkdir(mode=0o755)
    with pytest.raises(ConfigurationError, match="lisibles"):
        keystore.creer(chemin, demonstration=False)
    assert not list(chemin.iterdir())


def test_all_permissions_are_told_at_once(dossier):
    for fichier in (dossier, dossier / "recherche.cle", un(dossier, "signature-*.pem")):
        fichier.chmod(0o755)
    with pytest.raises(ConfigurationError) as refus:
        keystore.charger(dossier)
    assert len(refus.value.precisions) == 3


def test_a_directory_that_was_never_prepared_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="n'est pas préparé"):
        keystore.charger(tmp_path / "absent")


ILLISIBLES = {
    "list of current keys empty": ("courantes.ini", b"", "courantes.ini n'est pas lisible"),
    "list of current keys without one": ("courantes.ini", b"[courantes]\nsignature = x\n", "courantes.ini n'est pas"),
    "list of current keys binary": ("courantes.ini", b"\xff\xfe\x00", "courantes.ini n'est pas lisible"),
    "search key not Base64": ("recherche.cle", b"*", "recherche.cle n'est pas lisible"),
    "search key not ASCII": ("recherche.cle", "é".encode(), "recherche.cle n'est pas lisible"),
    "search key too short": ("recherche.cle", b"AAAA", "32 octets"),
    "encryption key too short": ("chiffrement-*.cle", b"demonstration:AAAA", "32 octets"),
    "private key not PEM": ("signature-*.pem", b"x", "n'est pas une clé privée lisible"),
    "certificate not PEM": ("signature-*.crt", b"x", "n'est pas un certificat lisible"),
}


@pytest.mark.parametrize(("motif", "contenu", "extrait"), ILLISIBLES.values(), ids=ILLISIBLES.keys())
def test_an_unreadable_file_is_named(dossier, motif, contenu, extrait):
    un(dossier, motif).write_bytes(contenu)
    with pytest.raises(ConfigurationError) as refus:
        keystore.charger(dossier)
    assert extrait in refus.value.message


@pytest.mark.parametrize("motif", ["recherche.cle", "chiffrement-*.cle", "signature-*.pem", "signature-*.crt"])
def test_a_missing_file_is_named(dossier, motif):
    fichier = un(dossier, motif)
    fichier.unlink()
    with pytest.raises(ConfigurationError) as refus:
        keystore.charger(dossier)
    assert [precision.message for precision in refus.value.precisions] == [f"{fichier.name} manque."]


def test_a_certificate_of_another_key_is_refused(dossier, tmp_path):
    keystore.creer(tmp_path / "autre", demonstration=False)
    un(dossier, "*.crt").write_bytes(un(tmp_path / "autre", "*.crt").read_bytes())
    with pytest.raises(ConfigurationError, match="n'est pas celui de la clé"):
        keystore.charger(dossier)


def test_a_private_key_of_another_kind_is_refused(dossier):
    # RFC 8410 §10.3, the Ed25519 example.
    ed25519 = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
    un(dossier, "*.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{ed25519}\n-----END PRIVATE KEY-----\n")
    with pytest.raises(ConfigurationError, match="ECDSA P-256 ou RSA"):
        keystore.charger(dossier)


def test_a_place_where_nothing_can_be_made_is_told(tmp_path):
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(ConfigurationError, match="ne peut pas être créé"):
        keystore.creer(tmp_path / "fichier" / "cles", demonstration=False)


def test_refusals_and_printed_keys_show_no_path_and_no_key(dossier, tmp_path):
    secrets = [fichier.read_text() for fichier in dossier.glob("*.cle")]
    textes = [repr(keystore.charger(dossier)), str(keystore.charger(dossier))]
    un(dossier, "*.pem").unlink()
    with pytest.raises(ConfigurationError) as refus:
        keystore.charger(dossier)
    textes += [str(refus.value), repr(refus.value.precisions)]
    for texte in textes:
        assert str(tmp_path) not in texte
        assert not any(secret.strip() in texte for secret in secrets)


def test_identifiers_begin_with_their_date(dossier):
    assert re.fullmatch(r"\d{8}-[0-9a-f]{6}", keystore.tourner_chiffrement(dossier))


def test_a_disk_that_fills_while_rotating_leaves_the_directory_as_it_was(dossier, disque_plein):
    avant = {fichier.name: fichier.read_bytes() for fichier in dossier.iterdir()}
    for action in (keystore.tourner_chiffrement, keystore.tourner_signature):
        with disque_plein(), pytest.raises(IndisponibleError):
            action(dossier)
    assert {fichier.name: fichier.read_bytes() for fichier in dossier.iterdir()} == avant

"""Vérifie une preuve faite par « journal preuve » : python verifier_preuve.py preuve.json certificats.pem [accuse.xml]

Ne demande que Python et la bibliothèque cryptography. Les certificats sont ceux que le service publie à /certificats.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA256


def octets(faits):  # JSON canonique (RFC 8785)
    return json.dumps(faits, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def verifier(preuve, certificats, accuse=None):
    """Dit ce que la preuve prouve ; lève une exception si elle ne prouve rien."""
    entree, sceau, position, nombre = preuve["entree"], preuve["sceau"], preuve["position"], preuve["sceau"]["nombre"]
    # De l'entrée à la racine de l'arbre de Merkle (RFC 6962, 2.1).
    hache = hashlib.sha256(b"\0" + bytes.fromhex(preuve["sel"]) + octets(entree)).digest()
    voisins = [bytes.fromhex(voisin) for voisin in preuve["chemin"]]
    while nombre > 1:
        if position ^ 1 < nombre:
            voisin = voisins.pop(0)
            hache = hashlib.sha256(b"\1" + (voisin + hache if position & 1 else hache + voisin)).digest()
        position, nombre = position >> 1, (nombre + 1) >> 1
    if voisins or hache.hex() != sceau["racine"] or sceau["format"] != "urn:caf:teleprocedure-esat:sceau:1":
        raise ValueError("l'entrée n'est pas dans ce sceau")
    # La signature du sceau, par le certificat publié qui porte son numéro de série.
    (publie,) = (un for un in x509.load_pem_x509_certificates(certificats) if un.serial_number == int(sceau["cle"], 16))
    cle = publie.public_key()
    suite = [ec.ECDSA(SHA256())] if isinstance(cle, ec.EllipticCurvePublicKey) else [padding.PKCS1v15(), SHA256()]
    cle.verify(base64.b64decode(preuve["signature"]), octets(sceau), *suite)
    if accuse is not None and hashlib.sha256(accuse).hexdigest() != entree["accuse_hache"]:
        raise ValueError("ce n'est pas l'accusé de ce dépôt")
    return f"dépôt {entree['numero_depot']} du {entree['instant']}, scellé le {sceau['scelle_le']}"


try:
    preuve, *autres = [Path(nom).read_bytes() for nom in sys.argv[1:]]
    print("Preuve juste :", verifier(json.loads(preuve), *autres))
except Exception as erreur:
    sys.exit(f"Preuve fausse ou illisible : {type(erreur).__name__} {erreur}")

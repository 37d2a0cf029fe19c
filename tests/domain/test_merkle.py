"""Merkle trees against published vectors and against another implementation."""

import hashlib
import random

import pytest
from pymerkle import BaseMerkleTree

from service.domain.merkle import chemin, feuille, racine, racine_par_le_chemin

# Leaves and roots of the reference tests of Certificate Transparency (google/certificate-transparency, merkletree).
ENTREES = [
    bytes.fromhex(entree)
    for entree in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RACINES = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Audit paths of the same tests: position, size, path.
CHEMINS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
FEUILLES = [feuille(entree) for entree in ENTREES]


class Temoin(BaseMerkleTree):
    """The same tree by another hand."""

    def __init__(self):
        self.feuilles = []
        super().__init__()

    def _encode_entry(self, data):
        return data

    def _store_leaf(self, data, digest):
        self.feuilles.append(digest)
        return len(self.feuilles)

    def _get_leaf(self, index):
        return self.feuilles[index - 1]

    def _get_leaves(self, offset, width):
        return self.feuilles[offset : offset + width]

    def _get_size(self):
        return len(self.feuilles)


@pytest.mark.parametrize("nombre", range(9))
def test_roots_are_those_of_the_published_vectors(nombre):
    assert racine(FEUILLES[:nombre]).hex() == RACINES[nombre]


@pytest.mark.parametrize(("position", "nombre", "attendu"), CHEMINS)
def test_audit_paths_are_those_of_the_published_vectors(position, nombre, attendu):
    voisins = chemin(FEUILLES[:nombre], position)
    assert [voisin.hex() for voisin in voisins] == attendu
    assert racine_par_le_chemin(FEUILLES[position], position, nombre, voisins).hex() == RACINES[nombre]


@pytest.mark.parametrize("nombre", [1, 2, 3, 7, 31, 64, 100, 129])
def test_another_implementation_finds_the_same_roots_and_paths(nombre):
    alea, temoin = random.Random(nombre), Temoin()
    entrees = [alea.randbytes(alea.randrange(200)) for _ in range(nombre)]
    temoin.append_entries(entrees)
    feuilles = [feuille(entree) for entree in entrees]
    assert racine(feuilles) == temoin.get_root()
    for position in range(nombre):
        voisins = chemin(feuilles, position)
        assert voisins == temoin._get_inclusion_path(position + 1, nombre)[1][1:]
        assert racine_par_le_chemin(feuilles[position], position, nombre, voisins) == racine(feuilles)


@pytest.mark.parametrize("nombre", [1, 2, 5, 8, 13])
def test_a_path_leads_to_the_root_from_its_leaf_and_its_position_only(nombre):
    feuilles = [feuille(bytes([rang])) for rang in range(nombre)]
    for position in range(nombre):
        voisins = chemin(feuilles, position)
        autres = [autre for autre in range(nombre) if autre != position]
        for autre in autres:
            assert racine_par_le_chemin(feuilles[autre], position, nombre, voisins) != racine(feuilles)
        if voisins:
            faux = [bytes(32), *voisins[1:]]
            assert racine_par_le_chemin(feuilles[position], position, nombre, faux) != racine(feuilles)


def test_a_path_of_another_length_or_a_position_outside_proves_nothing():
    voisins = chemin(FEUILLES, 3)
    for position, nombre, faux in (
        (3, 8, voisins[:-1]),
        (3, 8, [*voisins, bytes(32)]),
        (8, 8, voisins),
        (-1, 8, voisins),
        (0, 0, []),
    ):
        with pytest.raises(ValueError, match=r"path|position"):
            racine_par_le_chemin(FEUILLES[3], position, nombre, faux)


def test_a_node_does_not_pass_for_a_leaf():
    gauche, droite = FEUILLES[:2]
    assert racine([gauche, droite]) != feuille(gauche + droite)
    assert racine([gauche, droite]) == hashlib.sha256(b"\x01" + gauche + droite).digest()

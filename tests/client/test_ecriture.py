"""Files that are whole or absent."""

import stat

import pytest
from declarer_esat.ecriture import creer_dossier, ecrire_neuf, remplacer


def test_a_new_file_never_takes_the_place_of_another(tmp_path):
    chemin = tmp_path / "a"
    ecrire_neuf(chemin, b"un")
    with pytest.raises(FileExistsError):
        ecrire_neuf(chemin, b"deux")
    assert chemin.read_bytes() == b"un"


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    chemin = tmp_path / "a"
    remplacer(chemin, b"un")
    remplacer(chemin, b"deux")
    assert chemin.read_bytes() == b"deux"
    assert list(tmp_path.iterdir()) == [chemin]


def test_files_and_folders_are_their_owners(tmp_path):
    creer_dossier(tmp_path / "d" / "e")
    remplacer(tmp_path / "d" / "e" / "a", b"")
    modes = [stat.S_IMODE(chemin.stat().st_mode) for chemin in (tmp_path / "d" / "e", tmp_path / "d" / "e" / "a")]
    assert modes == [0o700, 0o600]

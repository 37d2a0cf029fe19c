"""What is kept compressed comes back as it was, whoever compresses beside."""

import os
import threading

from service.usecases import archiver
from service.usecases.archiver import comprimer, decomprimer


def test_threads_that_compress_at_once_get_each_their_own_bytes():
    rendus: dict[int, bool] = {}
    depart = threading.Barrier(6)

    def travailler(rang: int) -> None:
        textes = [os.urandom(64) * (500 + rang + tour) for tour in range(60)]
        depart.wait()
        rendus[rang] = all(decomprimer(comprimer(texte)) == texte for texte in textes)

    fils = [threading.Thread(target=travailler, args=(rang,)) for rang in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert rendus == dict.fromkeys(range(6), True)


def test_a_compressor_serves_again_whatever_thread_comes(monkeypatch):
    monkeypatch.setattr(archiver, "_libres", [])
    for _ in range(5):
        fil = threading.Thread(target=comprimer, args=(b"x" * 1000,))
        fil.start()
        fil.join(10)
    assert len(archiver._libres) == 1

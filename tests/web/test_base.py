"""base: what holds for every page, asked of the application itself."""

import re

import pytest
from maison import Service, dossier_de_cles, ouvrir, service

__all__ = ["dossier_de_cles", "service"]

PAGE = {"PATH_INFO": "/extranet/connexion", "methode": "GET"}


def test_pages_are_not_kept_nor_framed_and_run_nothing_inline(service: Service):
    reponse = service.http(**PAGE)
    assert reponse.entetes["Cache-Control"] == "no-store"
    politique = reponse.entetes["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in politique
    assert "unsafe" not in politique
    assert not re.search(r"<script(?![^>]*src=)|style=|\son\w+=", reponse.octets.decode())


def test_style_sheets_may_be_kept(service: Service):
    reponse = service.http(methode="GET", PATH_INFO="/extranet/static/style.css")
    assert reponse.statut == 200
    assert "max-age" in reponse.entetes["Cache-Control"]


def test_a_form_without_its_token_is_refused_and_says_what_to_do(service: Service):
    media = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    reponse = service.http(b"courriel=a", PATH_INFO="/extranet/connexion", **media)
    assert reponse.statut == 400
    assert "recharger" in reponse.octets.decode()


@pytest.mark.parametrize("chemin", ["/extranet/", "/extranet"])
def test_closed_pages_lead_to_the_login_page(service: Service, chemin: str):
    reponse = service.http(methode="GET", PATH_INFO=chemin)
    assert reponse.statut == 302
    assert reponse.entetes["Location"].startswith("/extranet/connexion")


def test_an_unknown_address_is_a_page_too(service: Service):
    reponse = service.http(methode="GET", PATH_INFO="/extranet/connexion/rien")
    assert reponse.statut == 404
    assert "Page introuvable" in reponse.octets.decode()


@pytest.fixture
def en_production(base_sqlite, tmp_path, dossier_de_cles):
    yield from ouvrir(
        tmp_path, base_sqlite, dossier_de_cles, environnement="essai", adresse_publique="https://caf.example"
    )


def test_outside_the_demonstration_nothing_is_read_over_a_plain_connection(en_production: Service):
    reponse = en_production.http(**PAGE)
    assert reponse.statut == 302
    assert reponse.entetes["Location"].startswith("https://caf.example/extranet/connexion")
    media = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert en_production.http(b"courriel=a", PATH_INFO="/extranet/connexion", **media).statut in (400, 403)


def test_cookies_of_a_service_behind_tls_are_sent_over_tls_only(en_production: Service):
    reponse = en_production.http(**PAGE, **{"wsgi.url_scheme": "https"})
    assert reponse.statut == 200
    assert "Secure" in reponse.entetes["Set-Cookie"]
    assert "HttpOnly" in reponse.entetes["Set-Cookie"]

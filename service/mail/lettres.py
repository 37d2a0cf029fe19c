"""Letters: one source each in ``modeles/``, from which come the subject, the text part and the HTML part.

A letter is text: its first line is the subject, blank lines part its paragraphs, lines that open with ``- `` make a
list. The HTML part says the same words, escaped, in a page that a screen reader can read; addresses of the service
become links there, and no others. Apostrophes and the spaces before punctuation are those of French printing, put in by
the machine and never within a fact: a password is not to be made prettier.
"""

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from markupsafe import Markup, escape

from service.domain.recepisse import ServiceEmetteur

_BLANCS = re.compile("[^\\S\u00a0\u202f]+")
"""What ends a line or parts words; no-break spaces do neither."""


class Lettre(NamedTuple):
    """A letter ready to be put in an envelope."""

    sujet: str
    texte: str
    html: str

    def __repr__(self) -> str:
        """Without the words: a letter may hold a provisional password, and records end up in tracebacks."""
        return "Lettre(…)"


class Redacteur:
    """Writes letters in the name of the service; safe to share between threads."""

    def __init__(self, emetteur: ServiceEmetteur, adresse_publique: str) -> None:
        """`adresse_publique`: base address of the pages that letters lead to."""
        extranet = f"{adresse_publique}/extranet/"
        self._communs = {"emetteur": emetteur, "extranet": extranet}
        self._lien = re.compile(rf"({re.escape(extranet)}[\w/-]*)")
        self._modeles = Environment(
            loader=PackageLoader("service.mail", "modeles"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Typographie],
        )

    def rediger(self, modele: str, faits: dict[str, Any]) -> Lettre:
        """Return the letter of a model; raises jinja2.UndefinedError when a fact is missing.

        A fact, a text or a sequence of texts, stays on its line: what could open a paragraph, or another header, is a
        space.
        """
        sur_une_ligne = {nom: _sur_une_ligne(fait) for nom, fait in faits.items()}
        ecrit = self._modeles.get_template(f"{modele}.txt").render(sur_une_ligne | self._communs)
        sujet, _, corps = ecrit.strip().partition("\n")
        paragraphes = [bloc.strip() for bloc in corps.split("\n\n") if bloc.strip()]
        page = self._modeles.get_template("gabarit.html")
        html = page.render(self._communs, sujet=sujet, blocs=[self._bloc(paragraphe) for paragraphe in paragraphes])
        pied = self._modeles.get_template("pied.txt").render(self._communs).strip()
        return Lettre(sujet, "\n\n".join([*paragraphes, pied]) + "\n", html)

    def _bloc(self, paragraphe: str) -> Markup:
        """One paragraph or one list, escaped."""
        lignes = paragraphe.split("\n")
        if all(ligne.startswith("- ") for ligne in lignes):
            points = Markup("").join(Markup("<li>{}</li>").format(self._liens(ligne[2:])) for ligne in lignes)
            return Markup("<ul>{}</ul>").format(points)
        return Markup("<p>{}</p>").format(Markup("<br>").join(map(self._liens, lignes)))

    def _liens(self, ligne: str) -> Markup:
        """A line, escaped, in which the addresses of the service are links."""
        return Markup("").join(
            Markup('<a href="{0}">{0}</a>').format(morceau) if rang % 2 else escape(morceau)
            for rang, morceau in enumerate(self._lien.split(ligne))
        )


class Enveloppe(NamedTuple):
    """What is written on a letter's envelope."""

    expediteur: str
    nom: str
    """Of the sender, as people read it."""
    reponses: str
    """Where answers go."""
    destinataire: str
    identifiant: str
    """Message-ID."""
    date: str
    """RFC 5322."""


def mettre_sous_enveloppe(lettre: Lettre, enveloppe: Enveloppe) -> EmailMessage:
    """Return the message (RFC 5322) with its two parts.

    Raises ValueError for an address that mail cannot reach, or that would open another header.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = lettre.sujet
    message["From"] = adresse(enveloppe.expediteur, enveloppe.nom)
    message["To"] = adresse(enveloppe.destinataire)
    if enveloppe.reponses != enveloppe.expediteur:
        message["Reply-To"] = adresse(enveloppe.reponses, enveloppe.nom)
    message["Date"] = enveloppe.date
    message["Message-ID"] = enveloppe.identifiant
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    message.set_content(lettre.texte, cte="quoted-printable")
    message.add_alternative(lettre.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "fr"  # last: what is about the content would go to the first part
    return message


def adresse(courriel: str, nom: str = "") -> Address:
    """Return an address for a header; accents of a domain are told in IDNA (RFC 5891), those before « @ » refused.

    Raises ValueError, in French, for what is no address.
    """
    locale, _, domaine = courriel.rpartition("@")
    try:
        return Address(nom, addr_spec=f"{locale}@{domaine.encode('idna').decode('ascii')}")
    except (ValueError, MessageError, IndexError):
        raise ValueError("cette adresse n'est pas de celles que le courriel atteint.") from None


class _Typographie(Extension):
    """Apostrophes, and no-break spaces where French printing has them, in the words of a letter."""

    _faits = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
    _signes = (("'", "’"), ("« ", "«\u00a0"), (" »", "\u00a0»"), (" :", "\u00a0:"))
    _fines = re.compile(" (?=[;!?])")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The words of a text model, what stands between braces left alone."""
        if name is None or not name.endswith(".txt"):
            return source
        morceaux = self._faits.split(source)
        return "".join(morceau if rang % 2 else self._imprimer(morceau) for rang, morceau in enumerate(morceaux))

    def _imprimer(self, mots: str) -> str:
        for tape, imprime in self._signes:
            mots = mots.replace(tape, imprime)
        return self._fines.sub("\u202f", mots)


def _sur_une_ligne(fait: Any) -> Any:
    if isinstance(fait, str):
        return _BLANCS.sub(" ", fait).strip()
    return [_sur_une_ligne(un) for un in fait] if isinstance(fait, list | tuple) else fait

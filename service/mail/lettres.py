"""Letters: one source each in ``modeles/``, from which come the subject, the text part and the HTML part.

A letter is text: its first line is the subject, blank lines part its paragraphs, lines that open with ``- `` make a
list. The HTML part says the same words, escaped, in a page that a screen reader can read.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from service.domain.recepisse import ServiceEmetteur


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
        self._communs = {"emetteur": emetteur, "extranet": f"{adresse_publique}/extranet/"}
        self._modeles = Environment(
            loader=PackageLoader("service.mail", "modeles"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def rediger(self, modele: str, faits: dict[str, Any]) -> Lettre:
        """Return the letter of a model; raises jinja2.UndefinedError when a fact is missing.

        A fact stays on its line: what could open a paragraph, or another header, is a space.
        """
        sur_une_ligne = {nom: " ".join(fait.split()) if isinstance(fait, str) else fait for nom, fait in faits.items()}
        ecrit = self._modeles.get_template(f"{modele}.txt").render(sur_une_ligne | self._communs)
        sujet, _, corps = ecrit.strip().partition("\n")
        paragraphes = [bloc.strip() for bloc in corps.split("\n\n") if bloc.strip()]
        page = self._modeles.get_template("gabarit.html")
        html = page.render(self._communs, sujet=sujet, blocs=[_bloc(paragraphe) for paragraphe in paragraphes])
        pied = self._modeles.get_template("pied.txt").render(self._communs).strip()
        return Lettre(sujet, "\n\n".join([*paragraphes, pied]) + "\n", html)


def mettre_sous_enveloppe(
    lettre: Lettre, expediteur: str, nom: str, destinataire: str, identifiant: str, date: str
) -> EmailMessage:
    """Return the message (RFC 5322) with its two parts; `identifiant` is its Message-ID, `date` its Date.

    Raises ValueError for an address or a name that would open another header.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = lettre.sujet
    message["From"] = Address(nom, addr_spec=expediteur)
    message["To"] = Address(addr_spec=destinataire)
    message["Date"] = date
    message["Message-ID"] = identifiant
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(lettre.texte, cte="quoted-printable")
    message.add_alternative(lettre.html, subtype="html", cte="quoted-printable")
    return message


def _bloc(paragraphe: str) -> Markup:
    """One paragraph or one list, escaped."""
    lignes = paragraphe.split("\n")
    if all(ligne.startswith("- ") for ligne in lignes):
        points = Markup("").join(Markup("<li>{}</li>").format(ligne.removeprefix("- ")) for ligne in lignes)
        return Markup("<ul>{}</ul>").format(points)
    return Markup("<p>{}</p>").format(Markup("<br>").join(lignes))

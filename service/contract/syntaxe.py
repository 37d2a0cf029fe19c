"""Why a document is not well-formed XML, in our own words: the parser's text quotes what was received."""

from lxml import etree

PROFONDEUR_MAX = 64
"""Levels of elements a message may have; the deepest valid one has ten."""
TROP_PROFOND = 114
"""Code of libxml2 for elements that are nested too deep."""

# libxml2's xmlParserErrors, those a sender really meets; the rest gets the general word.
SYNTAXE = {
    4: "un document XML est attendu, rien de tel n'a été trouvé",
    5: "un seul élément racine est attendu, du contenu le suit",
    9: "un caractère interdit en XML s'y trouve",
    26: "une entité qui n'est pas définie y est employée (seules &amp; &lt; &gt; &quot; &apos; le sont)",
    38: "un caractère « < » se trouve dans la valeur d'un attribut (il s'écrit &lt;)",
    39: "la valeur d'un attribut n'est pas entre guillemets",
    42: "un attribut est donné deux fois au même élément",
    64: "la déclaration XML n'est pas au tout début",
    68: "un nom d'élément ou d'entité est attendu (« & » s'écrit &amp; et « < » s'écrit &lt;)",
    76: "une balise fermante ne correspond pas à la balise ouverte",
    77: "le document s'arrête avant la fermeture de ses éléments",
    108: "la version de XML n'est pas 1.0",
    TROP_PROFOND: f"les éléments sont imbriqués sur plus de {PROFONDEUR_MAX} niveaux",
    201: "un préfixe d'espace de noms n'est pas déclaré",
}


def cause(erreur: etree.XMLSyntaxError, octets: bytes) -> tuple[str, int]:
    """Say why a document is not well-formed, and at which line."""
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError as faux:
        return "les octets ne sont pas du texte en UTF-8", octets.count(b"\n", 0, faux.start) + 1
    return SYNTAXE.get(erreur.code or 0, "le document XML n'est pas bien formé"), erreur.lineno or 1

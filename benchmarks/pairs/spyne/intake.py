"""The intake as spyne's tutorials show it: typed models, lxml validator, SQLAlchemy's ORM, argon2 at each request."""

import base64
import hashlib
import os
import secrets
from datetime import UTC, datetime

import waitress
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from service.soap.compat import (  # spyne, made importable on Python 3.12 and later: nothing else of the product
    Application,
    Boolean,
    ComplexModel,
    Date,
    DateTime,
    Decimal,
    Fault,
    Integer32,
    Service,
    Soap11,
    Unicode,
    rpc,
)

from spyne.server.wsgi import WsgiApplication  # isort: skip  # importable once the line above has run

NS = "urn:caf:teleprocedure-esat:v1"
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
UTILISATEUR, SECRET = os.environ["BANC_UTILISATEUR"], os.environ["BANC_SECRET"]
HACHEUR = PasswordHasher()
HACHE = HACHEUR.hash(SECRET)
moteur = create_engine(f"sqlite:///{os.environ['BANC_DONNEES']}/pair.sqlite")


@event.listens_for(moteur, "connect")
def regler(connexion, _fiche) -> None:
    connexion.execute("PRAGMA journal_mode = WAL")
    connexion.execute("PRAGMA synchronous = FULL")
    connexion.execute("PRAGMA busy_timeout = 30000")


class Base(DeclarativeBase):
    pass


class Depot(Base):
    __tablename__ = "depot"
    id: Mapped[int] = mapped_column(primary_key=True)
    numero: Mapped[str]
    message: Mapped[str]
    siret: Mapped[str]
    operation: Mapped[str]


class Ligne(Base):
    __tablename__ = "ligne"
    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    rang: Mapped[int]
    reference: Mapped[str | None]
    nir: Mapped[str | None]
    numero_allocataire: Mapped[str | None]
    nom: Mapped[str]
    prenom: Mapped[str]
    naissance: Mapped[str]
    contenu: Mapped[str]


def modele(classe: str, **champs):
    """A complex type in the contract's namespace."""
    return type(classe, (ComplexModel,), {"__namespace__": NS, "_type_info": list(champs.items())})


obligatoire = {"min_occurs": 1}
Texte = Unicode(**obligatoire)
Logiciel = modele("LogicielType", editeur=Texte, nom=Texte, version=Texte)
Entete = modele(
    "EnteteType",
    identifiantMessage=Unicode(pattern="[0-9a-fA-F-]{36}", **obligatoire),
    siret=Unicode(pattern="[0-9]{14}", **obligatoire),
    logiciel=Logiciel.customize(**obligatoire),
    essai=Boolean(**obligatoire),
)
Salarie = modele(
    "SalarieType",
    nir=Unicode(min_len=13, max_len=15),
    numeroAllocataire=Unicode(max_len=8),
    organisme=Unicode(pattern="[0-9]{3}"),
    nom=Texte,
    nomUsage=Unicode,
    prenom=Texte,
    dateNaissance=Date(**obligatoire),
)
Certificat = modele(
    "CertificatType",
    reference=Unicode(max_len=40),
    salarie=Salarie.customize(**obligatoire),
    nombreMois=Integer32(**obligatoire),
    montantNet=Decimal,
    montantAidePoste=Decimal,
    pourcentageSalaireDirect=Decimal,
    remplace=Unicode,
)
Horaire = modele("HoraireType", dateEffet=Date(**obligatoire), heuresAvant=Decimal, heuresApres=Decimal)
Depart = modele("DepartType", dateEffet=Date(**obligatoire), motif=Unicode)
Changement = modele(
    "ChangementType",
    reference=Unicode(max_len=40),
    salarie=Salarie.customize(**obligatoire),
    augmentation=Horaire,
    reduction=Horaire,
    depart=Depart,
    remplace=Unicode,
)
Resultat = modele("ResultatType", rang=Integer32, reference=Unicode, statut=Unicode, numeroDeclaration=Unicode)
Accuse = modele(
    "AccuseType",
    numeroDepot=Unicode,
    identifiantMessage=Unicode,
    operation=Unicode,
    siret=Unicode,
    dateReception=DateTime,
    essai=Boolean,
    statut=Unicode,
    nombreRecues=Integer32,
    nombreAcceptees=Integer32,
    nombreRejetees=Integer32,
    resultat=Resultat.customize(max_occurs="unbounded"),
)


def authentifier(ctx) -> None:
    """The UsernameToken: a text password against argon2id, a digest against the secret."""
    jeton = ctx.in_header_doc[0].find(f"{WSSE}UsernameToken")
    mot = jeton.find(f"{WSSE}Password")
    juste = jeton.findtext(f"{WSSE}Username") == UTILISATEUR
    if mot.get("Type", "").endswith("#PasswordDigest"):
        cree, nonce = jeton.findtext(f"{WSU}Created"), base64.b64decode(jeton.findtext(f"{WSSE}Nonce"))
        age = datetime.now(UTC) - datetime.fromisoformat(cree)
        attendu = base64.b64encode(hashlib.sha1(nonce + cree.encode() + SECRET.encode()).digest()).decode()
        juste = juste and abs(age.total_seconds()) < 300 and secrets.compare_digest(attendu, mot.text)
    else:
        try:
            HACHEUR.verify(HACHE, mot.text)
        except VerifyMismatchError:
            juste = False
    if not juste:
        raise Fault("Client.Authentication", "Identifiants refusés.")


def enregistrer(ctx, operation: str, entete, lignes) -> object:
    authentifier(ctx)
    numero = f"D{secrets.token_hex(8)}"
    with Session(moteur) as session:
        depot = Depot(numero=numero, message=entete.identifiantMessage, siret=entete.siret, operation=operation)
        session.add(depot)
        session.flush()
        for rang, ligne in enumerate(lignes, 1):
            qui = ligne.salarie
            session.add(
                Ligne(
                    depot_id=depot.id,
                    rang=rang,
                    reference=ligne.reference,
                    nir=qui.nir,
                    numero_allocataire=qui.numeroAllocataire,
                    nom=qui.nom,
                    prenom=qui.prenom,
                    naissance=qui.dateNaissance.isoformat(),
                    contenu=contenu(ligne),
                )
            )
        session.commit()
    return Accuse(
        numeroDepot=numero,
        identifiantMessage=entete.identifiantMessage,
        operation=operation,
        siret=entete.siret,
        dateReception=datetime.now(UTC),
        essai=entete.essai,
        statut="ACCEPTE",
        nombreRecues=len(lignes),
        nombreAcceptees=len(lignes),
        nombreRejetees=0,
        resultat=[
            Resultat(rang=rang, reference=ligne.reference, statut="ACCEPTEE", numeroDeclaration=f"{numero}-{rang:04d}")
            for rang, ligne in enumerate(lignes, 1)
        ],
    )


def contenu(ligne) -> str:
    if isinstance(ligne, Certificat):
        return f"{ligne.nombreMois} {ligne.montantNet} {ligne.montantAidePoste} {ligne.pourcentageSalaireDirect}"
    detail = ligne.augmentation or ligne.reduction or ligne.depart
    return f"{detail.dateEffet} {getattr(detail, 'heuresAvant', '')} {getattr(detail, 'heuresApres', '')}"


class Teledeclaration(Service):
    @rpc(
        Entete.customize(min_occurs=1),
        Integer32(min_occurs=1),
        Certificat.customize(min_occurs=1, max_occurs=1000),
        _args=["entete", "annee", "certificat"],
        _returns=Accuse,
        _out_variable_name="accuse",
    )
    def DeclareCertificatEmploi(ctx, entete, _annee, certificat):
        return enregistrer(ctx, "DeclareCertificatEmploi", entete, certificat)

    @rpc(
        Entete.customize(min_occurs=1),
        Changement.customize(min_occurs=1, max_occurs=1000),
        _returns=Accuse,
        _out_variable_name="accuse",
    )
    def DeclareChangementActivite(ctx, entete, changement):
        return enregistrer(ctx, "DeclareChangementActivite", entete, changement)


application = Application(
    [Teledeclaration], tns=NS, name="TeledeclarationEsat", in_protocol=Soap11(validator="lxml"), out_protocol=Soap11()
)

if __name__ == "__main__":
    Base.metadata.create_all(moteur)
    waitress.serve(WsgiApplication(application), listen=f"127.0.0.1:{os.environ['BANC_PORT']}", threads=4, _quiet=True)

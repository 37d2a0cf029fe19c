// Déclare des certificats d'emploi et des changements d'activité avec KD SOAP (Qt), puis relit, liste et annule.
// Réglages (variables d'environnement) et sortie : ../README.md
#include <KDSoapAuthentication.h>
#include <KDSoapClientInterface.h>
#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTextStream>
#include <QUuid>
#include <stdexcept>

#include "service.h"

static QString reglage(const char *nom) {
  return QString::fromUtf8(qgetenv(QByteArray("DECLARER_ESAT_") + nom));
}

/// The streams of Qt take the literals of this file for Latin-1, its strings take them for UTF-8.
static QTextStream &sortie() {
  static QTextStream flux(stdout);
  flux.setCodec("UTF-8");
  return flux;
}

/// The service of an account; each call goes out with a token of its own.
class Service {
 public:
  explicit Service(const QString &secret) : secret(secret) { proxy.setEndPoint(reglage("URL")); }

  template <class Reponse, class Demande>
  Reponse appeler(Reponse (TeledeclarationEsatService::*operation)(const Demande &), const Demande &demande) {
    signer();
    const Reponse reponse = (proxy.*operation)(demande);
    if (!proxy.lastError().isEmpty()) throw std::runtime_error(proxy.lastError().toStdString());
    return reponse;
  }

  const QString secret;

 private:
  void signer() {
    if (!reglage("CLE").isEmpty()) {
      KDSoapAuthentication jeton;
      jeton.setUser(reglage("UTILISATEUR"));
      jeton.setPassword(secret);
      jeton.setUseWSUsernameToken(true);  // PasswordDigest
      // The nonces that KD SOAP draws by itself are the same in every run.
      quint32 alea[4];
      QRandomGenerator::system()->fillRange(alea);
      jeton.setOverrideWSUsernameNonce(QByteArray(reinterpret_cast<const char *>(alea), sizeof alea));
      proxy.clientInterface()->setAuthentication(jeton);
      return;
    }
    // KD SOAP's own token is a digest; a person's password goes as text, over TLS only, in a header made of its values.
    const QString oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    const auto element = [&](const QString &nom, const QVariant &valeur) {
      KDSoapValue element(nom, valeur);
      element.setNamespaceUri(oasis + "wssecurity-secext-1.0.xsd");
      element.setQualified(true);
      return element;
    };
    KDSoapValue passe = element("Password", secret);
    passe.childValues().attributes().append(KDSoapValue("Type", oasis + "username-token-profile-1.0#PasswordText"));
    KDSoapValue jeton = element("UsernameToken", QVariant());
    jeton.childValues().append(element("Username", reglage("UTILISATEUR")));
    jeton.childValues().append(passe);
    KDSoapValue securite = element("Security", QVariant());
    securite.childValues().append(jeton);
    KDSoapMessage entete;
    entete.childValues().append(securite);
    proxy.clientInterface()->setHeader("Security", entete);
  }

  TeledeclarationEsatService proxy;
};

static TNS__EnteteType entete() {
  TNS__LogicielType logiciel;
  logiciel.setEditeur(QString("Exemple"));
  logiciel.setNom(QString("KD SOAP"));
  logiciel.setVersion(QString(qVersion()));
  TNS__EnteteType entete;
  // To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
  entete.setIdentifiantMessage(QUuid::createUuid().toString(QUuid::WithoutBraces));
  entete.setSiret(reglage("SIRET"));
  entete.setLogiciel(logiciel);
  entete.setEssai(false);
  return entete;
}

static TNS__SalarieType salarie(const QString &nom, const QString &prenom, const QDate &naissance) {
  TNS__SalarieType salarie;
  salarie.setNom(nom);
  salarie.setPrenom(prenom);
  salarie.setDateNaissance(naissance);
  return salarie;
}

static TNS__CertificatType certificat(const QString &reference, const TNS__SalarieType &salarie, int mois, float net) {
  TNS__CertificatType certificat;
  certificat.setReference(reference);
  certificat.setSalarie(salarie);
  certificat.setNombreMois(mois);
  // KD SOAP knows decimals as float: 812.4 goes as 812.4000244140625, and the service rounds it (information C17).
  certificat.setMontantNet(net);
  return certificat;
}

template <class Reponse> static void montrer(const QString &titre, const Reponse &reponse) {
  const TNS__AccuseType accuse = reponse.accuse();
  sortie() << titre << " : " << QString(accuse.numeroDepot()) << " " << accuse.statut() << ", " << accuse.nombreAcceptees()
           << QString(" acceptée(s) et ") << accuse.nombreRejetees() << QString(" rejetée(s) sur ") << accuse.nombreRecues() << "\n";
  for (const TNS__ResultatType &ligne : accuse.resultat()) {
    QStringList dit;
    for (const TNS__AnomalieType &anomalie : ligne.anomalie())
      dit << anomalie.code() + " " + (anomalie.hasValueForChamp() ? anomalie.champ() : "-");
    sortie() << "  ligne " << ligne.rang() << " " << (ligne.hasValueForReference() ? QString(ligne.reference()) : "-")
             << " : " << ligne.statut() << " "
             << (ligne.hasValueForNumeroDeclaration() ? QString(ligne.numeroDeclaration()) : "-")
             << (dit.isEmpty() ? "" : " [" + dit.join(", ") + "]") << "\n";
  }
  // The proof of deposit: these bytes, as they are.
  QFile archive("accuse-" + QString(accuse.numeroDepot()) + ".xml");
  if (!archive.open(QIODevice::WriteOnly) || archive.write(reponse.accuseSigne()) < 0)
    throw std::runtime_error(archive.errorString().toStdString());
}

/// Why a message was refused: KD SOAP keeps the fault's text, and the code opens it.
template <class Appel> static void montrerFaute(const QString &titre, Appel appel) {
  try {
    appel();
  } catch (const std::runtime_error &faute) {
    const auto code = QRegularExpression("\\[([A-Z_]+)\\]").match(QString::fromUtf8(faute.what()));
    sortie() << titre << " : " << code.captured(1) << "\n";
    return;
  }
  throw std::logic_error((titre + " : attendue, elle n'est pas venue.").toStdString());
}

static void derouler() {
  using Operations = TeledeclarationEsatService;
  const QString siret = reglage("SIRET"), cle = reglage("CLE");
  Service service(cle.isEmpty() ? reglage("MOT_DE_PASSE") : cle);

  const auto etat = service.appeler(&Operations::consulteService, TNS__ConsulteService());
  const int annee = etat.campagne().annee();
  sortie() << "Service : " << etat.environnement() << ", contrat " << etat.versionContrat() << QString(", règles ")
           << etat.versionRegles() << ", campagne " << annee << "\n";
  const auto catalogue = service.appeler(&Operations::listeAnomalies, TNS__ListeAnomalies());
  sortie() << "Catalogue : " << catalogue.regle().size() << QString(" règles, version ") << catalogue.versionRegles() << "\n";

  auto bruno = salarie("Martin", "Bruno", QDate(1985, 5, 12));
  bruno.setNir(QString("185058300100192"));
  auto anais = salarie("Lefèvre", "Anaïs", QDate(1990, 11, 3));
  anais.setNir(QString("290118300200256"));
  auto chloe = salarie("Nguyen", "Chloé", QDate(1975, 2, 20));
  chloe.setNumeroAllocataire(QString("1234567A"));
  chloe.setOrganisme(QString("831"));
  auto complet = certificat("CERT-1", bruno, 12, 812.40f);
  complet.setMontantAidePoste(640.10f);
  TNS__DeclareCertificatEmploi declaration;
  declaration.setEntete(entete());
  declaration.setAnnee(annee);
  // The second is refused with two anomalies: thirteen months, and one amount where two are expected.
  declaration.setCertificat({complet, certificat("CERT-2", anais, 13, 798.15f)});
  const auto certificats = service.appeler(&Operations::declareCertificatEmploi, declaration);
  montrer("Certificats", certificats);

  TNS__AugmentationType augmentation;
  augmentation.setDateEffet(QDate(annee, 10, 1));
  augmentation.setHeuresAvant(17.5f);
  augmentation.setHeuresApres(24.0f);
  TNS__DepartType depart;
  depart.setDateEffet(QDate(annee, 10, 30));
  depart.setMotif(TNS__MotifDepartType::RETRAITE);
  TNS__ChangementType hausse, fin;
  hausse.setReference(QString("CHGT-1"));
  hausse.setSalarie(anais);
  hausse.setAugmentation(augmentation);
  fin.setReference(QString("CHGT-2"));
  fin.setSalarie(chloe);
  fin.setDepart(depart);
  TNS__DeclareChangementActivite annonce;
  annonce.setEntete(entete());
  annonce.setChangement({hausse, fin});
  const auto changements = service.appeler(&Operations::declareChangementActivite, annonce);
  montrer("Changements", changements);

  TNS__ConsulteDepot relecture;
  relecture.setSiret(siret);
  relecture.setNumeroDepot(certificats.accuse().numeroDepot());
  const auto depot = service.appeler(&Operations::consulteDepot, relecture);
  sortie() << QString("Dépôt relu : ") << QString(depot.accuse().numeroDepot()) << QString(", accusé signé ")
           << (depot.accuseSigne() == certificats.accuseSigne() ? QString("identique") : QString("DIFFÉRENT"));
  for (const auto &declaree : depot.etat()) sortie() << ", " << QString(declaree.numeroDeclaration()) << " " << declaree.statut();
  TNS__ListeDepots periode;
  periode.setSiret(siret);
  periode.setDepuis(QDate(annee, 1, 1));
  periode.setJusque(QDate(annee + 1, 12, 31));
  QStringList liste;
  for (const auto &ancien : service.appeler(&Operations::listeDepots, periode).depot()) liste << ancien.numeroDepot();
  sortie() << QString("\nDépôts : ") << liste.join(", ") << "\n";
  TNS__ListeResteADeclarer attente;
  attente.setSiret(siret);
  attente.setAnnee(annee);
  const auto reste = service.appeler(&Operations::listeResteADeclarer, attente);
  liste.clear();
  for (const auto &attendu : reste.salarie()) liste << QString(attendu.prenom()) + " " + QString(attendu.nom());
  sortie() << QString("Reste à déclarer : ") << liste.join(", ") << " avant le " << reste.dateLimite().toString(Qt::ISODate) << "\n";

  QList<TNS__NumeroDeclarationType> numeros;
  for (const auto &ligne : certificats.accuse().resultat() + changements.accuse().resultat())
    if (ligne.statut() == "ACCEPTEE") numeros << ligne.numeroDeclaration();
  TNS__AnnuleDeclaration retrait;
  retrait.setEntete(entete());
  retrait.setNumeroDeclaration(numeros);
  retrait.setMotif(QString("Déclarations de démonstration"));
  montrer("Annulation", service.appeler(&Operations::annuleDeclaration, retrait));

  TNS__ConsulteDepot fausse;
  fausse.setSiret(QString("123"));
  montrerFaute("Faute de schéma", [&] { service.appeler(&Operations::consulteDepot, fausse); });
  Service inconnu(service.secret + "?");
  montrerFaute("Faute d'authentification", [&] { inconnu.appeler(&Operations::consulteService, TNS__ConsulteService()); });

  const QString nouveau = reglage("NOUVEAU_MOT_DE_PASSE");
  if (nouveau.isEmpty()) return;
  TNS__ModifieMotDePasse demande;
  demande.setAncienMotDePasse(service.secret);
  demande.setNouveauMotDePasse(nouveau);
  const auto change = service.appeler(&Operations::modifieMotDePasse, demande);
  sortie() << QString("Mot de passe : changé, valable jusqu'au ") << change.expiration().toUTC().toString(Qt::ISODate) << "\n";
}

int main(int nombre, char **arguments) {
  QCoreApplication application(nombre, arguments);
  try {
    derouler();
    return EXIT_SUCCESS;
  } catch (const std::exception &erreur) {
    QTextStream(stderr) << QString::fromUtf8(erreur.what()) << "\n";
    return EXIT_FAILURE;
  }
}

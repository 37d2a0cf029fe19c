// Déclare des certificats d'emploi et des changements d'activité avec gSOAP, puis relit, liste et annule.
// Réglages (variables d'environnement) et sortie : ../README.md
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

#include "Soap11.nsmap"
#include "soapSoap11Proxy.h"
#include "wsseapi.h"

using std::string;
using std::to_string;

static string reglage(const string &nom) {
  const char *valeur = std::getenv(("DECLARER_ESAT_" + nom).c_str());
  return valeur ? valeur : "";
}

static const string url = reglage("URL"), siret = reglage("SIRET"), compte = reglage("UTILISATEUR");
static const bool condense = !reglage("CLE").empty();

/// One proxy, one connection. Its context owns what is allocated with it, requests and answers alike.
struct Service {
  // SOAP_C_UTFSTRING: strings hold UTF-8, in both directions. SOAP_XML_TREE: plain elements, never id and href.
  Soap11Proxy port{SOAP_C_UTFSTRING | SOAP_XML_TREE | SOAP_IO_KEEPALIVE};
  soap *contexte = port.soap;
  string secret;

  explicit Service(const string &secret) : secret(secret) {
    port.soap_endpoint = url.c_str();
    soap_register_plugin(contexte, soap_wsse);
  }
  ~Service() { port.destroy(); }

  /// Call an operation; a fault is left in the context for the caller to read.
  template <class Operation, class Demande, class Reponse>
  bool essayer(Operation operation, Demande &demande, Reponse &reponse) {
    // A header of its own for each call: the service refuses a nonce that it has seen (REJEU).
    soap_wsse_delete_Security(contexte);
    // A clé d'intégration travels as a digest; a password as text, over TLS only.
    const auto ajouter = condense ? soap_wsse_add_UsernameTokenDigest : soap_wsse_add_UsernameTokenText;
    ajouter(contexte, nullptr, compte.c_str(), secret.c_str());
    return (port.*operation)(&demande, reponse) == SOAP_OK;
  }

  template <class Operation, class Demande, class Reponse>
  void appeler(Operation operation, Demande &demande, Reponse &reponse) {
    if (essayer(operation, demande, reponse)) return;
    std::ostringstream texte;
    port.soap_stream_fault(texte);
    throw std::runtime_error(texte.str());
  }

  /// Optional elements are pointers.
  string *texte(const string &valeur) {
    string *copie = soap_new_std__string(contexte);
    *copie = valeur;
    return copie;
  }

  ns1__EnteteType *entete() {
    auto logiciel = soap_new_set_ns1__LogicielType(contexte, "Exemple", "gSOAP", to_string(GSOAP_VERSION));
    // To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
    return soap_new_set_ns1__EnteteType(contexte, uuid(), siret, logiciel, false);
  }

  static string uuid();
};

// The nine operations, by the names of the contract.
#define OPERATION(nom) \
  static_cast<int (Soap11Proxy::*)(_ns1__##nom *, _ns1__##nom##Response &)>(&Soap11Proxy::nom)

string Service::uuid() {
  std::random_device alea;
  std::ostringstream texte;
  texte << std::hex << std::setfill('0');
  for (const char *forme = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx"; *forme; ++forme)
    *forme == 'x' ? texte << alea() % 16 : texte << *forme;
  return texte.str();
}

static string ou_tiret(const string *valeur) { return valeur ? *valeur : "-"; }

template <class Reponse> static void montrer(const string &titre, const Reponse &reponse) {
  const auto &accuse = *reponse.accuse;
  std::cout << titre << " : " << accuse.numeroDepot << " " << accuse.statut << ", " << accuse.nombreAcceptees
            << " acceptée(s) et " << accuse.nombreRejetees << " rejetée(s) sur " << accuse.nombreRecues << "\n";
  for (const auto *ligne : accuse.resultat) {
    std::cout << "  ligne " << ligne->rang << " " << ou_tiret(ligne->reference) << " : " << ligne->statut << " "
              << ou_tiret(ligne->numeroDeclaration);
    string dit;
    for (const auto *anomalie : ligne->anomalie)
      dit += (dit.empty() ? "" : ", ") + anomalie->code + " " + ou_tiret(anomalie->champ);
    std::cout << (dit.empty() ? "" : " [" + dit + "]") << "\n";
  }
  // The proof of deposit: these bytes, as they are.
  std::ofstream archive("accuse-" + accuse.numeroDepot + ".xml", std::ios::binary);
  archive.write(reinterpret_cast<const char *>(reponse.accuseSigne.__ptr), reponse.accuseSigne.__size);
}

/// Why a message was refused: the fault's detail says it, field by field.
static void montrer_faute(const string &titre, const Service &service, bool appel_reussi) {
  const auto *faute = service.contexte->fault;
  if (appel_reussi || !faute || !faute->detail || !faute->detail->ns1__Erreur)
    throw std::runtime_error(titre + " : attendue, elle n'est pas venue.");
  const auto &erreur = *faute->detail->ns1__Erreur;
  string champs;
  for (const auto *precision : erreur.precision)
    champs += (champs.empty() ? "" : ", ") + ou_tiret(precision->champ);
  std::cout << titre << " : " << erreur.code << (champs.empty() ? "" : " [" + champs + "]") << "\n";
}

static void derouler() {
  const string secret = condense ? reglage("CLE") : reglage("MOT_DE_PASSE");
  Service service(secret);
  soap *contexte = service.contexte;

  _ns1__ConsulteService question;
  _ns1__ConsulteServiceResponse etat;
  service.appeler(OPERATION(ConsulteService), question, etat);
  const int annee = etat.campagne->annee;
  std::cout << "Service : " << etat.environnement << ", contrat " << etat.versionContrat << ", règles "
            << etat.versionRegles << ", campagne " << annee << "\n";
  _ns1__ListeAnomalies tout;
  _ns1__ListeAnomaliesResponse catalogue;
  service.appeler(OPERATION(ListeAnomalies), tout, catalogue);
  std::cout << "Catalogue : " << catalogue.regle.size() << " règles, version " << catalogue.versionRegles << "\n";

  auto bruno = soap_new_set_ns1__SalarieType(contexte, service.texte("185058300100192"), nullptr, nullptr, "Martin",
                                             nullptr, "Bruno", "1985-05-12");
  auto anais = soap_new_set_ns1__SalarieType(contexte, service.texte("290118300200256"), nullptr, nullptr, "Lefèvre",
                                             nullptr, "Anaïs", "1990-11-03");
  auto chloe = soap_new_set_ns1__SalarieType(contexte, nullptr, service.texte("1234567A"), service.texte("831"),
                                             "Nguyen", nullptr, "Chloé", "1975-02-20");
  _ns1__DeclareCertificatEmploi declaration;
  declaration.entete = service.entete();
  declaration.annee = annee;
  declaration.certificat = {
      soap_new_set_ns1__CertificatType(contexte, service.texte("CERT-1"), bruno, 12, service.texte("812.40"),
                                       service.texte("640.10"), nullptr, nullptr),
      // Refused with two anomalies: thirteen months, and one amount where two are expected.
      soap_new_set_ns1__CertificatType(contexte, service.texte("CERT-2"), anais, 13, service.texte("798.15"), nullptr,
                                       nullptr, nullptr)};
  _ns1__DeclareCertificatEmploiResponse certificats;
  service.appeler(OPERATION(DeclareCertificatEmploi), declaration, certificats);
  montrer("Certificats", certificats);

  auto hausse = soap_new_ns1__ChangementType(contexte), fin = soap_new_ns1__ChangementType(contexte);
  hausse->reference = service.texte("CHGT-1");
  hausse->salarie = anais;
  hausse->__union_ChangementType = SOAP_UNION__ns1__union_ChangementType_augmentation;
  hausse->union_ChangementType.augmentation =
      soap_new_set_ns1__AugmentationType(contexte, to_string(annee) + "-10-01", "17.5", "24");
  fin->reference = service.texte("CHGT-2");
  fin->salarie = chloe;
  fin->__union_ChangementType = SOAP_UNION__ns1__union_ChangementType_depart;
  fin->union_ChangementType.depart =
      soap_new_set_ns1__DepartType(contexte, to_string(annee) + "-10-30", ns1__MotifDepartType::RETRAITE);
  _ns1__DeclareChangementActivite annonce;
  annonce.entete = service.entete();
  annonce.changement = {hausse, fin};
  _ns1__DeclareChangementActiviteResponse changements;
  service.appeler(OPERATION(DeclareChangementActivite), annonce, changements);
  montrer("Changements", changements);

  _ns1__ConsulteDepot relecture;
  relecture.siret = siret;
  relecture.numeroDepot = &certificats.accuse->numeroDepot;
  _ns1__ConsulteDepotResponse depot;
  service.appeler(OPERATION(ConsulteDepot), relecture, depot);
  const auto octets = [](const xsd__base64Binary &b) { return string(reinterpret_cast<char *>(b.__ptr), b.__size); };
  std::cout << "Dépôt relu : " << depot.accuse->numeroDepot << ", accusé signé "
            << (octets(depot.accuseSigne) == octets(certificats.accuseSigne) ? "identique" : "DIFFÉRENT");
  for (const auto *declaree : depot.etat) std::cout << ", " << declaree->numeroDeclaration << " " << declaree->statut;

  _ns1__ListeDepots periode;
  periode.siret = siret;
  periode.depuis = to_string(annee) + "-01-01";
  periode.jusque = to_string(annee + 1) + "-12-31";
  _ns1__ListeDepotsResponse depots;
  service.appeler(OPERATION(ListeDepots), periode, depots);
  string liste;
  for (const auto *ancien : depots.depot) liste += (liste.empty() ? "" : ", ") + ancien->numeroDepot;
  std::cout << "\nDépôts : " << liste << "\n";

  _ns1__ListeResteADeclarer attente;
  attente.siret = siret;
  attente.annee = annee;
  _ns1__ListeResteADeclarerResponse reste;
  service.appeler(OPERATION(ListeResteADeclarer), attente, reste);
  liste.clear();
  for (const auto *salarie : reste.salarie) liste += (liste.empty() ? "" : ", ") + salarie->prenom + " " + salarie->nom;
  std::cout << "Reste à déclarer : " << liste << " avant le " << reste.dateLimite << "\n";

  _ns1__AnnuleDeclaration retrait;
  retrait.entete = service.entete();
  retrait.motif = "Déclarations de démonstration";
  for (const auto *accuse : {certificats.accuse, changements.accuse})
    for (const auto *ligne : accuse->resultat)
      if (ligne->statut == "ACCEPTEE") retrait.numeroDeclaration.push_back(*ligne->numeroDeclaration);
  _ns1__AnnuleDeclarationResponse annulation;
  service.appeler(OPERATION(AnnuleDeclaration), retrait, annulation);
  montrer("Annulation", annulation);

  _ns1__ConsulteDepot fausse;
  fausse.siret = "123";
  montrer_faute("Faute de schéma", service, service.essayer(OPERATION(ConsulteDepot), fausse, depot));
  Service inconnu(secret + "?");
  montrer_faute("Faute d'authentification", inconnu, inconnu.essayer(OPERATION(ConsulteService), question, etat));

  const string nouveau = reglage("NOUVEAU_MOT_DE_PASSE");
  if (nouveau.empty()) return;
  _ns1__ModifieMotDePasse demande;
  demande.ancienMotDePasse = secret;
  demande.nouveauMotDePasse = nouveau;
  _ns1__ModifieMotDePasseResponse change;
  service.appeler(OPERATION(ModifieMotDePasse), demande, change);
  std::cout << "Mot de passe : changé, valable jusqu'au " << soap_dateTime2s(contexte, change.expiration) << "\n";
}

int main() {
  try {
    derouler();
    return EXIT_SUCCESS;
  } catch (const std::exception &erreur) {
    std::cerr << erreur.what() << "\n";
    return EXIT_FAILURE;
  }
}

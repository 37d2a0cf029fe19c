// The intake with gSOAP: one thread a connection, strict XML, the wsse plugin, one SQLite connection under a lock.
#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

#include "Soap11.nsmap"
#include "soapSoap11Service.h"
#include "wsseapi.h"

using std::string;

static string reglage(const char *nom) { return std::getenv(nom); }

static const string utilisateur = reglage("BANC_UTILISATEUR"), secret = reglage("BANC_SECRET");

/// The database: statements prepared once, one transaction at a time.
struct Base {
  sqlite3 *base = nullptr;
  sqlite3_stmt *debut, *fin, *depot, *ligne;
  std::mutex verrou;

  void executer(const char *sql) { sqlite3_exec(base, sql, nullptr, nullptr, nullptr); }

  sqlite3_stmt *preparer(const char *sql) {
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(base, sql, -1, &statement, nullptr) != SQLITE_OK) std::abort();
    return statement;
  }

  Base() {
    sqlite3_open((reglage("BANC_DONNEES") + "/pair.sqlite").c_str(), &base);
    executer("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    executer("CREATE TABLE depot (id INTEGER PRIMARY KEY, numero TEXT, message TEXT, siret TEXT, operation TEXT);"
             "CREATE TABLE ligne (depot_id INTEGER, rang INTEGER, reference TEXT, nir TEXT, numero_allocataire TEXT, nom TEXT,"
             "prenom TEXT, naissance TEXT, mois INTEGER, net TEXT, aide TEXT, part TEXT, date_effet TEXT, avant TEXT,"
             "apres TEXT, motif TEXT, PRIMARY KEY (depot_id, rang)) WITHOUT ROWID");
    debut = preparer("BEGIN IMMEDIATE");
    fin = preparer("COMMIT");
    depot = preparer("INSERT INTO depot (numero, message, siret, operation) VALUES (?, ?, ?, ?)");
    ligne = preparer("INSERT INTO ligne VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  }

  static void texte(sqlite3_stmt *ou, int place, const string &valeur) {
    sqlite3_bind_text(ou, place, valeur.data(), static_cast<int>(valeur.size()), SQLITE_STATIC);
  }
  static void texte(sqlite3_stmt *ou, int place, const string *valeur) {
    if (valeur) texte(ou, place, *valeur);
    else sqlite3_bind_null(ou, place);
  }
  static bool faire(sqlite3_stmt *statement) {
    const int issue = sqlite3_step(statement);
    sqlite3_reset(statement);
    return issue == SQLITE_DONE;
  }
};

static Base *base;

static string numero() {
  static thread_local std::mt19937_64 hasard{std::random_device{}()};
  char tampon[20];
  std::snprintf(tampon, sizeof tampon, "D%016lx", static_cast<unsigned long>(hasard()));
  return tampon;
}

static void lier(sqlite3_stmt *ou, const ns1__CertificatType &un) {
  sqlite3_bind_int(ou, 9, un.nombreMois);
  Base::texte(ou, 10, un.montantNet);
  Base::texte(ou, 11, un.montantAidePoste);
  Base::texte(ou, 12, un.pourcentageSalaireDirect);
  for (int place = 13; place <= 16; ++place) sqlite3_bind_null(ou, place);
}

template <class Horaire>
static void lier_horaire(sqlite3_stmt *ou, const Horaire &un) {
  Base::texte(ou, 13, un.dateEffet);
  Base::texte(ou, 14, un.heuresAvant);
  Base::texte(ou, 15, un.heuresApres);
}

static void lier(sqlite3_stmt *ou, const ns1__ChangementType &un) {
  for (int place = 9; place <= 16; ++place) sqlite3_bind_null(ou, place);
  const auto &detail = un.union_ChangementType;
  if (un.__union_ChangementType == SOAP_UNION__ns1__union_ChangementType_augmentation) lier_horaire(ou, *detail.augmentation);
  else if (un.__union_ChangementType == SOAP_UNION__ns1__union_ChangementType_reduction) lier_horaire(ou, *detail.reduction);
  else {
    Base::texte(ou, 13, detail.depart->dateEffet);
    sqlite3_bind_int(ou, 16, static_cast<int>(detail.depart->motif));
  }
}

class Service : public Soap11Service {
 public:
  explicit Service(soap_mode mode) : Soap11Service(mode) { soap_register_plugin(soap, soap_wsse); }

  Soap11Service *copy() override { return new Service(SOAP_C_UTFSTRING | SOAP_XML_STRICT | SOAP_IO_KEEPALIVE); }

  int DeclareCertificatEmploi(_ns1__DeclareCertificatEmploi *demande, _ns1__DeclareCertificatEmploiResponse &reponse) override {
    return enregistrer("DeclareCertificatEmploi", *demande->entete, demande->certificat, reponse);
  }

  int DeclareChangementActivite(_ns1__DeclareChangementActivite *demande,
                                _ns1__DeclareChangementActiviteResponse &reponse) override {
    return enregistrer("DeclareChangementActivite", *demande->entete, demande->changement, reponse);
  }

  int AnnuleDeclaration(_ns1__AnnuleDeclaration *, _ns1__AnnuleDeclarationResponse &) override { return SOAP_NO_METHOD; }
  int ConsulteDepot(_ns1__ConsulteDepot *, _ns1__ConsulteDepotResponse &) override { return SOAP_NO_METHOD; }
  int ListeDepots(_ns1__ListeDepots *, _ns1__ListeDepotsResponse &) override { return SOAP_NO_METHOD; }
  int ListeResteADeclarer(_ns1__ListeResteADeclarer *, _ns1__ListeResteADeclarerResponse &) override { return SOAP_NO_METHOD; }
  int ListeAnomalies(_ns1__ListeAnomalies *, _ns1__ListeAnomaliesResponse &) override { return SOAP_NO_METHOD; }
  int ConsulteService(_ns1__ConsulteService *, _ns1__ConsulteServiceResponse &) override { return SOAP_NO_METHOD; }
  int ModifieMotDePasse(_ns1__ModifieMotDePasse *, _ns1__ModifieMotDePasseResponse &) override { return SOAP_NO_METHOD; }

 private:
  template <class Ligne, class Reponse>
  int enregistrer(const string &operation, const ns1__EnteteType &entete, const std::vector<Ligne *> &lignes, Reponse &reponse) {
    const char *presente = soap_wsse_get_Username(soap);
    if (!presente || utilisateur != presente || soap_wsse_verify_Password(soap, secret.c_str()))
      return soap_wsse_sender_fault(soap, "Identifiants refusés.", nullptr);
    soap_wsse_delete_Security(soap);
    const string depot = numero();
    if (!ecrire(depot, operation, entete, lignes)) return soap_receiverfault("Base indisponible.", nullptr);
    auto *accuse = soap_new_ns1__AccuseType(soap);
    accuse->numeroDepot = depot;
    accuse->identifiantMessage = entete.identifiantMessage;
    accuse->operation = operation;
    accuse->siret = entete.siret;
    accuse->dateReception = std::time(nullptr);
    accuse->essai = entete.essai;
    accuse->statut = "ACCEPTE";
    accuse->empreinte = soap_new_ns1__EmpreinteType(soap);
    accuse->service = soap_new_ns1__ServiceType(soap);
    accuse->nombreRecues = accuse->nombreAcceptees = static_cast<int>(lignes.size());
    accuse->nombreRejetees = 0;
    int rang = 0;
    for (const auto *ligne : lignes) {
      auto *resultat = soap_new_ns1__ResultatType(soap);
      resultat->rang = ++rang;
      resultat->reference = ligne->reference;
      resultat->statut = "ACCEPTEE";
      char suffixe[8];
      std::snprintf(suffixe, sizeof suffixe, "-%04d", rang);
      resultat->numeroDeclaration = soap_new_std__string(soap);
      *resultat->numeroDeclaration = depot + suffixe;
      accuse->resultat.push_back(resultat);
    }
    reponse.accuse = accuse;
    return SOAP_OK;
  }

  template <class Ligne>
  static bool ecrire(const string &depot, const string &operation, const ns1__EnteteType &entete,
                     const std::vector<Ligne *> &lignes) {
    std::lock_guard<std::mutex> tour{base->verrou};
    if (!Base::faire(base->debut)) return false;
    Base::texte(base->depot, 1, depot);
    Base::texte(base->depot, 2, entete.identifiantMessage);
    Base::texte(base->depot, 3, entete.siret);
    Base::texte(base->depot, 4, operation);
    bool juste = Base::faire(base->depot);
    const sqlite3_int64 id = sqlite3_last_insert_rowid(base->base);
    int rang = 0;
    for (const auto *ligne : lignes) {
      const auto &qui = *ligne->salarie;
      sqlite3_bind_int64(base->ligne, 1, id);
      sqlite3_bind_int(base->ligne, 2, ++rang);
      Base::texte(base->ligne, 3, ligne->reference);
      Base::texte(base->ligne, 4, qui.nir);
      Base::texte(base->ligne, 5, qui.numeroAllocataire);
      Base::texte(base->ligne, 6, qui.nom);
      Base::texte(base->ligne, 7, qui.prenom);
      Base::texte(base->ligne, 8, qui.dateNaissance);
      lier(base->ligne, *ligne);
      juste = Base::faire(base->ligne) && juste;
    }
    return Base::faire(base->fin) && juste;
  }
};

/// Connections wait here for one of the threads.
static std::deque<SOAP_SOCKET> attente;
static std::mutex verrou;
static std::condition_variable arrivee;

static void travailler() {
  Service service(SOAP_C_UTFSTRING | SOAP_XML_STRICT | SOAP_IO_KEEPALIVE);
  service.soap->max_keep_alive = 0;  // no end
  service.soap->recv_timeout = 60;
  for (;;) {
    {
      std::unique_lock<std::mutex> tour{verrou};
      arrivee.wait(tour, [] { return !attente.empty(); });
      service.soap->socket = attente.front();
      attente.pop_front();
    }
    service.serve();
    service.destroy();
  }
}

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, [](int) { _exit(0); });
  base = new Base;
  Service maitre(SOAP_C_UTFSTRING | SOAP_IO_KEEPALIVE);
  maitre.soap->bind_flags = SO_REUSEADDR;
  if (!soap_valid_socket(maitre.bind("127.0.0.1", std::atoi(std::getenv("BANC_PORT")), 128))) return 1;
  // One thread a connection while it lives: as many as the load has.
  for (int rang = 0; rang < 64; ++rang) std::thread(travailler).detach();
  for (;;) {
    const SOAP_SOCKET prise = maitre.accept();
    if (!soap_valid_socket(prise)) continue;
    const std::lock_guard<std::mutex> tour{verrou};
    attente.push_back(prise);
    arrivee.notify_one();
  }
}

package banc;

import fr.caf.esat.*;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.GregorianCalendar;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.namespace.QName;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.wss4j.common.ext.WSPasswordCallback;

/** The intake with Apache CXF, WSS4J, schema validation and JDBC. */
public final class Service {
  private static final SecureRandom HASARD = new SecureRandom();
  private final Connection base;
  private final PreparedStatement depot;
  private final PreparedStatement ligne;

  private Service() throws SQLException {
    base = DriverManager.getConnection("jdbc:sqlite:" + System.getenv("BANC_DONNEES") + "/pair.sqlite");
    try (Statement s = base.createStatement()) {
      s.execute("PRAGMA journal_mode = WAL");
      s.execute("PRAGMA synchronous = FULL");
      s.execute("CREATE TABLE depot (id INTEGER PRIMARY KEY, numero TEXT, message TEXT, siret TEXT, operation TEXT)");
      s.execute("CREATE TABLE ligne (depot TEXT, rang INTEGER, reference TEXT, nir TEXT, numero_allocataire TEXT, nom TEXT, prenom"
          + " TEXT, naissance TEXT, mois INTEGER, net TEXT, aide TEXT, part TEXT, date_effet TEXT, avant TEXT, apres TEXT,"
          + " motif TEXT, PRIMARY KEY (depot, rang)) WITHOUT ROWID");
    }
    base.setAutoCommit(false);
    depot = base.prepareStatement("INSERT INTO depot (numero, message, siret, operation) VALUES (?, ?, ?, ?)");
    ligne = base.prepareStatement("INSERT INTO ligne VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  }

  private Object repondre(String operation, Object demande) throws Exception {
    if (demande instanceof DeclareCertificatEmploi d) {
      DeclareCertificatEmploiResponse r = new DeclareCertificatEmploiResponse();
      String numero = numero();
      ecrire(numero, operation, d.getEntete(), d.getCertificat());
      r.setAccuse(accuse(numero, operation, d.getEntete(), d.getCertificat().stream().map(CertificatType::getReference).toList()));
      r.setAccuseSigne(new byte[0]);
      return r;
    }
    if (demande instanceof DeclareChangementActivite d) {
      DeclareChangementActiviteResponse r = new DeclareChangementActiviteResponse();
      String numero = numero();
      ecrire(numero, operation, d.getEntete(), d.getChangement());
      r.setAccuse(accuse(numero, operation, d.getEntete(), d.getChangement().stream().map(ChangementType::getReference).toList()));
      r.setAccuseSigne(new byte[0]);
      return r;
    }
    throw new UnsupportedOperationException(operation);
  }

  private static String numero() {
    byte[] octets = new byte[8];
    HASARD.nextBytes(octets);
    return "D" + HexFormat.of().formatHex(octets);
  }

  private synchronized void ecrire(String numero, String operation, EnteteType entete, List<?> lignes) throws SQLException {
    poser(depot, numero, entete.getIdentifiantMessage(), entete.getSiret(), operation);
    depot.executeUpdate();
    int rang = 0;
    for (Object une : lignes) {
      rang++;
      if (une instanceof CertificatType c) {
        SalarieType q = c.getSalarie();
        poser(ligne, numero, rang, c.getReference(), q.getNir(), q.getNumeroAllocataire(), q.getNom(), q.getPrenom(),
            String.valueOf(q.getDateNaissance()), c.getNombreMois(), texte(c.getMontantNet()), texte(c.getMontantAidePoste()),
            texte(c.getPourcentageSalaireDirect()), null, null, null, null);
      } else if (une instanceof ChangementType c) {
        SalarieType q = c.getSalarie();
        Object date = c.getReduction() != null ? c.getReduction().getDateEffet()
            : c.getAugmentation() != null ? c.getAugmentation().getDateEffet() : c.getDepart().getDateEffet();
        Object avant = c.getReduction() != null ? c.getReduction().getHeuresAvant() : null;
        Object apres = c.getReduction() != null ? c.getReduction().getHeuresApres() : null;
        poser(ligne, numero, rang, c.getReference(), q.getNir(), q.getNumeroAllocataire(), q.getNom(), q.getPrenom(),
            String.valueOf(q.getDateNaissance()), null, null, null, null, texte(date), texte(avant), texte(apres), null);
      }
      ligne.addBatch();
    }
    ligne.executeBatch();
    base.commit();
  }

  private static String texte(Object valeur) {
    return valeur == null ? null : valeur.toString();
  }

  private static void poser(PreparedStatement ou, Object... valeurs) throws SQLException {
    for (int place = 0; place < valeurs.length; place++) ou.setObject(place + 1, valeurs[place]);
  }

  private static AccuseType accuse(String numero, String operation, EnteteType entete, List<String> references) throws Exception {
    AccuseType accuse = new AccuseType();
    accuse.setNumeroDepot(numero);
    accuse.setIdentifiantMessage(entete.getIdentifiantMessage());
    accuse.setOperation(operation);
    accuse.setSiret(entete.getSiret());
    accuse.setDateReception(DatatypeFactory.newInstance().newXMLGregorianCalendar(GregorianCalendar.from(ZonedDateTime.now(ZoneOffset.UTC))));
    accuse.setEssai(entete.isEssai());
    accuse.setStatut("ACCEPTE");
    accuse.setEmpreinte(new EmpreinteType());
    accuse.setVersionRegles("");
    accuse.setService(new ServiceType());
    accuse.setNombreRecues(references.size());
    accuse.setNombreAcceptees(references.size());
    int rang = 0;
    for (String reference : references) {
      ResultatType resultat = new ResultatType();
      resultat.setRang(++rang);
      resultat.setReference(reference);
      resultat.setStatut("ACCEPTEE");
      resultat.setNumeroDeclaration(String.format("%s-%04d", numero, rang));
      accuse.getResultat().add(resultat);
    }
    return accuse;
  }

  private static final class Secret implements CallbackHandler {
    @Override
    public void handle(Callback[] demandes) {
      for (Callback demande : demandes)
        if (demande instanceof WSPasswordCallback mot && System.getenv("BANC_UTILISATEUR").equals(mot.getIdentifier()))
          mot.setPassword(System.getenv("BANC_SECRET"));
    }
  }

  public static void main(String[] args) throws Exception {
    Service service = new Service();
    Object endpoint = Proxy.newProxyInstance(Service.class.getClassLoader(), new Class<?>[] {TeledeclarationEsat.class},
        (proxy, methode, valeurs) -> switch (methode.getName()) {
          case "hashCode" -> 1;
          case "equals" -> proxy == valeurs[0];
          case "toString" -> "service";
          default -> service.repondre(Character.toUpperCase(methode.getName().charAt(0)) + methode.getName().substring(1), valeurs[0]);
        });
    JaxWsServerFactoryBean serveur = new JaxWsServerFactoryBean();
    serveur.setServiceClass(TeledeclarationEsat.class);
    serveur.setServiceBean(endpoint);
    serveur.setWsdlLocation("file:" + System.getenv("BANC_CONSTRUCTION") + "/contrat/wsdl/teledeclaration-esat-v1.wsdl");
    serveur.setServiceName(new QName("urn:caf:teleprocedure-esat:v1", "TeledeclarationEsatService"));
    serveur.setEndpointName(new QName("urn:caf:teleprocedure-esat:v1", "Soap11"));
    serveur.setAddress("http://127.0.0.1:" + System.getenv("BANC_PORT") + "/ws/v1");
    serveur.setProperties(Map.of("schema-validation-enabled", "IN"));
    serveur.getInInterceptors().add(new WSS4JInInterceptor(Map.of("action", "UsernameToken", "passwordCallbackRef", new Secret())));
    serveur.create();
  }
}

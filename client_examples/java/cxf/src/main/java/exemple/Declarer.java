package exemple;

import fr.caf.esat.AccuseType;
import fr.caf.esat.AnnuleDeclaration;
import fr.caf.esat.AnomalieType;
import fr.caf.esat.AugmentationType;
import fr.caf.esat.CertificatType;
import fr.caf.esat.ChangementType;
import fr.caf.esat.ConsulteDepot;
import fr.caf.esat.ConsulteDepotResponse;
import fr.caf.esat.ConsulteService;
import fr.caf.esat.ConsulteServiceResponse;
import fr.caf.esat.DeclareCertificatEmploi;
import fr.caf.esat.DeclareCertificatEmploiResponse;
import fr.caf.esat.DeclareChangementActivite;
import fr.caf.esat.DeclareChangementActiviteResponse;
import fr.caf.esat.DepartType;
import fr.caf.esat.DepotType;
import fr.caf.esat.EnteteType;
import fr.caf.esat.Erreur;
import fr.caf.esat.ErreurType;
import fr.caf.esat.ListeAnomalies;
import fr.caf.esat.ListeAnomaliesResponse;
import fr.caf.esat.ListeDepots;
import fr.caf.esat.ListeResteADeclarer;
import fr.caf.esat.ListeResteADeclarerResponse;
import fr.caf.esat.LogicielType;
import fr.caf.esat.ModifieMotDePasse;
import fr.caf.esat.MotifDepartType;
import fr.caf.esat.PrecisionType;
import fr.caf.esat.ResultatType;
import fr.caf.esat.SalarieType;
import fr.caf.esat.TeledeclarationEsat;
import fr.caf.esat.TeledeclarationEsatService;
import jakarta.xml.ws.BindingProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.namespace.QName;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.rt.security.SecurityConstants;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.ConfigurationConstants;
import org.apache.wss4j.common.ext.WSPasswordCallback;

/**
 * Déclare des certificats d'emploi et des changements d'activité avec Apache CXF et WSS4J, puis relit, liste et annule.
 * Réglages (variables d'environnement) et sortie : ../../README.md
 */
public final class Declarer {
    private static final PrintStream SORTIE = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final String URL = reglage("URL");
    private static final String SIRET = reglage("SIRET");
    /** "", "soap12" or "politique". */
    private static final String VARIANTE = Objects.requireNonNullElse(reglage("WSDL"), "");
    private static final boolean CONDENSE = reglage("CLE") != null;

    /** An operation, called for the fault that it answers with. */
    private interface Appel {
        void faire() throws Erreur;
    }

    private static String reglage(String nom) {
        return System.getenv("DECLARER_ESAT_" + nom);
    }

    private static TeledeclarationEsat connecter(String secret) throws IOException {
        // The class keeps the address of the WSDL that it was generated from; the service is where the settings say.
        TeledeclarationEsatService service = new TeledeclarationEsatService(
                URI.create(URL + (VARIANTE.isEmpty() ? "?wsdl" : "?wsdl=" + VARIANTE)).toURL());
        QName soap12 = new QName(TeledeclarationEsatService.SERVICE.getNamespaceURI(), "Soap12");
        TeledeclarationEsat port = VARIANTE.equals("soap12")
                ? service.getPort(soap12, TeledeclarationEsat.class) : service.getSoap11();
        Map<String, Object> contexte = ((BindingProvider) port).getRequestContext();
        // A fault of the sender goes out with status 400 in SOAP 1.2 (part 2, 7.5.2.2): CXF reads it only if told to.
        contexte.put(HTTPConduit.PROCESS_FAULT_ON_HTTP_400, true);
        if (VARIANTE.equals("politique")) {
            // CXF reads in the WSDL which token is wanted, a digest over http, a text over https.
            contexte.put(SecurityConstants.USERNAME, reglage("UTILISATEUR"));
            contexte.put(SecurityConstants.PASSWORD, secret);
        } else {
            ClientProxy.getClient(port).getOutInterceptors().add(new WSS4JOutInterceptor(jeton(secret)));
        }
        return port;
    }

    /** A clé d'intégration travels as a digest; a password as text, over TLS only. */
    private static Map<String, Object> jeton(String secret) {
        CallbackHandler rappel = demandes -> ((WSPasswordCallback) demandes[0]).setPassword(secret);
        return Map.of(
                ConfigurationConstants.ACTION, ConfigurationConstants.USERNAME_TOKEN,
                ConfigurationConstants.USER, reglage("UTILISATEUR"),
                ConfigurationConstants.PASSWORD_TYPE, CONDENSE ? "PasswordDigest" : "PasswordText",
                ConfigurationConstants.PW_CALLBACK_REF, rappel);
    }

    private static EnteteType entete() {
        LogicielType logiciel = new LogicielType();
        logiciel.setEditeur("Exemple");
        logiciel.setNom("CXF");
        logiciel.setVersion("4.0");
        EnteteType entete = new EnteteType();
        // To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
        entete.setIdentifiantMessage(UUID.randomUUID().toString());
        entete.setSiret(SIRET);
        entete.setLogiciel(logiciel);
        entete.setEssai(false);
        return entete;
    }

    /** A date without time or offset, as xs:date is meant here. */
    private static XMLGregorianCalendar jour(String date) {
        try {
            return DatatypeFactory.newInstance().newXMLGregorianCalendar(date);
        } catch (DatatypeConfigurationException erreur) {
            throw new IllegalStateException(erreur);
        }
    }

    private static SalarieType salarie(String nir, String nom, String prenom, String naissance) {
        SalarieType salarie = new SalarieType();
        salarie.setNir(nir);
        salarie.setNom(nom);
        salarie.setPrenom(prenom);
        salarie.setDateNaissance(jour(naissance));
        return salarie;
    }

    private static CertificatType certificat(String reference, SalarieType salarie, int mois, String net, String aide) {
        CertificatType certificat = new CertificatType();
        certificat.setReference(reference);
        certificat.setSalarie(salarie);
        certificat.setNombreMois(mois);
        certificat.setMontantNet(new BigDecimal(net));
        certificat.setMontantAidePoste(aide == null ? null : new BigDecimal(aide));
        return certificat;
    }

    private static List<ChangementType> changements(int annee, SalarieType anais, SalarieType chloe) {
        AugmentationType augmentation = new AugmentationType();
        augmentation.setDateEffet(jour(annee + "-10-01"));
        augmentation.setHeuresAvant(new BigDecimal("17.5"));
        augmentation.setHeuresApres(new BigDecimal("24"));
        ChangementType hausse = new ChangementType();
        hausse.setReference("CHGT-1");
        hausse.setSalarie(anais);
        hausse.setAugmentation(augmentation);
        DepartType depart = new DepartType();
        depart.setDateEffet(jour(annee + "-10-30"));
        depart.setMotif(MotifDepartType.RETRAITE);
        ChangementType fin = new ChangementType();
        fin.setReference("CHGT-2");
        fin.setSalarie(chloe);
        fin.setDepart(depart);
        return List.of(hausse, fin);
    }

    private static String ouTiret(String texte) {
        return Objects.requireNonNullElse(texte, "-");
    }

    private static String entreCrochets(Stream<String> constats) {
        String liste = constats.collect(Collectors.joining(", "));
        return liste.isEmpty() ? "" : " [" + liste + "]";
    }

    private static String anomalie(AnomalieType anomalie) {
        return anomalie.getCode() + " " + ouTiret(anomalie.getChamp());
    }

    private static void montrer(String titre, AccuseType accuse, byte[] accuseSigne) throws IOException {
        SORTIE.printf("%s : %s %s, %d acceptée(s) et %d rejetée(s) sur %d%n", titre, accuse.getNumeroDepot(),
                accuse.getStatut(), accuse.getNombreAcceptees(), accuse.getNombreRejetees(), accuse.getNombreRecues());
        for (ResultatType ligne : accuse.getResultat()) {
            SORTIE.printf("  ligne %d %s : %s %s%s%n", ligne.getRang(), ouTiret(ligne.getReference()), ligne.getStatut(),
                    ouTiret(ligne.getNumeroDeclaration()),
                    entreCrochets(ligne.getAnomalie().stream().map(Declarer::anomalie)));
        }
        // The proof of deposit: these bytes, as they are.
        Files.write(Path.of("accuse-" + accuse.getNumeroDepot() + ".xml"), accuseSigne);
    }

    /** Why a message was refused: the fault's detail says it, field by field. */
    private static void montrerFaute(String titre, Appel appel) {
        try {
            appel.faire();
        } catch (Erreur refus) {
            ErreurType erreur = refus.getFaultInfo();
            Stream<String> champs = erreur.getPrecision().stream().map(PrecisionType::getChamp).map(Declarer::ouTiret);
            SORTIE.printf("%s : %s%s%n", titre, erreur.getCode(), entreCrochets(champs));
            return;
        }
        throw new IllegalStateException(titre + " : attendue, elle n'est pas venue.");
    }

    private static Stream<String> numerosAcceptes(AccuseType... accuses) {
        return Arrays.stream(accuses).flatMap(accuse -> accuse.getResultat().stream())
                .filter(ligne -> ligne.getStatut().equals("ACCEPTEE")).map(ResultatType::getNumeroDeclaration);
    }

    private static int presenter(TeledeclarationEsat port) throws Erreur {
        ConsulteServiceResponse service = port.consulteService(new ConsulteService());
        SORTIE.printf("Service : %s, contrat %s, règles %s, campagne %d%n", service.getEnvironnement(),
                service.getVersionContrat(), service.getVersionRegles(), service.getCampagne().getAnnee());
        ListeAnomaliesResponse catalogue = port.listeAnomalies(new ListeAnomalies());
        SORTIE.printf("Catalogue : %d règles, version %s%n", catalogue.getRegle().size(), catalogue.getVersionRegles());
        return service.getCampagne().getAnnee();
    }

    private static void relire(TeledeclarationEsat port, int annee, String numeroDepot, byte[] original) throws Erreur {
        ConsulteDepotResponse depot = port.consulteDepot(depot(SIRET, numeroDepot));
        SORTIE.printf("Dépôt relu : %s, accusé signé %s%s%n", depot.getAccuse().getNumeroDepot(),
                Arrays.equals(depot.getAccuseSigne(), original) ? "identique" : "DIFFÉRENT",
                depot.getEtat().stream().map(etat -> ", " + etat.getNumeroDeclaration() + " " + etat.getStatut())
                        .collect(Collectors.joining()));
        ListeDepots periode = new ListeDepots();
        periode.setSiret(SIRET);
        periode.setDepuis(jour(annee + "-01-01"));
        periode.setJusque(jour(annee + 1 + "-12-31"));
        SORTIE.println("Dépôts : " + port.listeDepots(periode).getDepot().stream()
                .map(DepotType::getNumeroDepot).collect(Collectors.joining(", ")));
        ListeResteADeclarer attente = new ListeResteADeclarer();
        attente.setSiret(SIRET);
        attente.setAnnee(annee);
        ListeResteADeclarerResponse reste = port.listeResteADeclarer(attente);
        SORTIE.printf("Reste à déclarer : %s avant le %s%n", reste.getSalarie().stream()
                .map(salarie -> salarie.getPrenom() + " " + salarie.getNom()).collect(Collectors.joining(", ")),
                reste.getDateLimite());
    }

    private static ConsulteDepot depot(String siret, String numeroDepot) {
        ConsulteDepot demande = new ConsulteDepot();
        demande.setSiret(siret);
        demande.setNumeroDepot(numeroDepot);
        return demande;
    }

    private static void changerLeMotDePasse(TeledeclarationEsat port, String ancien, String nouveau) throws Erreur {
        ModifieMotDePasse demande = new ModifieMotDePasse();
        demande.setAncienMotDePasse(ancien);
        demande.setNouveauMotDePasse(nouveau);
        SORTIE.printf("Mot de passe : changé, valable jusqu'au %s%n", port.modifieMotDePasse(demande).getExpiration());
    }

    public static void main(String[] arguments) throws Erreur, IOException {
        String secret = CONDENSE ? reglage("CLE") : reglage("MOT_DE_PASSE");
        TeledeclarationEsat port = connecter(secret);
        int annee = presenter(port);

        SalarieType bruno = salarie("185058300100192", "Martin", "Bruno", "1985-05-12");
        SalarieType anais = salarie("290118300200256", "Lefèvre", "Anaïs", "1990-11-03");
        SalarieType chloe = salarie(null, "Nguyen", "Chloé", "1975-02-20");
        chloe.setNumeroAllocataire("1234567A");
        chloe.setOrganisme("831");
        DeclareCertificatEmploi declaration = new DeclareCertificatEmploi();
        declaration.setEntete(entete());
        declaration.setAnnee(annee);
        declaration.getCertificat().add(certificat("CERT-1", bruno, 12, "812.40", "640.10"));
        // Refused with two anomalies: thirteen months, and one amount where two are expected.
        declaration.getCertificat().add(certificat("CERT-2", anais, 13, "798.15", null));
        DeclareCertificatEmploiResponse certificats = port.declareCertificatEmploi(declaration);
        montrer("Certificats", certificats.getAccuse(), certificats.getAccuseSigne());
        DeclareChangementActivite annonce = new DeclareChangementActivite();
        annonce.setEntete(entete());
        annonce.getChangement().addAll(changements(annee, anais, chloe));
        DeclareChangementActiviteResponse changements = port.declareChangementActivite(annonce);
        montrer("Changements", changements.getAccuse(), changements.getAccuseSigne());

        relire(port, annee, certificats.getAccuse().getNumeroDepot(), certificats.getAccuseSigne());

        AnnuleDeclaration retrait = new AnnuleDeclaration();
        retrait.setEntete(entete());
        numerosAcceptes(certificats.getAccuse(), changements.getAccuse()).forEach(retrait.getNumeroDeclaration()::add);
        retrait.setMotif("Déclarations de démonstration");
        var annulation = port.annuleDeclaration(retrait);
        montrer("Annulation", annulation.getAccuse(), annulation.getAccuseSigne());

        montrerFaute("Faute de schéma", () -> port.consulteDepot(depot("123", null)));
        TeledeclarationEsat inconnu = connecter(secret + "?");
        montrerFaute("Faute d'authentification", () -> inconnu.consulteService(new ConsulteService()));

        if (reglage("NOUVEAU_MOT_DE_PASSE") != null) {
            changerLeMotDePasse(port, secret, reglage("NOUVEAU_MOT_DE_PASSE"));
        }
    }

    private Declarer() {
    }
}

package exemple;

import fr.caf.esat.AccuseType;
import fr.caf.esat.AnomalieType;
import fr.caf.esat.AugmentationType;
import fr.caf.esat.CampagneType;
import fr.caf.esat.CertificatType;
import fr.caf.esat.ChangementType;
import fr.caf.esat.CompteType;
import fr.caf.esat.DepartType;
import fr.caf.esat.DepotType;
import fr.caf.esat.EnteteType;
import fr.caf.esat.Erreur;
import fr.caf.esat.ErreurType;
import fr.caf.esat.EtatType;
import fr.caf.esat.LimitesType;
import fr.caf.esat.LogicielType;
import fr.caf.esat.MotifDepartType;
import fr.caf.esat.PrecisionType;
import fr.caf.esat.RegleType;
import fr.caf.esat.ResultatType;
import fr.caf.esat.SalarieType;
import fr.caf.esat.TeledeclarationEsat;
import fr.caf.esat.TeledeclarationEsatService;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Holder;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;

/**
 * Déclare des certificats d'emploi et des changements d'activité avec JAX-WS RI, puis relit, liste et annule.
 * Réglages (variables d'environnement) et sortie : ../../README.md
 */
public final class Declarer {
    private static final PrintStream SORTIE = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final String URL = reglage("URL");
    private static final String SIRET = reglage("SIRET");
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
        TeledeclarationEsat port = new TeledeclarationEsatService(URI.create(URL + "?wsdl").toURL()).getSoap11();
        ((BindingProvider) port).getBinding()
                .setHandlerChain(List.of(new Jeton(reglage("UTILISATEUR"), secret, CONDENSE)));
        return port;
    }

    private static EnteteType entete() {
        LogicielType logiciel = new LogicielType();
        logiciel.setEditeur("Exemple");
        logiciel.setNom("JAX-WS RI");
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

    private static List<String> numerosAcceptes(AccuseType... accuses) {
        return Arrays.stream(accuses).flatMap(accuse -> accuse.getResultat().stream())
                .filter(ligne -> ligne.getStatut().equals("ACCEPTEE"))
                .map(ResultatType::getNumeroDeclaration).collect(Collectors.toCollection(ArrayList::new));
    }

    private static int presenter(TeledeclarationEsat port) throws Erreur {
        Holder<String> environnement = new Holder<>();
        Holder<String> versionContrat = new Holder<>();
        Holder<String> versionRegles = new Holder<>();
        Holder<CampagneType> campagne = new Holder<>();
        port.consulteService(environnement, versionContrat, versionRegles, campagne, new Holder<LimitesType>(),
                new Holder<XMLGregorianCalendar>(), new Holder<CompteType>());
        SORTIE.printf("Service : %s, contrat %s, règles %s, campagne %d%n", environnement.value, versionContrat.value,
                versionRegles.value, campagne.value.getAnnee());
        Holder<List<RegleType>> regles = new Holder<>();
        port.listeAnomalies(versionRegles, regles);
        SORTIE.printf("Catalogue : %d règles, version %s%n", regles.value.size(), versionRegles.value);
        return campagne.value.getAnnee();
    }

    private static void relire(TeledeclarationEsat port, int annee, String numeroDepot, byte[] original) throws Erreur {
        Holder<AccuseType> accuse = new Holder<>();
        Holder<byte[]> accuseSigne = new Holder<>();
        Holder<List<EtatType>> etats = new Holder<>();
        port.consulteDepot(SIRET, numeroDepot, null, accuse, accuseSigne, etats);
        SORTIE.printf("Dépôt relu : %s, accusé signé %s%s%n", accuse.value.getNumeroDepot(),
                Arrays.equals(accuseSigne.value, original) ? "identique" : "DIFFÉRENT",
                etats.value.stream().map(etat -> ", " + etat.getNumeroDeclaration() + " " + etat.getStatut())
                        .collect(Collectors.joining()));
        Holder<List<DepotType>> depots = new Holder<>();
        port.listeDepots(SIRET, jour(annee + "-01-01"), jour(annee + 1 + "-12-31"), null, null, depots, new Holder<>());
        SORTIE.println("Dépôts : "
                + depots.value.stream().map(DepotType::getNumeroDepot).collect(Collectors.joining(", ")));
        Holder<List<SalarieType>> reste = new Holder<>();
        Holder<XMLGregorianCalendar> dateLimite = new Holder<>();
        port.listeResteADeclarer(SIRET, annee, reste, dateLimite);
        SORTIE.printf("Reste à déclarer : %s avant le %s%n", reste.value.stream()
                .map(salarie -> salarie.getPrenom() + " " + salarie.getNom()).collect(Collectors.joining(", ")),
                dateLimite.value);
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
        Holder<AccuseType> certificats = new Holder<>();
        Holder<byte[]> accuseSigne = new Holder<>();
        port.declareCertificatEmploi(entete(), annee, List.of(
                certificat("CERT-1", bruno, 12, "812.40", "640.10"),
                // Refused with two anomalies: thirteen months, and one amount where two are expected.
                certificat("CERT-2", anais, 13, "798.15", null)), certificats, accuseSigne);
        montrer("Certificats", certificats.value, accuseSigne.value);
        Holder<AccuseType> changements = new Holder<>();
        Holder<byte[]> autreAccuse = new Holder<>();
        port.declareChangementActivite(entete(), changements(annee, anais, chloe), changements, autreAccuse);
        montrer("Changements", changements.value, autreAccuse.value);

        relire(port, annee, certificats.value.getNumeroDepot(), accuseSigne.value);

        Holder<AccuseType> annulation = new Holder<>();
        port.annuleDeclaration(entete(), numerosAcceptes(certificats.value, changements.value),
                "Déclarations de démonstration", annulation, autreAccuse);
        montrer("Annulation", annulation.value, autreAccuse.value);

        montrerFaute("Faute de schéma", () ->
                port.consulteDepot("123", null, null, new Holder<>(), new Holder<>(), new Holder<>()));
        TeledeclarationEsat inconnu = connecter(secret + "?");
        montrerFaute("Faute d'authentification", () -> inconnu.listeAnomalies(new Holder<>(), new Holder<>()));

        String nouveau = reglage("NOUVEAU_MOT_DE_PASSE");
        if (nouveau != null) {
            SORTIE.printf("Mot de passe : changé, valable jusqu'au %s%n", port.modifieMotDePasse(secret, nouveau));
        }
    }

    private Declarer() {
    }
}

// Déclare des certificats d'emploi et des changements d'activité avec les proxies de .NET, puis relit, liste et annule.
// Réglages (variables d'environnement) et sortie : ../README.md
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Web.Services.Protocols;
using System.Xml;
using Caf.Esat;

static class Declarer
{
    static readonly string Siret = Reglage("SIRET");
    static readonly bool Condense = Reglage("CLE") != null;
    static readonly string Secret = Condense ? Reglage("CLE") : Reglage("MOT_DE_PASSE");
    static readonly TeledeclarationEsatService Proxy = new TeledeclarationEsatService { Url = Reglage("URL") };

    static string Reglage(string nom)
    {
        return Environment.GetEnvironmentVariable("DECLARER_ESAT_" + nom);
    }

    /// <summary>The service, with a new token.</summary>
    static TeledeclarationEsatService Service
    {
        get { return Proxy.Signer(Reglage("UTILISATEUR"), Secret, Condense); }
    }

    static EnteteType Entete()
    {
        return new EnteteType
        {
            // To repeat a message after a lost answer, repeat its identifier too: the first receipt comes again.
            identifiantMessage = Guid.NewGuid().ToString(),
            siret = Siret,
            logiciel = new LogicielType { editeur = "Exemple", nom = ".NET", version = Environment.Version.ToString() },
            essai = false
        };
    }

    static CertificatType Certificat(string reference, SalarieType salarie, int mois, decimal net, decimal? aide)
    {
        return new CertificatType
        {
            reference = reference,
            salarie = salarie,
            nombreMois = mois,
            // Without xxxSpecified an optional number is not sent at all (rule C03).
            montantNet = net,
            montantNetSpecified = true,
            montantAidePoste = aide.GetValueOrDefault(),
            montantAidePosteSpecified = aide.HasValue
        };
    }

    static string EntreCrochets(IEnumerable<string> constats)
    {
        var liste = string.Join(", ", constats);
        return liste == "" ? "" : " [" + liste + "]";
    }

    static void Montrer(string titre, AccuseType accuse, byte[] accuseSigne)
    {
        Console.WriteLine("{0} : {1} {2}, {3} acceptée(s) et {4} rejetée(s) sur {5}", titre, accuse.numeroDepot,
            accuse.statut, accuse.nombreAcceptees, accuse.nombreRejetees, accuse.nombreRecues);
        foreach (var ligne in accuse.resultat)
        {
            var anomalies = ligne.anomalie ?? new AnomalieType[0];
            Console.WriteLine("  ligne {0} {1} : {2} {3}{4}", ligne.rang, ligne.reference ?? "-", ligne.statut,
                ligne.numeroDeclaration ?? "-", EntreCrochets(anomalies.Select(a => a.code + " " + (a.champ ?? "-"))));
        }
        // The proof of deposit: these bytes, as they are.
        File.WriteAllBytes("accuse-" + accuse.numeroDepot + ".xml", accuseSigne);
    }

    /// <summary>Why a message was refused: the fault's detail says it, field by field.</summary>
    static void MontrerFaute(string titre, Action appel)
    {
        try
        {
            appel();
        }
        catch (SoapException faute)
        {
            var espaces = new XmlNamespaceManager(new NameTable());
            espaces.AddNamespace("e", "urn:caf:teleprocedure-esat:v1");
            var champs = faute.Detail.SelectNodes("//e:precision/e:champ", espaces).Cast<XmlNode>();
            Console.WriteLine("{0} : {1}{2}", titre, faute.Detail.SelectSingleNode("//e:Erreur/e:code", espaces).InnerText,
                EntreCrochets(champs.Select(champ => champ.InnerText)));
            return;
        }
        throw new InvalidOperationException(titre + " : attendue, elle n'est pas venue.");
    }

    static int Presenter()
    {
        string contrat, regles;
        CampagneType campagne;
        LimitesType limites;
        DateTime heure;
        CompteType compte;
        var environnement = Service.ConsulteService(out contrat, out regles, out campagne, out limites, out heure, out compte);
        Console.WriteLine("Service : {0}, contrat {1}, règles {2}, campagne {3}", environnement, contrat, regles, campagne.annee);
        RegleType[] catalogue;
        var version = Service.ListeAnomalies(out catalogue);
        Console.WriteLine("Catalogue : {0} règles, version {1}", catalogue.Length, version);
        return campagne.annee;
    }

    static void Relire(int annee, string numeroDepot, byte[] original)
    {
        byte[] accuseSigne;
        EtatType[] etats;
        var accuse = Service.ConsulteDepot(Siret, numeroDepot, null, out accuseSigne, out etats);
        Console.WriteLine("Dépôt relu : {0}, accusé signé {1}{2}", accuse.numeroDepot,
            accuseSigne.SequenceEqual(original) ? "identique" : "DIFFÉRENT",
            string.Concat(etats.Select(etat => ", " + etat.numeroDeclaration + " " + etat.statut)));
        string suite;
        var depots = Service.ListeDepots(Siret, new DateTime(annee, 1, 1), new DateTime(annee + 1, 12, 31), null, 0, false, out suite);
        Console.WriteLine("Dépôts : {0}", string.Join(", ", depots.Select(depot => depot.numeroDepot)));
        DateTime dateLimite;
        var reste = Service.ListeResteADeclarer(Siret, annee, out dateLimite);
        Console.WriteLine("Reste à déclarer : {0} avant le {1:yyyy-MM-dd}",
            string.Join(", ", reste.Select(salarie => salarie.prenom + " " + salarie.nom)), dateLimite);
    }

    static void Main()
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var annee = Presenter();

        var bruno = new SalarieType { nir = "185058300100192", nom = "Martin", prenom = "Bruno", dateNaissance = new DateTime(1985, 5, 12) };
        var anais = new SalarieType { nir = "290118300200256", nom = "Lefèvre", prenom = "Anaïs", dateNaissance = new DateTime(1990, 11, 3) };
        var chloe = new SalarieType
        {
            numeroAllocataire = "1234567A", organisme = "831", nom = "Nguyen", prenom = "Chloé", dateNaissance = new DateTime(1975, 2, 20)
        };
        byte[] accuseSigne, autreAccuse;
        var certificats = Service.DeclareCertificatEmploi(Entete(), annee, new[]
        {
            Certificat("CERT-1", bruno, 12, 812.40m, 640.10m),
            // Refused with two anomalies: thirteen months, and one amount where two are expected.
            Certificat("CERT-2", anais, 13, 798.15m, null)
        }, out accuseSigne);
        Montrer("Certificats", certificats, accuseSigne);
        var augmentation = new AugmentationType { dateEffet = new DateTime(annee, 10, 1), heuresAvant = 17.5m, heuresApres = 24m };
        var depart = new DepartType { dateEffet = new DateTime(annee, 10, 30), motif = MotifDepartType.RETRAITE };
        var changements = Service.DeclareChangementActivite(Entete(), new[]
        {
            new ChangementType { reference = "CHGT-1", salarie = anais, Item = augmentation },
            new ChangementType { reference = "CHGT-2", salarie = chloe, Item = depart }
        }, out autreAccuse);
        Montrer("Changements", changements, autreAccuse);

        Relire(annee, certificats.numeroDepot, accuseSigne);

        var numeros = certificats.resultat.Concat(changements.resultat)
            .Where(ligne => ligne.statut == "ACCEPTEE").Select(ligne => ligne.numeroDeclaration).ToArray();
        var annulation = Service.AnnuleDeclaration(Entete(), numeros, "Déclarations de démonstration", out autreAccuse);
        Montrer("Annulation", annulation, autreAccuse);

        EtatType[] etats;
        MontrerFaute("Faute de schéma", () => Service.ConsulteDepot("123", null, null, out autreAccuse, out etats));
        RegleType[] catalogue;
        MontrerFaute("Faute d'authentification",
            () => Proxy.Signer(Reglage("UTILISATEUR"), Secret + "?", Condense).ListeAnomalies(out catalogue));

        var nouveau = Reglage("NOUVEAU_MOT_DE_PASSE");
        if (nouveau != null)
            Console.WriteLine("Mot de passe : changé, valable jusqu'au {0:yyyy-MM-ddTHH:mm:ssZ}",
                Service.ModifieMotDePasse(Secret, nouveau).ToUniversalTime());
    }
}

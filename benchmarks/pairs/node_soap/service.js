// The intake with node-soap: two workers, libxml2 validation of the payload, prepared statements of better-sqlite3.
const cluster = require("node:cluster");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const env = process.env;

if (cluster.isPrimary) {
  const base = ouvrir();
  base.exec(`CREATE TABLE depot (id INTEGER PRIMARY KEY, numero TEXT, message TEXT, siret TEXT, operation TEXT);
    CREATE TABLE ligne (depot_id INTEGER, rang INTEGER, reference TEXT, nir TEXT, numero_allocataire TEXT, nom TEXT, prenom TEXT,
      naissance TEXT, contenu TEXT, PRIMARY KEY (depot_id, rang)) WITHOUT ROWID`);
  base.close();
  cluster.fork();
  cluster.fork();
  process.on("SIGTERM", () => {
    for (const id in cluster.workers) cluster.workers[id].process.kill("SIGTERM");
    process.exit(0);
  });
} else {
  servir();
}

function ouvrir() {
  const base = require("better-sqlite3")(path.join(env.BANC_DONNEES, "pair.sqlite"), { timeout: 30000 });
  base.pragma("journal_mode = WAL");
  base.pragma("synchronous = FULL");
  return base;
}

function servir() {
  const soap = require("soap");
  const libxml = require("libxmljs2");
  const base = ouvrir();
  const depot = base.prepare("INSERT INTO depot (numero, message, siret, operation) VALUES (?, ?, ?, ?)");
  const ajouter = base.prepare("INSERT INTO ligne VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const wsdl = path.join(env.BANC_CONTRAT, "wsdl/teledeclaration-esat-v1.wsdl");
  const schemas = path.join(env.BANC_CONTRAT, "schemas");
  process.chdir(schemas);
  const schema = libxml.parseXml(fs.readFileSync("teledeclaration-esat-v1.xsd", "utf8"), { baseUrl: schemas + "/" });

  const ecrire = base.transaction((operation, entete, lignes) => {
    const numero = "D" + crypto.randomBytes(8).toString("hex");
    const { lastInsertRowid } = depot.run(numero, entete.identifiantMessage, entete.siret, operation);
    const resultat = lignes.map((ligne, place) => {
      const { reference = null, salarie: qui, ...contenu } = ligne;
      ajouter.run(lastInsertRowid, place + 1, reference, qui.nir ?? null, qui.numeroAllocataire ?? null, qui.nom, qui.prenom,
        String(qui.dateNaissance), JSON.stringify(contenu));
      return { rang: place + 1, reference, statut: "ACCEPTEE", numeroDeclaration: `${numero}-${String(place + 1).padStart(4, "0")}` };
    });
    return { numero, resultat };
  });

  function enregistrer(operation, { entete, certificat, changement }) {
    const lignes = [].concat(certificat ?? changement);
    const { numero, resultat } = ecrire.immediate(operation, entete, lignes);
    return {
      accuse: {
        numeroDepot: numero, identifiantMessage: entete.identifiantMessage, operation, siret: entete.siret,
        dateReception: new Date().toISOString(), essai: entete.essai, statut: "ACCEPTE",
        nombreRecues: lignes.length, nombreAcceptees: lignes.length, nombreRejetees: 0, resultat,
      },
    };
  }

  function refus(texte) {
    return { Fault: { faultcode: "soap:Client", faultstring: texte } };
  }

  const service = {
    TeledeclarationEsatService: {
      Soap11: {
        DeclareCertificatEmploi: (demande) => enregistrer("DeclareCertificatEmploi", demande),
        DeclareChangementActivite: (demande) => enregistrer("DeclareChangementActivite", demande),
      },
    },
  };
  const serveur = http.createServer((_, reponse) => reponse.writeHead(404).end());
  serveur.keepAliveTimeout = 60000;
  serveur.listen(Number(env.BANC_PORT), "127.0.0.1");
  // node-soap reads ?wsdl and imports from the file's own place.
  const ecoute = soap.listen(serveur, {
    path: "/ws/v1", services: service, xml: fs.readFileSync(wsdl, "utf8"), uri: wsdl,
    callback: () => {},
  });
  ecoute.log = undefined;
  ecoute.authorizeConnection = () => true;
  ecoute.authenticate = (security) => {
    const jeton = security?.UsernameToken;
    if (!jeton || jeton.Username !== env.BANC_UTILISATEUR) return false;
    const mot = jeton.Password?.$value ?? jeton.Password;
    if (!String(jeton.Password?.attributes?.Type ?? "").endsWith("#PasswordDigest")) return mot === env.BANC_SECRET;
    const nonce = Buffer.from(jeton.Nonce?.$value ?? jeton.Nonce, "base64");
    const cree = String(jeton.Created);
    if (Math.abs(Date.now() - Date.parse(cree)) > 300000) return false;
    return crypto.createHash("sha1").update(nonce).update(cree).update(env.BANC_SECRET).digest("base64") === mot;
  };
  // The payload against the contract's schema, before node-soap reads it.
  const traiter = ecoute._process.bind(ecoute);
  ecoute._process = (xml, ...reste) => {
    const document = libxml.parseXml(xml);
    const charge = document.get("/*[local-name()='Envelope']/*[local-name()='Body']/*");
    if (!charge) throw refus("Message illisible.");
    const seule = libxml.parseXml(charge.toString());
    if (!seule.validate(schema)) throw refus(seule.validationErrors[0].message);
    return traiter(xml, ...reste);
  };
}

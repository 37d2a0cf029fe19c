// Déclare des certificats d'emploi et des changements d'activité avec le paquet npm « strong-soap », puis relit, liste et annule.
// Réglages (variables d'environnement) et sortie : ../../README.md
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import strong from 'strong-soap';

const { soap } = strong;

const env = (nom) => process.env[`DECLARER_ESAT_${nom}`];
const siret = env('SIRET');

async function connecter(secret) {
  const client = await promisify(soap.createClient)(`${env('URL')}?wsdl`, {});
  // A clé d'intégration travels as a digest; a password as text, over TLS only. Nonce and date are new at each call.
  client.setSecurity(new soap.WSSecurity(env('UTILISATEUR'), secret, {
    passwordType: env('CLE') ? 'PasswordDigest' : 'PasswordText',
    hasTimeStamp: false,
  }));
  return (operation, demande = {}) => promisify(client[operation])(demande);
}

function entete() {
  return {
    // To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
    identifiantMessage: randomUUID(),
    siret,
    logiciel: { editeur: 'Exemple', nom: 'strong-soap', version: process.version },
    essai: false,
  };
}

function montrer(titre, { accuse, accuseSigne }) {
  console.log(`${titre} : ${accuse.numeroDepot} ${accuse.statut}, ${accuse.nombreAcceptees} acceptée(s) et `
    + `${accuse.nombreRejetees} rejetée(s) sur ${accuse.nombreRecues}`);
  for (const ligne of accuse.resultat) {
    const dit = (ligne.anomalie ?? []).map(({ code, champ }) => `${code} ${champ ?? '-'}`).join(', ');
    console.log(`  ligne ${ligne.rang} ${ligne.reference ?? '-'} : ${ligne.statut} ${ligne.numeroDeclaration ?? '-'}`
      + (dit && ` [${dit}]`));
  }
  // The proof of deposit: these bytes, as they are.
  writeFileSync(`accuse-${accuse.numeroDepot}.xml`, Buffer.from(accuseSigne, 'base64'));
}

/** Why a message was refused: the fault's detail says it, field by field. */
async function montrerFaute(titre, appel) {
  let refus;
  try {
    await appel();
  } catch (erreur) {
    refus = erreur;
  }
  const erreur = refus?.root?.Envelope.Body.Fault.detail.Erreur;
  if (!erreur) throw new Error(`${titre} : attendue, elle n'est pas venue.`, { cause: refus });
  const champs = [erreur.precision ?? []].flat().map(({ champ }) => champ ?? '-').join(', ');
  console.log(`${titre} : ${erreur.code}${champs && ` [${champs}]`}`);
}

// This toolkit reads xs:date as a Date, at midnight UTC.
const jour = (date) => date.toISOString().slice(0, 10);

const secret = env('CLE') ?? env('MOT_DE_PASSE');
const appeler = await connecter(secret);

const service = await appeler('ConsulteService');
const { annee } = service.campagne;
console.log(`Service : ${service.environnement}, contrat ${service.versionContrat}, règles ${service.versionRegles}, `
  + `campagne ${annee}`);
const catalogue = await appeler('ListeAnomalies');
console.log(`Catalogue : ${catalogue.regle.length} règles, version ${catalogue.versionRegles}`);

const bruno = { nir: '185058300100192', nom: 'Martin', prenom: 'Bruno', dateNaissance: '1985-05-12' };
const anais = { nir: '290118300200256', nom: 'Lefèvre', prenom: 'Anaïs', dateNaissance: '1990-11-03' };
const chloe = {
  numeroAllocataire: '1234567A', organisme: '831', nom: 'Nguyen', prenom: 'Chloé', dateNaissance: '1975-02-20',
};
const certificats = await appeler('DeclareCertificatEmploi', {
  entete: entete(),
  annee,
  certificat: [
    { reference: 'CERT-1', salarie: bruno, nombreMois: 12, montantNet: '812.40', montantAidePoste: '640.10' },
    // Refused with two anomalies: thirteen months, and one amount where two are expected.
    { reference: 'CERT-2', salarie: anais, nombreMois: 13, montantNet: '798.15' },
  ],
});
montrer('Certificats', certificats);
const changements = await appeler('DeclareChangementActivite', {
  entete: entete(),
  changement: [
    {
      reference: 'CHGT-1',
      salarie: anais,
      augmentation: { dateEffet: `${annee}-10-01`, heuresAvant: '17.5', heuresApres: '24' },
    },
    { reference: 'CHGT-2', salarie: chloe, depart: { dateEffet: `${annee}-10-30`, motif: 'RETRAITE' } },
  ],
});
montrer('Changements', changements);

const depot = await appeler('ConsulteDepot', { siret, numeroDepot: certificats.accuse.numeroDepot });
const identique = depot.accuseSigne === certificats.accuseSigne ? 'identique' : 'DIFFÉRENT';
const etats = depot.etat.map(({ numeroDeclaration, statut }) => `, ${numeroDeclaration} ${statut}`).join('');
console.log(`Dépôt relu : ${depot.accuse.numeroDepot}, accusé signé ${identique}${etats}`);
const depots = await appeler('ListeDepots', { siret, depuis: `${annee}-01-01`, jusque: `${annee + 1}-12-31` });
console.log(`Dépôts : ${depots.depot.map(({ numeroDepot }) => numeroDepot).join(', ')}`);
const reste = await appeler('ListeResteADeclarer', { siret, annee });
console.log(`Reste à déclarer : ${reste.salarie.map(({ prenom, nom }) => `${prenom} ${nom}`).join(', ')} `
  + `avant le ${jour(reste.dateLimite)}`);

const numeroDeclaration = [...certificats.accuse.resultat, ...changements.accuse.resultat]
  .filter(({ statut }) => statut === 'ACCEPTEE')
  .map((ligne) => ligne.numeroDeclaration);
montrer('Annulation', await appeler('AnnuleDeclaration', {
  entete: entete(), numeroDeclaration, motif: 'Déclarations de démonstration',
}));

await montrerFaute('Faute de schéma', () => appeler('ConsulteDepot', { siret: '123' }));
const inconnu = await connecter(`${secret}?`);
await montrerFaute("Faute d'authentification", () => inconnu('ConsulteService'));

const nouveauMotDePasse = env('NOUVEAU_MOT_DE_PASSE');
if (nouveauMotDePasse) {
  const { expiration } = await appeler('ModifieMotDePasse', { ancienMotDePasse: secret, nouveauMotDePasse });
  console.log(`Mot de passe : changé, valable jusqu'au ${expiration.toISOString()}`);
}

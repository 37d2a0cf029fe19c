# Déclare des certificats d'emploi et des changements d'activité avec soap4r, puis relit, liste et annule.
# Réglages (variables d'environnement) et sortie : ../README.md
require 'base64'
require 'digest/sha1'
require 'securerandom'
require 'soap/header/handler'
require 'soap/wsdlDriver'

Encoding.default_external = Encoding::UTF_8
# soap4r is older than Ruby's own encodings: it has to be told that its strings are UTF-8.
XSD::Charset.encoding = 'UTF8'

ENVIRONNEMENT = ENV.to_h.filter_map { |nom, valeur| [nom.delete_prefix('DECLARER_ESAT_'), valeur] if nom.start_with?('DECLARER_ESAT_') }.to_h
SIRET = ENVIRONNEMENT.fetch('SIRET')
SECRET = ENVIRONNEMENT['CLE'] || ENVIRONNEMENT.fetch('MOT_DE_PASSE')

# The UsernameToken of each message.
class Jeton < SOAP::Header::Handler
  OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-'.freeze
  WSSE = "#{OASIS}wssecurity-secext-1.0.xsd".freeze
  WSU = "#{OASIS}wssecurity-utility-1.0.xsd".freeze
  PROFIL = "#{OASIS}username-token-profile-1.0#".freeze

  def initialize(secret)
    super(XSD::QName.new(WSSE, 'Security'))
    self.mustunderstand = true
    @secret = secret
  end

  def on_outbound
    jeton = element(WSSE, 'UsernameToken')
    jeton.add(element(WSSE, 'Username', ENVIRONNEMENT.fetch('UTILISATEUR')))
    ENVIRONNEMENT.key?('CLE') ? condense(jeton) : jeton.add(passe('PasswordText', @secret))
    element(WSSE, 'Security').tap { |securite| securite.add(jeton) }
  end

  private

  # A clé d'intégration travels as a digest, with a nonce and a date of its own at each call.
  def condense(jeton)
    nonce = SecureRandom.random_bytes(16)
    cree = Time.now.utc.strftime('%Y-%m-%dT%H:%M:%SZ')
    jeton.add(passe('PasswordDigest', Digest::SHA1.base64digest(nonce + cree + @secret)))
    jeton.add(element(WSSE, 'Nonce', Base64.strict_encode64(nonce)))
    jeton.add(element(WSU, 'Created', cree))
  end

  def passe(type, texte)
    element(WSSE, 'Password', texte).tap { |element| element.extraattr['Type'] = PROFIL + type }
  end

  def element(espace, nom, texte = nil)
    SOAP::SOAPElement.new(XSD::QName.new(espace, nom), texte)
  end
end

def connecter(secret)
  pilote = SOAP::WSDLDriverFactory.new("#{ENVIRONNEMENT.fetch('URL')}?wsdl").create_rpc_driver
  pilote.headerhandler << Jeton.new(secret)
  pilote
end

def entete
  # To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
  { identifiantMessage: SecureRandom.uuid, siret: SIRET, essai: false,
    logiciel: { editeur: 'Exemple', nom: 'soap4r', version: SOAP::VERSION } }
end

# soap4r gives one element as itself and several as an array.
def liste(valeur)
  [valeur].flatten.compact
end

def champ(objet, nom)
  objet.respond_to?(nom) ? objet.public_send(nom) : nil
end

def montrer(titre, reponse)
  accuse = reponse.accuse
  puts "#{titre} : #{accuse.numeroDepot} #{accuse.statut}, #{accuse.nombreAcceptees} acceptée(s) et " \
       "#{accuse.nombreRejetees} rejetée(s) sur #{accuse.nombreRecues}"
  liste(accuse.resultat).each do |ligne|
    dit = liste(champ(ligne, :anomalie)).map { |anomalie| "#{anomalie.code} #{champ(anomalie, :champ) || '-'}" }
    puts "  ligne #{ligne.rang} #{champ(ligne, :reference) || '-'} : #{ligne.statut} " \
         "#{champ(ligne, :numeroDeclaration) || '-'}#{" [#{dit.join(', ')}]" unless dit.empty?}"
  end
  # The proof of deposit: these bytes, as they are (soap4r leaves the decoding to the caller).
  File.binwrite("accuse-#{accuse.numeroDepot}.xml", Base64.decode64(reponse.accuseSigne))
end

# Why a message was refused: the fault's detail says it, field by field.
def montrer_faute(titre)
  yield
rescue SOAP::FaultError => e
  erreur = e.detail.erreur
  champs = liste(champ(erreur, :precision)).map { |precision| champ(precision, :champ) || '-' }
  puts "#{titre} : #{erreur.code}#{" [#{champs.join(', ')}]" unless champs.empty?}"
else
  raise "#{titre} : attendue, elle n'est pas venue."
end

service = connecter(SECRET)
etat = service.ConsulteService({})
annee = etat.campagne.annee.to_i
puts "Service : #{etat.environnement}, contrat #{etat.versionContrat}, règles #{etat.versionRegles}, campagne #{annee}"
catalogue = service.ListeAnomalies({})
puts "Catalogue : #{liste(catalogue.regle).size} règles, version #{catalogue.versionRegles}"

bruno = { nir: '185058300100192', nom: 'Martin', prenom: 'Bruno', dateNaissance: '1985-05-12' }
anais = { nir: '290118300200256', nom: 'Lefèvre', prenom: 'Anaïs', dateNaissance: '1990-11-03' }
chloe = { numeroAllocataire: '1234567A', organisme: '831', nom: 'Nguyen', prenom: 'Chloé', dateNaissance: '1975-02-20' }
certificats = service.DeclareCertificatEmploi(
  {
    entete: entete, annee: annee,
    certificat: [
      { reference: 'CERT-1', salarie: bruno, nombreMois: 12, montantNet: '812.40', montantAidePoste: '640.10' },
      # Refused with two anomalies: thirteen months, and one amount where two are expected.
      { reference: 'CERT-2', salarie: anais, nombreMois: 13, montantNet: '798.15' }
    ]
  }
)
montrer('Certificats', certificats)
changements = service.DeclareChangementActivite(
  {
    entete: entete,
    changement: [
      { reference: 'CHGT-1', salarie: anais,
        augmentation: { dateEffet: "#{annee}-10-01", heuresAvant: '17.5', heuresApres: '24' } },
      { reference: 'CHGT-2', salarie: chloe, depart: { dateEffet: "#{annee}-10-30", motif: 'RETRAITE' } }
    ]
  }
)
montrer('Changements', changements)

depot = service.ConsulteDepot({ siret: SIRET, numeroDepot: certificats.accuse.numeroDepot })
identique = depot.accuseSigne == certificats.accuseSigne ? 'identique' : 'DIFFÉRENT'
etats = liste(depot.etat).map { |declaration| ", #{declaration.numeroDeclaration} #{declaration.statut}" }
puts "Dépôt relu : #{depot.accuse.numeroDepot}, accusé signé #{identique}#{etats.join}"
depots = service.ListeDepots({ siret: SIRET, depuis: "#{annee}-01-01", jusque: "#{annee + 1}-12-31" })
puts "Dépôts : #{liste(depots.depot).map(&:numeroDepot).join(', ')}"
reste = service.ListeResteADeclarer({ siret: SIRET, annee: annee })
noms = liste(reste.salarie).map { |salarie| "#{salarie.prenom} #{salarie.nom}" }
puts "Reste à déclarer : #{noms.join(', ')} avant le #{reste.dateLimite}"

lignes = [certificats, changements].flat_map { |reponse| liste(reponse.accuse.resultat) }
numeros = lignes.select { |ligne| ligne.statut == 'ACCEPTEE' }.map(&:numeroDeclaration)
retrait = { entete: entete, numeroDeclaration: numeros, motif: 'Déclarations de démonstration' }
montrer('Annulation', service.AnnuleDeclaration(retrait))

# soap4r checks lengths and patterns before it sends; that one of the two identifiers is needed only the service knows.
montrer_faute('Faute de schéma') { service.ConsulteDepot({ siret: SIRET }) }
montrer_faute("Faute d'authentification") { connecter("#{SECRET}?").ConsulteService({}) }

if ENVIRONNEMENT.key?('NOUVEAU_MOT_DE_PASSE')
  demande = { ancienMotDePasse: SECRET, nouveauMotDePasse: ENVIRONNEMENT['NOUVEAU_MOT_DE_PASSE'] }
  puts "Mot de passe : changé, valable jusqu'au #{service.ModifieMotDePasse(demande).expiration}"
end

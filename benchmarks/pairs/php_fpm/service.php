<?php
// The intake with PHP's SoapServer: schemaValidate of the payload, UsernameToken, one transaction a message.
require __DIR__ . '/base.php';

const NS = 'urn:caf:teleprocedure-esat:v1';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    http_response_code(405);
    exit;
}

function refuser(string $code, string $texte): never
{
    global $serveur;
    $serveur->fault($code, $texte);
    exit;
}

function champ(DOMElement $parent, string $espace, string $nom): string
{
    return $parent->getElementsByTagNameNS($espace, $nom)->item(0)?->textContent ?? '';
}

function authentifier(DOMDocument $document): void
{
    $jeton = $document->getElementsByTagNameNS(WSSE, 'UsernameToken')->item(0);
    if ($jeton === null) {
        refuser('Client', 'UsernameToken manquant.');
    }
    $mot = champ($jeton, WSSE, 'Password');
    $secret = getenv('BANC_SECRET');
    $attendu = $secret;
    if (str_ends_with($jeton->getElementsByTagNameNS(WSSE, 'Password')->item(0)->getAttribute('Type'), '#PasswordDigest')) {
        $cree = champ($jeton, WSU, 'Created');
        $nonce = base64_decode(champ($jeton, WSSE, 'Nonce'));
        $attendu = abs(time() - strtotime($cree)) < 300 ? base64_encode(sha1($nonce . $cree . $secret, true)) : null;
    }
    if ($attendu === null || !hash_equals($attendu, $mot) || champ($jeton, WSSE, 'Username') !== getenv('BANC_UTILISATEUR')) {
        refuser('Client', 'Identifiants refusés.');
    }
}

function valider(DOMDocument $document): void
{
    $charge = new DOMDocument();
    foreach ($document->getElementsByTagNameNS('http://schemas.xmlsoap.org/soap/envelope/', 'Body')->item(0)->childNodes as $noeud) {
        if ($noeud instanceof DOMElement) {
            $charge->appendChild($charge->importNode($noeud, true));
        }
    }
    libxml_use_internal_errors(true);
    if (!$charge->schemaValidate(getenv('BANC_CONTRAT') . '/schemas/teledeclaration-esat-v1.xsd')) {
        refuser('Client', libxml_get_errors()[0]->message ?? 'Non conforme.');
    }
}

class Teledeclaration
{
    public function DeclareCertificatEmploi(object $demande): array
    {
        return $this->enregistrer('DeclareCertificatEmploi', $demande->entete, $demande->certificat);
    }

    public function DeclareChangementActivite(object $demande): array
    {
        return $this->enregistrer('DeclareChangementActivite', $demande->entete, $demande->changement);
    }

    private function enregistrer(string $operation, object $entete, array $lignes): array
    {
        $numero = 'D' . bin2hex(random_bytes(8));
        $base = base();
        $base->exec('BEGIN IMMEDIATE');
        $base->prepare('INSERT INTO depot (numero, message, siret, operation) VALUES (?, ?, ?, ?)')
            ->execute([$numero, $entete->identifiantMessage, $entete->siret, $operation]);
        $depot = $base->lastInsertId();
        $ajouter = $base->prepare('INSERT INTO ligne VALUES (?' . str_repeat(', ?', 15) . ')');
        $resultats = [];
        foreach ($lignes as $place => $ligne) {
            $rang = $place + 1;
            $qui = $ligne->salarie;
            $detail = $ligne->augmentation ?? $ligne->reduction ?? $ligne->depart ?? null;
            $reference = $ligne->reference ?? null;
            $ajouter->execute([$depot, $rang, $reference, $qui->nir ?? null, $qui->numeroAllocataire ?? null, $qui->nom,
                $qui->prenom, $qui->dateNaissance, $ligne->nombreMois ?? null, $ligne->montantNet ?? null,
                $ligne->montantAidePoste ?? null, $ligne->pourcentageSalaireDirect ?? null, $detail->dateEffet ?? null,
                $detail->heuresAvant ?? null, $detail->heuresApres ?? null, $detail->motif ?? null]);
            $resultats[] = ['rang' => $rang, 'reference' => $reference, 'statut' => 'ACCEPTEE',
                'numeroDeclaration' => sprintf('%s-%04d', $numero, $rang)];
        }
        $base->exec('COMMIT');
        $nombre = count($lignes);
        return ['accuse' => ['numeroDepot' => $numero, 'identifiantMessage' => $entete->identifiantMessage,
            'operation' => $operation, 'siret' => $entete->siret, 'dateReception' => gmdate('Y-m-d\TH:i:s\Z'),
            'essai' => $entete->essai, 'statut' => 'ACCEPTE', 'empreinte' => ['algorithme' => '', 'valeur' => ''],
            'versionRegles' => '', 'service' => ['designation' => '', 'adresse' => '', 'courriel' => '', 'telephone' => ''],
            'nombreRecues' => $nombre, 'nombreAcceptees' => $nombre, 'nombreRejetees' => 0, 'resultat' => $resultats],
            'accuseSigne' => ''];
    }
}

$serveur = new SoapServer(getenv('BANC_CONTRAT') . '/wsdl/teledeclaration-esat-v1.wsdl', [
    'cache_wsdl' => WSDL_CACHE_BOTH, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$serveur->setClass(Teledeclaration::class);
$octets = file_get_contents('php://input');
$document = new DOMDocument();
if (!@$document->loadXML($octets)) {
    refuser('Client', 'Message illisible.');
}
authentifier($document);
valider($document);
$serveur->handle($octets);

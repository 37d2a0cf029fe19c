<?php
// Déclare des certificats d'emploi et des changements d'activité avec SoapClient, puis relit, liste et annule.
// Réglages (variables d'environnement) et sortie : ../README.md

declare(strict_types=1);

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PROFIL = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0';

/** A fresh header for each call: the service refuses a nonce that it has seen (REJEU). */
function jeton(string $compte, string $secret, bool $condense): SoapHeader
{
    $nonce = random_bytes(16);
    $cree = gmdate('Y-m-d\TH:i:s\Z');
    // Only this element is written out: SoapVar gives no attribute to an element that no schema describes.
    $passe = sprintf(
        '<wsse:Password xmlns:wsse="%s" Type="%s">%s</wsse:Password>',
        WSSE,
        PROFIL . ($condense ? '#PasswordDigest' : '#PasswordText'),
        $condense ? base64_encode(sha1($nonce . $cree . $secret, true)) : htmlspecialchars($secret, ENT_XML1)
    );
    $texte = fn(string $valeur, string $nom, string $espace) =>
        new SoapVar($valeur, XSD_STRING, null, null, $nom, $espace);
    $champs = [$texte($compte, 'Username', WSSE), new SoapVar($passe, XSD_ANYXML)];
    if ($condense) {
        $champs[] = $texte(base64_encode($nonce), 'Nonce', WSSE);
        $champs[] = $texte($cree, 'Created', WSU);
    }
    $jeton = new SoapVar($champs, SOAP_ENC_OBJECT, null, null, 'UsernameToken', WSSE);
    return new SoapHeader(WSSE, 'Security', new SoapVar([$jeton], SOAP_ENC_OBJECT), true);
}

final class Declarant
{
    private SoapClient $client;

    public function __construct(private string $compte, private string $secret, private bool $condense)
    {
        $variante = getenv('DECLARER_ESAT_WSDL') ?: '';
        $this->client = new SoapClient(getenv('DECLARER_ESAT_URL') . rtrim("?wsdl=$variante", '='), [
            'soap_version' => $variante === 'soap12' ? SOAP_1_2 : SOAP_1_1,
            // Without it a list of one arrives as the element itself, and a list of two as an array.
            'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
            'cache_wsdl' => WSDL_CACHE_NONE,
        ]);
    }

    public function __call(string $operation, array $demande): object
    {
        $jeton = jeton($this->compte, $this->secret, $this->condense);
        return $this->client->__soapCall($operation, [$demande[0] ?? []], null, [$jeton]);
    }
}

function entete(string $siret): array
{
    // To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
    $hex = bin2hex(random_bytes(16));
    return [
        'identifiantMessage' => preg_replace('/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/', '$1-$2-4$3-8$4-$5', $hex),
        'siret' => $siret,
        'logiciel' => ['editeur' => 'Exemple', 'nom' => 'PHP SoapClient', 'version' => PHP_VERSION],
        'essai' => false,
    ];
}

function montrer(string $titre, object $reponse): void
{
    $accuse = $reponse->accuse;
    echo "$titre : {$accuse->numeroDepot} {$accuse->statut}, {$accuse->nombreAcceptees} acceptée(s) et ",
        "{$accuse->nombreRejetees} rejetée(s) sur {$accuse->nombreRecues}\n";
    foreach ($accuse->resultat as $ligne) {
        $dit = array_map(
            fn($anomalie) => $anomalie->code . ' ' . ($anomalie->champ ?? '-'),
            $ligne->anomalie ?? []
        );
        echo "  ligne {$ligne->rang} ", $ligne->reference ?? '-', " : {$ligne->statut} ",
            $ligne->numeroDeclaration ?? '-', $dit ? ' [' . implode(', ', $dit) . ']' : '', "\n";
    }
    // The proof of deposit: these bytes, as they are.
    file_put_contents("accuse-{$accuse->numeroDepot}.xml", $reponse->accuseSigne);
}

/** Why a message was refused: the fault's detail says it, field by field. */
function faute(string $titre, callable $appel): void
{
    try {
        $appel();
    } catch (SoapFault $faute) {
        $erreur = $faute->detail->Erreur;
        // In a fault's detail SOAP_SINGLE_ELEMENT_ARRAYS has no effect: one is an object, several are an array.
        $precisions = is_array($erreur->precision ?? []) ? $erreur->precision ?? [] : [$erreur->precision];
        $champs = array_map(fn($precision) => $precision->champ ?? '-', $precisions);
        echo "$titre : {$erreur->code}", $champs ? ' [' . implode(', ', $champs) . ']' : '', "\n";
        return;
    }
    throw new RuntimeException("$titre : attendue, elle n'est pas venue.");
}

$siret = getenv('DECLARER_ESAT_SIRET');
$compte = getenv('DECLARER_ESAT_UTILISATEUR');
// A clé d'intégration travels as a digest; a password as text, over TLS only.
$condense = getenv('DECLARER_ESAT_CLE') !== false;
$secret = $condense ? getenv('DECLARER_ESAT_CLE') : getenv('DECLARER_ESAT_MOT_DE_PASSE');
$service = new Declarant($compte, $secret, $condense);

$etat = $service->ConsulteService();
$annee = $etat->campagne->annee;
echo "Service : {$etat->environnement}, contrat {$etat->versionContrat}, règles {$etat->versionRegles}, campagne $annee\n";
$catalogue = $service->ListeAnomalies();
echo 'Catalogue : ', count($catalogue->regle), " règles, version {$catalogue->versionRegles}\n";

$bruno = ['nir' => '185058300100192', 'nom' => 'Martin', 'prenom' => 'Bruno', 'dateNaissance' => '1985-05-12'];
$anais = ['nir' => '290118300200256', 'nom' => 'Lefèvre', 'prenom' => 'Anaïs', 'dateNaissance' => '1990-11-03'];
$chloe = ['numeroAllocataire' => '1234567A', 'organisme' => '831', 'nom' => 'Nguyen', 'prenom' => 'Chloé',
    'dateNaissance' => '1975-02-20'];
$certificats = $service->DeclareCertificatEmploi([
    'entete' => entete($siret),
    'annee' => $annee,
    'certificat' => [
        ['reference' => 'CERT-1', 'salarie' => $bruno, 'nombreMois' => 12, 'montantNet' => '812.40',
            'montantAidePoste' => '640.10'],
        // Refused with two anomalies: thirteen months, and one amount where two are expected.
        ['reference' => 'CERT-2', 'salarie' => $anais, 'nombreMois' => 13, 'montantNet' => '798.15'],
    ],
]);
montrer('Certificats', $certificats);
$changements = $service->DeclareChangementActivite([
    'entete' => entete($siret),
    'changement' => [
        ['reference' => 'CHGT-1', 'salarie' => $anais, 'augmentation' =>
            ['dateEffet' => "$annee-10-01", 'heuresAvant' => '17.5', 'heuresApres' => '24']],
        ['reference' => 'CHGT-2', 'salarie' => $chloe, 'depart' =>
            ['dateEffet' => "$annee-10-30", 'motif' => 'RETRAITE']],
    ],
]);
montrer('Changements', $changements);

$depot = $service->ConsulteDepot(['siret' => $siret, 'numeroDepot' => $certificats->accuse->numeroDepot]);
$identique = $depot->accuseSigne === $certificats->accuseSigne ? 'identique' : 'DIFFÉRENT';
echo "Dépôt relu : {$depot->accuse->numeroDepot}, accusé signé $identique";
foreach ($depot->etat as $declaration) {
    echo ", {$declaration->numeroDeclaration} {$declaration->statut}";
}
$depots = $service->ListeDepots(['siret' => $siret, 'depuis' => "$annee-01-01", 'jusque' => ($annee + 1) . '-12-31']);
echo "\nDépôts : ", implode(', ', array_map(fn($depot) => $depot->numeroDepot, $depots->depot)), "\n";
$reste = $service->ListeResteADeclarer(['siret' => $siret, 'annee' => $annee]);
echo 'Reste à déclarer : ', implode(', ', array_map(fn($salarie) => "$salarie->prenom $salarie->nom", $reste->salarie)),
    " avant le {$reste->dateLimite}\n";

$numeros = [];
foreach ([...$certificats->accuse->resultat, ...$changements->accuse->resultat] as $ligne) {
    if ($ligne->statut === 'ACCEPTEE') {
        $numeros[] = $ligne->numeroDeclaration;
    }
}
montrer('Annulation', $service->AnnuleDeclaration(
    ['entete' => entete($siret), 'numeroDeclaration' => $numeros, 'motif' => 'Déclarations de démonstration']
));

faute('Faute de schéma', fn() => $service->ConsulteDepot(['siret' => '123']));
faute("Faute d'authentification", fn() => (new Declarant($compte, $secret . '?', $condense))->ConsulteService());

$nouveau = getenv('DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE');
if ($nouveau !== false) {
    $change = $service->ModifieMotDePasse(['ancienMotDePasse' => $secret, 'nouveauMotDePasse' => $nouveau]);
    echo "Mot de passe : changé, valable jusqu'au {$change->expiration}\n";
}

#!/usr/bin/perl
# Déclare des certificats d'emploi et des changements d'activité avec SOAP::Lite, puis relit, liste et annule.
# Réglages (variables d'environnement) et sortie : ../../README.md
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

use Digest::SHA qw(sha1_base64);
use Encode qw(decode);
use MIME::Base64 qw(decode_base64 encode_base64);
use POSIX qw(strftime);
use SOAP::Lite;

use constant NS     => 'urn:caf:teleprocedure-esat:v1';
use constant OASIS  => 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
use constant PROFIL => OASIS . 'username-token-profile-1.0#';

my %env      = map { /^DECLARER_ESAT_(.+)/ ? ($1 => decode('UTF-8', $ENV{$_})) : () } keys %ENV;
my $condense = exists $env{CLE};
my $secret   = $condense ? $env{CLE} : $env{MOT_DE_PASSE};
my $siret    = $env{SIRET};

# SOAP::Lite takes services with message parts that are types (rpc) from a WSDL. For document/literal its own way is
# this one: the address, the namespace and the SOAPAction of the WSDL, and elements in their order.
my $service = SOAP::Lite->proxy($env{URL})->default_ns(NS)->on_action(sub { '"' . join('/', @_) . '"' });
# Types are those of the schema: without this it writes xsi:type="xsd:int" where digits are a SIRET.
$service->autotype(0);

sub element {
    my ($nom, @contenu) = @_;
    return SOAP::Data->name($nom => ref $contenu[0] ? \SOAP::Data->value(@contenu) : $contenu[0]);
}

sub octets_alea {
    open my $alea, '<:raw', '/dev/urandom' or die "/dev/urandom : $!";
    read($alea, my $octets, 16) == 16 or die "/dev/urandom : $!";
    return $octets;
}

# A fresh header for each call: the service refuses a nonce that it has seen (REJEU).
sub jeton {
    my ($secret) = @_;
    my @champs = element('wsse:Username', $env{UTILISATEUR});
    if ($condense) {    # a clé d'intégration
        my ($nonce, $cree) = (octets_alea(), strftime('%Y-%m-%dT%H:%M:%SZ', gmtime));
        push @champs,
            # sha1_base64 leaves the padding to the caller.
            element('wsse:Password', sha1_base64($nonce . $cree . $secret) . '=')->attr({ Type => PROFIL . 'PasswordDigest' }),
            element('wsse:Nonce', encode_base64($nonce, '')),
            element('wsu:Created', $cree);
    }
    else {              # a person's password, over TLS only
        push @champs, element('wsse:Password', $secret)->attr({ Type => PROFIL . 'PasswordText' });
    }
    return SOAP::Header->name('wsse:Security' => \element('wsse:UsernameToken', @champs))
        ->attr({ 'xmlns:wsse' => OASIS . 'wssecurity-secext-1.0.xsd', 'xmlns:wsu' => OASIS . 'wssecurity-utility-1.0.xsd' })
        ->mustUnderstand(1);
}

sub envoyer {
    my ($secret, $operation, @demande) = @_;
    # Without anything in it the element would be written with xsi:nil, which the schema does not allow there.
    @demande = SOAP::Data->type(xml => '') unless @demande;
    return $service->call($operation, jeton($secret), @demande);
}

sub appeler {
    my $reponse = envoyer($secret, @_);
    die $reponse->faultstring, "\n" if $reponse->fault;
    return $reponse;
}

sub entete {
    # To repeat a message after a lost answer, repeat its identifier too: the service gives the first receipt again.
    my $uuid = unpack('H*', octets_alea()) =~ s/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/$1-$2-4$3-8$4-$5/r;
    return element(
        'entete',
        element(identifiantMessage => $uuid),
        element(siret              => $siret),
        element('logiciel', element(editeur => 'Exemple'), element(nom => 'SOAP::Lite'), element(version => $SOAP::Lite::VERSION)),
        element(essai => 'false'),
    );
}

sub montrer {
    my ($titre, $reponse) = @_;
    my $accuse = $reponse->valueof('//accuse');
    print "$titre : $accuse->{numeroDepot} $accuse->{statut}, $accuse->{nombreAcceptees} acceptée(s) et ",
        "$accuse->{nombreRejetees} rejetée(s) sur $accuse->{nombreRecues}\n";
    my $rang = 0;
    for my $ligne ($reponse->valueof('//accuse/resultat')) {
        # A hash keeps one anomalie of several; the path keeps all. Thirteen elements stand before the first resultat.
        my $chemin = '//accuse/[' . (13 + ++$rang) . ']/anomalie';
        my @dit    = map { "$_->{code} " . ($_->{champ} // '-') } $reponse->valueof($chemin);
        print "  ligne $ligne->{rang} ", $ligne->{reference} // '-', " : $ligne->{statut} ",
            $ligne->{numeroDeclaration} // '-', @dit ? ' [' . join(', ', @dit) . ']' : '', "\n";
    }
    # The proof of deposit: these bytes, as they are.
    open my $archive, '>:raw', "accuse-$accuse->{numeroDepot}.xml" or die "accuse : $!";
    print {$archive} decode_base64($reponse->valueof('//accuseSigne'));
    close $archive or die "accuse : $!";
    return;
}

# Why a message was refused: the fault's detail says it, field by field.
sub montrer_faute {
    my ($titre, $reponse) = @_;
    die "$titre : attendue, elle n'est pas venue.\n" unless $reponse->fault;
    my @champs = map { $_->{champ} // '-' } $reponse->valueof('//detail/Erreur/precision');
    print "$titre : ", $reponse->valueof('//detail/Erreur/code'), @champs ? ' [' . join(', ', @champs) . ']' : '', "\n";
    return;
}

my $etat  = appeler('ConsulteService')->valueof('//ConsulteServiceResponse');
my $annee = $etat->{campagne}{annee};
print "Service : $etat->{environnement}, contrat $etat->{versionContrat}, règles $etat->{versionRegles}, campagne $annee\n";
my $catalogue = appeler('ListeAnomalies');
my @regles    = $catalogue->valueof('//regle');
print 'Catalogue : ', scalar @regles, ' règles, version ', $catalogue->valueof('//versionRegles'), "\n";

sub salarie {
    my (@identite) = @_;
    return element('salarie', map { element(@{$_}) } @identite);
}
my @bruno = ([nir => '185058300100192'], [nom => 'Martin'], [prenom => 'Bruno'], [dateNaissance => '1985-05-12']);
my @anais = ([nir => '290118300200256'], [nom => 'Lefèvre'], [prenom => 'Anaïs'], [dateNaissance => '1990-11-03']);
my @chloe = (
    [numeroAllocataire => '1234567A'], [organisme => '831'],
    [nom               => 'Nguyen'],   [prenom    => 'Chloé'], [dateNaissance => '1975-02-20'],
);
my $certificats = appeler(
    'DeclareCertificatEmploi',
    entete(),
    element(annee => $annee),
    element(
        'certificat',
        element(reference => 'CERT-1'), salarie(@bruno), element(nombreMois => 12),
        element(montantNet => '812.40'), element(montantAidePoste => '640.10'),
    ),
    # Refused with two anomalies: thirteen months, and one amount where two are expected.
    element(
        'certificat', element(reference => 'CERT-2'), salarie(@anais), element(nombreMois => 13), element(montantNet => '798.15'),
    ),
);
montrer('Certificats', $certificats);
my $changements = appeler(
    'DeclareChangementActivite',
    entete(),
    element(
        'changement',
        element(reference => 'CHGT-1'), salarie(@anais),
        element(
            'augmentation', element(dateEffet => "$annee-10-01"), element(heuresAvant => '17.5'), element(heuresApres => '24'),
        ),
    ),
    element(
        'changement',
        element(reference => 'CHGT-2'), salarie(@chloe),
        element('depart', element(dateEffet => "$annee-10-30"), element(motif => 'RETRAITE')),
    ),
);
montrer('Changements', $changements);

my $numero = $certificats->valueof('//accuse/numeroDepot');
my $depot  = appeler('ConsulteDepot', element(siret => $siret), element(numeroDepot => $numero));
print 'Dépôt relu : ', $depot->valueof('//accuse/numeroDepot'), ', accusé signé ',
    $depot->valueof('//accuseSigne') eq $certificats->valueof('//accuseSigne') ? 'identique' : 'DIFFÉRENT',
    (map { ", $_->{numeroDeclaration} $_->{statut}" } $depot->valueof('//etat')), "\n";
my $depots = appeler(
    'ListeDepots', element(siret => $siret), element(depuis => "$annee-01-01"), element(jusque => ($annee + 1) . '-12-31'),
);
print 'Dépôts : ', join(', ', $depots->valueof('//depot/numeroDepot')), "\n";
my $reste = appeler('ListeResteADeclarer', element(siret => $siret), element(annee => $annee));
print 'Reste à déclarer : ', join(', ', map { "$_->{prenom} $_->{nom}" } $reste->valueof('//salarie')),
    ' avant le ', $reste->valueof('//dateLimite'), "\n";

my @numeros = map { $_->valueof('//resultat/numeroDeclaration') } $certificats, $changements;
montrer(
    'Annulation',
    appeler(
        'AnnuleDeclaration', entete(), (map { element(numeroDeclaration => $_) } @numeros),
        element(motif => 'Déclarations de démonstration'),
    ),
);

montrer_faute('Faute de schéma', envoyer($secret, 'ConsulteDepot', element(siret => '123')));
montrer_faute("Faute d'authentification", envoyer("$secret?", 'ConsulteService'));

if (defined $env{NOUVEAU_MOT_DE_PASSE}) {
    my $change = appeler(
        'ModifieMotDePasse',
        element(ancienMotDePasse  => $secret),
        element(nouveauMotDePasse => $env{NOUVEAU_MOT_DE_PASSE}),
    );
    print "Mot de passe : changé, valable jusqu'au ", $change->valueof('//expiration'), "\n";
}

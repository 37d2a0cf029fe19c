<?php
// Opens the database, and makes its tables when run alone.
function base(): PDO
{
    $base = new PDO('sqlite:' . getenv('BANC_DONNEES') . '/pair.sqlite', null, null, [
        PDO::ATTR_PERSISTENT => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
    ]);
    $base->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000');
    return $base;
}

if (PHP_SAPI === 'cli') {
    base()->exec('CREATE TABLE depot (id INTEGER PRIMARY KEY, numero TEXT, message TEXT, siret TEXT, operation TEXT);
        CREATE TABLE ligne (depot_id INTEGER, rang INTEGER, reference TEXT, nir TEXT, numero_allocataire TEXT, nom TEXT,
            prenom TEXT, naissance TEXT, mois INTEGER, net TEXT, aide TEXT, part TEXT, date_effet TEXT, avant TEXT, apres TEXT,
            motif TEXT, PRIMARY KEY (depot_id, rang)) WITHOUT ROWID');
}

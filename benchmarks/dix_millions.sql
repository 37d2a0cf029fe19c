INSERT INTO convention (id, numero, signee_le, duree_mot_de_passe) VALUES (1, 'C', '2020-01-01', 180);

{serie_esats}
INSERT INTO esat (id, convention_id, siret, raison_sociale, adresse)
SELECT n, 1, CAST(10000000000000 + n - 1 AS text), 'ESAT ' || n, '' FROM serie;

{serie_esats}
INSERT INTO compte (id, courriel, nom, prenom, etat, provisoire, version, cree_le)
SELECT n, 'agent' || n || '@esat.example', 'N', 'P', 'ACTIF', {faux}, 1, {maintenant} FROM serie;

{serie_entrees}
INSERT INTO journal (instant, adresse, agent, utilisateur, compte_id, siret, esat_id, operation, taille, duree_us,
  issue, code, identifiant_message, numero_depot, identifiant_requete, nombre, canal)
SELECT {instant_entree}, '192.0.2.' || (n % 250), 'zeep/4.3', 'agent' || ({rang}) || '@esat.example',
  CASE WHEN n % 50 = 0 THEN NULL ELSE {rang} END,
  CAST(10000000000000 + {rang} - 1 AS text), {rang},
  CASE WHEN n % 10 < 6 THEN 'DeclareCertificatEmploi' WHEN n % 10 < 8 THEN 'ConsulteDepot'
    WHEN n % 1000 = 999 THEN 'AnnuleDeclaration' ELSE 'DeclareChangementActivite' END,
  1300, 900 + n % 5000,
  CASE WHEN n % 50 = 0 THEN 'REFUSE' WHEN n % 97 = 0 THEN 'ACCEPTE_PARTIELLEMENT'
    WHEN n % 10 < 6 THEN 'ACCEPTE' ELSE 'REPONDU' END,
  CASE WHEN n % 5000 = 0 THEN 'REJEU' WHEN n % 50 = 0 THEN 'AUTHENTIFICATION' END,
  {hexa_n} || '-0000-4000-8000-000000000000',
  CASE WHEN n % 10 = 0 THEN 'D250101-' || upper({hexa_dixieme}) END,
  {hexa_n}, 1, 'SOAP' FROM serie;

{serie_depots}
INSERT INTO depot (id, numero, esat_id, compte_id, identifiant_message, operation, annee, essai, empreinte,
  date_reception, statut, nombre_recues, nombre_acceptees, nombre_rejetees, version_regles, logiciel_editeur,
  logiciel_nom, logiciel_version, accuse_signe)
SELECT n, 'D250101-' || upper({hexa_n}), {rang}, 1, {hexa_n} || '-0000-4000-8000-000000000000',
  'DeclareCertificatEmploi', 2025, {faux}, '', {instant_depot}, 'ACCEPTE', 1, 1, 0, '2026.1', 'E', 'L', '1', {hache}
FROM serie;

{serie_lignes}
INSERT INTO ligne (depot_id, rang, nature, numero, esat_id, annee, nir_hache, essai, statut)
SELECT n * {tous_les}, 1, 'CERTIFICAT', 'L' || n, 1 + n % {esats}, 2025,
  CASE WHEN n % 1000 = 7 THEN {hache} ELSE {autre_hache} END, {faux}, 'RECUE' FROM serie;

{serie_lignes}
INSERT INTO anomalie (depot_id, rang, ordre, code, gravite, message)
SELECT n * {tous_les}, 1, 1, CASE WHEN n % 1000 = 7 THEN 'C11' ELSE 'C07' END, 'ALERTE', '' FROM serie;

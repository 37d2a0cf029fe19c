-- Writes the messages of a burst: a token and an identifier of its own for each, employees that nobody declared before.
-- Arguments: file of tokens (user, password, type, nonce, created, SIRET), operation, lines, first employee, seed.
local jetons, rang, faites, lignes, compteur, graine, certificat = {}, 0, 0, 1, 0, 0, true
justes, fausses, exemple = 0, 0, ""
local fils

local O3, K2 = {}, {}
for n = 0, 999 do O3[n] = string.format("%03d", n) end
for n = 0, 97 do K2[n] = string.format("%02d", n) end

function setup(thread) fils = thread end

function init(args)
  for ligne in io.lines(args[1]) do jetons[#jetons + 1] = ligne end
  certificat = args[2] == "DeclareCertificatEmploi"
  lignes, compteur, graine = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  nom = args[2]
  entetes = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nUser-Agent: banc/1\r\n"
    .. 'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "urn:caf:teleprocedure-esat:v1/' .. nom .. '"\r\n'
end

local WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
local WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
local BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
local FIN_CERTIFICAT = "</numeroAllocataire><organisme>751</organisme><nom>MARTIN</nom><prenom>Camille</prenom>"
  .. "<dateNaissance>1985-01-12</dateNaissance></salarie><nombreMois>12</nombreMois><montantNet>812.40</montantNet>"
  .. "<montantAidePoste>640.10</montantAidePoste></certificat>"
local FIN_CHANGEMENT = "</numeroAllocataire><organisme>751</organisme><nom>MARTIN</nom><prenom>Camille</prenom>"
  .. "<dateNaissance>1985-01-12</dateNaissance></salarie><reduction><dateEffet>2026-11-01</dateEffet>"
  .. "<heuresAvant>35.00</heuresAvant><heuresApres>28.00</heuresApres></reduction></changement>"

-- Adds the pieces of the employees, which nobody declared before, to those of a message.
local PIECES = 12 -- of each employee, all of them of one length whoever it is
local function salaries(t)
  local n = #t
  local debut = certificat and "<certificat><reference>M" or "<changement><reference>M"
  local fin = certificat and FIN_CERTIFICAT or FIN_CHANGEMENT
  for _ = 1, lignes do
    local c = compteur
    compteur = c + 1
    local ordre, commune = 1 + c % 999, 1 + math.floor(c / 999) % 989
    local departement = 1 + math.floor(c / 988011) % 19
    local cle = 97 - (1850100000000 + departement * 1000000 + commune * 1000 + ordre) % 97
    t[n + 1], t[n + 2] = debut, O3[c % 1000]
    t[n + 3] = "</reference><salarie><nir>18501"
    t[n + 4], t[n + 5], t[n + 6], t[n + 7] = K2[departement], O3[commune], O3[ordre], K2[cle]
    t[n + 8] = "</nir><numeroAllocataire>"
    t[n + 9], t[n + 10], t[n + 11] = math.floor(c / 1000000) % 10, O3[math.floor(c / 1000) % 1000], O3[c % 1000]
    t[n + 12] = fin
    n = n + PIECES
  end
end

-- The bytes of pieces.
local function taille(t, premiere, nombre)
  local octets = 0
  for n = premiere, premiere + nombre - 1 do octets = octets + #tostring(t[n]) end
  return octets
end

-- A request is put together once: of 340 kB, each copy would cost the generator as much as writing it.
function request()
  rang = rang % #jetons + 1
  faites = faites + 1
  envoyees = faites
  local utilisateur, secret, genre, nonce, cree, siret = jetons[rang]:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)\t(.*)$")
  local fraicheur = nonce == "" and "" or '<wsse:Nonce EncodingType="' .. BASE64 .. '">' .. nonce .. "</wsse:Nonce><wsu:Created>" .. cree .. "</wsu:Created>"
  local t = {
    "", -- what HTTP says, once the length is known
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Security xmlns:wsse="', WSSE,
    '" xmlns:wsu="', WSU, '"><wsse:UsernameToken><wsse:Username>', utilisateur,
    '</wsse:Username><wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/',
    'oasis-200401-wss-username-token-profile-1.0#', genre, '">', secret, "</wsse:Password>", fraicheur,
    "</wsse:UsernameToken></wsse:Security></s:Header><s:Body><", nom,
    ' xmlns="urn:caf:teleprocedure-esat:v1"><entete><identifiantMessage>',
    string.format("%08x-0000-4000-8000-%012x", graine, faites), "</identifiantMessage><siret>", siret,
    "</siret><logiciel><editeur>Banc</editeur><nom>wrk</nom><version>1</version></logiciel><essai>false</essai></entete>",
    certificat and "<annee>2026</annee>" or "",
  }
  local avant = #t
  salaries(t)
  apres = compteur
  t[#t + 1] = "</" .. nom .. "></s:Body></s:Envelope>"
  local octets = taille(t, 2, avant - 1) + lignes * taille(t, avant + 1, PIECES) + #t[#t]
  t[1] = entetes .. "Content-Length: " .. octets .. "\r\n\r\n"
  return table.concat(t)
end

function response(status, _, body)
  if status == 200 and body:find(">ACCEPTE<", 1, true) and not body:find("REJETEE", 1, true) then
    justes = justes + 1
  else
    fausses = fausses + 1
    if exemple == "" then exemple = status .. " " .. body:sub(1, 600) end
  end
end

function done(summary, latency)
  local f, e = fils, summary.errors
  io.write(string.format(
    '\nBANC {"justes": %d, "fausses": %d, "reseau": %d, "secondes": %f, "p50": %f, "p99": %f, "max": %f, "apres": %d, "envoyees": %d}\n',
    f:get("justes"), f:get("fausses"), e.connect + e.read + e.write + e.timeout, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99), latency.max, f:get("apres") or 0, f:get("envoyees") or 0))
  if f:get("fausses") > 0 then io.write("EXEMPLE " .. f:get("exemple"):gsub("\n", " ") .. "\n") end
end

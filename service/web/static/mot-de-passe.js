// Tells which rules a new password keeps while it is typed. Nothing depends on it: the server checks again.
"use strict";
(() => {
  const regles = document.getElementById("regles");
  const nouveau = document.getElementById(regles.dataset.nouveau);
  const confirmation = document.getElementById(regles.dataset.confirmation);
  const bilan = document.getElementById("regles-bilan");
  const jeton = nouveau.form.querySelector("[name=csrf_token]").value;
  const lignes = new Map([...regles.querySelectorAll("[data-regle]")].map((ligne) => [ligne.dataset.regle, ligne]));
  const longueurMin = parseInt(/\d+/.exec(lignes.get("LONGUEUR").textContent)[0], 10);
  let attente = 0;
  let demande = 0;

  const comparable = (texte) => texte.normalize("NFKC").toLowerCase();

  // What can be told here, without a dictionary: a rule is kept (true), broken (false), or left to the server.
  function verdicts() {
    const valeur = nouveau.value;
    const adresse = regles.dataset.courriel || (document.getElementById("courriel") || { value: "" }).value;
    const locale = comparable(adresse.split("@")[0].trim());
    return new Map([
      ["LONGUEUR", [...valeur].length >= longueurMin],
      ["ADRESSE", !(locale && comparable(valeur).includes(locale))],
      ["PREFIXE", !valeur.startsWith("cle_")],
    ]);
  }

  function montrer(resultats) {
    for (const [code, ligne] of lignes) {
      const verdict = nouveau.value ? resultats.get(code) : undefined;
      ligne.classList.toggle("respectee", verdict === true);
      ligne.classList.toggle("enfreinte", verdict === false);
      ligne.querySelector(".verdict").textContent = verdict === undefined ? "" : verdict ? " – respecté" : " – à corriger";
    }
    const enfreintes = [...resultats.values()].filter((verdict) => !verdict).length;
    if (!nouveau.value) bilan.textContent = "";
    else if (enfreintes) bilan.textContent = enfreintes > 1 ? `${enfreintes} points sont à corriger.` : "1 point est à corriger.";
    else if (confirmation.value && confirmation.value !== nouveau.value) bilan.textContent = "Les deux saisies diffèrent.";
    else bilan.textContent = resultats.has("ROBUSTESSE") ? "Ce mot de passe convient, s'il n'est pas l'un des derniers." : "";
  }

  async function interroger(numero) {
    const reponse = await fetch(regles.dataset.examen, {
      method: "POST",
      headers: { "X-CSRFToken": jeton, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ nouveau: nouveau.value }),
    });
    if (!reponse.ok || numero !== demande) return;
    const { enfreintes } = await reponse.json();
    if (numero !== demande) return;
    const resultats = verdicts();
    resultats.set("ROBUSTESSE", !enfreintes.includes("ROBUSTESSE"));
    montrer(resultats);
  }

  function saisir() {
    demande += 1;
    clearTimeout(attente);
    montrer(verdicts());
    const numero = demande;
    if (regles.dataset.examen && nouveau.value) {
      attente = setTimeout(() => interroger(numero).catch(() => {}), 300);
    }
  }

  nouveau.addEventListener("input", saisir);
  confirmation.addEventListener("input", saisir);
  saisir(); // what was typed before this script came
})();

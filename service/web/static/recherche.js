// Filters that apply as they change: the result alone is fetched again, the address follows, focus stays where it is.
// Without this script the button does the same.
"use strict";
for (const formulaire of document.querySelectorAll("form[data-vif]")) {
  const cible = document.getElementById(formulaire.dataset.vif);
  let attente = 0;
  let demande = 0;
  const chercher = async () => {
    const adresse = new URL(location.pathname, location.href);
    for (const [nom, valeur] of new FormData(formulaire)) if (valeur) adresse.searchParams.set(nom, valeur);
    const rang = ++demande;
    cible.setAttribute("aria-busy", "true");
    const reponse = await fetch(adresse, { credentials: "same-origin", redirect: "manual" });
    if (rang !== demande) return;
    if (reponse.type === "opaqueredirect") return location.reload();
    const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
    const nouveau = page.getElementById(cible.id);
    if (nouveau) {
      cible.replaceChildren(...nouveau.childNodes);
      history.replaceState(null, "", adresse);
    }
    cible.removeAttribute("aria-busy");
  };
  formulaire.addEventListener("input", () => {
    clearTimeout(attente);
    attente = setTimeout(chercher, 350);
  });
  formulaire.addEventListener("submit", (envoi) => {
    envoi.preventDefault();
    clearTimeout(attente);
    chercher();
  });
}

// The scripts that every page of the explorer has: the colour scheme, and the search box that waits for the input method.

import { setLanguage } from "./i18n.js";
import { Suggest } from "./suggest.js";

const root = document.documentElement;
const remembered = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

if (remembered("theme")) root.dataset.theme = remembered("theme");

document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // a browser that keeps nothing shows the scheme until the next page
  }
  dispatchEvent(new Event("recolor"));
});

setLanguage(root.lang.startsWith("en") ? "en" : "zh");
new Suggest(document.getElementById("query"), document.getElementById("hits"));

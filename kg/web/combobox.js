// A search box with the list of what it finds: waiting for the input method, the marked row, the keys. What is found and what a row does, the heirs know.

import { el, replace } from "./dom.js";

export class Combobox {
  constructor(input, box) {
    Object.assign(this, { input, box, composing: false, at: -1, rows: 0 });
    input.addEventListener("compositionstart", () => {
      this.composing = true;
      this.stop();
    });
    input.addEventListener("compositionend", () => {
      this.composing = false;
      this.typed();
    });
    input.addEventListener("input", (event) => this.composing || event.isComposing || this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => input.closest(".search").contains(event.target) || this.hide());
  }

  // For the heirs: to give up what is being asked, and whether Enter may take the row that is marked.
  stop() {}

  settled() {
    return true;
  }

  open(parts) {
    replace(this.box, ...parts);
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(0);
  }

  row(tag, attributes, ...parts) {
    this.rows += 1;
    return el(tag, { class: "hit", role: "option", id: `hit-${this.rows}`, "aria-selected": "false", ...attributes }, ...parts);
  }

  options() {
    return [...this.box.querySelectorAll(".hit")];
  }

  mark(place) {
    const rows = this.options();
    this.at = rows.length ? (place + rows.length) % rows.length : -1;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.at)));
    if (this.at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", rows[this.at].id);
    rows[this.at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.composing || event.isComposing || event.keyCode === 229) return;
    const listed = !this.box.hidden && this.at >= 0;
    if (event.key === "ArrowDown" && listed) this.mark(this.at + 1);
    else if (event.key === "ArrowUp" && listed) this.mark(this.at - 1);
    else if (event.key === "Enter" && listed && this.settled()) this.options()[this.at].click();
    else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  clear() {
    if (this.box.hidden && !this.input.value) this.input.blur();
    this.input.value = "";
    this.hide();
  }

  hide() {
    this.box.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

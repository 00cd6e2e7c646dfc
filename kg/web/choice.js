// Which nodes are drawn: here those that the filters of the page leave.

import { select } from "./data.js";
import { count, t } from "./i18n.js";
import { change, state } from "./state.js";

const AT_ONCE = 50;

export class Choice {
  constructor(source) {
    this.source = source;
  }

  select() {
    return select(this.source, state);
  }

  // Adds up to fifty hidden neighbours, the best connected first, and tells how many are left.
  expand(id, shown) {
    const missing = this.source.neighbours(id).filter((other) => !shown.ids.has(other));
    const chosen = missing.toSorted((a, b) => this.source.nodes[a].rank - this.source.nodes[b].rank).slice(0, AT_ONCE);
    const hidden = new Set([...state.hidden].filter((other) => !chosen.includes(other)));
    change({ node: id, extra: new Set([...state.extra, ...chosen]), hidden });
    const rest = missing.length - chosen.length;
    return chosen.length ? t("expanded", { added: count(chosen.length), rest: count(rest) }) : t("nothingMore");
  }

  collapse(id) {
    const near = new Set(this.source.neighbours(id));
    change({ extra: new Set([...state.extra].filter((other) => !near.has(other))) });
  }

  hide(id) {
    change({ hidden: new Set([...state.hidden, id]), ...(state.node === id ? { node: -1 } : {}) });
  }

  put(id, place) {
    Object.assign(this.source.nodes[id], place);
  }

  reveal(ids) {
    change({ extra: new Set([...state.extra, ...ids]) });
  }
}

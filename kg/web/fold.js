// Texts made comparable: width, case, traditional characters, blanks and quotation marks make no difference.

const SKIPPED = /[\s"'“”‘’「」『』《》〈〉\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
const table = new Map();

export function setFolding([from, to]) {
  const simple = Array.from(to);
  Array.from(from).forEach((letter, place) => table.set(letter, simple[place]));
}

function foldLetter(letter) {
  if (SKIPPED.test(letter)) return "";
  const code = letter.codePointAt(0);
  const plain = code < 0x3400 || code > 0x9fff ? letter.normalize("NFKC").toLowerCase() : letter;
  return table.get(plain) ?? plain;
}

export function fold(text) {
  let folded = "";
  for (const letter of text) folded += foldLetter(letter);
  return folded;
}

// Where a folded needle stands in a text, as a span of the text itself; null where it does not.
export function locate(text, needle) {
  let folded = "";
  const places = [];
  let place = 0;
  for (const letter of text) {
    const part = foldLetter(letter);
    for (let unit = 0; unit < part.length; unit += 1) places.push(place);
    folded += part;
    place += letter.length;
  }
  const found = needle ? folded.indexOf(needle) : -1;
  if (found < 0) return null;
  const last = places[found + needle.length - 1];
  return [places[found], last + String.fromCodePoint(text.codePointAt(last)).length];
}

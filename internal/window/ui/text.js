// Splits what people write into words and links. Links are found, never parsed from markup, and only http and https count.

const LINK = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const LONGEST = 2048; // a longer one is no address that a person follows
const TAIL = /[.,;:!?)\]}'"»”…]+$/u;

/** @param {string} address */
function safe(address) {
	if (address.length > LONGEST) return false;
	try {
		const url = new URL(address);
		return (url.protocol === "http:" || url.protocol === "https:") && !url.username && !url.password && /^[\x21-\x7e]+$/.test(address);
	} catch {
		return false;
	}
}

/** A closing bracket belongs to the address if it was opened there. @param {string} found */
function trim(found) {
	let end = found.length - (TAIL.exec(found)?.[0].length ?? 0);
	while (found[end] === ")" && found.slice(0, end).split("(").length > found.slice(0, end).split(")").length) end++;
	return found.slice(0, end);
}

/** @param {string} text @returns {{text: string, link: boolean}[]} the same text in order; a link is exactly what is shown */
export function pieces(text) {
	const out = [];
	let from = 0;
	for (const match of text.matchAll(LINK)) {
		const address = trim(match[0]);
		if (!safe(address)) continue;
		if (match.index > from) out.push({ text: text.slice(from, match.index), link: false });
		out.push({ text: address, link: true });
		from = match.index + address.length;
	}
	if (from < text.length) out.push({ text: text.slice(from), link: false });
	return out;
}

const MESSAGE = /\blanyard:\/\/message\/[0-9a-f]{64}\b/giu;

/** One line for a row of the list. @param {string} text */
export const oneLine = (text) => text.slice(0, 300).replace(MESSAGE, "linked message").replace(/\s+/gu, " ").slice(0, 200);

/** A name within a sentence that is no more than text: what stands around it keeps its order (Unicode's isolates). @param {string} name */
export const isolated = (name) => `\u2068${name}\u2069`;

/** The name of a conversation within a sentence, with what tells it from one called alike. @param {{name: string, apart?: string}} row */
export const titled = ({ name, apart }) => (apart ? `${isolated(name)} (${isolated(apart)})` : isolated(name));

/** The first names of some, and how many more there are. @param {string[]} names @param {number} all */
export const firstOf = (names, all) => names.map(isolated).join(", ") + (all > names.length ? ` and ${all - names.length} more` : "");

/** The first letters of a name's first and last word. @param {string} name */
export function initials(name) {
	const words = name.split(/[\s._-]+/u).map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter))).filter((letter) => letter !== undefined);
	if (words.length === 0) return "?";
	return (words.length > 1 ? words[0] + words[words.length - 1] : words[0]).toLocaleUpperCase();
}

/** A stable number from 0 to 11 for the colour of a name. @param {string} name */
export function hue(name) {
	let hash = 2166136261; // FNV-1a
	for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
	return (hash >>> 0) % 12;
}

// Where a text has blocks of code: after ``` at the end of a line, with the name of a language or without. One that begins a line ends at the next that has a line of its own,
// if there is one; else, as where words stand before it on its line, at the next ```.

const FENCE = /(?<!`)```(?!`)/gu;
const OPENS = /^[\w+-]{0,20}[^\S\n]*$/u;
const BLANK = /^[^\S\n]*$/u;
const QUOTE = /^> ?/u;

/** @typedef {{line: number, at: number, body: number, first: boolean, opens: boolean, alone: boolean}} Fence at: where it stands, body: where the next line begins */

/** @param {string} text @returns {Fence[]} */
function marks(text) {
	const out = [];
	let start = 0;
	for (const [n, line] of text.split("\n").entries()) {
		for (const { index } of line.matchAll(FENCE)) {
			const rest = line.slice(index + 3);
			out.push({ line: n, at: start + index, body: start + line.length + 1, first: index === 0, opens: OPENS.test(rest) && !QUOTE.test(line), alone: index === 0 && BLANK.test(rest) });
		}
		start += line.length + 1;
	}
	return out;
}

/** Where the spaces before a place begin, with the line break before them. @param {string} text @param {number} at @param {number} from no further than here */
function before(text, at, from) {
	while (at > from && (text[at - 1] === " " || text[at - 1] === "\t")) at--;
	return at > from && text[at - 1] === "\n" ? at - 1 : at;
}

/** Where the spaces after a place end, with the line break after them. @param {string} text @param {number} at */
function after(text, at) {
	while (text[at] === " " || text[at] === "\t") at++;
	return text[at] === "\n" ? at + 1 : at;
}

/** The blocks in order, what stands around them with their line breaks left out; and whether another begins and does not end. @param {string} text @returns {{closed: {from: number, to: number, code: string}[], open: boolean}} */
export function fences(text) {
	const all = marks(text);
	/** @type {{from: number, to: number, code: string}[]} */
	const closed = [];
	let lonely = 0; // the first from which a fence alone on its line is looked for
	for (let i = 0; i < all.length; i++) {
		const { at, body, line, first, opens } = all[i];
		if (!opens) {
			if (all[i + 1]?.line === line) i++; // both on one line: code within it
			continue;
		}
		for (lonely = Math.max(lonely, i + 1); first && lonely < all.length && !all[lonely].alone; lonely++);
		const end = first && lonely < all.length ? lonely : i + 1;
		if (end >= all.length) return { closed, open: body <= text.length };
		closed.push({ from: before(text, at, closed.at(-1)?.to ?? 0), to: after(text, all[end].at + 3), code: text.slice(body, Math.max(body, before(text, all[end].at, body - 1))) });
		i = end;
	}
	return { closed, open: false };
}

/** Whether the next line would stand in a block that is not closed. @param {string} before what stands before it */
export const within = (before) => fences(`${before}\n`).open;

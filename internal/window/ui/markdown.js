// Reads the small part of Markdown that people write by hand: bold, italic, struck out, code, code block, list, quote, link. Pure: it makes a tree, never markup, and what it does not
// take for markup stays as it was written. Every pattern is bounded, so that a hostile text costs no more than a long one.
import { fences } from "./fences.js";
import { oneLine, pieces } from "./text.js";

/**
 * @typedef {{kind: "text", text: string} | {kind: "link", text: string, to: string, host: string} | {kind: "code", text: string} | {kind: "message", id: string} | {kind: "bold" | "italic" | "struck", parts: Inline[]}} Inline
 * @typedef {{kind: "plain" | "quote", parts: Inline[]} | {kind: "code", text: string} | {kind: "list", ordered: boolean, start: number, items: Inline[][]}} Block
 */

const DEPTH = 4; // bold within italic within bold ...
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u; // characters that turn the text around them
const INLINE = new RegExp([
	"```(?<fenced>[^`\\n]{1,1000})```",
	"`(?<code>[^`\\n]{1,1000})`",
	"\\blanyard://message/(?<message>[0-9a-f]{64})\\b",
	"\\[(?<label>[^\\[\\]\\n]{1,200})\\]\\((?<to>https?://(?:[^\\s()<>\"'`]|\\([^\\s()<>\"'`]{0,200}\\)){1,2000})\\)",
	"(?<url>\\bhttps?://[^\\s<>\"'`]+)",
	"(?<![\\p{L}\\p{N}~])~~(?<struck>[^\\s~](?:[^\\n]{0,500}?[^\\s~])?)~~(?![\\p{L}\\p{N}~])",
	"(?<![\\p{L}\\p{N}*])\\*\\*(?<bold>[^\\s*](?:[^\\n]{0,500}?\\S)?)\\*\\*(?![\\p{L}\\p{N}*])",
	"(?<![\\p{L}\\p{N}*])\\*(?<star>[^\\s*](?:[^\\n*]{0,500}?[^\\s*])?)\\*(?![\\p{L}\\p{N}*])",
	"(?<![\\p{L}\\p{N}_])_(?<under>[^\\s_](?:[^\\n_]{0,500}?[^\\s_])?)_(?![\\p{L}\\p{N}_])",
].join("|"), "giu");

// What stands for itself is carried through the reading as half of a pair of surrogates, which no text that came over the network holds.
const MARKS = "[*_~`[\\]]";
const LITERAL = new RegExp([
	"`[^`\\n]{1,1000}`", "https?://[^\\s<>\"'`]+", // a backslash in code or in an address is one
	"(?<![^\\s(\"'])(?<path>(?:[a-z]:|\\\\|[\\p{L}\\p{N}._-]{1,100}(?=\\\\[\\p{L}\\p{N}]))\\\\[^\\s]{0,1000}|¯\\\\_\\S{0,20})", // and so are those of a path
	`\\\\(?<mark>${MARKS})`,
	"(?<=^|\\n)\\\\(?=[->•] |>)", "(?<=^|\\n)(?<number>\\d{1,6})\\\\(?=[.)] )",
].join("|"), "giu");

/** @param {string} mark */
const literal = (mark) => String.fromCharCode(0xdc00 + mark.charCodeAt(0));

/** The text with what a backslash stands before taken for itself. @param {string} text */
const escaped = (text) => (!text.includes("\\") ? text : text.replace(LITERAL, (found, path, mark, number) => {
	if (path) return path.replace(new RegExp(MARKS, "gu"), literal);
	if (mark) return literal(mark);
	return found.startsWith("\\") ? "" : number ?? found;
}));

/** @param {string} text */
const asWritten = (text) => text.replace(/[\udc00-\udc7f]/gu, (half) => String.fromCharCode(half.charCodeAt(0) - 0xdc00));

/** Words and the addresses among them. @param {string} text @returns {Inline[]} */
const plain = (text) => pieces(asWritten(text)).map((p) => (p.link ? { kind: "link", text: p.text, to: p.text, host: "" } : { kind: "text", text: p.text }));

/** A link whose words are not its address says where it leads; words that could pass for an address, or that turn the text, make none. @param {string} label @param {string} to @returns {Inline | null} */
function named(label, to) {
	const [only, more] = pieces(to);
	if (more || !only?.link || TURNS.test(label) || /:\/\/|\bwww\.|\w\.\w/iu.test(label) || !label.trim()) return null;
	return { kind: "link", text: label, to, host: new URL(to).host };
}

/** What stands in a line, or in lines that belong together. @param {string} text @returns {Inline[]} */
const inline = (text) => emphasised(escaped(text), 0);

/** @param {string} text @param {number} depth @returns {Inline[]} */
function emphasised(text, depth) {
	/** @type {Inline[]} */
	const out = [];
	let from = 0;
	for (const match of text.matchAll(INLINE)) {
		const { code, fenced, message, label, to, struck, bold, star, under } = match.groups ?? {};
		/** @type {Inline | null} */
		let part = null;
		if ((fenced ?? code) !== undefined) part = { kind: "code", text: asWritten(fenced ?? code ?? "") };
		else if (message !== undefined) part = { kind: "message", id: message.toLowerCase() };
		else if (label !== undefined && to !== undefined) part = named(asWritten(label), asWritten(to));
		else if (depth < DEPTH && struck !== undefined) part = { kind: "struck", parts: emphasised(struck, depth + 1) };
		else if (depth < DEPTH && bold !== undefined) part = { kind: "bold", parts: emphasised(bold, depth + 1) };
		else if (depth < DEPTH && (star ?? under) !== undefined) part = { kind: "italic", parts: emphasised(star ?? under ?? "", depth + 1) };
		if (!part) continue; // addresses are found again in the words
		out.push(...plain(text.slice(from, match.index)), part);
		from = match.index + match[0].length;
	}
	out.push(...plain(text.slice(from)));
	return out;
}

const QUOTE = /^> ?/u;
const BULLET = /^[-*•] +(?=\S)/u;
const NUMBER = /^(\d{1,6})[.)] +(?=\S)/u;

/** @param {string} line */
const kindOf = (line) => (QUOTE.test(line) ? "quote" : BULLET.test(line) ? "bullet" : NUMBER.test(line) ? "number" : "plain");

/** @param {string} text @returns {Block[]} */
export function blocks(text) {
	/** @type {Block[]} */
	const out = [];
	let from = 0;
	for (const found of fences(text).closed) {
		out.push(...paragraphs(text.slice(from, found.from)), { kind: "code", text: found.code });
		from = found.to;
	}
	out.push(...paragraphs(text.slice(from)));
	return out.length > 0 ? out : [{ kind: "plain", parts: [] }];
}

/** What stands between code blocks. @param {string} text @returns {Block[]} */
function paragraphs(text) {
	const lines = text.split("\n");
	/** @type {Block[]} */
	const out = [];
	for (let at = 0; at < lines.length;) {
		const kind = kindOf(lines[at]);
		let to = at + 1;
		while (to < lines.length && kindOf(lines[to]) === kind) to++;
		out.push(block(kind, lines.slice(at, to)));
		at = to;
	}
	return out.filter((b) => b.kind !== "plain" || b.parts.length > 0);
}

/** Whether what comes after a text is code, or about to be: below the first line of a block, or after a ` on the same line. @param {string} before */
export const inCode = (before) => fences(before).open || (before.split("\n").at(-1) ?? "").split("`").length % 2 === 0;

/** @param {ReturnType<typeof kindOf>} kind @param {string[]} lines @returns {Block} */
function block(kind, lines) {
	switch (kind) {
		case "quote": return { kind: "quote", parts: inline(lines.map((line) => line.replace(QUOTE, "")).join("\n")) };
		case "bullet": return { kind: "list", ordered: false, start: 1, items: lines.map((line) => inline(line.replace(BULLET, ""))) };
		case "number": return { kind: "list", ordered: true, start: Number(NUMBER.exec(lines[0])?.[1] ?? 1), items: lines.map((line) => inline(line.replace(NUMBER, ""))) };
	}
	return { kind: "plain", parts: inline(lines.join("\n")) };
}

/** @param {Inline} part @returns {string} */
const wordsOf = (part) => ("parts" in part ? part.parts.map(wordsOf).join("") : part.kind === "message" ? "linked message" : part.text);

/** @param {Block} block */
function wordsIn(block) {
	if (block.kind === "code") return block.text;
	return block.kind === "list" ? block.items.map((item) => item.map(wordsOf).join("")).join(", ") : block.parts.map(wordsOf).join("");
}

const GIST = 300; // letters that are looked at

/** What a text says, on one line and without its markup: for quotes, and for rows of lists. @param {string} text */
export const gist = (text) => oneLine(blocks(text.slice(0, GIST)).map(wordsIn).join(" "));

// Reads the small part of Markdown that people write by hand: bold, italic, code, code block, list, quote, link. Pure: it makes a tree, never markup, and what it does not
// take for markup stays as it was written. Every pattern is bounded, so that a hostile text costs no more than a long one.
import { oneLine, pieces } from "./text.js";

/**
 * @typedef {{kind: "text", text: string} | {kind: "link", text: string, to: string, host: string} | {kind: "code", text: string} | {kind: "message", id: string} | {kind: "bold" | "italic", parts: Inline[]}} Inline
 * @typedef {{kind: "plain" | "quote", parts: Inline[]} | {kind: "code", text: string} | {kind: "list", ordered: boolean, start: number, items: Inline[][]}} Block
 */

const DEPTH = 4; // bold within italic within bold ...
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u; // characters that turn the text around them
const INLINE = new RegExp([
	"`(?<code>[^`\\n]{1,1000})`",
	"\\blanyard://message/(?<message>[0-9a-f]{64})\\b",
	"\\[(?<label>[^\\[\\]\\n]{1,200})\\]\\((?<to>https?://[^\\s()<>\"'`]{1,2000})\\)",
	"(?<url>\\bhttps?://[^\\s<>\"'`]+)",
	"(?<![\\p{L}\\p{N}*])\\*\\*(?<bold>[^\\s*](?:[^\\n]{0,500}?\\S)?)\\*\\*(?![\\p{L}\\p{N}*])",
	"(?<![\\p{L}\\p{N}*])\\*(?<star>[^\\s*](?:[^\\n*]{0,500}?[^\\s*])?)\\*(?![\\p{L}\\p{N}*])",
	"(?<![\\p{L}\\p{N}_])_(?<under>[^\\s_](?:[^\\n_]{0,500}?[^\\s_])?)_(?![\\p{L}\\p{N}_])",
].join("|"), "giu");

/** Words and the addresses among them. @param {string} text @returns {Inline[]} */
const plain = (text) => pieces(text).map((p) => (p.link ? { kind: "link", text: p.text, to: p.text, host: "" } : { kind: "text", text: p.text }));

/** A link whose words are not its address says where it leads; words that could pass for an address, or that turn the text, make none. @param {string} label @param {string} to @returns {Inline | null} */
function named(label, to) {
	const [only, more] = pieces(to);
	if (more || !only?.link || TURNS.test(label) || /:\/\/|\bwww\.|\w\.\w/iu.test(label) || !label.trim()) return null;
	return { kind: "link", text: label, to, host: new URL(to).host };
}

/** @param {string} text @param {number} [depth] @returns {Inline[]} */
export function inline(text, depth = 0) {
	/** @type {Inline[]} */
	const out = [];
	let from = 0;
	for (const match of text.matchAll(INLINE)) {
		const { code, message, label, to, bold, star, under } = match.groups ?? {};
		/** @type {Inline | null} */
		let part = null;
		if (code !== undefined) part = { kind: "code", text: code };
		else if (message !== undefined) part = { kind: "message", id: message.toLowerCase() };
		else if (label !== undefined && to !== undefined) part = named(label, to);
		else if (depth < DEPTH && bold !== undefined) part = { kind: "bold", parts: inline(bold, depth + 1) };
		else if (depth < DEPTH && (star ?? under) !== undefined) part = { kind: "italic", parts: inline(star ?? under ?? "", depth + 1) };
		if (!part) continue; // addresses are found again in the words
		out.push(...plain(text.slice(from, match.index)), part);
		from = match.index + match[0].length;
	}
	out.push(...plain(text.slice(from)));
	return out;
}

const FENCE = /^```[\w+-]{0,20}\s*$/u;
const FENCE_END = /^```\s*$/u;
const QUOTE = /^> ?/u;
const BULLET = /^[-*•] +(?=\S)/u;
const NUMBER = /^(\d{1,6})[.)] +(?=\S)/u;

/** @param {string} line */
const kindOf = (line) => (QUOTE.test(line) ? "quote" : BULLET.test(line) ? "bullet" : NUMBER.test(line) ? "number" : "plain");

/** @param {string} text @returns {Block[]} */
export function blocks(text) {
	const lines = text.split("\n");
	/** @type {Block[]} */
	const out = [];
	for (let at = 0; at < lines.length;) {
		const end = FENCE.test(lines[at]) ? lines.findIndex((line, i) => i > at && FENCE_END.test(line)) : -1;
		if (end > 0) {
			out.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") });
			at = end + 1;
			continue;
		}
		const kind = kindOf(lines[at]);
		let to = at + 1;
		while (to < lines.length && kindOf(lines[to]) === kind && !FENCE.test(lines[to])) to++;
		out.push(block(kind, lines.slice(at, to)));
		at = to;
	}
	return out.filter((b, i) => b.kind !== "plain" || b.parts.length > 0 || i === 0);
}

/** Whether what comes after a text is code, or about to be: below the first line of a block, or after a ` on the same line. @param {string} before */
export function inCode(before) {
	const lines = before.split("\n");
	const fenced = lines.slice(0, -1).reduce((open, line) => (open ? !FENCE_END.test(line) : FENCE.test(line)), false);
	return fenced || (lines.at(-1) ?? "").split("`").length % 2 === 0;
}

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

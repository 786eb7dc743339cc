// The emoji that are offered, by group, with the words they are found by. Any other can be typed. Pure.
import { inCode } from "./markdown.js";

/** @type {{name: string, emoji: [string, string][]}[]} */
export const groups = [
	{ name: "Often used", emoji: [["👍", "thumbs up yes good +1"], ["👎", "thumbs down no -1"], ["❤️", "heart love"], ["😂", "tears of joy laugh"], ["🎉", "party celebrate tada"], ["🙏", "thanks please"], ["👀", "eyes look"], ["✅", "check done"], ["❌", "cross no"], ["🔥", "fire"], ["👏", "clap applause"], ["💯", "hundred"]] },
	{ name: "Faces", emoji: [["😀", "grin"], ["😃", "happy"], ["😄", "smile laugh"], ["😁", "beam"], ["😅", "sweat relief"], ["🙂", "slight smile"], ["🙃", "upside down"], ["😉", "wink"], ["😊", "blush"], ["😍", "love eyes"], ["😘", "kiss"], ["😋", "tasty"], ["😎", "cool sunglasses"], ["🤓", "nerd"], ["🤔", "think"], ["🤨", "doubt"], ["😐", "neutral"], ["🙄", "roll eyes"], ["😬", "grimace"], ["😴", "sleep"], ["🤒", "ill"], ["🤧", "sneeze"], ["🥳", "party"], ["😕", "confused"], ["😟", "worried"], ["😮", "surprised"], ["😢", "cry"], ["😭", "sob"], ["😱", "scream"], ["😠", "angry"], ["🤯", "mind blown"], ["🤗", "hug"], ["🤫", "quiet"], ["🫡", "salute"], ["🤷", "shrug"], ["🤦", "facepalm"]] },
	{ name: "Hands", emoji: [["👋", "wave hello"], ["👌", "ok"], ["✌️", "victory peace"], ["🤞", "fingers crossed luck"], ["🤝", "handshake deal"], ["👉", "point right"], ["👈", "point left"], ["👆", "point up"], ["👇", "point down"], ["✋", "hand stop"], ["💪", "strong"], ["✍️", "write"], ["🙌", "hooray"], ["🫶", "heart hands"]] },
	{ name: "Office", emoji: [["💻", "laptop computer"], ["🖥️", "screen computer"], ["🖨️", "printer"], ["📞", "phone call"], ["📧", "mail"], ["📎", "paperclip"], ["📁", "folder"], ["📄", "page document"], ["📊", "chart"], ["📅", "calendar date"], ["⏰", "alarm clock"], ["⏳", "wait hourglass"], ["📌", "pin"], ["🔒", "lock"], ["🔑", "key"], ["💡", "idea bulb"], ["🔧", "wrench repair"], ["🗑️", "bin trash"], ["💰", "money"], ["🏠", "home"], ["🏢", "office building"], ["🚪", "door"], ["❓", "question"], ["❗", "exclamation important"], ["⚠️", "warning"], ["🚀", "rocket launch"], ["🏁", "finish"], ["🆗", "ok"]] },
	{ name: "Food and free time", emoji: [["☕", "coffee"], ["🍵", "tea"], ["🍺", "beer"], ["🥂", "cheers"], ["🍕", "pizza"], ["🍎", "apple"], ["🥪", "sandwich lunch"], ["🍰", "cake"], ["🎂", "birthday cake"], ["🎁", "gift"], ["🌞", "sun"], ["🌧️", "rain"], ["❄️", "snow"], ["🌳", "tree"], ["⚽", "football"], ["🚲", "bicycle"], ["🚗", "car"], ["🚆", "train"], ["✈️", "plane holiday"], ["🎵", "music"], ["🐶", "dog"], ["🐱", "cat"]] },
];

/** Those at hand in a message's menu, with their names. */
export const quick = [groups[0].emoji[0], ...groups[0].emoji.slice(2, 5), groups[0].emoji[5], groups[0].emoji[7]];

/** @param {string} words @returns {typeof groups} those that a search finds */
export function finding(words) {
	const all = words.trim().toLowerCase().split(/\s+/u).filter(Boolean);
	if (all.length === 0) return groups;
	return groups.map((g) => ({ ...g, emoji: g.emoji.filter(([sign, names]) => all.every((w) => names.includes(w) || sign === w)) })).filter((g) => g.emoji.length > 0);
}

const OFFERED = 6;
const BEGUN = /(?:^|[\s("'[{]):([\p{L}+-][\p{L}\p{N}_+-]{1,30})$/u; // not in the middle of a word, nor of a time
const NAMED = /(?:^|[\s("'[{]):([\p{L}+-][\p{L}\p{N}_+-]{1,30}):$/u;

/** A name as the words beside an emoji are written. @param {string} name */
const wordsOf = (name) => name.toLowerCase().replaceAll("_", " ");

/** Where a name is begun before the caret; in code a colon is a colon. @param {string} text @param {number} caret @returns {{at: number, words: string} | null} */
export function begunAt(text, caret) {
	const before = text.slice(0, caret);
	const found = BEGUN.exec(before);
	return found && !inCode(before) ? { at: caret - found[1].length - 1, words: found[1] } : null;
}

/** @param {string} text @param {string} words @returns {boolean} whether one of its words begins so */
const has = (text, words) => ` ${text}`.includes(` ${words}`);

/** @param {string} name @returns {[string, string][]} the emoji with a word that begins so; first those whose first word does */
export function begun(name) {
	const words = wordsOf(name);
	const found = groups.flatMap((g) => g.emoji).filter(([, names]) => has(names, words));
	return [...found.filter(([, names]) => names.startsWith(words)), ...found.filter(([, names]) => !names.startsWith(words))].slice(0, OFFERED);
}

/** The emoji whose name stands whole before the caret, between two colons. @param {string} text @param {number} caret @returns {{at: number, sign: string} | null} */
export function named(text, caret) {
	const before = text.slice(0, caret);
	const found = NAMED.exec(before);
	if (!found || inCode(before)) return null;
	const words = wordsOf(found[1]);
	const one = begun(words).find(([, names]) => has(`${names} `, `${words} `));
	return one ? { at: caret - found[1].length - 2, sign: one[0] } : null;
}

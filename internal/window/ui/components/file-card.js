// A file or folder in a conversation: what it is, how far it is, and what can be done now.
import { html, h } from "../vendor/index.js";
import { count, list, size } from "../format.js";
import { firstOf } from "../text.js";
import { onFile } from "../actions.js";
import { select } from "../store.js";
import { ProgressBar } from "./progress-bar.js";
import { FileMedia } from "./file-media.js";
import { Icon } from "../icons.js";
import { distinct } from "../named.js";
/** @import { Author, File } from "../types.js" */

/** Who is here, by person. */
const here = select((s) => Object.fromEntries(Object.values(s.peers).filter((p) => p.link).map((p) => [p.person, true])));

/** Whether a file of ours can only go on when the other is back: the content waits on this computer, whoever carries the offer. @param {File} file */
const waits = ({ mine, to, state }) => mine && !!to.id && !here.value[to.id] && (state === "offered" || state === "accepted");

/** What a state means to the one who looks. @param {File} file */
function words(file) {
	const them = distinct(file.mine ? file.to : file.from);
	const far = howFar(file);
	if (file.mine && file.state === "withdrawn") return ["You took it back", ...far].join(" · ");
	if (waits(file) && !file.problem) return file.state === "offered" ? `Waits on your computer until ${them} and you are here` : `Goes on when ${them} is here`;
	if (far.length && file.paused !== "here" && (file.state !== "received" || file.later?.length)) return far.join(" · ");
	switch (file.state) {
		case "preparing": return "Being prepared…";
		case "offered": return file.mine ? `Waiting for ${them} to accept` : `${them} wants to send you this`;
		case "accepted": return file.mine ? `${them} accepted` : "Starting…";
		case "receiving": return file.mine ? `${them} is receiving it` : "Receiving…";
		case "waiting": return `Goes on when ${them} is here`;
		case "received": return file.mine ? `${file.to.id ? them : "Everybody in the room"} has it, checked` : "Received, checked";
		case "declined": return file.mine ? `${them} declined` : "You declined";
		case "paused": return file.paused === "here" ? "Held by you" : `Held by ${them}`;
		case "withdrawn": return `${them} took it back`;
		case "refused": return "Nobody else sees this";
		case "problem": return file.problem || "Something went wrong";
	}
	return "";
}

/** Of a file that we sent: who of a room has it, who is still to get it, who has not answered, who came later and does not have it, whose disk has no room, and what hinders it. @param {File} file */
function howFar({ mine, has = [], taking = [], asked = [], later = [], noRoom = [], problem }) {
	const names = (/** @type {Author[]} */ all) => list(all.map(distinct));
	const coming = taking.filter((one) => !noRoom.some((other) => other.id === one.id));
	return [
		...(has.length ? [`${names(has)} ${has.length === 1 ? "has" : "have"} it, checked`] : []),
		...(coming.length ? [`${names(coming)} ${coming.length === 1 ? "takes" : "take"} it`] : []),
		...(asked.length ? [`${names(asked)} ${asked.length === 1 ? "has" : "have"} not answered`] : []),
		...(later.length ? [`${names(later)} came later`] : []),
		...(noRoom.length ? [`No room on the disk of ${names(noRoom)}: goes on once there is some`] : []),
		...(mine && problem ? [problem] : []),
	];
}

/** What did not come with a folder, by name as far as that is known here. @param {number} all @param {string[]} names */
const leftOut = (all, names) => `${count(all, "item")} in it (links, special or temporary files) ${all === 1 ? "is" : "are"} left out${names.length ? `: ${firstOf(names, all)}` : ""}`;

/** @param {File} file @returns {["accept" | "decline" | "cancel" | "pause" | "resume" | "open" | "reveal", string, boolean][]} verb, words, whether it is the main one */
function verbs(file) {
	const ending = file.mine ? "Take back" : "Cancel";
	if (file.state === "offered" && !file.mine) return [["accept", "Accept", true], ["decline", "Decline", false]];
	if (file.state === "offered" || file.state === "preparing") return [["cancel", ending, false]];
	if (file.state === "paused") return file.paused === "here" ? [["resume", "Go on", true], ["cancel", ending, false]] : [["cancel", ending, false]];
	if (["accepted", "receiving", "waiting"].includes(file.state)) return [["pause", "Pause", false], ["cancel", ending, false]];
	if (file.state === "received" && !file.mine) return [...(file.folder || file.media === "program" ? [] : /** @type {["open", string, boolean][]} */ ([["open", "Open", true]])), ["reveal", "Show in folder", file.folder || file.media === "program"]];
	if (file.state === "problem") return file.mine ? [["cancel", ending, false]] : [["accept", "Try again", true]];
	return [];
}

/** @param {{file: File}} props */
export function FileCard({ file }) {
	const progress = waits(file) && file.progress ? { ...file.progress, rate: 0, left: 0 } : file.progress;
	const busy = file.state === "receiving" || (["accepted", "waiting", "paused"].includes(file.state) && progress?.done > 0);
	return html`<div class="card-media">${h(FileMedia, { file })}<div class="card" data-file=${file.id} data-file-state=${file.state}>
		<span class="card-icon">${h(Icon, { name: file.folder ? "folder" : file.media === "program" ? "warning" : "file" })}</span>
		<div class="card-body">
			<p class="card-name" dir="auto">${file.name}</p>
			<p class="card-facts">${file.folder ? `${count(file.files, "file")} · ` : ""}${size(file.size)}</p>
			${file.media === "program" && html`<p class="card-facts card-program">A program: once it is opened it can do whatever you can</p>`}
			${(file.leftOut ?? 0) > 0 && html`<p class="card-facts">${leftOut(file.leftOut ?? 0, file.leftOutNames ?? [])}</p>`}
			${busy ? h(ProgressBar, { ...progress, label: `Progress of ${file.name}` }) : null}
			<p class=${file.state === "problem" ? "card-state card-problem" : "card-state"} dir="auto">${words(file)}</p>
			${verbs(file).length > 0 && html`<div class="card-verbs">${verbs(file).map(([verb, text, main]) => html`<button key=${verb} class=${main ? "button button-main" : "button"} onClick=${() => onFile(file.id, verb)}>${text}</button>`)}</div>`}
		</div>
	</div></div>`;
}

// The picture of a person's card, else initials on a colour of the name's own, with presence at the corner. Presence has a shape as well as a colour.
import { html, h, useEffect } from "../vendor/index.js";
import { Icon } from "../icons.js";
import { markOf, pictureOf, wantPicture } from "../portraits.js";
import { hue, initials } from "../text.js";

const words = { available: "available", away: "away", busy: "busy", invisible: "invisible", offline: "not here" };

/** @param {string} presence @param {boolean} link */
export const presenceWord = (presence, link) => (link ? (words[/** @type {keyof typeof words} */ (presence)] ?? "available") : words.offline);

/** The picture of a person's card, if there is one. @param {{person: string}} props */
export function Portrait({ person }) {
	const mark = person ? markOf(person) : "";
	useEffect(() => { wantPicture(person, mark); }, [person, mark]);
	const url = person ? pictureOf(person) : "";
	return url ? html`<img class="portrait" src=${url} alt="" />` : null;
}

/** @param {{name: string, person?: string, presence?: string, link?: boolean, large?: boolean, room?: string}} props without a presence only picture or initials are shown; of a room (its ID) neither, so that it passes for nobody */
export function Avatar({ name, person = "", presence, link = false, large = false, room = "" }) {
	if (room) return html`<span class=${`avatar avatar-room hue-${hue(room)}${large ? " avatar-large" : ""}`} aria-hidden="true">${h(Icon, { name: "people" })}</span>`;
	const shown = link ? presence : "offline";
	return html`<span class=${`avatar hue-${hue(name)}${large ? " avatar-large" : ""}${presence && !link ? " avatar-absent" : ""}`} aria-hidden="true">
		<span class="avatar-letters">${initials(name)}</span>${h(Portrait, { person })}${presence && html`<span class=${`presence presence-${shown}`}></span>`}
	</span>`;
}

/** What stands in the place of initials where everybody is meant. @param {{}} _ */
export const OfficeSign = (_) => html`<span class="avatar avatar-office" aria-hidden="true">${h(Icon, { name: "announce" })}</span>`;

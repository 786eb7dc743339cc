// A path of the disk. A line that is too long ends behind one of its separators, not within a name.
import { html } from "../vendor/index.js";

/** @param {{path: string}} props */
export function PathText({ path }) {
	return html`<bdi dir="auto">${path.split(/(?<=[/\\])/u).map((part) => html`${part}<wbr />`)}</bdi>`;
}

// What stands beside a name where somebody else has it, too, or one that looks like it.
import { html } from "../vendor/index.js";
import { apartOf } from "../named.js";
/** @import { Author } from "../types.js" */

/** @param {{who: Author}} props */
export function Apart({ who }) {
	const apart = apartOf(who);
	return apart ? html` <bdi class="apart" dir="auto">${apart}</bdi>` : null;
}

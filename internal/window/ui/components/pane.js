// The frame of what stands at the right: a title, a way out, and content that scrolls.
import { html, h } from "../vendor/index.js";
import { showPane } from "../actions.js";
import { Icon } from "../icons.js";
/** @import { Child } from "../vendor/index.js" */

/** @param {{title: string, label: string, children?: Child}} props */
export function Pane({ title, label, children }) {
	return html`<aside class="pane" aria-label=${label}>
		<header class="pane-head"><h2 dir="auto">${title}</h2><button class="button-icon" aria-label="Close" title="Close" onClick=${() => showPane(null)}>${h(Icon, { name: "close" })}</button></header>
		<div class="pane-body" tabindex="0" role="region" aria-label=${`${label}, details`}>${children}</div>
	</aside>`;
}

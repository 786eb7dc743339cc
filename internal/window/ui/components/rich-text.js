// What people wrote, as elements: never markup, and never more than what markdown.js took for emphasis, code, lists, quotes and links.
import { html } from "../vendor/index.js";
import { blocks } from "../markdown.js";
/** @import { Block, Inline } from "../markdown.js" */
/** @import { VNode } from "../vendor/index.js" */

/** @param {Inline} part @returns {VNode | string} */
function drawn(part) {
	switch (part.kind) {
		case "bold": return html`<strong>${part.parts.map(drawn)}</strong>`;
		case "italic": return html`<em>${part.parts.map(drawn)}</em>`;
		case "code": return html`<code>${part.text}</code>`;
		case "link": return html`<a href=${part.to} title=${part.to} target="_blank" rel="noopener noreferrer">${part.text}</a>${part.host && html`<span class="link-host">${` (${part.host})`}</span>`}`;
	}
	return part.text;
}

/** @param {Block} block */
function block(block) {
	switch (block.kind) {
		case "code": return html`<pre class="message-code" dir="ltr" tabindex="0"><code>${block.text}</code></pre>`;
		case "quote": return html`<blockquote dir="auto">${block.parts.map(drawn)}</blockquote>`;
		case "list": {
			const items = block.items.map((item) => html`<li dir="auto">${item.map(drawn)}</li>`);
			return block.ordered ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
		}
	}
	return html`<p dir="auto">${block.parts.map(drawn)}</p>`;
}

/** @param {{text: string}} props */
export function RichText({ text }) {
	const all = blocks(text);
	const [only] = all;
	if (all.length === 1 && only.kind === "plain") return html`<p class="message-text" dir="auto">${only.parts.map(drawn)}</p>`;
	return html`<div class="message-text message-blocks">${all.map(block)}</div>`;
}

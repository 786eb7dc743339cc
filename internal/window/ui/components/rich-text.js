// What people wrote, as elements: never markup, and never more than what markdown.js took for emphasis, code, lists, quotes and links.
import { html, h } from "../vendor/index.js";
import { blocks } from "../markdown.js";
import { cut, unseen } from "../mentions.js";
import { openLink } from "../message-links.js";
import { openPerson } from "../actions.js";
import { select } from "../store.js";
import { Apart } from "./named.js";
import { distinct } from "../named.js";
/** @import { Block, Inline } from "../markdown.js" */
/** @import { VNode } from "../vendor/index.js" */
/** @import { Pointed } from "../mentions.js" */

const me = select((s) => s.me?.person);

/** A person who is mentioned, a click opens what was said with them; or a group. @param {Pointed} who */
function mention(who) {
	const name = who.written ?? who.name;
	if (who.group) return html`<strong class=${who.ours ? "mention mention-me" : "mention"}>@${name}</strong>`;
	if (who.id === me.value) return html`<strong class="mention mention-me">@${name}</strong>`;
	return html`<button class="mention" title=${`Open the conversation with ${distinct(who)}`} onClick=${() => openPerson(who.id)}>@${name}${h(Apart, { who })}</button>`;
}

/** @param {Inline} part @param {Pointed[]} mentions @returns {VNode | string | (VNode | string)[]} */
function drawn(part, mentions) {
	switch (part.kind) {
		case "bold": return html`<strong>${all(part.parts, mentions)}</strong>`;
		case "italic": return html`<em>${all(part.parts, mentions)}</em>`;
		case "struck": return html`<s>${all(part.parts, mentions)}</s>`;
		case "code": return html`<code>${part.text}</code>`;
		case "link": return html`<a href=${part.to} title=${part.to} target="_blank" rel="noopener noreferrer">${part.text}</a>${part.host && html`<span class="link-host">${` (${part.host})`}</span>`}`;
		case "message": return html`<button class="message-link" title=${`lanyard://message/${part.id}`} onClick=${() => openLink(part.id)}>Linked message</button>`;
	}
	return cut(part.text, mentions).map((piece) => (typeof piece === "string" ? piece : mention(piece)));
}

/** @param {Inline[]} parts @param {Pointed[]} mentions */
const all = (parts, mentions) => parts.map((part) => drawn(part, mentions));

/** @param {Block} block @param {Pointed[]} mentions */
function block(block, mentions) {
	switch (block.kind) {
		case "code": return html`<pre class="message-code" dir="ltr" tabindex="0"><code>${block.text}</code></pre>`;
		case "quote": return html`<blockquote dir="auto">${all(block.parts, mentions)}</blockquote>`;
		case "list": {
			const items = block.items.map((item) => html`<li dir="auto">${all(item, mentions)}</li>`);
			return block.ordered ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
		}
	}
	return html`<p dir="auto">${all(block.parts, mentions)}</p>`;
}

/** @type {Pointed[]} */
const none = [];
const SIGNS = new RegExp("^(?:\\p{RGI_Emoji}\\s*){1,10}$", "v"); // emoji and nothing else: they are drawn large

/** @param {{text: string, mentions?: Pointed[]}} props */
export function RichText({ text, mentions = none }) {
	const shown = blocks(text);
	const [only] = shown;
	const others = unseen(text, mentions);
	const also = others.length > 0 && html`<p class="message-mentions">Mentions ${others.map(mention)}</p>`;
	if (shown.length === 1 && only.kind === "plain") return html`<p class=${text.length < 200 && SIGNS.test(text) ? "message-text message-signs" : "message-text"} dir="auto">${all(only.parts, mentions)}</p>${also}`;
	return html`<div class="message-text message-blocks">${shown.map((b) => block(b, mentions))}</div>${also}`;
}

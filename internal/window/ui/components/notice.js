// A window that can do nothing but say why.
import { html } from "../vendor/index.js";

/** @param {{title: string, text: string}} props */
export function Notice({ title, text }) {
	return html`<main class="notice"><h1>${title}</h1><p>${text}</p></main>`;
}

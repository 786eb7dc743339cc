// What is longer than a message, and how it gets there all the same: as a file.
import { html, useState } from "../vendor/index.js";
import { state } from "../store.js";
import { draft } from "../actions.js";
import { leave } from "../message-actions.js";
import { upload } from "../upload.js";
import { wroteNoMore } from "../writing.js";
import { fieldTime } from "../format.js";

export const LONGEST = 32 << 10; // bytes of one message
const measure = new TextEncoder();

/** How many bytes a text has, as far as that can matter. @param {string} text */
export const bytes = (text) => (text.length > LONGEST / 4 ? measure.encode(text).length : 0);

/** What is longer than a message can go as a file; it leaves the composer when the agent has it. @param {{person: string, text: string, edits: boolean}} props */
export function TooLong({ person, text, edits }) {
	const [sending, setSending] = useState(false);
	const go = async () => {
		setSending(true);
		wroteNoMore(person);
		const name = `Text ${fieldTime(new Date()).replace("T", " ").replace(":", ".")}.txt`;
		const sent = await upload({ name, folder: false, files: [{ path: name, file: new File([text], name, { type: "text/plain" }) }], folders: [], leftOut: [], unread: [], bytes: new Blob([text]).size }, person, "send");
		setSending(false);
		if (!sent || state.peek().drafts[person] !== text) return;
		leave(person);
		draft(person, "");
	};
	return html`<p class="field-problem" role="alert">This is longer than a message can be (32 kB). ${edits ? "Make it shorter." : html`<button class="button" disabled=${sending} onClick=${go}>Send as a file</button>`}</p>`;
}

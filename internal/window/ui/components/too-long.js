// What is longer than a message, and how it gets there all the same: as a file.
import { html, useState } from "../vendor/index.js";
import { state } from "../store.js";
import { draft } from "../actions.js";
import { leave } from "../message-actions.js";
import { upload } from "../upload.js";
import { wroteNoMore } from "../writing.js";
import { fieldTime } from "../format.js";
import { fleeting } from "../length.js";

/** Said of a draft that nothing keeps when the window closes. */
export const ONLY_HERE = "It is too long to be kept as a draft, too: it is gone when this window closes.";

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
	return html`<p class="field-problem" role="alert">This is longer than a message can be (32 kB). ${!edits && fleeting(text) && `${ONLY_HERE} `}${edits ? "Make it shorter." : html`<button class="button" disabled=${sending} onClick=${go}>Send as a file</button>`}</p>`;
}

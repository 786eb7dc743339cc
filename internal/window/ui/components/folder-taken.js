// Whether a folder of a shared folder is taken on this computer, and the way to change that.
import { html, h, useState } from "../vendor/index.js";
import { sentence } from "../actions.js";
import { select } from "../store.js";
import { take } from "../shares.js";
import { Icon } from "../icons.js";
/** @import { Share } from "../types.js" */

const up = select((s) => s.link === "up");

/** @param {{share: Share, path: string}} props */
export function FolderTaken({ share, path }) {
	const [asks, setAsks] = useState(false);
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState("");
	const without = share.notHere?.find((dir) => path === dir || path.startsWith(`${dir}/`));
	const go = async (/** @type {"select" | "deselect"} */ verb, /** @type {string} */ dir) => {
		setBusy(true);
		try {
			await take(share, verb, dir);
			setAsks(false);
			setProblem("");
		} catch (error) {
			setProblem(sentence(error));
		}
		setBusy(false);
	};
	const off = busy || !up.value || share.state === "paused";
	const wrong = problem && html`<p class="field-problem" role="status" dir="auto">${problem}</p>`;
	if (without !== undefined) return html`<div class="folder-taken" role="note">${h(Icon, { name: "folder" })}<p>“<bdi dir="auto">${without}</bdi>” is not on this computer; colleagues have it. <button class="button button-small" disabled=${off} onClick=${() => go("select", without)}>Take it here</button></p>${wrong}</div>`;
	if (share.role === "keeper") return null;
	if (!asks) return html`<p class="folder-taken-ask"><button class="button button-small" disabled=${off} onClick=${() => setAsks(true)}>Not on this computer…</button></p>`;
	return html`<div class="folder-taken" role="note">${h(Icon, { name: "folder" })}<p>What lies in “<bdi dir="auto">${path}</bdi>” goes to the trash of this computer, and what is new in it does not come here. Nobody else loses anything. <button class="button button-small" disabled=${off} onClick=${() => go("deselect", path)}>Take it off</button> <button class="button button-small" onClick=${() => { setAsks(false); setProblem(""); }}>Cancel</button></p>${wrong}</div>`;
}

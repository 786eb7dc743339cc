// What a file shows of itself inside the conversation: a picture (small until it is here), sound, film. Only what the agent has checked is played.
import { html, h, useEffect, useRef, useState } from "../vendor/index.js";
import { useLink } from "../links.js";
import { show } from "../actions.js";
import { Dialog } from "./dialog.js";
import { Icon } from "../icons.js";
/** @import { File, Picture as Size } from "../types.js" */

const SIDE = 320; // CSS pixels of the longer side inside the conversation
const AT_ONCE = 12_000_000; // pixels: a larger picture is drawn whole only when somebody looks at it

/** Whether the whole of it is on this computer. @param {File} file */
export const isHere = (file) => file.state === "received" ? !file.mine || !!file.path : file.mine && file.state !== "preparing";

/** @param {{file: File}} props */
export function FileMedia({ file }) {
	if (file.folder) return null;
	if (file.picture) return h(Picture, { file, size: file.picture });
	if (!isHere(file)) return null;
	if (file.media === "audio") return h(Player, { file, kind: "audio" });
	if (file.media === "video") return h(Player, { file, kind: "video" });
	return null;
}

/** @param {Size} size @returns {Size} as it is shown: never larger than it is */
export function fitted(size) {
	const scale = Math.min(1, SIDE / Math.max(size.width, size.height));
	return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}

/** Its place is kept from the start, so nothing moves when it is drawn. @param {{file: File, size: Size}} props */
function Picture({ file, size }) {
	const whole = file.state === "received" && !file.mine && size.width * size.height <= AT_ONCE;
	const [failed, setFailed] = useState(0); // 1: the whole one, 2: the small one too
	const kind = whole && failed === 0 ? "content" : "thumbnail";
	const url = useLink(file.id, kind);
	const { width, height } = fitted(size);
	const image = html`<img class="picture" src=${failed < 2 && url ? url : null} width=${width} height=${height} alt=${`Picture: ${file.name}`} data-kind=${kind}
		onError=${() => { if (url) setFailed(kind === "content" ? 1 : 2); }} />`;
	if (!isHere(file)) return html`<div class="picture-frame">${image}</div>`;
	return html`<button class="picture-frame" aria-label=${`Look at ${file.name}`} onClick=${() => show({ kind: "picture", file })}>${image}</button>`;
}

/** Nothing is read before somebody plays it, because each that reads holds one of the browser's few connections: until then it is a button, which claims no length. @param {{file: File, kind: "audio" | "video"}} props */
function Player({ file, kind }) {
	const url = useLink(file.id, "content");
	const [wanted, setWanted] = useState(false);
	const [failed, setFailed] = useState(false);
	const play = useRef(/** @type {HTMLMediaElement | null} */ (null));
	useEffect(() => {
		if (wanted && url) play.current?.focus();
	}, [wanted, url]);
	if (!wanted) return html`<button class=${`button player-begin player-begin-${kind}`} aria-label=${`Play ${file.name}`} onClick=${() => setWanted(true)}>${h(Icon, { name: "play" })}Play</button>`;
	if (failed) return html`<p class="card-state">This cannot be played here. Open it instead.</p>`;
	if (!url) return html`<div class=${`player player-${kind}`}></div>`;
	const problem = () => setFailed(true);
	if (kind === "audio") return html`<audio class="player player-audio" controls autoplay ref=${play} src=${url} aria-label=${file.name} onError=${problem}></audio>`;
	return html`<video class="player player-video" controls autoplay ref=${play} src=${url} aria-label=${file.name} onError=${problem}></video>`;
}

/** The whole picture, as large as the window. @param {{file: File}} props */
export function PictureDialog({ file }) {
	const [failed, setFailed] = useState(false);
	const url = useLink(file.id, failed ? "thumbnail" : "content");
	return h(Dialog, { title: file.name, verbs: html`<button class="button" onClick=${() => show(null)}>Close</button>` },
		html`<img class="picture-whole" src=${url || null} alt=${`Picture: ${file.name}`} width=${file.picture?.width} height=${file.picture?.height} onError=${() => { if (url) setFailed(true); }} />
			${failed && html`<p class="card-state">The file is not on this computer any more, or is too large to be drawn here; this is its small picture.</p>`}`);
}

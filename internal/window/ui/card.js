// Cards: what people tell of themselves, read when somebody looks.
import { call, part } from "./api.js";
/** @import { Card } from "./types.js" */

/** @param {string} person @returns {Promise<Card>} */
export const readCard = (person) => call("GET", `/peers/${part(person)}/card`);

/** @returns {Promise<Card>} */
export const readMine = () => call("GET", "/me/card");

/** @param {{role?: string, room?: string, phone?: string, picture?: string}} card @returns {Promise<Card>} fails with the sentence to show */
export const setMine = (card) => call("PUT", "/me/card", card);

/** A picture as the page can show it; let it go when it is no longer shown. @param {string} base64 */
export function pictureURL(base64) {
	const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	return URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
}

/** @param {Blob} file @returns {Promise<string>} its bytes in base64 */
export async function base64(file) {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = "";
	for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
	return btoa(text);
}

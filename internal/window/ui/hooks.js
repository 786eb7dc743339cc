// What joins a conversation with programs of this computer: webhooks, through which they write into it, and hooks, which give them what is said.
import { call, part } from "./api.js";
/** @import { Hook, Webhook } from "./types.js" */

/** Whether something is of a conversation, which is named by the other person or by its room. @param {{person: string, conversation: string}} one @param {string} id */
const isOf = (one, id) => (one.person || one.conversation) === id;

/** @param {string} person or room @returns {Promise<{webhooks: Webhook[], hooks: Hook[]}>} */
export async function programsOf(person) {
	/** @type {[Webhook[], Hook[]]} */
	const [webhooks, hooks] = await Promise.all([call("GET", "/webhooks"), call("GET", "/hooks")]);
	return { webhooks: webhooks.filter((w) => isOf(w, person)), hooks: hooks.filter((k) => isOf(k, person)) };
}

/** @param {string} person or room @param {string} name @returns {Promise<Webhook>} with its URL, this once */
export const makeWebhook = (person, name) => call("POST", `/conversations/${part(person)}/webhooks`, name.trim() ? { name } : {});

/** @param {string} id */
export const removeWebhook = (id) => call("DELETE", `/webhooks/${part(id)}`);

/** @param {string} id */
export const removeHook = (id) => call("DELETE", `/hooks/${part(id)}`);

/** Lets one go on that stopped. @param {string} id */
export const resumeHook = (id) => call("POST", `/hooks/${part(id)}/resume`);

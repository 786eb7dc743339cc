// Links to messages. In a text they are words like any other; here they lead to the message, if it is on this computer.
import { ApiError, call, part } from "./api.js";
import { attempt, openMessage, tell } from "./actions.js";
import { copy, goTo } from "./message-actions.js";
import { state } from "./store.js";
/** @import { Message } from "./types.js" */

const PREFIX = "lanyard://message/"; // docs/protocol.md, section 6

/** @param {Message} message */
export const copyLink = (message) => copy(PREFIX + message.id);

/** Shows the message that a link names, in its conversation. @param {string} id */
export const openLink = (id) => attempt(async () => {
	const found = await linked(id);
	const person = found && state.peek().conversations[found.conversation]?.person;
	if (!person) return tell("The linked message is not on this computer. It may be of a conversation that you are not in.");
	const { view } = state.peek();
	if (view?.person === person && view.status === "ready") await goTo(person, found.id);
	else await openMessage(person, found.id);
});

/** @param {string} id @returns {Promise<Message | null>} nothing if it is not here */
async function linked(id) {
	try {
		return await call("GET", `/messages/${part(id)}`);
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return null;
		throw error;
	}
}

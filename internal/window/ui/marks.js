// What one notes about people, and what one switches on and off.
import { call, part } from "./api.js";
import { attempt } from "./actions.js";
import { update } from "./store.js";
/** @import { Settings } from "./types.js" */

/** The agent tells the changed rows by itself. @param {string} person @param {{favourite?: boolean, groups?: string[], live?: boolean}} marks */
export const note = (person, marks) => attempt(() => call("PUT", `/peers/${part(person)}/marks`, marks));

/** Fails with the sentence to show. @param {string} person @param {string[]} groups */
export const setGroups = (person, groups) => call("PUT", `/peers/${part(person)}/marks`, { groups });

/** Gives a group of the list another name; the agent tells the changed rows. Fails with the sentence to show. @param {string} old @param {string} name */
export const renameGroup = (old, name) => call("PUT", `/groups/${part(old)}`, { name });

/** @param {Partial<Settings>} change */
export const setSettings = (change) => attempt(() => call("PUT", "/settings", change).then((settings) => update(() => ({ settings }))));

/** @param {string} among whom the list shows */
export const showAmong = (among) => update(() => ({ among }));

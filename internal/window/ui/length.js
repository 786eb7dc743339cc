// How long a text may be, as bytes count.
import { drafted } from "./state.js";
/** @import { State } from "./types.js" */

export const LONGEST = 32 << 10; // bytes of one message
const KEPT = 128 << 10; // bytes of the longest draft that the agent keeps
const measure = new TextEncoder();

/** How many bytes a text has, as far as that can matter. @param {string} text */
export const bytes = (text) => (text.length > LONGEST / 4 ? measure.encode(text).length : 0);

/** Whether a draft is too long to outlive the window. @param {string} text */
export const fleeting = (text) => bytes(text) > KEPT;

/** Whether closing the window would lose a draft. A window that another one took the place of has handed its drafts over. @param {State} state */
export const losesDraft = (state) => state.phase !== "superseded" && Object.keys(state.drafts).some((person) => fleeting(drafted(state, person)));

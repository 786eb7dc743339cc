// What a shared folder leaves out by its own rules.
import { call, part } from "./api.js";
import { closing } from "./actions.js";
/** @import { ShareRules, ShareRulesPreview } from "./types.js" */

/** @param {string} share @returns {Promise<ShareRules>} */
export const rules = (share) => call("GET", `/shares/${part(share)}/ignore`);

/** What other rules would change. @param {string} share @param {string} text @returns {Promise<ShareRulesPreview>} */
export const preview = (share, text) => call("POST", `/shares/${part(share)}/ignore/preview`, { text });

/** Changes the rules for everybody, unless somebody else has. @param {string} share @param {string} text @param {string} before */
export const setRules = (share, text, before) => closing(() => call("PUT", `/shares/${part(share)}/ignore`, { text, before }));

// Package name holds the rules for names: paths that travel between machines, and what people call themselves, their rooms and their shares.
//
// Every function is pure: its result depends on its arguments alone, it keeps no state, never blocks and is safe for concurrent use. Two machines
// that run the same version therefore decide alike, and what decides something for all members (Fold, Conflict) must not change between versions.
//
// # Paths
//
// A path is relative, separated by '/', and means the same on every member. Whoever receives one calls CheckPath first and drops the record when it
// fails. A path that passes may still be one that Windows or macOS cannot store: CheckPortable says so, in words for the person who should rename it;
// it is a notice at the sender and a refusal, item by item, at the member that cannot store it. Fold tells which paths meet on a disk that is blind to
// case or to Unicode forms. Ignored tells debris of editors, systems and other products, which is never shared.
//
// Conflict, Restored and Numbered make new names from old ones. They keep the extension, stay within an element's length and always yield an element
// that every system can store.
//
// # Names of people, rooms and shares
//
// Display cleans what somebody calls himself, Reserved tells names that would speak for Lanyard, Skeleton maps names that look alike to one key, and
// Same compares a name that was typed with one that is known. A name is a label, never an identity: two equal ones are two people until their keys say
// otherwise.
//
// Quote is for everything printed to a terminal or a log: with it no name can move the cursor, colour the screen or turn the line around.
//
// Left out: graphemes are approximated (a base with its marks) instead of computed by UAX 29; bidirectional isolation and HTML escaping are the
// window's; whether a name is taken is known by its owner.
package name

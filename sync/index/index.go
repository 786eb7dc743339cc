// Package index decides what a shared folder holds. It has no clock, disk, lock or network: all of it is values and pure functions, so that
// every machine which has the same records comes to the same folder, whatever the order in which they arrived.
//
// # State
//
// For each [Path] there is a set of [Heads]: the versions that no other known version has seen. Nearly always it is one. A [Version] is
// named by its [Dot], the number it has in its author's log, and carries a [Context]: the versions of this path that its author had seen.
// [Heads.Merge] is the only thing that changes a set: an arriving version removes the heads its context covers and is itself dropped when a
// head's context covers it. This is a multi-value register with dotted version vectors (Preguiça, Baquero, Almeida, Fonte, Gonçalves,
// "Dotted Version Vectors", 2010). Who keeps the sets must also keep a vector of all dots it has, and offer no version twice:
// otherwise a version whose tombstone was forgotten (see [StableLine]) could come back.
//
// # What is visible
//
// [Look] turns a set into a [View], never changing the set:
//
//  1. Heads of one kind and content count as one.
//  2. A content is absorbed when another live head was made from exactly these bytes ([Version.Base]).
//  3. A live head comes before a tombstone; then the higher Lamport number, then the larger dot. Wall clocks decide nothing.
//  4. Other live contents are conflicts. Each has a copy path, a function of the losing version alone, so that all machines name it alike.
//  5. A [Collapse] (below) does not count as a change against a deletion of what it repeats.
//  6. A directory, or a path that has live children, keeps the name against a file; the file becomes a conflict copy.
//
// A member that holds the bytes of a losing version puts them at the copy path, publishes that, and then publishes a [Collapse]: the visible
// content once more, having seen the loser. Versions with Lamport number 0 were found at first contact with the share and lose against all others.
//
// # What to do
//
// [Plan] compares a view with the [Row] of this machine (what it last knew to lie on disk) and returns actions. A plan never asks for bytes to
// be removed or replaced without naming the row they must match, so that an edit nobody has seen is met as a surprise, not overwritten.
// [Moves] then turns pairs of removal and arrival of one content into moves.
//
// What a person does on disk becomes a version by [Change]: its context is what the row had seen, not what has arrived since.
//
// Who may only read has rows of their own that no version speaks of ([Row.Local]); how they come about is a matter of package share.
//
// Left out: chunks. Twins of case are no matter of this package: the disk below is made to tell them apart (tree.Exact).
package index

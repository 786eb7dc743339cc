package api

import (
	"fmt"
	"strings"
)

// MaxInChange is how many of a group's members a line names. The rest is a number.
const MaxInChange = 6

// Missed says why what was said in a room before we came is not shown.
const Missed = "What was said while you were no member is not shown to you."

// MemberChange is what a message of kind change tells: a line of a room's history that nobody wrote. Its author is who did it.
type MemberChange struct {
	What      string   `json:"what"`                // made (the room), invited, joined, left, removed, renamed, entrusted (may remove others), grouped (named or changed a group)
	Who       Author   `json:"who"`                 // whom it concerns; the author unless somebody was invited, removed or entrusted
	Name      string   `json:"name,omitempty"`      // made, renamed: what the room was called from then on; grouped: the group
	Size      int      `json:"size,omitempty"`      // grouped: how many are in the group from then on; 0 if it is none any more
	In        []Author `json:"in,omitempty"`        // grouped: the first of them
	Missed    bool     `json:"missed,omitempty"`    // made: something was said while we were no member, and is not shown to us, as the history is closed
	Overruled bool     `json:"overruled,omitempty"` // invited, joined, entrusted: they were removed or left at the same time, and that counts more
}

// Sentence tells a change in words, for a terminal or an exported page; shown makes a name, with what tells apart whoever is called alike, fit to stand there.
func (c *MemberChange) Sentence(by Author, shown func(name string) string) string {
	said := shown(by.Distinct()) + " "
	switch c.What {
	case "made":
		said += "made this room"
	case "invited", "removed":
		said += c.What + " " + shown(c.Who.Distinct())
	case "renamed":
		said += "renamed the room to “" + shown(c.Name) + "”"
	case "grouped":
		said += c.grouping(shown)
	case "entrusted":
		said += "lets " + shown(c.Who.Distinct()) + " remove members"
	default:
		said += c.What
	}
	if c.Missed {
		said += ". " + Missed
	}
	if c.Overruled {
		said += ", but too late: a removal or leaving at the same time counts more"
	}
	return said
}

// grouping tells who is in a group from then on.
func (c *MemberChange) grouping(shown func(name string) string) string {
	group := "the group “" + shown(c.Name) + "”"
	if c.Size == 0 {
		return "took " + group + " away"
	}
	names := make([]string, 0, len(c.In)+1)
	for _, one := range c.In {
		names = append(names, shown(one.Distinct()))
	}
	if more := c.Size - len(names); more > 0 || len(names) > MaxInChange {
		names = names[:min(len(names), MaxInChange-1)]
		names = append(names, fmt.Sprintf("%d others", c.Size-len(names)))
	}
	last := len(names) - 1
	all := names[last]
	if last > 0 {
		all = strings.Join(names[:last], ", ") + " and " + all
	}
	return "set " + group + " to " + all
}

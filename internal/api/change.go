package api

// MemberChange is what a message of kind change tells: a line of a room's history that nobody wrote. Its author is who did it.
type MemberChange struct {
	What      string `json:"what"`                // made (the room), invited, joined, left, removed, renamed, entrusted (may remove others), grouped (named or changed a group)
	Who       Author `json:"who"`                 // whom it concerns; the author unless somebody was invited, removed or entrusted
	Name      string `json:"name,omitempty"`      // made, renamed: what the room was called from then on; grouped: the group
	Overruled bool   `json:"overruled,omitempty"` // invited, joined, entrusted: they were removed or left at the same time, and that counts more
}

// Sentence tells a change in words, for a terminal or an exported page; shown makes a name fit to stand there.
func (c *MemberChange) Sentence(by Author, shown func(name string) string) string {
	said := shown(by.Name) + " "
	switch c.What {
	case "made":
		said += "made this room"
	case "invited", "removed":
		said += c.What + " " + shown(c.Who.Name)
	case "renamed":
		said += "renamed the room to “" + shown(c.Name) + "”"
	case "grouped":
		said += "changed the group “" + shown(c.Name) + "”"
	case "entrusted":
		said += "lets " + shown(c.Who.Name) + " remove members"
	default:
		said += c.What
	}
	if c.Overruled {
		said += ", but too late: a removal or leaving at the same time counts more"
	}
	return said
}

package share

import (
	"database/sql"
	"errors"
	"fmt"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/sync/index"
	"lanyard/sync/portable"
)

// stuck is what a member's machine says it cannot put on its disk, for one reason.
type stuck struct {
	reason index.Reason
	files  int
	first  index.Path

	foreseen bool // by what it told of its root
}

// stuckAt reads from what a machine told which of the files that are still valid it cannot have, and why. Those on their way are left out.
func stuckAt(tx *store.Tx, all []branch, theirs index.Applied, root portable.Root) ([]stuck, error) {
	var out []stuck
	for _, e := range theirs.Except {
		if e.Reason < index.Blocked || e.Reason > index.Held {
			continue
		}
		for _, b := range all {
			if b.log != e.Dot.Log {
				continue
			}
			var p string
			var size int64
			err := tx.QueryRow(`SELECT path, size FROM record WHERE id = ? AND path IS NOT NULL`, b.record(e.Dot.Number)).Scan(&p, &size)
			if errors.Is(err, sql.ErrNoRows) {
				continue // superseded meanwhile
			}
			if err != nil {
				return nil, fmt.Errorf("read what a member lacks: %w", err)
			}
			out = countStuck(out, e.Reason, index.Path(p), e.Reason == index.Refused && root.Judge(p, size).Why.Refused())
		}
	}
	return out, nil
}

func countStuck(list []stuck, why index.Reason, p index.Path, foreseen bool) []stuck {
	for i := range list {
		if list[i].reason == why && list[i].foreseen == foreseen {
			list[i].files++
			list[i].first = min(list[i].first, p)
			return list
		}
	}
	return append(list, stuck{reason: why, files: 1, first: p, foreseen: foreseen})
}

// stuckChanges is how many changes a machine cannot have for now.
func stuckChanges(list []stuck) (n int) {
	for _, s := range list {
		n += s.files
	}
	return n
}

// problem says it to the other members.
func (s stuck) problem(member Person) Problem {
	what, path := name.Quote(string(s.first)), string(s.first)
	if s.files > 1 {
		what, path = fmt.Sprintf("%d files, %s among them", s.files, what), ""
	}
	if s.reason == index.Held {
		what = name.Quote(string(s.first))
		if s.files > 1 {
			what = fmt.Sprintf("%d files, %s among them,", s.files, what)
		}
		return Problem{Path: path, Text: fmt.Sprintf("What was done to %s waits with %s: it is so much that they are asked first.", what, member.Name),
			Remedy: "Ask them to look at the shared folder in Lanyard; nothing need be done here.", Act: ActMember, Who: member, Files: s.files}
	}
	p := Problem{Path: path, Remedy: "It comes when somebody who has it is here.", Act: ActNobody, Files: s.files}
	why := "the content could not be had from anybody"
	switch s.reason {
	case index.Blocked:
		why, p.Remedy = "something there is in the way, such as a full disk or a program that has it open", "Ask them to look at the shared folder in Lanyard, which says what it is; nothing need be done here."
		p.Act, p.Who = ActMember, member
	case index.Refused:
		why, p.Remedy, p.Act = "the system there cannot store the name", "Give it a simpler or shorter name.", ActYou
	case index.Twin:
		why, p.Remedy, p.Act = "the disk there does not tell its name from another's", "Rename one of the two.", ActYou
	}
	p.Text = fmt.Sprintf("%s does not have %s: %s.", member.Name, what, why)
	return p
}

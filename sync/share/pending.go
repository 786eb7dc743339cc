package share

import (
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/sync/index"
)

// fewAlike is how many paths that wait for one reason are told one by one; of more one stands for all.
const fewAlike = 5

// pendingProblems tells why paths are not as they should be on this machine.
func (s *Share) pendingProblems(tx *store.Tx, names logNames) ([]Problem, error) {
	rows, err := tx.Query(`SELECT path, reason, text, remedy, since, alike FROM (SELECT *, count(*) OVER same AS alike, row_number() OVER (same ORDER BY path) AS place
		FROM pending WHERE reason > 1 AND reason <> 6 WINDOW same AS (PARTITION BY text, remedy)) WHERE alike <= ? OR place = 1 ORDER BY path LIMIT ?`, fewAlike, maxProblems)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Problem
	for rows.Next() {
		var p Problem
		var reason index.Reason
		var since int64
		if err := rows.Scan(&p.Path, &reason, &p.Text, &p.Remedy, &since, &p.Files); err != nil {
			return nil, err
		}
		if p.Act, p.Who, err = s.whoActs(tx, names, index.Path(p.Path), reason); err != nil {
			return nil, err
		}
		what := name.Quote(p.Path) + " is not up to date here: "
		if p.Files > fewAlike {
			what = fmt.Sprintf("%d files are not up to date here, %s among them: ", p.Files, name.Quote(p.Path))
		} else {
			p.Files = 1
		}
		p.Text, p.Since = what+p.Text+".", time.UnixMilli(since)
		out = append(out, p)
	}
	return out, rows.Err()
}

// whoActs says who can do something about a path that waits here.
func (s *Share) whoActs(tx *store.Tx, names logNames, p index.Path, reason index.Reason) (Act, Person, error) {
	switch reason {
	case index.Refused:
		view, _, err := look(tx, names, p)
		if err != nil {
			return "", Person{}, fmt.Errorf("look who wrote %q: %w", p, err)
		}
		by := s.personOf(view.Head.Writer())
		if by.Name == "" || by.ID == s.engine.cfg.Identity.Person() {
			return ActYou, Person{}, nil
		}
		return ActMember, by, nil
	case index.Missing:
		return ActNobody, Person{}, nil
	}
	return ActYou, Person{}, nil
}

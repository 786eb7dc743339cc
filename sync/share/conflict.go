package share

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// copyAside puts the bytes of the loser of a conflict beside the winner, and publishes that.
func (b *applying) copyAside(ctx context.Context, a index.Action) error {
	c := *a.Conflict
	in, err := b.copyLocal(ctx, a.Path, c.Version)
	if err != nil {
		return err
	}
	// No record speaks of the copy before it lies there: after a sudden end a damaged one would pass for somebody's file.
	if err := in.Sync(); err != nil {
		return errors.Join(err, in.Close())
	}
	s, err := b.w.s.tree.Place(in, string(c.Copy))
	if err != nil {
		return errors.Join(err, in.Close())
	}
	if err := b.w.s.pruneCopies(a.Path, c.Copy); err != nil {
		return err
	}
	winner := b.paths[a.Path].winner
	b.publish = append(b.publish, func(p *publishing) error {
		v, err := p.write(index.Copied(c, winner), false)
		if err != nil {
			return err
		}
		r := rowOf(c.Copy, s, c.Version.Content, v.Seen())
		r.Exec = c.Version.Exec
		known, err := p.known.row(c.Copy)
		if err != nil {
			return err
		}
		p.known.saveRow(r, known)
		return p.tellConflict(v)
	})
	b.endConflict(a)
	return nil
}

// endConflict publishes the collapse, as the view is when the commit comes.
func (b *applying) endConflict(a index.Action) {
	c := *a.Conflict
	b.publish = append(b.publish, func(p *publishing) error {
		view, _, err := p.known.look(a.Path)
		if err != nil {
			return err
		}
		if view.Overruled && c.Copy == "" {
			_, err := p.write(index.Collapse(view, c), false)
			return err
		}
		for _, now := range view.Conflicts {
			if now.Version.Content != c.Version.Content {
				continue
			}
			p.wanted = append(p.wanted, a.Path)
			p.known.want(a.Path)
			_, err := p.write(index.Collapse(view, now), false)
			return err
		}
		return nil // somebody else has ended it
	})
}

// surprise saves what a person wrote in the instant before a replacement: it comes back beside, as their own new file.
func (b *applying) surprise(a index.Action, out tree.Displaced) error {
	when := time.Now().Format("2006-01-02 15.04.05")
	aside := name.OnlyHere(string(a.Path), when)
	if b.w.s.writes() {
		aside = name.Conflict(string(a.Path), b.w.self().Name, when, []byte(out.Trash))
	}
	p, _, err := b.w.s.tree.Restore(out.Trash, aside)
	if err != nil {
		return fmt.Errorf("bring back what was written to %q meanwhile: %w", a.Path, err)
	}
	b.displaced = b.displaced[:len(b.displaced)-1]
	b.w.aside[index.Path(p)] = broughtBack{beside: &index.Beside{Path: a.Path, Loser: b.w.writer(), Winner: a.Want.Writer()}}
	b.w.settle.again(index.Path(p), time.Now(), quietWrite)
	return nil
}

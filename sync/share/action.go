package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

func (b *applying) act(ctx context.Context, a index.Action, pl *planned) error {
	switch a.Verb {
	case index.Adopt:
		return b.adopt(a, pl)
	case index.Trash:
		return b.trash(a, pl)
	case index.MakeDir:
		return b.makeDir(a)
	case index.RemoveDir:
		return b.removeDir(ctx, a)
	case index.Move:
		return b.move(a)
	case index.Place:
		return b.place(ctx, a)
	case index.Replace:
		return b.replace(ctx, a, pl)
	case index.SetMeta:
		return b.setMeta(a, pl)
	case index.CopyAside:
		return b.copyAside(ctx, a)
	case index.EndConflict:
		b.endConflict(a)
		return nil
	case index.Refuse:
		return errRefused
	}
	return fmt.Errorf("plan for %q has an action of number %d", a.Path, a.Verb)
}

func (b *applying) adopt(a index.Action, pl *planned) error {
	if a.Want.Kind == index.Tombstone || pl.row == nil {
		b.rows = append(b.rows, tombRow(a.Path, a.Seen))
		return nil
	}
	r := *pl.row
	r.Seen = a.Seen
	b.rows = append(b.rows, r)
	return nil
}

// cleared stores that nothing lies at a path any more.
func (b *applying) cleared(a index.Action) {
	b.lost = append(b.lost, a.Path)
	if a.Want.Kind == index.Tombstone {
		b.rows = append(b.rows, tombRow(a.Path, a.Seen))
		return
	}
	b.drop = append(b.drop, a.Path)
}

func (b *applying) trash(a index.Action, pl *planned) error {
	id, err := b.w.s.tree.Remove(string(a.Path), pl.row.stat)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, tree.ErrParent) && b.w.vanished(a.Path) {
		b.cleared(a) // it is gone already
		return nil
	}
	if id != "" {
		b.displace(id, a, Deleted)
	}
	if err != nil {
		return err
	}
	b.cleared(a)
	if a.Want.Kind == index.Tombstone {
		b.did(a, brake.Deleted)
	}
	pl.row = nil
	if a.Expect.Local {
		return b.keepAside(a, id)
	}
	b.note(a.Want, Notice{Path: string(a.Path), What: Deleted, Trash: string(id)})
	return nil
}

func (b *applying) displace(id tree.TrashID, a index.Action, what What) {
	b.displaced = append(b.displaced, displacement{
		id: id, path: a.Path, content: a.Expect.Content, size: a.Expect.Size, what: what, by: b.w.author(a.Want),
		mtime: b.paths[a.Path].row.stat.Mtime, winner: a.Want.Writer()})
}

func (b *applying) makeDir(a index.Action) error {
	s, err := b.w.s.tree.MakeDir(string(a.Path))
	if err != nil {
		return err
	}
	b.w.s.engine.watcher.watch(b.w.s, a.Path)
	b.rows = append(b.rows, rowOf(a.Path, s, index.Hash{}, a.Seen))
	return nil
}

func (b *applying) removeDir(ctx context.Context, a index.Action) error {
	var err error
	if !b.w.vanished(a.Path) {
		err = b.w.s.tree.RemoveDir(string(a.Path))
	}
	if errors.Is(err, tree.ErrNotEmpty) {
		return b.notEmpty(ctx, a.Path, err)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = b.goneBelow(ctx, a.Path)
	}
	if err != nil {
		return err
	}
	b.cleared(a)
	return nil
}

// goneBelow notes that what lay in a folder is gone with it: no look enters a folder that is not there.
func (b *applying) goneBelow(ctx context.Context, dir index.Path) error {
	var rows []row
	err := b.w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = rowsBelow(tx, dir)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what lay in %q: %w", dir, err)
	}
	for _, r := range rows {
		b.w.settle.miss(r, time.Now(), false)
	}
	return nil
}

// notEmpty says why a folder that is to go is not empty: records about what lies there are still to be planned, or nobody has looked at it yet.
func (b *applying) notEmpty(ctx context.Context, dir index.Path, why error) error {
	var waits bool
	err := b.w.s.db.Read(ctx, func(tx *store.Tx) (err error) {
		waits, err = pendingBelow(tx, dir)
		return err
	})
	if err != nil {
		return fmt.Errorf("look what is to be done below %q: %w", dir, err)
	}
	if waits {
		b.w.block(dir) // it comes again with those records; at the latest after the pause
		return errLater
	}
	left, err := b.w.lyingIgnored(dir)
	if err != nil {
		return err
	}
	if left != "" {
		return ignoredError(left)
	}
	b.w.check = time.Now()
	return why
}

func (b *applying) move(a index.Action) error {
	from := b.paths[a.From]
	s, err := b.w.s.tree.Move(string(a.From), string(a.Path), from.row.stat)
	if err != nil {
		from.failed = true
		b.w.block(a.From)
		if b.w.vanished(a.From) { // the new place is not to blame
			return fmt.Errorf("move %q: %w", a.From, fs.ErrNotExist)
		}
		return err
	}
	r := rowOf(a.Path, s, a.Want.Content, a.Seen)
	r.Exec = from.row.Exec
	b.rows = append(b.rows, r)
	b.moved = append(b.moved, step{a.From, a.Path})
	b.parents(a.Path)
	b.note(a.Want, Notice{Path: string(a.Path), From: string(a.From), What: Moved})
	return nil
}

func (b *applying) place(ctx context.Context, a index.Action) error {
	s, err := b.placed(ctx, a)
	if err != nil {
		return err
	}
	b.stand(a, s)
	b.parents(a.Path)
	if !seenBefore(a) {
		b.note(a.Want, Notice{Path: string(a.Path), What: Added})
	}
	return nil
}

// seenBefore reports whether what comes is what lay there before this person changed or deleted it, who may only read: that is nobody's news.
func seenBefore(a index.Action) bool { return len(a.Seen) > 0 && a.Expect.Seen.Includes(a.Seen) }

func (b *applying) placed(ctx context.Context, a index.Action) (tree.Stat, error) {
	if done, ok := b.down[a.Path]; ok {
		return done.stat, done.err
	}
	in, err := b.content(ctx, a.Want)
	if err != nil {
		return tree.Stat{}, err
	}
	return b.placeIncoming(a, in)
}

func (b *applying) placeIncoming(a index.Action, in *tree.Incoming) (tree.Stat, error) {
	s, err := b.w.s.tree.Place(in, string(a.Path))
	if err != nil {
		return s, errors.Join(err, in.Close())
	}
	return s, nil
}

// stand stores that Want lies at the path now.
func (b *applying) stand(a index.Action, s tree.Stat) {
	r := rowOf(a.Path, s, a.Want.Content, a.Seen)
	r.Exec = a.Want.Exec
	b.rows = append(b.rows, r)
	if len(b.w.placed) == maxPlaced {
		clear(b.w.placed)
	}
	b.w.placed[a.Path] = s
	b.comesAnew(a)
	b.files++
	b.bytes += a.Want.Size
	if a.Want.Size > inMemory {
		b.came = append(b.came, a.Want.Content)
	}
	if list := b.w.wants.lists[a.Want.Content]; list != nil {
		b.lists = append(b.lists, contentList{a.Want.Content, list})
	}
	b.w.wants.got(a.Want.Content, a.Path)
}

func (b *applying) replace(ctx context.Context, a index.Action, pl *planned) error {
	if err := b.w.s.tree.Busy(string(a.Path)); errors.Is(err, tree.ErrBusy) {
		return err
	}
	in, err := b.content(ctx, a.Want)
	if err != nil {
		return err
	}
	if b.w.s.tears(a.Path) {
		return b.replaceTorn(a, in)
	}
	out, err := b.w.s.tree.Replace(in, string(a.Path), pl.row.stat)
	if err != nil && out.Trash == "" {
		return errors.Join(err, in.Close())
	}
	b.displace(out.Trash, a, Changed)
	b.did(a, brake.Rewritten)
	b.stand(a, out.Placed)
	if !seenBefore(a) {
		n := Notice{Path: string(a.Path), What: Changed, Trash: string(out.Trash)}
		if a.Expect.Local {
			n.Trash = ""
		}
		b.note(a.Want, n)
	}
	switch {
	case out.Unexpected:
		return b.surprise(a, out)
	case a.Expect.Local:
		return errors.Join(err, b.keepAside(a, out.Trash))
	}
	return err
}

func (b *applying) setMeta(a index.Action, pl *planned) error {
	if !b.w.s.tree.Traits().Exec {
		r := *pl.row
		r.Exec, r.Seen = a.Want.Exec, a.Seen
		b.rows = append(b.rows, r)
		return nil
	}
	s, err := b.w.s.tree.SetMeta(string(a.Path), pl.row.stat, pl.row.stat.Mtime, a.Want.Exec)
	if err != nil {
		return err
	}
	b.rows = append(b.rows, rowOf(a.Path, s, pl.row.Content, a.Seen))
	return nil
}

// parents stores rows for the folders that Place and Move made by themselves.
func (b *applying) parents(p index.Path) {
	for dir, ok := p.Parent(); ok; dir, ok = dir.Parent() {
		if b.w.s.engine.watcher.knows(b.w.s, dir) {
			return
		}
		b.w.s.engine.watcher.watch(b.w.s, dir)
		s, err := b.w.s.tree.Lstat(string(dir))
		if err != nil {
			return // gone again: the next scan sees it
		}
		b.publish = append(b.publish, func(p *publishing) error {
			known, err := p.known.row(dir)
			if err != nil || known != nil && known.Kind == index.Dir {
				return err
			}
			var seen index.Context
			if known != nil {
				seen = known.Seen
			}
			p.known.saveRow(rowOf(dir, s, index.Hash{}, seen), known)
			return nil
		})
	}
}

// note adds a notice about what its author did. What the share held when this person came is no news: the invitation told how much it is.
func (b *applying) note(v index.Version, n Notice) {
	if v.Kind == index.Dir || v.Dot.Number == 0 || v.Old || b.w.fill.holds(v.Dot) || b.w.brakes.all[index.Path(n.Path)].state == brakeUndone {
		return
	}
	n.Share, n.By, n.Time = b.w.s.id, b.w.author(v), time.UnixMilli(v.Time)
	if pl := b.paths[index.Path(n.Path)]; pl != nil && pl.copied != nil {
		pl.notice = &n // the commit knows whether its conflict is told instead
		return
	}
	b.notices = noted(b.notices, n)
}

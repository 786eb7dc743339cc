package share

import (
	"context"
	"errors"

	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// Claim has a machine write the version of a path once more, as one that has seen more than it has: as much of that as fits into a record.
func Claim(ctx context.Context, e *Engine, id ID, p index.Path, more index.Context) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error {
		return s.db.Write(ctx, func(tx *store.Tx) error {
			pub, err := newPublishing(tx, w, nil)
			if err != nil {
				return err
			}
			view, _, err := pub.known.look(p)
			if err != nil {
				return err
			}
			v := view.Head
			v.Context = view.Seen.Join(more)
			for err = index.ErrTooLong; errors.Is(err, index.ErrTooLong); more = more[1:] {
				v.Context = view.Seen.Join(more)
				try := pub.pen
				_, _, err = try.Write(v, 0, false)
			}
			if err != nil {
				return err
			}
			if v, err = pub.write(v, false); err != nil {
				return err
			}
			known, err := pub.known.row(p)
			if err != nil {
				return err
			}
			r := *known
			r.Seen = v.Seen()
			pub.known.saveRow(r, known)
			tx.AfterCommit(s.published)
			return pub.close()
		})
	})
}

// OwnLog returns the log to which a machine writes.
func OwnLog(e *Engine, id ID) (l vector.Log, err error) {
	err = withDB(context.Background(), e, id, func(tx *store.Tx) error {
		b, err := ownBranch(tx, e.shareOf(id).selfLog())
		l = b.log
		return err
	})
	return l, err
}

package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// RulesText are the rules of a share as they lie in its folder.
type RulesText struct {
	Text    string
	Problem string // why they are not in force, "" if they are
	Left    int    // files that the share has and the rules leave out
}

// Preview says what other rules would change.
type Preview struct {
	Out  FewFiles // that are shared and would be left out
	Back FewFiles // that the share has and would be shared again
}

// FewFiles counts files and names the first of them.
type FewFiles struct {
	Files int
	Bytes int64
	Paths []string
}

// maxPreviewed is how many files a preview names.
const maxPreviewed = 20

func (f *FewFiles) add(p index.Path, size int64) {
	f.Files++
	f.Bytes += size
	if len(f.Paths) < maxPreviewed {
		f.Paths = append(f.Paths, string(p))
	}
}

// What rules may be refused for.
var (
	ErrRules        = errors.New("these rules cannot be")
	errRulesReader  = errors.New("you may only read this share, so you cannot change its rules: ask somebody who may write")
	ErrRulesChanged = errors.New("the rules have changed meanwhile: look at them again")
)

// Rules tells the rules of a share.
func (e *Engine) Rules(ctx context.Context, id ID) (RulesText, error) {
	var r RulesText
	err := e.peruse(ctx, id, func(db *store.DB, open func() (*tree.Tree, error)) error {
		t, err := open()
		if err != nil {
			return err
		}
		if r.Text, err = rulesText(t); errors.Is(err, ignore.ErrSize) {
			r.Problem = err.Error()
		} else if err != nil {
			return err
		} else if _, err := ignore.Parse([]byte(r.Text)); err != nil {
			r.Problem = err.Error()
		}
		return db.Read(ctx, func(tx *store.Tx) error {
			now, err := rulesInForce(tx)
			if err != nil || now.None() {
				return err
			}
			return eachStanding(tx, func(p index.Path, kind index.Kind, _ int64) {
				if kind == index.File && now.Ignored(string(p), false) {
					r.Left++
				}
			})
		})
	})
	if err != nil {
		return RulesText{}, fmt.Errorf("read the rules of share %s: %w", id, err)
	}
	return r, nil
}

// rulesText reads what lies in the folder as rules, "" if nothing does.
func rulesText(t *tree.Tree) (string, error) {
	s, err := t.Lstat(ignore.File)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && s.Kind != tree.KindFile:
		return "", nil
	case err != nil:
		return "", err
	}
	text, err := readRules(t, s)
	if errors.Is(err, errMoving) {
		err = fmt.Errorf("a program is just writing %s: try again in a moment", name.Quote(ignore.File))
	}
	return string(text), err
}

// PreviewRules says what would change if a text were the rules.
func (e *Engine) PreviewRules(ctx context.Context, id ID, text string) (Preview, error) {
	rules, err := parseRules(text)
	if err != nil {
		return Preview{}, err
	}
	var v Preview
	err = e.peruse(ctx, id, func(db *store.DB, _ func() (*tree.Tree, error)) error {
		return db.Read(ctx, func(tx *store.Tx) error {
			now, err := rulesInForce(tx)
			if err != nil {
				return err
			}
			return eachStanding(tx, func(p index.Path, kind index.Kind, size int64) {
				if kind != index.File {
					return
				}
				switch was, is := now.Ignored(string(p), false), rules.Ignored(string(p), false); {
				case is && !was:
					v.Out.add(p, size)
				case was && !is:
					v.Back.add(p, size)
				}
			})
		})
	})
	if err != nil {
		return Preview{}, fmt.Errorf("look what other rules of share %s would change: %w", id, err)
	}
	return v, nil
}

func parseRules(text string) (*ignore.Rules, error) {
	rules, err := ignore.Parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRules, err)
	}
	return rules, nil
}

// SetRules gives a share other rules, for all members. With before it does so only while they are what before says.
func (e *Engine) SetRules(ctx context.Context, id ID, text string, before *string) error {
	if _, err := parseRules(text); err != nil {
		return err
	}
	s, err := e.atWork(ctx, id)
	if err != nil {
		return err
	}
	if !s.writes() {
		return errRulesReader
	}
	return s.order(ctx, func(ctx context.Context, w *worker) error {
		now, err := rulesText(s.tree)
		switch {
		case err != nil && !errors.Is(err, ignore.ErrSize):
			return fmt.Errorf("read the rules of share %s: %w", id, err)
		case before != nil && *before != now:
			return ErrRulesChanged
		case text == now && err == nil:
			return nil
		}
		if err := w.writeRules(ctx, []byte(text)); err != nil {
			return err
		}
		return w.takeRules(ctx)
	})
}

// writeRules puts a text where the rules lie, and publishes it.
func (w *worker) writeRules(ctx context.Context, text []byte) error {
	v := index.Version{Content: index.Hash(blake3.Sum256(text)), Size: int64(len(text)), Mtime: time.Now().UnixNano()}
	in, err := (&applying{w: w}).fromMemory(v, text)
	if err != nil {
		return fmt.Errorf("write the rules: %w", err)
	}
	vacant, err := w.free(ignore.File)
	if err != nil {
		return errors.Join(err, in.Discard())
	}
	if !vacant {
		_, err := w.exchange(ctx, ignore.File, in, v, false)
		return err
	}
	s, err := w.s.tree.Place(in, ignore.File)
	if err != nil {
		return errors.Join(fmt.Errorf("write the rules: %w", err), in.Discard())
	}
	if err := w.s.tree.Flush(ctx); err != nil {
		return err
	}
	return w.publish(ctx, []finding{{path: ignore.File, kind: index.File, stat: s, content: v.Content, hashed: true}})
}

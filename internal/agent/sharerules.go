package agent

import (
	"context"
	"errors"

	"lanyard/internal/api"
	"lanyard/sync/share"
)

// shareRules is what shared folders leave out by their own rules.
type shareRules struct{ *shares }

// Rules tells the rules of a share.
func (s shareRules) Rules(ctx context.Context, q string) (api.ShareRules, error) {
	one, err := s.find(q)
	if err != nil {
		return api.ShareRules{}, err
	}
	r, err := s.engine.Rules(ctx, one.ID)
	if err != nil {
		return api.ShareRules{}, shareError(err)
	}
	return api.ShareRules{Text: r.Text, Problem: r.Problem, Left: r.Left}, nil
}

// SetRules gives a share other rules.
func (s shareRules) SetRules(ctx context.Context, q string, what api.ShareRulesRequest) (api.ShareRules, error) {
	one, err := s.find(q)
	if err != nil {
		return api.ShareRules{}, err
	}
	if err := s.engine.SetRules(ctx, one.ID, what.Text, what.Before); err != nil {
		return api.ShareRules{}, rulesError(err)
	}
	return s.Rules(ctx, q)
}

// PreviewRules says what other rules would change.
func (s shareRules) PreviewRules(ctx context.Context, q, text string) (api.ShareRulesPreview, error) {
	one, err := s.find(q)
	if err != nil {
		return api.ShareRulesPreview{}, err
	}
	v, err := s.engine.PreviewRules(ctx, one.ID, text)
	if err != nil {
		return api.ShareRulesPreview{}, rulesError(err)
	}
	return api.ShareRulesPreview{Out: fewFiles(v.Out), Back: fewFiles(v.Back)}, nil
}

func fewFiles(f share.FewFiles) api.FewFiles {
	return api.FewFiles{Files: f.Files, Bytes: f.Bytes, Paths: append([]string{}, f.Paths...)}
}

func rulesError(err error) error {
	if errors.Is(err, share.ErrRules) {
		return told(api.CodeUsage, "%v", err)
	}
	return shareError(err)
}

// Select takes a folder of a share on this machine again.
func (s shareRules) Select(ctx context.Context, q, folder string) (api.Share, error) {
	return s.change(q, func(id share.ID) error { return s.engine.Select(ctx, id, folder) })
}

// Deselect takes a folder of a share off this machine.
func (s shareRules) Deselect(ctx context.Context, q, folder string) (api.Share, error) {
	return s.change(q, func(id share.ID) error { return s.engine.Deselect(ctx, id, folder) })
}

package agent

import (
	"context"

	"lanyard/internal/api"
	"lanyard/internal/settings"
	"lanyard/sync/share"
)

// Retention tells how long one share, or all keep what was replaced or deleted.
func (t trash) Retention(ctx context.Context, q string) (api.ShareRetention, error) {
	if q == "" {
		all := t.preferences.keeps()
		return api.ShareRetention{Days: all.Days, Percent: all.Percent, Own: all != share.UsualRetention}, nil
	}
	one, err := t.find(q)
	if err != nil {
		return api.ShareRetention{}, err
	}
	k, err := t.engine.Retention(ctx, one.ID)
	if err != nil {
		return api.ShareRetention{}, shareError(err)
	}
	v := api.ShareRetention{Days: k.Days, Percent: k.Percent, Own: k.Own, Files: k.Files, Bytes: k.Bytes}
	if k.Purged.Files > 0 {
		v.Purged = &api.Purged{Files: k.Purged.Files, Bytes: k.Purged.Bytes, Time: k.Purged.Time}
	}
	return v, nil
}

// SetRetention chooses it.
func (t trash) SetRetention(ctx context.Context, q string, what api.ShareRetentionRequest) (api.ShareRetention, error) {
	chosen := &share.Retention{Days: what.Days, Percent: what.Percent}
	switch {
	case *chosen == share.Retention{}:
		chosen = nil
	case !chosen.Valid():
		return api.ShareRetention{}, told(api.CodeUsage, "what was replaced or deleted can be kept for 1 to %d days, in 1 to %d percent of the disk", share.MaxKeepDays, share.MaxKeepPercent)
	}
	if q == "" {
		return t.keepAll(ctx, what)
	}
	one, err := t.find(q)
	if err != nil {
		return api.ShareRetention{}, err
	}
	if err := t.engine.SetRetention(ctx, one.ID, chosen); err != nil {
		return api.ShareRetention{}, shareError(err)
	}
	return t.Retention(ctx, q)
}

func (t trash) keepAll(ctx context.Context, what api.ShareRetentionRequest) (api.ShareRetention, error) {
	err := t.preferences.change(func(s *settings.Settings) { s.KeepDays, s.KeepPercent = what.Days, what.Percent })
	if err != nil {
		return api.ShareRetention{}, diskError("keep the setting", err)
	}
	t.engine.PurgeSoon()
	return t.Retention(ctx, "")
}

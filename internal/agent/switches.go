package agent

import (
	"cmp"
	"context"

	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/peer"
	"lanyard/internal/settings"
)

// switches is what our person switches on and off, as the local API has it.
type switches struct {
	preferences *preferences
	hub         *control.Hub
	apply       func(settings.Settings) // has the parts do as set
}

// Settings tells what is switched on.
func (s *switches) Settings() api.Settings {
	now := s.preferences.get()
	return api.Settings{Notifications: now.Notifications, ReadMarks: now.ReadMarks, Typing: now.Typing, LastSeen: now.LastSeen, AcceptFiles: now.AcceptFiles,
		Quiet: now.Quiet, EnterBreaks: now.EnterBreaks, TextSize: cmp.Or(now.TextSize, settings.UsualTextSize), ShareUp: now.ShareUp, ShareDown: now.ShareDown}
}

// SetSettings switches some; it is stored first, so that it is not otherwise after a restart.
func (s *switches) SetSettings(_ context.Context, r api.SettingsRequest) (api.Settings, error) {
	var quiet settings.Span
	var err error
	switch {
	case r.AcceptFiles != nil && (*r.AcceptFiles < 0 || *r.AcceptFiles > settings.MaxAcceptFiles):
		return api.Settings{}, told(api.CodeUsage, "files can be taken unasked up to 0 to %d megabytes", settings.MaxAcceptFiles)
	case r.TextSize != nil && (*r.TextSize < settings.MinTextSize || *r.TextSize > settings.MaxTextSize):
		return api.Settings{}, told(api.CodeUsage, "text can have %d to %d percent of its usual size", settings.MinTextSize, settings.MaxTextSize)
	case r.ShareUp != nil && !settings.RateFits(*r.ShareUp), r.ShareDown != nil && !settings.RateFits(*r.ShareDown):
		return api.Settings{}, told(api.CodeUsage, "a limit is 0 for none, or %d to %d KiB in a second", settings.MinShareRate, settings.MaxShareRate)
	case r.Quiet != nil:
		if quiet, err = settings.ParseSpan(*r.Quiet); err != nil {
			return api.Settings{}, told(api.CodeUsage, "%v", err)
		}
	}
	err = s.preferences.change(func(now *settings.Settings) {
		for to, wanted := range map[*bool]*bool{&now.Notifications: r.Notifications, &now.ReadMarks: r.ReadMarks, &now.Typing: r.Typing, &now.LastSeen: r.LastSeen, &now.EnterBreaks: r.EnterBreaks} {
			if wanted != nil {
				*to = *wanted
			}
		}
		for to, wanted := range map[*int]*int{&now.AcceptFiles: r.AcceptFiles, &now.TextSize: r.TextSize, &now.ShareUp: r.ShareUp, &now.ShareDown: r.ShareDown} {
			if wanted != nil {
				*to = *wanted
			}
		}
		if r.Quiet != nil {
			now.Quiet = quiet.String()
		}
	})
	if err != nil {
		return api.Settings{}, diskError("store the settings", err)
	}
	s.apply(s.preferences.get())
	now := s.Settings()
	s.hub.Publish(api.EventSettings, now)
	return now, nil
}

// discreet is what our person keeps to themselves.
func discreet(s settings.Settings) peer.Discretion {
	return peer.Discretion{Typing: !s.Typing, LastSeen: !s.LastSeen, Read: !s.ReadMarks}
}

// obey has the parts do as set.
func (l *life) obey(s settings.Settings) {
	before := l.peers.Discretion()
	l.peers.SetDiscretion(discreet(s))
	if l.peers.Discretion().Typing != before.Typing {
		l.writing.typing.Heed()
	}
	l.ringer.changed() // quiet hours may be over
	l.limitShares(s)
}

// limitShares has all shared folders together keep to the limits that are set, which settings has checked.
func (l *life) limitShares(s settings.Settings) {
	if err := l.engine.LimitAll(limitsOf(api.Limits{Up: s.ShareUp, Down: s.ShareDown})); err != nil {
		l.log.Error("the limit of shared folders is not kept", "error", err)
	}
}

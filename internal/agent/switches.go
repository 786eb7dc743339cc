package agent

import (
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
	return api.Settings{Notifications: now.Notifications, ReadMarks: now.ReadMarks, Typing: now.Typing, LastSeen: now.LastSeen, AcceptFiles: now.AcceptFiles}
}

// SetSettings switches some; it is stored first, so that it is not otherwise after a restart.
func (s *switches) SetSettings(_ context.Context, r api.SettingsRequest) (api.Settings, error) {
	if r.AcceptFiles != nil && (*r.AcceptFiles < 0 || *r.AcceptFiles > settings.MaxAcceptFiles) {
		return api.Settings{}, told(api.CodeUsage, "files can be taken unasked up to 0 to %d megabytes", settings.MaxAcceptFiles)
	}
	err := s.preferences.change(func(now *settings.Settings) {
		for to, wanted := range map[*bool]*bool{&now.Notifications: r.Notifications, &now.ReadMarks: r.ReadMarks, &now.Typing: r.Typing, &now.LastSeen: r.LastSeen} {
			if wanted != nil {
				*to = *wanted
			}
		}
		if r.AcceptFiles != nil {
			now.AcceptFiles = *r.AcceptFiles
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
	l.peers.SetDiscretion(discreet(s))
	if !s.Typing {
		l.writing.typing.Quiet()
	}
}

package agent

import (
	"sync"

	"lanyard/internal/peer"
	"lanyard/internal/settings"
	"lanyard/sync/share"
)

// preferences is the settings of one profile, in memory and on disk. It is safe for concurrent use.
type preferences struct {
	profile string
	home    string

	mu  sync.Mutex
	now settings.Settings
}

// loadPreferences reads the settings of a profile; without a file they are the defaults.
func loadPreferences(profile string) (*preferences, error) {
	now, err := settings.Load(profile)
	if err != nil {
		return nil, err
	}
	return &preferences{profile: profile, home: homeFolder(), now: now}, nil
}

// get returns the settings as they are.
func (p *preferences) get() settings.Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// change changes the settings once they are on disk.
func (p *preferences) change(how func(*settings.Settings)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.now
	how(&next)
	if err := next.Save(p.profile); err != nil {
		return err
	}
	p.now = next
	return nil
}

// keeps is how long all shared folders keep what was replaced or deleted.
func (p *preferences) keeps() share.Retention {
	r := share.UsualRetention
	if now := p.get(); now.KeepDays > 0 && now.KeepPercent > 0 {
		r = share.Retention{Days: now.KeepDays, Percent: now.KeepPercent}
	}
	return r
}

// folder is where shared and received files lie: the one asked for, the one set, or ~/Lanyard.
func (p *preferences) folder(asked, profile string) string {
	if asked != "" {
		return asked
	}
	if set := p.get().Folder; set != "" {
		return set
	}
	return defaultFolder(p.home, profile)
}

// port is the TCP port for links: the one asked for, the one set, or the usual one.
func (p *preferences) port(asked int) int {
	if asked != 0 {
		return asked
	}
	if set := p.get().Port; set != 0 {
		return set
	}
	return peer.DefaultPort
}

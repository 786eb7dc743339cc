package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"

	"lanyard/internal/control"
)

// lookThrough answers over the local API while the database is looked through, as damage was found in it: that this is so, and how far it is. It can be stopped over it, too.
type lookThrough struct {
	profile string
	log     *slog.Logger
	tell    func(string)
	stop    context.CancelFunc // ends the looking

	at     atomic.Pointer[string]
	server *http.Server // nil before it began
	served chan error
}

// looks is a store.Looks.
func (l *lookThrough) looks(done, total int) {
	at := fmt.Sprintf("Lanyard is starting: damage was found in its database, so all of it is looked through first; tables done: %d of %d. Wait, or give up by lanyard stop", done, total)
	l.at.Store(&at)
	if l.served == nil {
		l.begin()
		l.tell("Damage was found in the database when Lanyard ran last, so all of it is looked through before anything else. lanyard status says how far that is.")
	}
}

// begin opens the control socket. Without it the looking goes on all the same.
func (l *lookThrough) begin() {
	l.served = make(chan error, 1)
	s, err := openSocket(l.profile, l.log)
	if err != nil {
		l.log.Warn("nobody is told how far the database is looked through", "reason", err)
		return
	}
	l.server = newServer(control.Starting(func() string { return *l.at.Load() }, l.stop), l.log)
	go func() { l.served <- l.server.Serve(s) }()
}

// close lets answers under way finish and gives the socket back.
func (l *lookThrough) close() {
	if l.server == nil {
		return
	}
	shutDown(l.server, l.log)
	if err := <-l.served; !errors.Is(err, http.ErrServerClosed) {
		l.log.Warn("serve the control socket while the database is looked through", "reason", err)
	}
}

package office

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// hang guards against waiting for ever; it measures nothing.
const hang = 4 * time.Minute

// office is a LAN with desks.
type office struct {
	t     *testing.T
	ctx   context.Context
	net   *lantest.Net
	dir   string
	desks []*desk
	disks []string // folders at which small disks are mounted
}

// open makes an office with a machine and a desk for each name. Nothing runs yet.
func open(t *testing.T, names ...string) *office {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	o := &office{t: t, ctx: ctx, dir: t.TempDir(), net: lantest.Namespaces(t, len(names))}
	t.Cleanup(o.unmount)
	for i, name := range names {
		o.desk(name, i+1)
	}
	return o
}

// desk adds a desk on a machine: a further one is a second user of that machine.
func (o *office) desk(name string, host int) *desk {
	d := &desk{office: o, name: name, host: host, home: filepath.Join(o.dir, fmt.Sprintf("home%d", len(o.desks)+1))}
	must(o.t, os.Mkdir(d.home, 0o700))
	o.desks = append(o.desks, d)
	o.t.Cleanup(d.leave)
	return d
}

// start starts agents and waits until each has all others of them on the list, with a link.
func (o *office) start(desks ...*desk) {
	o.t.Helper()
	var starting sync.WaitGroup
	errs := make([]error, len(desks))
	for i, d := range desks {
		starting.Go(func() { errs[i] = d.begin() })
	}
	starting.Wait()
	must(o.t, errs...)
	for _, d := range desks {
		for _, other := range desks {
			if d != other {
				d.meets(other)
			}
		}
	}
}

// shared shares a folder of the first desk with the others, who accept, and returns the folder at each once the owner says that all have everything.
func (o *office) shared(dir string, owner *desk, others ...*desk) []string {
	o.t.Helper()
	args := []string{"share", "add", dir}
	for _, d := range others {
		args = append(args, "--with", d.name)
	}
	id := owner.do(args...)
	places := []string{dir}
	for _, d := range others {
		d.invited(id)
		places = append(places, d.do("share", "accept", id))
	}
	o.inSync(id, append([]*desk{owner}, others...)...)
	return places
}

// inSync waits until every desk says that all members have everything.
func (o *office) inSync(id string, desks ...*desk) {
	o.t.Helper()
	for _, d := range desks {
		d.until("everybody to have all of share "+id, func() bool { return complete(ask[api.Share](d, "share", "status", id)) })
	}
}

// complete tells whether a share is in sync at all its members.
func complete(s api.Share) bool {
	for _, m := range s.Members {
		if (m.State == "member" || m.State == "owner") && (!m.InSync || m.PendingFiles > 0) {
			return false
		}
		if m.State == "invited" {
			return false
		}
	}
	return s.State == "in-sync"
}

// tc runs the traffic control program on a machine.
func (o *office) tc(host int, args ...string) {
	o.t.Helper()
	if _, err := exec.LookPath("tc"); err != nil {
		o.t.Skip("needs tc: apt-get install iproute2")
	}
	out, err := o.net.Command(o.ctx, host, "tc", args...).CombinedOutput()
	if err != nil {
		o.t.Fatalf("tc %q: %v: %s", args, err, out)
	}
}

// must ends the test on an error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

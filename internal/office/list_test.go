package office

import (
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestZeroConfiguration: people who only start Lanyard see each other, by name, and see every change of name and presence at once.
func TestZeroConfiguration(t *testing.T) {
	o := open(t, "", "Ben", "Carla")
	began := time.Now()
	o.desks[0].start() // says no name: it is the account's
	account := ask[api.Status](o.desks[0], "status").Me.Name
	if account == "" {
		t.Fatal("somebody who chose no name has none")
	}
	o.desks[0].name = account
	nobody, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.start(ben, carla)
	for _, d := range o.desks {
		for _, other := range o.desks {
			if d != other {
				d.meets(other)
			}
		}
	}
	t.Logf("three newcomers, one after the other, all list all after %v", time.Since(began).Round(time.Millisecond))

	from, from2 := ben.mark(), carla.mark()
	if said := nobody.do("name", "Anna  Meyer"); said != "Anna Meyer" {
		t.Errorf("the new name is %q", said)
	}
	told(ben, from, api.EventPresence, func(p api.Peer) bool { return p.Name == "Anna Meyer" })
	told(carla, from2, api.EventPresence, func(p api.Peer) bool { return p.Name == "Anna Meyer" })
	if _, old := ben.peer(account); old {
		t.Error("the old name is still on the list")
	}

	from, from2 = nobody.mark(), carla.mark()
	ben.do("presence", "busy", "in a call")
	busy := func(p api.Peer) bool {
		return p.Name == "Ben" && p.Presence == "busy" && p.Text == "in a call" && p.Link
	}
	told(nobody, from, api.EventPresence, busy)
	told(carla, from2, api.EventPresence, busy)

	from = nobody.mark()
	ben.do("presence", "invisible")
	told(nobody, from, api.EventPresence, func(p api.Peer) bool { return p.Name == "Ben" && p.Presence == "offline" && !p.Link })
	nobody.do("send", "Ben", "are you there?", "--wait", "delivered") // delivery stays true
	from = nobody.mark()
	ben.do("presence", "available")
	told(nobody, from, api.EventPresence, func(p api.Peer) bool { return p.Name == "Ben" && p.Presence == "available" && p.Link })

	before, _ := nobody.peer("Carla")
	carla.stop()
	nobody.until("Carla to be away, and when she was here", func() bool {
		p, ok := nobody.peer("Carla")
		return ok && p.Presence == "offline" && !p.Link && !p.LastSeen.Before(before.LastSeen) && time.Since(p.LastSeen) < hang
	})
}

// TestNetworksComeAndGo: an agent that starts without any network says so and what to do, and is found as soon as it has one; pulled cables,
// removed interfaces and second networks are noticed by themselves.
func TestNetworksComeAndGo(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	must(t, o.net.RemoveInterface(2, "eth0"))
	anna.start()
	ben.start()
	ben.until("a problem that says so", func() bool {
		return mentions(ask[api.Status](ben, "status").Problems, "network")
	})
	if f, ok := finding(ask[[]api.Finding](ben, "doctor"), "network"); !ok || f.Severity == "ok" || f.Remedy == "" {
		t.Errorf("without a network the doctor says %+v", f)
	}
	from := ben.mark()
	must(t, o.net.RestoreInterface(2))
	ben.meets(anna)
	anna.meets(ben)
	told(ben, from, api.EventProblem, func(p api.ProblemChange) bool { return p.Gone })

	must(t, o.net.RemoveInterface(2, "eth0"))
	ben.until("a problem that says so", func() bool {
		return mentions(ask[api.Status](ben, "status").Problems, "network")
	})
	anna.do("send", "Ben", "while your network was gone")
	must(t, o.net.RestoreInterface(2))
	ben.meets(anna)
	ben.until("what was written meanwhile", func() bool { return len(ben.history("Anna")) == 1 })

	// A second network that only these two have, then no first one any more.
	must(t, o.net.Partition([]int{1}, []int{2}))
	must(t, o.net.AddInterface(1, "eth1", "10.79.0.1/24", 0), o.net.AddInterface(2, "eth1", "10.79.0.2/24", 0))
	must(t, o.net.RemoveInterface(1, "eth0"), o.net.RemoveInterface(2, "eth0"))
	anna.do("send", "Ben", "over the other network", "--wait", "delivered", "--timeout", hang.String())
}

func mentions(problems []api.Problem, word string) bool {
	for _, p := range problems {
		if strings.Contains(p.Text, word) && p.Remedy != "" {
			return true
		}
	}
	return false
}

func finding(all []api.Finding, id string) (api.Finding, bool) {
	for _, f := range all {
		if f.ID == id {
			return f, true
		}
	}
	return api.Finding{}, false
}

// TestWithoutMulticast: where the network keeps multicast to itself the doctor says so, one address typed once is enough, for both and for later
// starts, and who is known to one becomes known to the other.
func TestWithoutMulticast(t *testing.T) {
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	must(t, o.net.Multicast(false))
	anna.start()
	ben.start()
	carla.start()
	f, ok := finding(ask[[]api.Finding](anna, "doctor"), "network")
	if !ok || f.Severity != "warning" || !strings.Contains(f.Remedy, "lanyard add") {
		t.Errorf("without multicast the doctor says %+v", f)
	}
	if said := anna.do("peers"); !strings.Contains(said, "doctor") {
		t.Errorf("an empty list says only %q", said)
	}
	anna.fails(1, []string{"add", "10.77.200.200"}, "10.77.200.200")
	if row := ask[api.Peer](anna, "add", o.net.Address(2).String()); row.Name != "Ben" {
		t.Fatalf("at Ben's address is %+v", row)
	}
	anna.meets(ben)
	ben.meets(anna)
	ben.do("add", o.net.Address(3).String())
	anna.meets(carla) // told by Ben
	carla.meets(anna)
	f, _ = finding(ask[[]api.Finding](anna, "doctor"), "network")
	if f.Severity == "warning" || f.Severity == "error" {
		t.Errorf("with two colleagues connected the doctor says %+v", f)
	}

	// Remembered addresses, after an orderly end and after a crash.
	ben.stop()
	anna.parts(ben)
	ben.start()
	ben.meets(anna)
	anna.kill()
	ben.kill()
	anna.start()
	ben.start()
	anna.meets(ben)
	anna.do("send", "Ben", "back again", "--wait", "delivered")
	anna.do("send", "Carla", "and you", "--wait", "delivered")
}

package office

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// TestOneProfileTwice: a second start on one profile hands over to the first: exit status 0, one sentence, and the first goes on undisturbed.
func TestOneProfileTwice(t *testing.T) {
	o := open(t, "Anna")
	anna := o.desks[0]
	anna.start()
	for range 3 {
		again := anna.on("--headless")
		if again.code != 0 || !strings.Contains(again.out, "already running") || strings.Contains(again.out, "\n") || again.err != "" {
			t.Errorf("a second start ends with %d, %q, %q", again.code, again.out, again.err)
		}
	}
	if name := ask[api.Status](anna, "status").Me.Name; name != "Anna" {
		t.Errorf("afterwards the first is %q", name)
	}
	// One that starts in the moment of the other's death takes over.
	anna.kill()
	anna.start()
}

// TestTwoUsersOfOneMachine: two profiles on one machine are two people with two ports, who see each other and everybody else.
func TestTwoUsersOfOneMachine(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	carla := o.desk("Carla", 1)
	o.start(anna, ben, carla)
	a, c := ask[api.Status](anna, "status").Me, ask[api.Status](carla, "status").Me
	if a.Machine != c.Machine || a.Addresses[0] == c.Addresses[0] || a.Person == c.Person {
		t.Errorf("two users of one machine are %+v and %+v", a, c)
	}
	anna.do("send", "Carla", "over the desk", "--wait", "delivered")
	ben.do("send", "Carla", "over the LAN", "--wait", "delivered")
	carla.do("send", "Ben", "and back", "--wait", "delivered")
}

// TestPortTaken: where another program has the port, another one is taken, said, and found by everybody.
func TestPortTaken(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	other(t, anna, squatVariable, ":26426")
	o.start(anna, ben)
	status := ask[api.Status](anna, "status")
	if strings.HasSuffix(status.Me.Addresses[0], ":26426") || !mentions(status.Problems, "26426") {
		t.Errorf("with the port taken: %v, %+v", status.Me.Addresses, status.Problems)
	}
	if f, ok := finding(ask[[]api.Finding](anna, "doctor"), "port"); !ok || f.Severity == "ok" || f.Remedy == "" {
		t.Errorf("the doctor says %+v", f)
	}
	ben.do("send", "Anna", "found you", "--wait", "delivered")
}

// TestUnusableProfiles: a profile that cannot be written, that is damaged, or that a newer Lanyard wrote is refused in one sentence and stays as it is;
// as soon as it is put right everything is there again.
func TestUnusableProfiles(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	anna.do("send", "Ben", "before", "--wait", "delivered")
	anna.stop()
	refused := func(words ...string) {
		t.Helper()
		before, err := foldertest.Read(anna.profile())
		must(t, err)
		p, err := anna.launch("--headless")
		must(t, err)
		if <-p.ready {
			t.Error("it starts all the same")
			must(t, p.cmd.Process.Kill())
		}
		<-p.ended
		complains(t, outcome{code: p.cmd.ProcessState.ExitCode(), err: p.out.String()}, 1, words...)
		after, err := foldertest.Read(anna.profile())
		must(t, err)
		for _, path := range []string{"lanyard.db", "identity.pem", "settings.json"} {
			if before[path] != after[path] {
				t.Errorf("%s was changed", path)
			}
		}
	}

	parent := filepath.Join(anna.home, "not mine")
	must(t, os.Mkdir(parent, 0o500))
	p, err := anna.launch("--headless", "--profile", filepath.Join(parent, "profile"))
	must(t, err)
	<-p.ended
	complains(t, outcome{code: p.cmd.ProcessState.ExitCode(), err: p.out.String()}, 1, "cannot be written", "--profile")

	database := filepath.Join(anna.profile(), "lanyard.db")
	good, err := os.ReadFile(database)
	must(t, err)
	damaged := append([]byte(nil), good...)
	for i := 4096; i < min(len(damaged), 40960); i++ {
		damaged[i] ^= 0x5a
	}
	must(t, os.WriteFile(database, damaged, 0o600))
	refused("lanyard.db")
	must(t, os.WriteFile(database, []byte("this is no database, whatever its name says, and it is longer than one page header of a hundred bytes is"), 0o600))
	refused("lanyard.db")
	must(t, os.WriteFile(database, good, 0o600))

	anna.start()
	anna.do("send", "Ben", "after", "--wait", "delivered")
	if got := ids(anna.history("Ben")); len(got) != 2 {
		t.Errorf("after all that the history is %v", got)
	}
}

// TestWrongWords: unknown and ambiguous people, folders and files that cannot be: one sentence each, and nothing happens.
func TestWrongWords(t *testing.T) {
	o := open(t, "Anna", "Ben", "Ben")
	anna, ben, twin := o.desks[0], o.desks[1], o.desks[2]
	ben.start()
	twin.start()
	anna.start()
	anna.until("two Bens", func() bool {
		all := ask[[]api.Peer](anna, "peers")
		return len(all) == 2 && all[0].Name == "Ben" && all[1].Name == "Ben"
	})
	anna.fails(1, []string{"send", "Dora", "hello"}, "Dora")
	anna.fails(1, []string{"send", "Ben", "which of you?"}, ask[api.Status](ben, "status").Me.ID, ask[api.Status](twin, "status").Me.ID)
	anna.fails(1, []string{"share", "add", anna.home, "--with", "Ben"}, "Ben")
	byID := ask[api.Status](ben, "status").Me.ID[:12]
	anna.do("send", byID, "you, by your ID", "--wait", "delivered")
	if n := len(ask[[]api.Message](twin, "history", "Anna")); n != 0 {
		t.Errorf("the other Ben got %d messages", n)
	}
	anna.fails(1, []string{"send-file", byID, filepath.Join(anna.home, "nothing.txt")}, "nothing.txt")
	secret := filepath.Join(anna.home, "secret.txt")
	must(t, os.WriteFile(secret, []byte("secret"), 0o000))
	anna.fails(1, []string{"send-file", byID, secret}, "secret.txt")
	anna.fails(1, []string{"send", byID, strings.Repeat("x", 32<<10+1)}, "file")
}

// TestAwkwardFiles: a file that cannot be read and names that another system cannot hold are told with what to do, keep nothing else back, and arrive
// once they are put right.
func TestAwkwardFiles(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	plans := filepath.Join(anna.home, "Plans")
	save(t, filepath.Join(plans, "good.txt"), "good")
	id := anna.do("share", "add", plans, "--with", "Ben")
	ben.invited(id)
	places := []string{plans, ben.do("share", "accept", id)}
	o.settle(id, map[string]string{"good.txt": "good"}, places, anna, ben)

	locked, bad := filepath.Join(plans, "locked.txt"), "a:b?.txt"
	must(t, os.WriteFile(locked, []byte("locked"), 0o000))
	must(t, os.WriteFile(filepath.Join(plans, bad), []byte("what Windows cannot hold"), 0o600))
	save(t, filepath.Join(plans, "beside.txt"), "beside")
	ben.until("the file beside them", func() bool { return exists(filepath.Join(places[1], "beside.txt")) })
	anna.until("both to be told", func() bool {
		s := ask[api.Share](anna, "share", "status", id)
		return tells(s.Problems, "locked.txt") && tells(s.Problems, bad)
	})

	must(t, os.Chmod(locked, 0o600), os.Rename(filepath.Join(plans, bad), filepath.Join(plans, "a b.txt")))
	o.settle(id, map[string]string{"good.txt": "good", "beside.txt": "beside", "locked.txt": "locked", "a b.txt": "what Windows cannot hold"}, places, anna, ben)
	anna.until("no problem to be left", func() bool { return len(ask[api.Share](anna, "share", "status", id).Problems) == 0 })
}

// tells tells whether a problem of a path is there, in a sentence with a remedy.
func tells(problems []api.Problem, path string) bool {
	for _, p := range problems {
		if p.Path == path && p.Text != "" && p.Remedy != "" {
			return true
		}
	}
	return false
}

// TestHostileClient: while somebody on the LAN connects in every wrong way, two agents go on talking and sharing.
func TestHostileClient(t *testing.T) {
	o := open(t, "Anna", "Ben", "Mallory")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	other(t, o.desks[2], hostileVariable, net.JoinHostPort(o.net.Address(1).String(), "26426"))
	anna.do("send", "Ben", "do you hear me?", "--wait", "delivered")
	ben.kill()
	ben.start() // a newcomer gets through as well
	ben.meets(anna)
	ben.do("send", "Anna", "yes", "--wait", "delivered")
	plans := filepath.Join(anna.home, "Plans")
	want := fill(t, plans, 100)
	places := o.shared(plans, anna, ben)
	o.settle(ask[[]api.Share](anna, "share", "list")[0].ID, want, places, anna, ben)
	if _, listed := anna.peer("Mallory"); listed {
		t.Error("the hostile client is on the list")
	}
}

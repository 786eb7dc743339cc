//go:build linux

package discovery_test

import (
	"context"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/internal/lantest"
)

// TestTwoFindEachOther also measures, over 20 newcomers, the time from the announcement to the sighting elsewhere.
func TestTwoFindEachOther(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	resident := start(t, n, 1)
	home := resident.label(0)
	var took []time.Duration
	for range 20 {
		mark := resident.mark()
		began := time.Now()
		newcomer := start(t, n, 2)
		label := newcomer.label(0)
		took = append(took, resident.sees(mark, label, at(n, 2)).Time.Sub(began))
		newcomer.sees(0, home, at(n, 1))
		newcomer.kill()
	}
	slices.Sort(took)
	t.Logf("process started to sighting elsewhere: median %v, longest %v", took[len(took)/2], took[len(took)-1])
}

// TestTwoUsersOfOneMachine share port 5353 and an address; their ports differ.
func TestTwoUsersOfOneMachine(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	first, second, colleague := start(t, n, 1), startAt(t, n, 1, 40000), start(t, n, 2)
	other := netip.AddrPortFrom(n.Address(1), 40000)
	first.sees(0, second.label(0), other)
	second.sees(0, first.label(0), at(n, 1))
	colleague.sees(0, first.label(0), at(n, 1))
	colleague.sees(0, second.label(0), other)
}

func TestLabelsAreNewAtEachStart(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	resident := start(t, n, 1)
	first := start(t, n, 2)
	one := first.label(0)
	resident.sees(0, one, at(n, 2))
	mark := first.mark()
	first.signal(syscall.SIGTERM)
	first.await("the end of announcing", mark, func(l line) bool { return l.Label != nil && *l.Label == "" })
	<-first.ended
	second := start(t, n, 2)
	two := second.label(0)
	if one == two {
		t.Errorf("label %q twice", one)
	}
	resident.sees(0, two, at(n, 2))
}

func TestKilledAndBack(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	resident, victim := start(t, n, 1), start(t, n, 2)
	resident.sees(0, victim.label(0), at(n, 2))
	victim.kill()
	back := start(t, n, 2)
	resident.sees(0, back.label(0), at(n, 2))
	back.sees(0, resident.label(0), at(n, 1))
}

func TestInterfaceRemovedAndMadeAgain(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	resident, mover := start(t, n, 1), start(t, n, 2)
	old := mover.label(0)
	resident.sees(0, old, at(n, 2))
	mark := mover.mark()
	do(t, n.RemoveInterface(2, "eth0"))
	mover.problem(mark, discovery.ProblemNoInterface)
	mover.await("the end of announcing", mark, func(l line) bool { return l.Label != nil && *l.Label == "" })
	mark = mover.mark()
	do(t, n.RestoreInterface(2))
	label := mover.label(mark)
	if label == old {
		t.Error("the label is the old one")
	}
	resident.sees(0, label, at(n, 2))
	mover.sees(mark, resident.label(0), at(n, 1))
}

func TestAddressChanges(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	resident, mover := start(t, n, 1), start(t, n, 2)
	resident.sees(0, mover.label(0), at(n, 2))
	mark := mover.mark()
	do(t, n.IP(2, "addr del "+n.Address(2).String()+"/16 dev eth0", "addr add 10.77.99.99/16 dev eth0"))
	resident.sees(0, mover.label(mark), netip.MustParseAddrPort("10.77.99.99:26426"))
}

// TestSecondInterfaceLater: a machine joins a second network. The post of each tells that network's address only.
func TestSecondInterfaceLater(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 3)
	do(t, n.Partition([]int{1, 2}, []int{3}))
	near, far, both := start(t, n, 1), start(t, n, 3), start(t, n, 2)
	near.sees(0, both.label(0), at(n, 2))
	far.label(0)
	mark := both.mark()
	do(t, n.AddInterface(2, "eth1", "10.78.0.2/16", 1))
	label := both.label(mark)
	first := near.sees(0, label, at(n, 2))
	second := far.sees(0, label, netip.MustParseAddrPort("10.78.0.2:26426"))
	if len(first.Sighting.Addresses) != 1 || len(second.Sighting.Addresses) != 1 {
		t.Errorf("addresses of two networks in one sighting: %v and %v", first.Sighting, second.Sighting)
	}
	both.sees(mark, near.label(0), at(n, 1))
	both.sees(mark, far.label(0), at(n, 3))
}

func TestNoNetworkAtStart(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	do(t, n.IP(2, "link set eth0 down"))
	resident, late := start(t, n, 1), start(t, n, 2)
	late.problem(0, discovery.ProblemNoInterface)
	do(t, n.IP(2, "link set eth0 up"))
	resident.sees(0, late.label(0), at(n, 2))
	late.sees(0, resident.label(0), at(n, 1))
}

func TestMulticastBlocked(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	do(t, n.Multicast(false))
	one, two := start(t, n, 1), start(t, n, 2)
	one.problem(0, discovery.ProblemSilence)
	two.problem(0, discovery.ProblemSilence)
	for _, l := range one.since(0) {
		if l.Sighting != nil {
			t.Errorf("saw %v through a switch that blocks multicast", l.Sighting)
		}
	}
	do(t, n.Multicast(true))
	mark := one.mark()
	one.command("refresh")
	one.sees(mark, two.label(0), at(n, 2))
	one.await("the end of the problem", mark, func(l line) bool { return l.State != nil && len(l.State.Problems) == 0 })
}

// TestPortHeld: another program has port 5353 for itself; when it ends, discovery begins.
func TestPortHeld(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 2)
	holder := n.Command(t.Context(), 2, testBinary(), "hold-port")
	out, err := holder.StdoutPipe()
	do(t, err)
	do(t, holder.Start())
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	resident, late := start(t, n, 1), start(t, n, 2)
	late.problem(0, discovery.ProblemPortHeld)
	do(t, holder.Process.Kill())
	resident.sees(0, late.label(0), at(n, 2))
	late.await("the end of the problem", 0, func(l line) bool { return l.State != nil && len(l.State.Problems) == 0 })
}

func TestLinkedAreNotToldAgain(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 3)
	one, two := start(t, n, 1), start(t, n, 2)
	label := two.label(0)
	one.sees(0, label, at(n, 2))
	mark := one.mark()
	one.command("link %s", label)
	one.command("usage")
	one.await("usage, and so the link to count", mark, func(l line) bool { return l.CPU > 0 })
	mark = one.mark()
	one.command("refresh")
	three := start(t, n, 3)
	one.sees(mark, three.label(0), at(n, 3)) // at the latest by the sweep, which host 2 answers as well
	three.sees(0, label, at(n, 2))
	for _, l := range one.since(mark) {
		if l.Sighting != nil && l.Sighting.Label == label {
			t.Errorf("told %v although it is linked", l.Sighting)
		}
	}
}

// TestTwentyAllSeeAll starts twenty agents at once and counts the packets of their first seconds.
func TestTwentyAllSeeAll(t *testing.T) {
	const agents = 20
	n := lantest.Namespaces(t, agents+1)
	counter := startCounter(t, n, agents+1)
	began := time.Now()
	var all []*agent
	for host := 1; host <= agents; host++ {
		all = append(all, start(t, n, host))
	}
	labels := make([]string, agents)
	for i, a := range all {
		labels[i] = a.label(0)
	}
	for i, a := range all {
		for j := range all {
			if i != j {
				a.sees(0, labels[j], at(n, j+1))
			}
		}
	}
	t.Logf("%d agents, started together, all saw all after %v and %d packets", agents, time.Since(began).Round(time.Millisecond), counter.packets())
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// repair is the role of TestEndedBrowseAndSleep.
func repair([]string) error {
	return discovery.Repair(context.Background(), discovery.Config{
		Port:       func() int { return agentPort },
		OnSighting: func(discovery.Sighting) {},
		OnLabel:    func(string) {},
		OnState:    func(discovery.State) {},
		Linked:     func(string) bool { return false },
	})
}

func TestEndedBrowseAndSleep(t *testing.T) {
	t.Parallel()
	n := lantest.Namespaces(t, 1)
	if out, err := n.Command(t.Context(), 1, testBinary(), "repair").CombinedOutput(); err != nil {
		t.Errorf("%s (%v)", out, err)
	}
}

// TestFirewall: a firewall on our own machine is told apart from a network where nobody else is.
func TestFirewall(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("needs nft: apt-get install nftables")
	}
	n := lantest.Namespaces(t, 1)
	rules := n.Command(t.Context(), 1, "nft", "-f", "-")
	rules.Stdin = strings.NewReader("table ip wall {\n chain in {\n type filter hook input priority 0\n udp dport 5353 drop\n }\n}\n")
	if out, err := rules.CombinedOutput(); err != nil {
		t.Skipf("needs a kernel with nftables: %s (%v)", out, err)
	}
	start(t, n, 1).problem(0, discovery.ProblemDeaf)
}

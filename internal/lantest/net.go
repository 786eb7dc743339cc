package lantest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// ErrNoNamespaces says that this machine does not let us make network namespaces; what it wraps says why.
var ErrNoNamespaces = errors.New("needs network namespaces: run as root, or allow unprivileged user namespaces " +
	"(sysctl kernel.unprivileged_userns_clone=1)")

// prefixLength is the network of all hosts: 10.77.0.0/16.
const prefixLength = 16

// Net is a LAN of Linux network namespaces for real processes: hosts 1 to n, each with its own name, loopback and interface eth0, on a bridge
// in a namespace of its own. Host i has 10.77.0.i, or so. It needs the programs ip, unshare and nsenter, and root or unprivileged user
// namespaces; nothing of the machine's own network is touched and no name is left behind: namespaces live as long as the processes that
// hold them, and those end when this process does, even if it is killed.
//
// Commands see the machine's files as they are (/sys included, which tells of the machine's own interfaces). The methods are not for
// concurrent use; Close ends the commands that still run.
type Net struct {
	hosts  int
	user   bool // a user namespace is needed
	life   context.Context
	end    context.CancelFunc
	sw     *holder
	holder []*holder // of host i at i-1
	bridge map[int]int
}

// NewNet returns a network of n hosts that does not exist until Up.
func NewNet(n int) *Net {
	life, end := context.WithCancel(context.Background())
	return &Net{hosts: n, user: os.Geteuid() != 0, life: life, end: end, bridge: map[int]int{}}
}

// Up makes the namespaces. The error wraps ErrNoNamespaces where that is not permitted. Close is due in any case.
func (n *Net) Up() error {
	sw, err := hold(n.user, nil, "switch")
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrNoNamespaces, err)
	}
	n.sw = sw
	lines := []string{"link set lo up", bridgeLine(0), "link set br0 up"}
	for i := 1; i <= n.hosts; i++ {
		h, err := hold(n.user, sw, fmt.Sprintf("host%d", i))
		if err != nil {
			return fmt.Errorf("make host %d: %w", i, err)
		}
		n.holder = append(n.holder, h)
		lines = append(lines,
			fmt.Sprintf("link add p%d type veth peer name eth0 netns %d", i, h.pid()),
			fmt.Sprintf("link set p%d master br0 up", i))
	}
	if err := sw.ip(lines...); err != nil {
		return fmt.Errorf("%w (%w)", ErrNoNamespaces, err)
	}
	for i := 1; i <= n.hosts; i++ {
		if err := n.IP(i, "link set lo up", "addr add "+n.prefix(i)+" dev eth0", "link set eth0 up"); err != nil {
			return err
		}
	}
	return nil
}

func bridgeLine(i int) string {
	return fmt.Sprintf("link add br%d type bridge mcast_snooping 0 forward_delay 0", i)
}

// Close ends every command that still runs, and the network.
func (n *Net) Close() error {
	n.end()
	var errs []error
	for _, h := range append(n.holder, n.sw) {
		if h != nil {
			errs = append(errs, h.release())
		}
	}
	n.holder, n.sw = nil, nil
	return errors.Join(errs...)
}

// Address returns the address that host i has on eth0 at first.
func (n *Net) Address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, 77, byte(i / 250), byte(i%250 + 1)})
}

func (n *Net) prefix(i int) string { return netip.PrefixFrom(n.Address(i), prefixLength).String() }

// Command returns a command that will run on host i. It is killed when ctx ends, and at Close.
func (n *Net) Command(ctx context.Context, i int, name string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(n.life, cancel)
	inside := append(n.holder[i-1].enter(), name)
	return exec.CommandContext(ctx, "nsenter", append(inside, args...)...)
}

// IP runs lines of the ip program on host i, such as "link set eth0 down" or "addr add 10.1.2.3/24 dev eth0".
func (n *Net) IP(i int, lines ...string) error {
	if err := n.holder[i-1].ip(lines...); err != nil {
		return fmt.Errorf("host %d: %w", i, err)
	}
	return nil
}

// Unplug pulls host i's cable: its interface stays and has no carrier.
func (n *Net) Unplug(i int) error { return n.sw.ip(fmt.Sprintf("link set p%d down", i)) }

// Plug undoes Unplug.
func (n *Net) Plug(i int) error { return n.sw.ip(fmt.Sprintf("link set p%d up", i)) }

// Partition puts each group of hosts on a bridge of its own; hosts in no group stay on the first group's.
func (n *Net) Partition(groups ...[]int) error {
	for g, group := range groups {
		if n.bridge[g] == 0 && g > 0 {
			if err := n.sw.ip(bridgeLine(g), fmt.Sprintf("link set br%d up", g)); err != nil {
				return err
			}
			n.bridge[g] = g
		}
		for _, i := range group {
			if err := n.sw.ip(fmt.Sprintf("link set p%d master br%d", i, g)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Isolate keeps hosts apart from each other, while each still reaches everybody else; on false undoes it.
func (n *Net) Isolate(on bool, hosts ...int) error {
	state := "off"
	if on {
		state = "on"
	}
	var lines []string
	for _, i := range hosts {
		lines = append(lines, fmt.Sprintf("link set p%d type bridge_slave isolated %s", i, state))
	}
	return n.sw.ip(lines...)
}

// Heal puts all hosts on one bridge again.
func (n *Net) Heal() error {
	var lines []string
	for i := 1; i <= n.hosts; i++ {
		lines = append(lines, fmt.Sprintf("link set p%d master br0", i))
	}
	return n.sw.ip(lines...)
}

// Cut silently loses what one host sends to the other by its first address; the other direction is open.
func (n *Net) Cut(from, to int) error {
	return n.IP(from, fmt.Sprintf("neigh replace %s lladdr 02:00:00:00:00:01 dev eth0 nud permanent", n.Address(to)))
}

// Mend undoes Cut.
func (n *Net) Mend(from, to int) error {
	return n.IP(from, fmt.Sprintf("neigh del %s dev eth0", n.Address(to)))
}

// Multicast says whether the switch passes multicast on; unicast is not concerned. It does at first.
func (n *Net) Multicast(works bool) error {
	flood := "off"
	if works {
		flood = "on"
	}
	var lines []string
	for i := 1; i <= n.hosts; i++ {
		lines = append(lines, fmt.Sprintf("link set p%d type bridge_slave mcast_flood %s", i, flood))
	}
	return n.sw.ip(lines...)
}

// AddInterface gives host i a further interface, with an address such as "10.78.0.1/16" ("" for none), on the bridge of a group of
// Partition; group 0 is where everybody is at first.
func (n *Net) AddInterface(i int, name, address string, group int) error {
	port := fmt.Sprintf("p%d-%s", i, name)
	err := n.sw.ip(
		fmt.Sprintf("link add %s type veth peer name %s netns %d", port, name, n.holder[i-1].pid()),
		fmt.Sprintf("link set %s master br%d up", port, group))
	if err != nil {
		return err
	}
	if address != "" {
		if err := n.IP(i, fmt.Sprintf("addr add %s dev %s", address, name)); err != nil {
			return err
		}
	}
	return n.IP(i, "link set "+name+" up")
}

// RemoveInterface removes an interface of host i, eth0 too.
func (n *Net) RemoveInterface(i int, name string) error { return n.IP(i, "link del "+name) }

// RestoreInterface makes eth0 of host i again, as it was at first, after RemoveInterface.
func (n *Net) RestoreInterface(i int) error {
	err := n.sw.ip(
		fmt.Sprintf("link add p%d type veth peer name eth0 netns %d", i, n.holder[i-1].pid()),
		fmt.Sprintf("link set p%d master br0 up", i))
	if err != nil {
		return err
	}
	return n.IP(i, "addr add "+n.prefix(i)+" dev eth0", "link set eth0 up")
}

// TB is the part of testing.TB that Namespaces needs.
type TB interface {
	Helper()
	Cleanup(func())
	Skip(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Namespaces brings up a network of n hosts for a test, which is skipped where that is not permitted, and removes it afterwards.
func Namespaces(t TB, n int) *Net {
	t.Helper()
	network := NewNet(n)
	t.Cleanup(func() {
		if err := network.Close(); err != nil {
			t.Errorf("close the network: %v", err)
		}
	})
	if err := network.Up(); errors.Is(err, ErrNoNamespaces) {
		t.Skip(err)
	} else if err != nil {
		t.Fatalf("network of %d hosts: %v", n, err)
	}
	return network
}

// holder is a process that does nothing but keep a network and a host name of its own alive.
type holder struct {
	cmd   *exec.Cmd
	stdin interface{ Close() error }
	user  bool // it is in a user namespace of its own
}

// hold starts a holder: in the user namespace of another one if there is one, else in a new one if that is needed.
func hold(user bool, beside *holder, name string) (*holder, error) {
	h := &holder{user: user}
	args := []string{"unshare", "--net", "--uts"}
	switch {
	case beside != nil:
		args = append(append([]string{"nsenter"}, beside.enter()...), args...)
	case user:
		args = append(args, "--user", "--map-root-user")
	}
	args = append(args, "sh", "-c", `hostname "$0" && echo ready && exec cat`, name)
	h.cmd = exec.Command(args[0], args[1:]...)
	var complaint strings.Builder
	h.cmd.Stderr = &complaint
	stdin, err := h.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	h.stdin = stdin
	stdout, err := h.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := h.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make([]byte, len("ready\n"))
	if _, err := stdout.Read(ready); err != nil {
		ended := h.release() // complaint is complete, and ours to read, only when the program has ended
		return nil, fmt.Errorf("%s: %s: %w", args[0], strings.TrimSpace(complaint.String()), errors.Join(err, ended))
	}
	return h, nil
}

func (h *holder) pid() int { return h.cmd.Process.Pid }

// enter returns the arguments with which nsenter runs a command beside the holder.
func (h *holder) enter() []string {
	args := []string{"--target", strconv.Itoa(h.pid()), "--net", "--uts"}
	if h.user {
		args = append(args, "--user", "--preserve-credentials")
	}
	return append(args, "--")
}

// ip runs lines of the ip program there, all or up to the first that fails.
func (h *holder) ip(lines ...string) error {
	cmd := exec.Command("nsenter", append(h.enter(), "ip", "-batch", "-")...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip %q: %s: %w", lines, strings.TrimSpace(string(out)), err)
	}
	return nil
}

func (h *holder) release() error {
	return errors.Join(h.stdin.Close(), h.cmd.Wait())
}

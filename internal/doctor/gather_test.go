//go:build linux

package doctor_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/doctor"
	"lanyard/internal/lantest"
)

// TestMain also is the program that examines, or keeps port 5353 for itself, in a namespace of its own.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "examine":
		json.NewEncoder(os.Stdout).Encode(doctor.Examine(context.Background(), doctor.Subject{Profile: os.Args[2], Port: 26426}))
	case len(os.Args) == 2 && os.Args[1] == "hold-mdns":
		c, err := net.ListenPacket("udp4", ":5353")
		if err == nil {
			fmt.Print(".")
			_, _, err = c.ReadFrom(make([]byte, 1))
		}
		fmt.Fprintln(os.Stderr, err)
	default:
		os.Exit(m.Run())
	}
}

// finding runs the command, which examines, and returns the finding.
func finding(t *testing.T, cmd *exec.Cmd, id string) api.Finding {
	t.Helper()
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	var findings []api.Finding
	if err := json.Unmarshal(out, &findings); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	i := slices.IndexFunc(findings, func(f api.Finding) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no finding %s in %+v", id, findings)
	}
	return findings[i]
}

func TestNetworks(t *testing.T) {
	n := lantest.Namespaces(t, 1)
	steps := []struct {
		name, severity, says string
		do                   []string
	}{
		{"at first", doctor.OK, "is on eth0", nil},
		{"no multicast", doctor.Error, "eth0 cannot do multicast", []string{"link set eth0 multicast off"}},
		{"no address", doctor.Error, "eth0 has no", []string{"link set eth0 multicast on", "addr flush dev eth0"}},
		{"a container runs", doctor.OK, "is on eth0.", []string{"addr add 10.1.2.3/24 dev eth0", "link add docker0 type bridge", "addr add 172.17.0.1/16 dev docker0",
			"link add veth1 type veth peer name veth2", "link set veth1 master docker0", "link set veth1 up", "link set veth2 up", "link set docker0 up"}},
		{"the cable is pulled beside it", doctor.Error, "eth0 is off", []string{"link set eth0 down"}},
		{"it ended", doctor.Error, "eth0 is off", []string{"link del veth1"}},
		{"none of them", doctor.Error, "eth0 is off", []string{"link del docker0"}},
		{"down", doctor.Error, "eth0 is off", []string{"link set eth0 down"}},
		{"removed", doctor.Error, "no network interface", []string{"link del eth0"}},
	}
	for _, s := range steps {
		if s.do != nil {
			if err := n.IP(1, s.do...); err != nil {
				t.Fatal(err)
			}
		}
		got := finding(t, n.Command(t.Context(), 1, os.Args[0], "examine", t.TempDir()), doctor.Network)
		if got.Severity != s.severity || !strings.Contains(got.Text, s.says) {
			t.Errorf("%s: %+v", s.name, got)
		}
	}
}

func TestMDNSPortHeld(t *testing.T) {
	n := lantest.Namespaces(t, 1)
	examine := func() api.Finding {
		return finding(t, n.Command(t.Context(), 1, os.Args[0], "examine", t.TempDir()), doctor.MDNSPort)
	}
	if got := examine(); got.Severity != doctor.OK {
		t.Errorf("at first: %+v", got)
	}
	holder := n.Command(t.Context(), 1, os.Args[0], "hold-mdns")
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if got := examine(); got.Severity != doctor.Warning {
		t.Errorf("while it is held: %+v", got)
	}
}

// inside returns a command that examines the profile in user and mount namespaces of its own, after a script that may spoil them.
func inside(t *testing.T, script, profile string) *exec.Cmd {
	t.Helper()
	unshare := []string{"--user", "--map-root-user", "--mount", "sh", "-ec"}
	if out, err := exec.Command("unshare", append(unshare, "true")...).CombinedOutput(); err != nil {
		t.Skip(fmt.Errorf("%w (%s)", lantest.ErrNoNamespaces, strings.TrimSpace(string(out))))
	}
	return exec.Command("unshare", append(unshare, script+`; exec "$@"`, "sh", os.Args[0], "examine", profile)...)
}

func TestSpoiltMachines(t *testing.T) {
	tests := []struct {
		name, script       string // $3 is the profile
		id, severity, says string
	}{
		{"plenty of everything", "true", doctor.Watching, doctor.OK, ""},
		{"a profile that can be written", "true", doctor.Profile, doctor.OK, ""},
		{"few watches", "echo 100 >/proc/sys/user/max_inotify_watches", doctor.Watching, doctor.Note, "watch 100 folders"},
		{"no watch left", "echo 0 >/proc/sys/user/max_inotify_watches", doctor.Watching, doctor.Warning, "max_user_watches"},
		{"no instance left", "echo 0 >/proc/sys/user/max_inotify_instances", doctor.Watching, doctor.Warning, "max_user_instances"},
		{"a small disk", `mount -t tmpfs -o size=200m tmpfs "$3"`, doctor.Disk, doctor.Warning, "209.7 MB"},
		{"a full disk", `mount -t tmpfs -o size=50m tmpfs "$3"; head -c 49m /dev/zero >"$3"/x`, doctor.Disk, doctor.Error, "nearly full: 1.0 MB"},
		{"a disk without any room", `mount -t tmpfs -o size=1m,nr_inodes=2 tmpfs "$3"; touch "$3"/x`, doctor.Profile, doctor.Error, "no space left"},
		{"a read-only profile", `mount -t tmpfs -o ro tmpfs "$3"`, doctor.Profile, doctor.Error, "read-only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := finding(t, inside(t, tt.script, t.TempDir()), tt.id)
			if got.Severity != tt.severity || !strings.Contains(got.Text+got.Remedy, tt.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestProfileNotMadeYet: the disk and the folder in which it will be made are looked at, and nothing is left there.
func TestProfileNotMadeYet(t *testing.T) {
	dir := t.TempDir()
	f := doctor.Gather(t.Context(), doctor.Subject{Profile: filepath.Join(dir, "a", "b"), Folders: []string{dir}})
	if f.Writable != nil || len(f.Disks) != 1 || f.Disks[0].Err != nil || f.Disks[0].Free == 0 {
		t.Errorf("%+v", f)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestLinkPort(t *testing.T) {
	tests := []struct {
		name string
		use  func(net.Listener) // nil: nobody uses the port
		want doctor.PortUse
	}{
		{"nobody", nil, doctor.PortFree},
		{"a web server", func(l net.Listener) {
			answer(l, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 400 Bad Request\r\n\r\n") })
		}, doctor.PortOther},
		{"some TLS", func(l net.Listener) { handshake(t, l, "h2") }, doctor.PortOther},
		{"Lanyard", func(l net.Listener) { handshake(t, l, "lanyard-link/1") }, doctor.PortLanyard},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", ":0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			port := l.Addr().(*net.TCPAddr).Port
			if tt.use == nil {
				l.Close()
			} else {
				go tt.use(l)
			}
			if got := doctor.Gather(t.Context(), doctor.Subject{Profile: t.TempDir(), Port: port}).LinkPort; got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
	if got := doctor.Gather(t.Context(), doctor.Subject{Profile: t.TempDir(), Port: 1, Agent: &doctor.Agent{Port: 1}}).LinkPort; got != doctor.PortUnknown {
		t.Errorf("the agent's own port was looked at: %d", got)
	}
}

// answer serves connections until the listener closes.
func answer(l net.Listener, serve func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		serve(c)
		c.Close()
	}
}

// handshake speaks TLS with a protocol, and wants a certificate as agents do.
func handshake(t *testing.T, l net.Listener, protocol string) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Error(err)
		return
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		t.Error(err)
		return
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: private}},
		ClientAuth:   tls.RequireAnyClientCert, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS13,
	}
	answer(l, func(c net.Conn) { tls.Server(c, config).Handshake() })
}

// TestNoDiskIsNotFull: what the kernel makes up, such as /proc, has no blocks; that is not a full disk.
func TestNoDiskIsNotFull(t *testing.T) {
	f := doctor.Gather(t.Context(), doctor.Subject{Profile: "/proc/no-profile"})
	if len(f.Disks) != 0 || f.Writable == nil {
		t.Errorf("%+v", f)
	}
}

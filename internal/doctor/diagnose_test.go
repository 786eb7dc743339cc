package doctor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/doctor"

	"pgregory.net/rapid"
)

// healthy is a machine on which nothing is wrong, with an agent that has one link.
func healthy() doctor.Facts {
	return doctor.Facts{
		Subject: doctor.Subject{
			Profile: "/home/anna/.local/share/lanyard", Port: 26426, Desktop: doctor.Desktop{Display: true, TrayHost: true},
			Agent: &doctor.Agent{Port: 26426, People: 3, Links: 1, Watches: 100, Network: api.Network{Heard: time.Unix(1, 0)}},
		},
		Interfaces: []doctor.Interface{{Name: "eth0", Up: true, Running: true, Multicast: true, IPv4: true}},
		Disks:      []doctor.DiskSpace{{Path: "/home/anna", Free: 50e9}},
		Watch:      doctor.WatchLimit{Limit: 500_000},
	}
}

func TestDiagnose(t *testing.T) {
	held := errors.New("address already in use")
	tests := []struct {
		name     string
		spoil    func(f *doctor.Facts)
		id       string
		severity string
		says     string // part of the sentence or the remedy
	}{
		{"a colleague is connected", func(*doctor.Facts) {}, doctor.Network, doctor.OK, "1 colleague is connected, on eth0"},
		{"no interface at all", func(f *doctor.Facts) { f.Interfaces = nil }, doctor.Network, doctor.Error, "no network interface"},
		{"the system is silent", func(f *doctor.Facts) { f.InterfacesErr = held }, doctor.Network, doctor.Error, "does not tell"},
		{"Wi-Fi off", func(f *doctor.Facts) { f.Interfaces[0].Up = false }, doctor.Network, doctor.Error, "eth0 is off"},
		{"cable unplugged, so no address", func(f *doctor.Facts) { f.Interfaces[0].IPv4 = false }, doctor.Network, doctor.Error, "eth0 has no address"},
		{"cable unplugged, and the address stays", func(f *doctor.Facts) { f.Interfaces[0].Running = false }, doctor.Network, doctor.Error, "not connected to any network that Lanyard can use: eth0 has no cable or Wi-Fi"},
		{"cable unplugged, a VPN stays", func(f *doctor.Facts) {
			f.Interfaces[0].Running = false
			f.Interfaces = append([]doctor.Interface{{Name: "tun0", Up: true, Running: true, Tunnel: true, IPv4: true}}, f.Interfaces...)
		}, doctor.Network, doctor.Error, "eth0 has no cable or Wi-Fi"},
		{"cable unplugged, a container runs", func(f *doctor.Facts) {
			f.Interfaces[0].Running = false
			f.Interfaces = append([]doctor.Interface{{Name: "docker0", Up: true, Running: true, Multicast: true, IPv4: true}}, f.Interfaces...)
		}, doctor.Network, doctor.Error, "eth0 has no cable or Wi-Fi"},
		{"Wi-Fi off, no container runs", func(f *doctor.Facts) {
			docker := doctor.Interface{Name: "docker0", Up: true, Multicast: true, IPv4: true}
			f.Interfaces = []doctor.Interface{docker, {Name: "wlan0", Multicast: true}}
		}, doctor.Network, doctor.Error, "wlan0 is off"},
		{"containers beside the network", func(f *doctor.Facts) {
			f.Interfaces = append(f.Interfaces, doctor.Interface{Name: "docker0", Up: true, Running: true, Multicast: true, IPv4: true})
		}, doctor.Network, doctor.OK, "on eth0."},
		{"a bridge has the address", func(f *doctor.Facts) {
			f.Interfaces[0].IPv4 = false
			f.Interfaces = append(f.Interfaces, doctor.Interface{Name: "br0", Up: true, Running: true, Multicast: true, IPv4: true})
		}, doctor.Network, doctor.OK, "on br0"},
		{"nothing but virtual ones", func(f *doctor.Facts) { f.Interfaces[0].Name, f.Interfaces[0].Running = "virbr0", false }, doctor.Network, doctor.Error, "virbr0 has no cable"},
		{"IPv6 only", func(f *doctor.Facts) { f.Interfaces[0].IPv4, f.Interfaces[0].IPv6 = false, true }, doctor.Network, doctor.Error, "no IPv4"},
		{"a VPN only", func(f *doctor.Facts) { f.Interfaces[0].Tunnel = true }, doctor.Network, doctor.Error, "VPN"},
		{"no multicast", func(f *doctor.Facts) { f.Interfaces[0].Multicast = false }, doctor.Network, doctor.Error, "multicast"},
		{"nobody heard", func(f *doctor.Facts) { f.Agent.Links, f.Agent.Network.Heard = 0, time.Time{} }, doctor.Network, doctor.Warning, "lanyard add HOST"},
		{"nobody heard, but linked by address", func(f *doctor.Facts) { f.Agent.Network.Heard = time.Time{} }, doctor.Network, doctor.OK, "connected"},
		{"heard but not reached", func(f *doctor.Facts) { f.Agent.Links = 0 }, doctor.Network, doctor.Warning, "none of 3 known colleagues"},
		{"strangers heard but not reached", func(f *doctor.Facts) { f.Agent.Links, f.Agent.People = 0, 0 }, doctor.Network, doctor.Warning, "firewalls"},
		{"the agent knows more", func(f *doctor.Facts) { f.Agent.Network.Problem, f.Agent.Links = "A firewall.", 0 }, doctor.Network, doctor.Warning, "A firewall."},
		{"the agent knows more, but somebody is connected", func(f *doctor.Facts) { f.Agent.Network.Problem = "A firewall." }, doctor.Network, doctor.Note,
			"1 colleague is connected, on eth0. A firewall."},
		{"discovery off: silence says nothing", func(f *doctor.Facts) { f.Silent, f.Agent.Links, f.Agent.Network.Heard = true, 0, time.Time{} }, doctor.Network,
			doctor.OK, "is on eth0"},
		{"discovery off, nobody there", func(f *doctor.Facts) { f.Silent, f.Agent.Links = true, 0 }, doctor.MDNSPort, doctor.Warning, "Discovery is switched off"},
		{"discovery off, somebody linked", func(f *doctor.Facts) { f.Silent = true }, doctor.MDNSPort, doctor.Note, "Discovery is switched off"},
		{"discovery off, no agent", func(f *doctor.Facts) { f.Silent, f.Agent = true, nil }, doctor.MDNSPort, doctor.Note, "without LANYARD_DISCOVERY=off"},
		{"discovery off, mDNS is held", func(f *doctor.Facts) { f.Silent, f.MDNS = true, held }, doctor.MDNSPort, doctor.Note, "Discovery is switched off"},
		{"without agent", func(f *doctor.Facts) { f.Agent = nil }, doctor.Network, doctor.OK, "is on eth0"},

		{"mDNS can be shared", func(*doctor.Facts) {}, doctor.MDNSPort, doctor.OK, "5353"},
		{"mDNS is held", func(f *doctor.Facts) { f.MDNS = held }, doctor.MDNSPort, doctor.Warning, "5353"},

		{"the usual port", func(*doctor.Facts) {}, doctor.LinkPort, doctor.OK, "26426"},
		{"another program's port", func(f *doctor.Facts) { f.Agent.Port, f.LinkPort = 40000, doctor.PortOther }, doctor.LinkPort, doctor.Note, "uses port 40000"},
		{"another user's Lanyard", func(f *doctor.Facts) { f.Agent = nil; f.LinkPort = doctor.PortLanyard }, doctor.LinkPort, doctor.Note, "another user's"},
		{"free again", func(f *doctor.Facts) { f.Agent.Port, f.LinkPort = 40000, doctor.PortFree }, doctor.LinkPort, doctor.Note, "Start Lanyard again"},
		{"free", func(f *doctor.Facts) { f.Agent = nil; f.LinkPort = doctor.PortFree }, doctor.LinkPort, doctor.OK, "free"},

		{"profile", func(*doctor.Facts) {}, doctor.Profile, doctor.OK, "/home/anna"},
		{"profile not writable", func(f *doctor.Facts) { f.Writable = errors.New("permission denied") }, doctor.Profile, doctor.Error, "permission denied"},

		{"space", func(*doctor.Facts) {}, doctor.Disk, doctor.OK, "50.0 GB"},
		{"disk nearly full", func(f *doctor.Facts) { f.Disks[0].Free = 1e9 - 1 }, doctor.Disk, doctor.Warning, "nearly full: 999.9 MB"},
		{"disk nearly full", func(f *doctor.Facts) { f.Disks[0].Free = 1e8 - 1 }, doctor.Disk, doctor.Error, "nearly full: 99.9 MB are"},
		{"disk full", func(f *doctor.Facts) { f.Disks[0].Free = 999_999 }, doctor.Disk, doctor.Error, "is full: 0.9 MB are"},
		{"disk gone", func(f *doctor.Facts) { f.Disks[0].Err = errors.New("input/output error") }, doctor.Disk, doctor.Warning, "input/output error"},

		{"watching", func(*doctor.Facts) {}, doctor.Watching, doctor.OK, "can be watched"},
		{"few watches", func(f *doctor.Facts) { f.Watch.Limit = 8192 }, doctor.Watching, doctor.Note, "max_user_watches"},
		{"nearly used up", func(f *doctor.Facts) { f.Agent.Watches = 460_000 }, doctor.Watching, doctor.Warning, "460000 of the 500000"},
		{"used up", func(f *doctor.Facts) { f.Watch.Watches = errors.New("limit reached") }, doctor.Watching, doctor.Warning, "max_user_watches"},
		{"no instances", func(f *doctor.Facts) { f.Watch.Instances = held }, doctor.Watching, doctor.Warning, "max_user_instances"},
		{"no limit on this system", func(f *doctor.Facts) { f.Watch = doctor.WatchLimit{} }, doctor.Watching, doctor.OK, "can be watched"},

		{"running", func(*doctor.Facts) {}, doctor.Running, doctor.OK, "is running"},
		{"not running", func(f *doctor.Facts) { f.Agent = nil }, doctor.Running, doctor.Note, "lanyard"},
		{"hanging", func(f *doctor.Facts) { f.Agent, f.Locked = nil, true }, doctor.Running, doctor.Error, "does not answer"},

		{"tray", func(*doctor.Facts) {}, doctor.Tray, doctor.OK, "shows"},
		{"no tray", func(f *doctor.Facts) { f.Desktop.TrayHost = false }, doctor.Tray, doctor.Note, "Start Lanyard again"},

		{"a colleague's clock", func(f *doctor.Facts) {
			f.Agent.Clocks = []doctor.Clock{{Name: "Ben", Machine: "ben-pc", Off: "3 hours ahead"}}
		}, doctor.Clocks, doctor.Note,
			"The clock of Ben's computer (ben-pc) is 3 hours ahead. Tell them"},

		{"the agent's own problems", func(f *doctor.Facts) {
			f.Agent.Problems = []api.Problem{{ID: "share/x", Severity: doctor.Warning, Text: "A file is open.", Remedy: "Close it."}}
		}, "share/x", doctor.Warning, "Close it."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := healthy()
			tt.spoil(&f)
			findings := doctor.Diagnose(f)
			i := slices.IndexFunc(findings, func(f api.Finding) bool { return f.ID == tt.id })
			if i < 0 {
				t.Fatalf("no finding %s in %+v", tt.id, findings)
			}
			if got := findings[i]; got.Severity != tt.severity || !strings.Contains(got.Text+" "+got.Remedy, tt.says) {
				t.Errorf("got %+v, want %s and %q", got, tt.severity, tt.says)
			}
		})
	}
}

func TestHealthyMachineHasNothingToMend(t *testing.T) {
	for _, f := range doctor.Diagnose(healthy()) {
		if f.Severity != doctor.OK {
			t.Errorf("%+v", f)
		}
	}
}

func TestServerHasNoTray(t *testing.T) {
	f := healthy()
	f.Desktop = doctor.Desktop{}
	for _, finding := range doctor.Diagnose(f) {
		if finding.ID == doctor.Tray {
			t.Errorf("%+v on a machine without display", finding)
		}
	}
}

// TestFindingsAreForPeople: whatever the facts, each finding is a sentence, what is wrong has a remedy, and the worst comes first.
func TestFindingsAreForPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		severities := []string{doctor.Error, doctor.Warning, doctor.Note, doctor.OK}
		last := 0
		for _, finding := range doctor.Diagnose(f) {
			at := slices.Index(severities, finding.Severity)
			if at < last {
				t.Errorf("%+v comes after something of less weight", finding)
			}
			last = at
			if !strings.HasSuffix(finding.Text, ".") || strings.Contains(finding.Text, "%!") || strings.Contains(finding.Remedy, "%!") {
				t.Errorf("%+v is no sentence", finding)
			}
			if (finding.Remedy == "") != (finding.Severity == doctor.OK) {
				t.Errorf("%+v: what is wrong, and nothing else, has a remedy", finding)
			}
		}
	})
}

func drawFacts(t *rapid.T) doctor.Facts {
	failure := func(name string) error {
		if rapid.Bool().Draw(t, name) {
			return errors.New("permission denied")
		}
		return nil
	}
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	f := healthy()
	f.Interfaces = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) doctor.Interface {
		return doctor.Interface{Name: "net", Up: rapid.Bool().Draw(t, "up"), Running: rapid.Bool().Draw(t, "running"), Multicast: rapid.Bool().Draw(t, "multicast"),
			Tunnel: rapid.Bool().Draw(t, "tunnel"), IPv4: rapid.Bool().Draw(t, "IPv4"), IPv6: rapid.Bool().Draw(t, "IPv6")}
	}), 0, 3).Draw(t, "interfaces")
	f.InterfacesErr, f.MDNS, f.Writable = failure("list"), failure("mDNS"), failure("profile")
	f.LinkPort = doctor.PortUse(rapid.IntRange(0, int(doctor.PortOther)).Draw(t, "port"))
	f.Disks = []doctor.DiskSpace{{Path: "/x", Free: rapid.Int64Range(0, 1<<40).Draw(t, "free"), Err: failure("disk")}}
	f.Watch = doctor.WatchLimit{Limit: rapid.IntRange(0, 1<<20).Draw(t, "limit"), Watches: failure("watches"), Instances: failure("instances")}
	f.Locked, f.Desktop = flag("locked"), doctor.Desktop{Display: flag("display"), TrayHost: flag("tray")}
	if f.Agent.Port = rapid.SampledFrom([]int{26426, 40000}).Draw(t, "agent port"); flag("no agent") {
		f.Agent = nil
		return f
	}
	f.Agent.People, f.Agent.Links = rapid.IntRange(0, 3).Draw(t, "people"), rapid.IntRange(0, 3).Draw(t, "links")
	if f.Agent.Watches = rapid.IntRange(0, 1<<20).Draw(t, "used"); flag("deaf") {
		f.Agent.Network.Heard = time.Time{}
	}
	return f
}

package doctor

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"lanyard/internal/api"
)

const (
	diskError   = 100_000_000 // with less free, messages may soon not be stored
	diskWarning = 1_000_000_000
	fewWatches  = 16384 // a shared folder of some size needs more
	maxClocks   = 10
)

// addByHand is the way out whenever multicast does not get through.
const addByHand = "add a colleague by address (lanyard add HOST)."

// Diagnose says what the facts mean: the worst first, else in the order network, ports, profile, disks, watching, tray, agent.
func Diagnose(f Facts) []api.Finding {
	findings := []api.Finding{network(f), mdns(f), linkPort(f), profile(f)}
	for _, d := range f.Disks {
		findings = append(findings, disk(d))
	}
	findings = append(findings, watching(f), running(f))
	if f.Desktop.Display {
		findings = append(findings, tray(f.Desktop))
	}
	if f.Agent != nil {
		findings = append(findings, clocks(f.Agent.Clocks)...)
		for _, p := range f.Agent.Problems {
			findings = append(findings, api.Finding{ID: p.ID, Severity: p.Severity, Text: p.Text, Remedy: p.Remedy})
		}
	}
	slices.SortStableFunc(findings, func(a, b api.Finding) int { return cmp.Compare(rank(b.Severity), rank(a.Severity)) })
	return findings
}

func rank(severity string) int { return slices.Index([]string{OK, Note, Warning, Error}, severity) }

func network(f Facts) api.Finding {
	found := func(severity, text, remedy string) api.Finding {
		return api.Finding{ID: Network, Severity: severity, Text: text, Remedy: remedy}
	}
	if f.InterfacesErr != nil {
		return found(Error, fmt.Sprintf("The system does not tell which networks there are (%v).", f.InterfacesErr), "Start the computer again.")
	}
	on := strings.Join(used(f.Interfaces), ", ")
	if on == "" {
		return found(Error, whyNone(own(f.Interfaces)), "Plug in the cable or join the office Wi-Fi; Lanyard notices by itself. Or "+addByHand)
	}
	if f.Agent == nil || f.Silent && f.Agent.Links == 0 { // nobody is looked for: mdns says so
		return found(OK, "This computer is on "+on+".", "")
	}
	a := *f.Agent
	connected := fmt.Sprintf("%s connected, on %s.", count(a.Links, "colleague is", "colleagues are"), on)
	switch {
	case a.Network.Problem != "" && a.Links > 0:
		return found(Note, connected+" "+a.Network.Problem, a.Network.Remedy)
	case a.Network.Problem != "":
		return found(Warning, a.Network.Problem, a.Network.Remedy)
	case a.Links > 0:
		return found(OK, connected, "")
	case a.Network.Heard.IsZero():
		return found(Warning, "Nobody else was heard on "+on+" so far.",
			"If a colleague runs Lanyard there, the network may keep computers apart (guest Wi-Fi) or a firewall may block UDP port 5353: "+addByHand)
	case a.People > 0:
		return found(Warning, fmt.Sprintf("Others were heard on %s, but none of %s can be reached.", on, count(a.People, "known colleague", "known colleagues")),
			fmt.Sprintf("Allow Lanyard (TCP port %d) in the firewalls of both computers.", a.Port))
	}
	return found(Warning, "Others were heard on "+on+", but nobody can be reached.",
		fmt.Sprintf("Allow Lanyard (TCP port %d) in the firewalls of both computers.", a.Port))
}

// whyNone says why no interface can be used, by the one that comes nearest.
func whyNone(all []Interface) string {
	const none = "You are not connected to any network that Lanyard can use"
	for _, reason := range []struct {
		holds func(Interface) bool
		text  string
	}{
		{func(i Interface) bool { return i.Up && i.Running && !i.Tunnel && i.IPv4 && !i.Multicast }, "%s cannot do multicast"},
		{func(i Interface) bool { return i.Up && i.Running && !i.Tunnel && !i.IPv4 && i.IPv6 }, "%s has no IPv4 address"},
		{func(i Interface) bool { return i.Up && !i.Running && !i.Tunnel }, "%s has no cable or Wi-Fi"},
		{func(i Interface) bool { return i.Up && i.Tunnel }, "%s is a tunnel (VPN) to elsewhere"},
		{func(i Interface) bool { return !i.Up }, "%s is off"},
		{func(i Interface) bool { return true }, "%s has no address"},
	} {
		if i := slices.IndexFunc(all, reason.holds); i >= 0 {
			return none + ": " + fmt.Sprintf(reason.text, all[i].Name) + "."
		}
	}
	return none + ": it has no network interface."
}

func mdns(f Facts) api.Finding {
	if f.Silent {
		return switchedOff(f)
	}
	if f.MDNS == nil {
		return api.Finding{ID: MDNSPort, Severity: OK, Text: "UDP port 5353, by which colleagues are found, can be used."}
	}
	return api.Finding{ID: MDNSPort, Severity: Warning, Text: "Another program keeps UDP port 5353 for itself, so that colleagues are not found by themselves.",
		Remedy: "End that program, or " + addByHand}
}

// switchedOff says that nobody is looked for, which explains an empty list.
func switchedOff(f Facts) api.Finding {
	found := api.Finding{ID: MDNSPort, Severity: Note, Text: "Discovery is switched off (LANYARD_DISCOVERY=off): colleagues are not found by themselves.",
		Remedy: "Start Lanyard without LANYARD_DISCOVERY=off, or " + addByHand}
	if f.Agent != nil && f.Agent.Links == 0 {
		found.Severity = Warning
	}
	return found
}

func linkPort(f Facts) api.Finding {
	found := func(severity, text, remedy string) api.Finding {
		return api.Finding{ID: LinkPort, Severity: severity, Text: text, Remedy: remedy}
	}
	port, instead := f.Port, "another port"
	if f.Agent != nil {
		instead = fmt.Sprintf("port %d", f.Agent.Port)
	}
	allow := fmt.Sprintf("If colleagues cannot reach this computer, end what has port %d, or allow Lanyard in the firewall whatever the port.", port)
	switch {
	case f.Agent != nil && f.Agent.Port == port:
		return found(OK, fmt.Sprintf("Colleagues can connect to TCP port %d.", port), "")
	case f.LinkPort == PortFree && f.Agent != nil:
		return found(Note, fmt.Sprintf("TCP port %d was taken when Lanyard started; it uses %s.", port, instead), "Start Lanyard again to have the usual port.")
	case f.LinkPort == PortFree:
		return found(OK, fmt.Sprintf("TCP port %d is free for Lanyard.", port), "")
	case f.LinkPort == PortLanyard:
		return found(Note, fmt.Sprintf("Another Lanyard on this computer, perhaps another user's, has TCP port %d; this one uses %s.", port, instead), allow)
	}
	return found(Note, fmt.Sprintf("Another program has TCP port %d; Lanyard uses %s.", port, instead), allow)
}

func profile(f Facts) api.Finding {
	if f.Writable == nil {
		return api.Finding{ID: Profile, Severity: OK, Text: "The profile folder " + f.Profile + " can be written."}
	}
	return api.Finding{ID: Profile, Severity: Error, Text: fmt.Sprintf("The profile folder %s cannot be written (%v).", f.Profile, f.Writable),
		Remedy: "Make it writable for you, or name another with --profile."}
}

func disk(d DiskSpace) api.Finding {
	found := func(severity, text, remedy string) api.Finding {
		return api.Finding{ID: Disk, Severity: severity, Text: text, Remedy: remedy}
	}
	const free = "Free some space: messages and files are only taken in when they can be stored."
	switch {
	case d.Err != nil:
		return found(Warning, fmt.Sprintf("The disk of %s cannot be looked at (%v).", d.Path, d.Err), "See whether the folder is still there.")
	case d.Free < diskError:
		return found(Error, fmt.Sprintf("The disk of %s is %s: %s are free.", d.Path, filled(d.Free), size(d.Free)), free)
	case d.Free < diskWarning:
		return found(Warning, fmt.Sprintf("The disk of %s is nearly full: %s are free.", d.Path, size(d.Free)), free)
	}
	return found(OK, fmt.Sprintf("The disk of %s has %s free.", d.Path, size(d.Free)), "")
}

// filled is how full a disk is that has hardly any room.
func filled(free int64) string {
	if free < 1_000_000 {
		return "full"
	}
	return "nearly full"
}

// size is a number of bytes as everywhere else: in units of 10^6 and 10^9.
func size(n int64) string {
	if n < 1_000_000_000 {
		return fmt.Sprintf("%.1f MB", float64(n/100_000)/10)
	}
	return fmt.Sprintf("%.1f GB", float64(n/100_000_000)/10)
}

func watching(f Facts) api.Finding {
	found := func(severity, text, remedy string) api.Finding {
		return api.Finding{ID: Watching, Severity: severity, Text: text, Remedy: remedy}
	}
	w, used := f.Watch, 0
	if f.Agent != nil {
		used = f.Agent.Watches
	}
	const raise = "Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 (and put it into /etc/sysctl.d to keep it)."
	const meanwhile = "changes in shared folders are noticed by looking each half minute instead of at once."
	switch {
	case w.Instances != nil:
		return found(Warning, fmt.Sprintf("No further program may watch folders (%v): %s", w.Instances, meanwhile),
			"Raise the limit: sudo sysctl fs.inotify.max_user_instances=1024 (and put it into /etc/sysctl.d to keep it).")
	case w.Watches != nil:
		return found(Warning, fmt.Sprintf("No further folder can be watched (%v): %s", w.Watches, meanwhile), raise)
	case w.Limit > 0 && used > 0 && used >= w.Limit/10*9:
		return found(Warning, fmt.Sprintf("Shared folders need %d of the %d watches that the system allows.", used, w.Limit), raise)
	case w.Limit > 0 && w.Limit < fewWatches:
		return found(Note, fmt.Sprintf("The system lets you watch %d folders, which is little for shared folders.", w.Limit), raise)
	}
	return found(OK, "Folders can be watched for changes.", "")
}

func running(f Facts) api.Finding {
	switch {
	case f.Agent != nil:
		return api.Finding{ID: Running, Severity: OK, Text: "Lanyard is running."}
	case f.Locked:
		return api.Finding{ID: Running, Severity: Error, Text: "A Lanyard that does not answer has this profile.",
			Remedy: "End the process named lanyard, then start Lanyard again."}
	}
	return api.Finding{ID: Running, Severity: Note, Text: "Lanyard is not running.", Remedy: "Start it: lanyard."}
}

func tray(d Desktop) api.Finding {
	if d.TrayHost {
		return api.Finding{ID: Tray, Severity: OK, Text: "The desktop shows tray icons."}
	}
	f := api.Finding{ID: Tray, Severity: Note, Text: "This desktop shows no tray icons.", Remedy: "Start Lanyard again to open its window."}
	if runtime.GOOS == "linux" {
		f.Remedy += " On GNOME the extension AppIndicator brings tray icons."
	}
	return f
}

// clocks tells of at most as many colleagues as are read.
func clocks(wrong []Clock) (findings []api.Finding) {
	for _, c := range wrong[:min(len(wrong), maxClocks)] {
		whose := c.Name + "'s computer"
		if c.Machine != "" {
			whose += " (" + c.Machine + ")"
		}
		findings = append(findings, api.Finding{ID: Clocks, Severity: Note, Text: fmt.Sprintf("The clock of %s is %s.", whose, c.Off),
			Remedy: "Tell them to set its date, time and time zone: what they write shows its times, and far off nobody takes their announcements."})
	}
	return findings
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

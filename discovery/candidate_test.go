package discovery

import (
	"slices"
	"testing"
)

// TestChosen: what virtual machines and containers make is no network of colleagues, unless it carries the one that there is.
func TestChosen(t *testing.T) {
	fit := func(name string) Candidate { return Candidate{Name: name, Connected: true, Fit: true} }
	bare := func(name string) Candidate { return Candidate{Name: name, Connected: true} }
	off := func(name string) Candidate { return Candidate{Name: name} }
	for about, test := range map[string]struct {
		all  []Candidate
		want []int
	}{
		"nothing":                            {nil, nil},
		"cable and Wi-Fi beside containers":  {[]Candidate{fit("eth0"), fit("docker0"), fit("wlan0")}, []int{0, 2}},
		"Windows beside its Linux":           {[]Candidate{fit("Ethernet"), fit("vEthernet (WSL)")}, []int{0}},
		"a switch that has the card's place": {[]Candidate{bare("Ethernet"), fit("vEthernet (External)")}, []int{1}},
		"a bridge beside containers":         {[]Candidate{bare("eth0"), fit("br0"), fit("br-5f3c"), fit("virbr0")}, []int{1}},
		"a bridge called as containers'":     {[]Candidate{bare("eth0"), fit("br-lan")}, []int{1}},
		"the switch has it, unlisted":        {[]Candidate{fit("vEthernet (External Switch)"), off("Wi-Fi"), off("Bluetooth Network Connection")}, []int{0}},
		"Windows' Wi-Fi is off":              {[]Candidate{off("Wi-Fi"), fit("vEthernet (Default Switch)"), fit("vEthernet (WSL (Hyper-V firewall))")}, nil},
		"a VPN is the only way":              {[]Candidate{off("wlan0"), fit("ztabc"), fit("docker0")}, []int{1}},
		"cable pulled, a container's bridge": {[]Candidate{off("eth0"), fit("br-5f3c0a12b4d6")}, nil},
		"cable pulled, a container runs":     {[]Candidate{off("eth0"), off("wlan0"), fit("docker0"), bare("veth1")}, nil},
		"Wi-Fi off, no container":            {[]Candidate{off("wlan0"), off("docker0")}, nil},
		"virtual alone":                      {[]Candidate{fit("tap0")}, []int{0}},
		"virtual alone beside the system's":  {[]Candidate{off("ifb0"), off("dummy0"), fit("tap0")}, []int{2}},
	} {
		if got := Chosen(test.all); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", about, got, test.want)
		}
	}
}

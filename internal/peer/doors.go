package peer

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Limits for those who are not known yet.
const (
	handshakesAtOnce  = 64       // of everybody
	handshakesPerHost = 8        // of one address
	knocksBurst       = 200      // connections of one address at once ...
	knocksRate        = 20       // ... and a second
	strangersBurst    = 64       // new people from one address at once ...
	strangersRate     = 0.1      // ... and a second
	linksAtMost       = 1024     // live links
	strangerLinks     = 768      // beyond so many, only people known before
	handshakeBudget   = 48 << 10 // bytes that somebody may send before both hellos are there
	hostsRemembered   = 4096     // addresses whose pace is remembered
)

// doors limit who may knock how often.
type doors struct {
	mu    sync.Mutex
	open  int
	hosts map[netip.Addr]*visitor
}

// visitor is one address that connections come from.
type visitor struct {
	open      int
	knocks    bucket
	strangers bucket
}

func newDoors() *doors { return &doors{hosts: map[netip.Addr]*visitor{}} }

// enter takes a place for a handshake; false means that there is none for this address now.
func (d *doors) enter(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.visitorLocked(from)
	if v == nil || d.open >= handshakesAtOnce || v.open >= handshakesPerHost || !v.knocks.take(time.Now()) {
		return false
	}
	d.open++
	v.open++
	return true
}

// leave gives the place back.
func (d *doors) leave(from netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if v := d.hosts[from]; v != nil {
		v.open--
	}
}

// stranger counts a person never met before; false means that too many came from this address.
func (d *doors) stranger(from netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.visitorLocked(from)
	return v != nil && v.strangers.take(time.Now())
}

// visitorLocked finds or makes an entry; nil when the table is full of addresses that came just now.
func (d *doors) visitorLocked(from netip.Addr) *visitor {
	if v := d.hosts[from]; v != nil {
		return v
	}
	if len(d.hosts) >= hostsRemembered {
		now := time.Now()
		for a, v := range d.hosts {
			if v.open == 0 && v.knocks.full(now) && v.strangers.full(now) {
				delete(d.hosts, a)
			}
		}
		if len(d.hosts) >= hostsRemembered {
			return nil
		}
	}
	v := &visitor{knocks: newBucket(knocksBurst, knocksRate), strangers: newBucket(strangersBurst, strangersRate)}
	d.hosts[from] = v
	return v
}

// errTalkative says that somebody sent too much before we knew them.
var errTalkative = errors.New("too many bytes before the hello")

// metered is a connection that may deliver only so many bytes until it is trusted.
type metered struct {
	net.Conn
	left    atomic.Int64
	trusted atomic.Bool
}

func meter(c net.Conn) *metered {
	m := &metered{Conn: c}
	m.left.Store(handshakeBudget)
	return m
}

func (m *metered) Read(p []byte) (int, error) {
	if m.trusted.Load() {
		return m.Conn.Read(p)
	}
	if m.left.Load() <= 0 {
		return 0, errTalkative
	}
	n, err := m.Conn.Read(p)
	m.left.Add(-int64(n))
	return n, err
}

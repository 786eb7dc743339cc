package desktop

import (
	"regexp"
	"strconv"
	"time"
)

// hidIdle is the line of macOS's I/O registry with the nanoseconds since the last input of any device.
var hidIdle = regexp.MustCompile(`"HIDIdleTime"\s*=\s*(\d+)`)

// idleOfRegistry reads the idle time from what ioreg prints of IOHIDSystem.
func idleOfRegistry(text string) (time.Duration, error) {
	m := hidIdle.FindStringSubmatch(text)
	if m == nil {
		return 0, errIdleUnknown
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, errIdleUnknown
	}
	return time.Duration(n), nil
}

package discovery

import (
	"bytes"
	"io"
)

// Quiet returns a writer that passes on what is written to next, except for lines of the mDNS library, which writes to the standard logger
// whenever an interface has no IPv6. What matters of it is told through OnState. The standard logger belongs to the program, not to this
// package; so the program, once, before Run, does
//
//	log.SetOutput(discovery.Quiet(log.Writer()))
func Quiet(next io.Writer) io.Writer { return quiet{next} }

type quiet struct{ next io.Writer }

// Write gets one whole line at a time, as package log promises.
func (q quiet) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("[zeroconf]")) || bytes.Contains(line, []byte("[ERR] zeroconf:")) {
		return len(line), nil
	}
	return q.next.Write(line)
}

//go:build notray || !(windows || ((linux || darwin) && cgo))

package tray

import "context"

// Supported says whether this program was built with an icon.
const Supported = false

func (t *Tray) run(context.Context, func()) error { return ErrUnsupported }
